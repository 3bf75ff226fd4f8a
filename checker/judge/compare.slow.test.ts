/** Guard, diff and ablate give known answers. */
import { describe, expect, it } from 'vitest';
import type { Pieces } from '../search/progress.ts';
import { limited, whole } from '../search/progress.ts';
import { parseSystem } from '../trace/setup.ts';
import { ablate, isUnfinished, ledgerText, ledgerTraces } from './ablate.ts';
import { flipsOf } from './assumptions.ts';
import { judgedText } from './changes.ts';
import type { GuardResult } from './guard.ts';
import { GUARDED, changesThat, conclusionOf, guard, scopesWith } from './guard.ts';
import { guardAnnotations, guardJson, guardMarkdown } from './guard-formats.ts';
import { guardText } from './guard-text.ts';
import { SIZES, saturate } from './saturate.ts';

const OLD = parseSystem({ driver: 'amd-iommu-v2' });
const PATCHED = parseSystem({ driver: 'amd-iommu-v2-patched' });
const MAIL = GUARDED.slice(0, 1);
const FILE = { file: 'policies/a, b: c.system', line: 3 };

/** The changes as texts: `small no-stale-access Never -> 3 events`. */
const told = (result: GuardResult, direction: 'worse' | 'better' | 'other'): string[] =>
  changesThat(result, direction).map(
    ({ property, comparison, before, after }) =>
      `${comparison.name} ${property.name} ${judgedText(before)} -> ${judgedText(after)}`,
  );

const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

describe('guard of the patch against the driver before it', () => {
  const result = whole(guard(OLD, PATCHED, GUARDED));

  it('finds accuracy worse and cost better, in each scope', () => {
    expect(told(result, 'worse')).toEqual([
      'mail no-missed-device-reference(reclaim) Never -> 4 events',
      'mail no-repeated-miss(reclaim) Never -> 6 events',
      // The driver before the patch errs once after each clear_refs. The driver after it errs for
      // ever.
      'small no-missed-device-reference(reclaim) 4 events -> 4 events',
      'small no-repeated-miss(reclaim) Never -> 6 events',
      'races no-missed-device-reference(reclaim) Never -> 7 events',
      'races no-repeated-miss(reclaim) Never -> 10 events',
    ]);
    expect(told(result, 'better')).toEqual([
      'mail no-spurious-invalidation 3 events -> Never',
      'small no-spurious-invalidation 3 events -> Never',
      'races no-spurious-invalidation 6 events -> Never',
    ]);
    expect(conclusionOf(result)).toBe('worse');
  });

  it('is a text for a mail', () => {
    const text = guardText(result);
    expect(widest(text)).toBeLessThanOrEqual(72);
    expect(text).not.toMatch(/[^\n -~]| $/m);
    expect(text).toContain('- driver   amd-iommu-v2\n+ driver   amd-iommu-v2-patched\n');
    expect(text.indexOf('Worse:\n')).toBeLessThan(text.indexOf('Better:\n'));
    expect(text).toContain('(4) kswapd: folio_referenced A == 0 // wrong: dev0 used the page');
    expect(text).toMatch(
      /mail {3}before {2}1\.00 on average, 1 at most; spurious: 0\.50, 1 at most$/m,
    );
  });

  it('is an error for each that is worse, where the policy stands', () => {
    const lines = guardAnnotations(result, FILE).trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith('::error '))).toHaveLength(6);
    // Three are better, and one is violated by another run than before.
    expect(lines.filter((line) => line.startsWith('::notice '))).toHaveLength(4);
    expect(lines[0]).toMatch(
      /^::error file=policies\/a%2C b%3A c\.system,line=3,title=worse%3A no-missed[^:]*::[^\n]*%0A/,
    );
  });

  it('is Markdown with a folded trace for each change, and JSON with every verdict', () => {
    const markdown = guardMarkdown(result);
    expect(markdown.match(/<details>/g)).toHaveLength(markdown.match(/<\/details>/g)!.length);
    expect(markdown).toContain('| worse | mail | `no-missed-device-reference(reclaim)` |');
    const { conclusion, scopes } = JSON.parse(JSON.stringify(guardJson(result))) as ReturnType<
      typeof guardJson
    >;
    expect(conclusion).toBe('worse');
    expect(scopes.map(({ name }) => name)).toEqual(['mail', 'small', 'races']);
    expect(scopes[0].after.severity).toHaveLength(2);
    expect(scopes[0].before.cost).toMatchObject({ worst: 1, meanSpurious: 0.5 });
  });
});

describe('guard', () => {
  it('calls the proposal only better than the patched driver', () => {
    const proposal = parseSystem({ kernel: 'flush-young-proposal', driver: 'sva-flush-young' });
    const result = whole(guard(PATCHED, proposal, MAIL));
    expect(conclusionOf(result)).toBe('better');
    expect(told(result, 'better')).toHaveLength(2);
  });

  it('finds nothing to say of a system and itself', () => {
    const result = whole(guard(OLD, OLD, MAIL));
    expect(conclusionOf(result)).toBe('same');
    expect(guardText(result)).toContain('Nothing is worse, and nothing is better.');
  });

  it('tells safety first', () => {
    const scopes = scopesWith(parseSystem({ scope: 'events=unmap,write' }).scope).slice(3);
    const result = whole(guard(OLD, parseSystem({ driver: 'none' }), scopes));
    const text = guardText(result);
    expect(text.indexOf('no-stale-access')).toBeLessThan(text.indexOf('no-missed'));
    expect(text).toContain('safety: can go on for ever, in a loop of 1 event');
  });

  it('says where a limit was reached, which is not worse', () => {
    const kvm = parseSystem({ driver: 'kvm' });
    const result = whole(guard(PATCHED, kvm, GUARDED.slice(2), { maxStates: 300 }));
    expect(conclusionOf(result)).toBe('unfinished');
    expect(guardText(result)).toContain('Unfinished');
  });

  it('does not call worse what was not searched to its end before', () => {
    const [races] = GUARDED.slice(2);
    const none = parseSystem({ driver: 'none' });
    const limited = whole(guard(OLD, none, [races], { maxStates: 1000 }));
    const unknown = limited.comparisons[0].changes.find(
      ({ before, after }) => before.verdict === 'unfinished' && after.verdict === 'violated',
    );
    expect(unknown?.direction).toBe('unknown');
    expect(conclusionOf(limited)).toBe('unfinished');
    expect(guardText(limited)).toMatch(
      /Not known, the search was ended first:\n {2}races {2}no-stale-access +Unfinished -> 6 /,
    );
    const warnings = guardAnnotations(limited, FILE).split('\n');
    expect(warnings.filter((line) => line.startsWith('::warning '))).toHaveLength(
      changesThat(limited, 'unknown').length,
    );
  });

  it('takes the scope of the file besides', () => {
    expect(scopesWith(undefined)).toHaveLength(3);
    expect(scopesWith(parseSystem({ scope: 'races' }).scope)).toHaveLength(3);
    expect(scopesWith(parseSystem({ scope: 'pages=2' }).scope).map(({ name }) => name)).toEqual([
      'mail',
      'small',
      'races',
      'own',
    ]);
  });
});

describe('work that is told to stop', () => {
  /** Tells work to stop at once, and returns what it has. */
  function stopped<T>(work: Pieces<T>): T {
    let piece = work.next();
    while (!piece.done) piece = work.next(true);
    return piece.value;
  }
  const large = { driver: 'kvm', scope: 'races pages=4 cpus=2 devices=2' };

  it('says of ablate which assumptions were not tried', () => {
    const ledger = stopped(ablate(parseSystem(large)));
    expect(ledger.left).toHaveLength(flipsOf(parseSystem(large)).length);
    expect(ledgerText(ledger)).toContain('  no-stale-access Unfinished\n');
    expect(ledgerText(ledger)).toMatch(/kernel:\n {2}not tried, as it was interrupted:\n {6}age=/);
    expect(isUnfinished(ledger)).toBe(true);
  });

  it('says of guard which verdicts are not known', () => {
    const result = stopped(guard(OLD, PATCHED, scopesWith(parseSystem(large).scope)));
    expect(conclusionOf(result)).toBe('worse');
    const unknown = changesThat(result, 'unknown').map(({ comparison }) => comparison.name);
    expect(new Set(unknown)).toContain('own');
    // The scope `mail` is one piece of work.
    expect(unknown).not.toContain('mail');
  });

  it('says of saturate which sizes were left out', () => {
    expect(stopped(saturate(PATCHED, {})).skipped).toHaveLength(SIZES.length);
  });

  it('ends as well when its time is over', () => {
    expect(whole(limited(saturate(PATCHED, {}), 0)).skipped.length).toBeGreaterThan(20);
    const result = whole(
      guard(OLD, parseSystem(large), scopesWith(parseSystem(large).scope).slice(3), {
        timeLimit: 0.2,
      }),
    );
    expect(conclusionOf(result)).toBe('unfinished');
    expect(result.comparisons[0].before.cost).toBeUndefined();
  });
});

describe('ablate', () => {
  it('knows nothing of what a limit ended', () => {
    const ledger = whole(ablate(PATCHED, { maxStates: 3 }));
    expect(isUnfinished(ledger)).toBe(true);
    const idle = ledger.ablations.filter(({ changes, inPlay }) => changes.length === 0 && inPlay);
    // Without an observer no property makes sense.
    expect(idle.map(({ text }) => text)).toEqual(['observers=none']);
  });

  it('finds what the mail turns on: whether clear_flush_young flushes', () => {
    const ledger = whole(ablate(PATCHED));
    const text = ledgerText(ledger);
    expect(text).toContain(
      '  clear_flush_young=flush-iotlb,flush-atc\n' +
        '      no-missed-device-reference(reclaim) 4 events -> Never\n',
    );
    expect(ledgerTraces(ledger).join('\n')).toContain('violates no-false-reference');
  });
});
