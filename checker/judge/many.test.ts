/** Guard, ablate and saturate where a scope has any number of something. */
import { describe, expect, it } from 'vitest';
import { PROPERTIES } from '../../properties/index.ts';
import { parseTrace } from '../trace/parse.ts';
import { replay } from '../trace/replay.ts';
import { whole } from '../search/progress.ts';
import { parseSystem } from '../trace/setup.ts';
import { ablate, ledgerText, ledgerTraces } from './ablate.ts';
import type { Judged } from './changes.ts';
import { changesOf, judgedText } from './changes.ts';
import { diffMany, verdictDiffJson, verdictDiffText } from './diff-many.ts';
import { guard, scopesWith } from './guard.ts';
import { guardJson, guardMarkdown } from './guard-formats.ts';
import { guardText, reported, tracesOf } from './guard-text.ts';
import type { Judgement } from './judgement.ts';
import { saturate } from './saturate.ts';

const ANY = 'pages=many devices=many';
const OLD = parseSystem({ driver: 'amd-iommu-v2', scope: ANY });
const PATCHED = parseSystem({ driver: 'amd-iommu-v2-patched', scope: ANY });
const OWN = scopesWith(OLD.scope).slice(-1);
const [property] = PROPERTIES;

/** The direction from one verdict of a property to another. */
function direction(before: Judged, after: Judged): string | undefined {
  const judgement = ({ verdict, ...judged }: Judged): Judgement => ({
    system: OLD,
    verdicts: verdict === 'absent' ? [] : [{ property, verdict, ...judged }],
    severities: [],
    cost: undefined,
    states: 1,
  });
  return changesOf(judgement(before), judgement(after)).at(0)?.direction;
}

describe('a verdict that holds up to a number of pages', () => {
  const upTo: Judged = { verdict: 'holds-up-to', pages: 3 };
  const violatedWith = (pages: number): Judged => ({
    verdict: 'violated',
    run: [],
    where: parseSystem({ scope: `pages=${pages}` }),
  });
  it.each<[Judged, Judged, string]>([
    [{ verdict: 'holds' }, upTo, 'unknown'],
    [{ verdict: 'vacuous' }, upTo, 'unknown'],
    [{ verdict: 'absent' }, upTo, 'unknown'],
    [{ verdict: 'unfinished' }, upTo, 'other'],
    [violatedWith(1), upTo, 'better'],
    [upTo, upTo, 'same'],
    [upTo, { verdict: 'holds' }, 'other'],
    [upTo, { verdict: 'unfinished' }, 'unknown'],
    [upTo, violatedWith(3), 'worse'],
    [upTo, violatedWith(4), 'unknown'],
    [upTo, { verdict: 'violated', atLeast: 5 }, 'unknown'],
  ])('stands between holds and unfinished: %j -> %j', (before, after, expected) => {
    expect(direction(before, after)).toBe(expected);
  });

  it('is said in the words of check, and so are bounds', () => {
    const { run } = whole(guard(PATCHED, PATCHED, OWN)).comparisons[0].before.verdicts[0];
    expect(judgedText(upTo)).toBe('holds up to 3 pages');
    expect(judgedText({ verdict: 'violated', run: run! })).toBe('4 events');
    expect(judgedText({ verdict: 'violated', run: run!, atLeast: 3 })).toBe('at most 4 events');
    expect(judgedText({ verdict: 'violated', atLeast: 3 })).toBe('at least 3 events');
  });
});

describe('guard for any number of pages and devices', () => {
  const result = whole(guard(OLD, PATCHED, OWN));

  it('finds what the numbers of mail show, with traces that state their numbers', () => {
    const found = result.comparisons[0].changes.map(({ property: { name }, ...change }) => [
      name,
      change.direction,
      judgedText(change.before),
      judgedText(change.after),
    ]);
    expect(found).toEqual([
      ['no-missed-device-reference(reclaim)', 'worse', 'Never', '4 events'],
      ['no-repeated-miss(reclaim)', 'worse', 'Never', '6 events'],
      ['no-false-reference', 'same', 'Never', 'Never'],
      ['no-spurious-invalidation', 'better', '3 events', 'Never'],
    ]);
    const traces = tracesOf(reported(result)).map(({ text }) => text);
    expect(traces).toHaveLength(3);
    for (const text of traces) {
      expect(text).toContain('scope    pages=1 cpus=0 devices=1');
      expect(() => replay(parseTrace(text, 'own'))).not.toThrow();
    }
  });

  it('says that severity and cost are left out, and only there', () => {
    const said = "Severity and cost need numbers: they are left out where a scope says 'many'.";
    expect(guardText(result).replaceAll('\n', ' ')).toContain(said);
    expect(guardMarkdown(result).replaceAll('\n', ' ')).toContain(said);
    expect(guardText(whole(guard(OLD, PATCHED, [])))).not.toContain('Severity and cost');
    const [{ after }] = guardJson(result).scopes;
    expect(after).not.toHaveProperty('severity');
    expect(after.properties[0]).toMatchObject({ length: 4 });
    expect(after.properties[0]).toHaveProperty('scope');
  });
});

describe('ablate for any number of pages and devices', () => {
  const ledger = whole(ablate(PATCHED));

  it('flips each number to one, and finds what a callback is worth', () => {
    const text = ledgerText(ledger);
    expect(text).toContain('pages=1');
    expect(text).toContain('devices=1');
    expect(text).toMatch(/clear_flush_young=flush-iotlb,flush-atc\n +no-missed-device/);
  });

  it('prints traces that replay', () => {
    const traces = ledgerTraces(ledger).map((text) => text.replace(/^With .*\n\n/, ''));
    expect(traces.length).toBeGreaterThan(0);
    for (const text of traces) expect(() => replay(parseTrace(text, 'ablate'))).not.toThrow();
  });
});

it('saturate does not use the numbers of the scope', () => {
  const rows = ({ scope }: { readonly scope: string }) =>
    whole(saturate(parseSystem({ scope }), { maxStates: 100 })).rows.map(({ states }) => states);
  expect(rows({ scope: ANY })).toEqual(rows({ scope: 'mail' }));
});

describe('diff for any number of pages and devices', () => {
  const heads = { left: 'old', right: 'new' };
  const found = whole(diffMany(OLD, PATCHED, Infinity));
  const namesIn = (changes: typeof found.differ) => changes.map((change) => change.property.name);

  it('compares verdict by verdict, and says what it does not compare', () => {
    const missed = 'no-missed-device-reference(reclaim)';
    const differ = [missed, 'no-repeated-miss(reclaim)', 'no-spurious-invalidation'];
    expect(namesIn(found.differ)).toEqual(differ);
    expect(namesIn(found.alike)).toEqual(['no-false-reference']);
    const text = verdictDiffText(found, heads);
    expect(text).toContain(`  ${missed}  Never | 4 events\n`);
    expect(text.replaceAll('\n', ' ')).toContain('what no property shows is not.');
    expect(verdictDiffJson(found, heads)).toMatchObject({ ...heads, differ, unknown: [] });
  });

  it('prints traces that replay', () => {
    const traces = verdictDiffText(found, heads)
      .split(/^With (?:old|new):\n\n/m)
      .slice(1);
    expect(traces).toHaveLength(3);
    for (const text of traces) expect(() => replay(parseTrace(text, 'diff'))).not.toThrow();
  });

  it('takes no difference for a proof, nor a bound for a length', () => {
    expect(verdictDiffText(whole(diffMany(OLD, OLD, Infinity)), heads)).toContain(
      'No verdict differs.',
    );
    const cut = whole(diffMany(OLD, PATCHED, 1));
    expect(cut.differ).toEqual([]);
    expect(cut.unknown).toHaveLength(4);
  });
});
