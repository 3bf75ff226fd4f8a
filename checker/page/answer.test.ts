/** The page's worker gives the same answers as the command. */
import { describe, expect, it } from 'vitest';
import { Model } from '../../model/model.ts';
import { entries } from '../judge/catalogue/matrix.ts';
import { search } from '../judge/catalogue/expected.ts';
import { parseSystem } from '../trace/setup.ts';
import type { Found, Question } from './answer.ts';
import { answer, textsOf } from './answer.ts';
import { eventsIn } from './link.ts';

const system = parseSystem({});
const MISSED = 'no-missed-device-reference(reclaim)';

function find(more: Partial<Extract<Question, { ask: 'find' }>> = {}): Found {
  const question = {
    ask: 'find',
    system: textsOf(system),
    properties: [MISSED],
    after: [],
    ...more,
  } as const;
  return answer(structuredClone(question), () => {});
}

const after = (words: string) => eventsIn(system, words).map(({ index }) => index);

describe('find for any number of pages and devices', () => {
  const asked = (driver: string) =>
    find({ system: textsOf(parseSystem({ driver, scope: 'pages=many devices=many' })) });

  it('returns a run in a system with numbers', () => {
    const { run, where, said } = asked('amd-iommu-v2-patched');
    expect(said).toBe('violated in 4 events');
    const numbered = parseSystem(where!);
    expect(numbered.scope).toMatchObject({ pages: 1, devices: 1 });
    const model = new Model(numbered);
    const events = run!.map((index) => model.events[index]);
    const last = events.reduce((state, event) => model.step(state, event)!.state, model.initial);
    expect(last).toBeDefined();
  });

  it('says what is proved', () => {
    const { run, where, said, complete } = asked('amd-iommu-v2');
    expect({ run, where, said, complete }).toEqual({ said: 'holds', complete: true });
  });
});

describe('find', () => {
  const mail = entries().filter(({ names }) => names[3] === 'mail');

  it.each(mail)('$names: says what the table says', (entry) => {
    const expected = search(entry.system, entry.properties)!;
    for (const [i, { name }] of entry.properties.entries()) {
      const found = find({ system: textsOf(entry.system), properties: [name] });
      const verdict = found.run === undefined ? undefined : `Sometimes ${found.run.length}`;
      const proved = found.witnessed[0] ? 'Never' : 'Vacuous';
      expect(verdict ?? proved, name).toBe(expected[i].verdict);
      expect(found.complete || found.run !== undefined).toBe(true);
    }
  });

  it("finds the mail's four steps, and from behind two of them the other two", () => {
    const { events } = new Model(system, []);
    expect(find().run!.map((index) => events[index].verb)).toEqual([
      'read',
      'folio_referenced',
      'read',
      'folio_referenced',
    ]);
    const behind = after('dev0.read.A,kswapd.folio_referenced.A');
    expect(find({ after: behind })).toMatchObject({
      property: MISSED,
      run: after('dev0.read.A,kswapd.folio_referenced.A'),
    });
  });

  it('stops at the first violation of any property', () => {
    const properties = ['no-repeated-miss(reclaim)', MISSED];
    expect(find({ properties })).toMatchObject({ property: MISSED, run: { length: 4 } });
  });

  it('says that there is none behind some events', () => {
    const kvm = parseSystem({ driver: 'kvm' });
    const found = find({ system: textsOf(kvm), after: [0] });
    expect(found).toMatchObject({ complete: true, witnessed: [true] });
    expect(found.run).toBeUndefined();
  });

  it('refuses events that cannot happen', () => {
    const texts = textsOf(parseSystem({ scope: 'events=evict' }));
    const evict = eventsIn(parseSystem({ scope: 'events=evict' }), 'dev0.evict.A')[0].index;
    expect(() => find({ system: texts, after: [evict] })).toThrow('not enabled');
  });
});

describe('streak', () => {
  it('tells how long wrong answers can go on', () => {
    const { run } = find();
    const question = {
      ask: 'streak',
      system: textsOf(system),
      property: MISSED,
      run: run!,
    } as const;
    expect(answer(question, () => {})).toBe('can go on for ever, as (3)-(4) can repeat');
  });
});

describe('apart', () => {
  it('tells two drivers apart, or proves them alike', () => {
    const ask = (driver: string) => {
      const other = parseSystem({ driver });
      const question = { ask: 'apart', left: textsOf(system), right: textsOf(other) } as const;
      return answer(question, () => {});
    };
    const run = 'dev0.read.A,kswapd.folio_referenced.A,dev0.read.A,kswapd.folio_referenced.A';
    expect(ask('amd-iommu-v2')).toMatchObject({ left: run, right: run, complete: true });
    expect(ask('intel-svm')).toMatchObject({ complete: true });
    expect(ask('intel-svm').only).toBeUndefined();
  });
});
