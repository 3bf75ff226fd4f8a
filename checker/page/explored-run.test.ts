/** The explorer offers the events that the model allows, with the model's answers. */
import { describe, expect, it } from 'vitest';
import { eventText } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import { Complaint } from '../trace/complaint.ts';
import { entries } from '../judge/catalogue/matrix.ts';
import { parseSystem } from '../trace/setup.ts';
import { ExploredRun, carriedOver, possibleEventOf, violatedFirst } from './explored-run.ts';
import { eventsIn } from './link.ts';

const mail = 'dev0.read.A,kswapd.folio_referenced.A,dev0.read.A,kswapd.folio_referenced.A';

const explore = (words: string, texts: Parameters<typeof parseSystem>[0] = {}) => {
  const system = parseSystem(texts);
  return new ExploredRun(system, eventsIn(system, words));
};

describe('an explored run', () => {
  it('offers every event, as a move or as impossible', () => {
    const { possible, impossible, replayed } = explore('dev0.read.A', { scope: 'small' });
    expect(possible.length + impossible.length).toBe(replayed.model.events.length);
    expect(possible.map(({ text }) => text)).toContain('kswapd: folio_referenced A');
    expect(impossible).toContainEqual({ text: 'iommu: evict B', why: expect.any(String) });
  });

  it('names a kernel function or a rule for every event of every system', () => {
    const nameless = entries().flatMap(({ system }) => {
      const possible = new Model(system, []).events.map((event) => possibleEventOf(event, system));
      return possible.filter(({ source, sentence }) => source === '' || sentence === '');
    });
    expect(nameless).toEqual([]);
  });

  it('says which properties were put to the test, and which are violated', () => {
    const standings = explore(mail).standings.map(({ property, ...at }) => [property.name, at]);
    expect(Object.fromEntries(standings)).toEqual({
      'no-missed-device-reference(reclaim)': { violatedAt: 4, reachedAt: 2 },
      'no-repeated-miss(reclaim)': { reachedAt: 2 },
      'no-false-reference': {},
      'no-spurious-invalidation': { reachedAt: 4 },
    });
  });

  it('goes on behind a violation', () => {
    const { standings } = explore(`${mail},dev0.read.A,kswapd.folio_referenced.A`);
    expect(standings[1]).toMatchObject({ violatedAt: 6 });
    const [first, second, ...others] = violatedFirst(standings.toReversed());
    expect([first, second]).toMatchObject([{ violatedAt: 4 }, { violatedAt: 6 }]);
    expect(others).toEqual(
      standings.toReversed().filter(({ violatedAt }) => violatedAt === undefined),
    );
  });

  it('says which event of a link cannot happen, and why', () => {
    const link = () => explore('kswapd.folio_referenced.A');
    expect(link).toThrow(Complaint);
    expect(link).toThrow(/^\(1\) kswapd: folio_referenced A cannot happen here: /);
  });

  it('goes on in another system as far as it can', () => {
    const { events } = explore('dev0.read.A,dev0.evict.A,dev0.read.A', { scope: 'events=evict' });
    const carried = (texts: Parameters<typeof parseSystem>[0]) =>
      carriedOver(parseSystem(texts), events).map(eventText);
    expect(carried({ scope: 'events=evict', driver: 'kvm' })).toEqual(events.map(eventText));
    expect(carried({ hardware: 'no-ats', scope: 'events=evict' })).toEqual(['dev0: read A']);
    expect(carried({ scope: 'granularity=fine' })).toEqual([]);
  });
});
