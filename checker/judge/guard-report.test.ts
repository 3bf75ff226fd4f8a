/** A report of guard tells what is still wrong and what was allowed, and fits on one screen. */
import { describe, expect, it } from 'vitest';
import { PROPERTIES } from '../../properties/index.ts';
import { whole } from '../search/progress.ts';
import { parseSystem } from '../trace/setup.ts';
import type { Change } from './changes.ts';
import type { Allowance, GuardResult } from './guard.ts';
import { GUARDED, conclusionOf, guard, scopesWith, stillWrong } from './guard.ts';
import { guardAnnotations, guardJson, guardMarkdown } from './guard-formats.ts';
import { guardSarif } from './guard-sarif.ts';
import { guardSummary } from './guard-summary.ts';
import { guardText, tracesOf, traced } from './guard-text.ts';

const OLD = parseSystem({ driver: 'amd-iommu-v2' });
const PATCHED = parseSystem({ driver: 'amd-iommu-v2-patched' });
const MAIL = GUARDED.slice(0, 1);
const CLEARED = scopesWith(parseSystem({ scope: 'events=clear-refs' }).scope).slice(3);
const FILE = { file: 'a.system', line: 1 };

/** The section of a text that begins with a line, up to the next empty line. */
const section = (text: string, head: string): string =>
  text.split('\n\n').find((part) => part.startsWith(head)) ?? '';

describe('what is still wrong on both sides', () => {
  // Both flush the ATC before the IOTLB, so that a device reads a freed frame. The second one also
  // flushes a page that was young when it is aged, which mends its accuracy at no cost.
  const order = 'invalidate_secondary=flush-atc,flush-iotlb';
  const [before, after] = [order, `flush_young=flush-iotlb,flush-atc ${order}`].map((driver) =>
    parseSystem({ kernel: 'flush-young-proposal', driver }),
  );
  const scopes = scopesWith(parseSystem({ scope: 'granularity=fine events=unmap' }).scope);
  const result = whole(guard(before, after, scopes.slice(3)));
  const text = guardText(result);

  it('changes no conclusion, which names the gravest', () => {
    expect(conclusionOf(result)).toBe('better');
    expect(text.replaceAll('\n', ' ')).toContain(
      'Only better: nothing is worse. Still wrong on both sides: no-stale-access.',
    );
  });

  it('has a heading of its own, and its trace if it is about safety', () => {
    expect(section(text, 'Still wrong on both sides:\n')).toMatch(
      /^Still wrong on both sides:\n {2}own {4}no-stale-access {2}10 events\n {9}safety: /,
    );
    expect(section(text, 'Same:')).not.toContain('no-stale-access');
    expect(text).toContain('violates no-stale-access');
  });

  it('is in every other format, as no error', () => {
    expect(guardMarkdown(result)).toContain('| still wrong | own | `no-stale-access` |');
    expect(guardJson(result).scopes[0].stillWrong).toEqual(['no-stale-access']);
    const annotations = guardAnnotations(result, FILE);
    expect(annotations).toContain('::notice file=a.system,line=1,title=still wrong%3A no-stale');
    expect(annotations).not.toContain('::error');
    const { results } = guardSarif(result, FILE, { status: 5, interrupted: false }).runs[0];
    expect(results.find(({ ruleId }) => ruleId === 'no-stale-access')?.level).toBe('note');
  });

  it('is not told of what is worse, and is told of what is better but wrong', () => {
    // The driver before the patch errs once after each clear_refs, and the one after it for ever.
    const name = 'no-missed-device-reference(reclaim)';
    const wrongOf = (one: typeof OLD, other: typeof OLD) =>
      stillWrong(whole(guard(one, other, CLEARED))).map((it) => it.property.name);
    expect(wrongOf(OLD, PATCHED)).not.toContain(name);
    expect(wrongOf(PATCHED, OLD)).toContain(name);
  });

  it('leaves accuracy that did not change without a trace, and puts safety before it', () => {
    const same = whole(guard(PATCHED, PATCHED, MAIL));
    expect(stillWrong(same)).toHaveLength(2);
    expect(tracesOf(traced(same))).toEqual([]);
    const grave = whole(guard(before, before, scopes.slice(3)));
    expect(stillWrong(grave)[0].property.family).toBe('safety');
  });
});

describe('what is allowed', () => {
  const allow = (name: string): Allowance => ({
    names: [name],
    properties: new Set(PROPERTIES.filter((p) => p.family === name || p.name === name)),
  });
  /** The trade of the mail, undone: accuracy for cost. */
  const trade = (name?: string) =>
    whole(guard(PATCHED, OLD, MAIL, {}, name === undefined ? undefined : allow(name)));

  it('counts as neither worse nor better', () => {
    expect(conclusionOf(trade())).toBe('worse');
    expect(conclusionOf(trade('cost'))).toBe('better');
    expect(conclusionOf(trade('no-spurious-invalidation'))).toBe('better');
    expect(conclusionOf(trade('accuracy'))).toBe('worse');
    const both = { names: ['a'], properties: new Set(PROPERTIES) };
    expect(conclusionOf(whole(guard(PATCHED, OLD, MAIL, {}, both)))).toBe('same');
  });

  it('does not leave a run unfinished', () => {
    const limits = { maxStates: 1 };
    const all = { names: ['all'], properties: new Set(PROPERTIES) };
    expect(conclusionOf(whole(guard(PATCHED, OLD, MAIL, limits)))).toBe('unfinished');
    expect(conclusionOf(whole(guard(PATCHED, OLD, MAIL, limits, all)))).toBe('same');
  });

  it('is still listed, with its trace and what it would be', () => {
    const result = trade('cost');
    const text = guardText(result);
    expect(section(text, 'Allowed')).toBe(
      'Allowed, counts as neither worse nor better:\n' +
        '  mail   no-spurious-invalidation  Never -> 3 events (worse)\n' +
        '         cost: can go on for ever, as (3) can repeat',
    );
    expect(text.replaceAll('\n', ' ')).toContain('What --allow cost names is not counted.');
    expect(text).toContain('violates no-spurious-invalidation');
    const [{ changes }] = guardJson(result).scopes;
    expect(guardJson(result).allowed).toEqual(['cost']);
    expect(changes).toContainEqual(
      expect.objectContaining({ direction: 'allowed', otherwise: 'worse' }),
    );
    expect(guardMarkdown(result)).toContain('| allowed | mail | `no-spurious-invalidation` |');
    expect(guardAnnotations(result, FILE)).not.toContain('::error');
  });
});

describe('the summary', () => {
  const SCREEN = 22;
  const result = whole(guard(OLD, PATCHED, MAIL));
  const [comparison] = result.comparisons;
  const [worse] = comparison.changes;

  /** The result with these changes in every scope, and a base of which there is much to say. */
  const withChanges = (changes: readonly Change[]): GuardResult => ({
    ...result,
    notes: ['one long note of many '.repeat(20)],
    allowed: ['cost'],
    comparisons: ['mail', 'small', 'races', 'own'].map((name) => ({
      ...comparison,
      name,
      changes,
    })),
  });

  it('fits on a screen with all that a report can have', () => {
    const violated = { ...worse.after, severity: worse.after.severity! };
    const all = PROPERTIES.flatMap((property): Change[] => [
      { ...worse, property },
      { ...worse, property, direction: 'allowed', otherwise: 'worse' },
      { ...worse, property, direction: 'same', before: violated },
      { ...worse, property, direction: 'better' },
      { ...worse, property, direction: 'other', before: { verdict: 'vacuous' } },
      { ...worse, property, direction: 'unknown', after: { verdict: 'unfinished' } },
    ]);
    const text = guardSummary(withChanges(all), 'größe.system', '.git/report.txt');
    const lines = text.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^größe\.system: Worse: /);
    expect(lines.at(-1)).toBe('The report, with a trace of each: .git/report.txt');
    const rows = lines.map((line) => Math.ceil(line.length / 80));
    expect(rows.reduce((sum, row) => sum + row)).toBeLessThanOrEqual(SCREEN);
    expect(rows.slice(1).every((row) => row === 1)).toBe(true);
    expect(lines[0]).toContain('Still wrong on both sides: ');
    expect(lines).toContain(`  and ${PROPERTIES.length - 5} more`);
    expect(text).toMatch(/^Better: no-stale-access, .* and \d+ more$/m);
  });

  it('tells how each property got worse, and in which scopes', () => {
    expect(guardSummary(withChanges([worse]), 'a', 'b')).toContain(
      'Worse:\n  no-missed-device-reference(reclaim)  Never -> 4 events  mail,small,races,own\n',
    );
    const longer = { ...worse, before: worse.after };
    expect(guardSummary(withChanges([longer]), 'a', 'b')).toContain('  wrong for longer  mail,');
  });
});
