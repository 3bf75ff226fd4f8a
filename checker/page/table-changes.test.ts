/** What changed since another table is sorted by what a reviewer wants to know first. */
import { describe, expect, it } from 'vitest';
import type { TableLine } from '../judge/catalogue/table.ts';
import { pageDataOf } from '../../suites/page-data.ts';
import { againstOf } from './data.ts';
import { changesSince } from './table-changes.ts';
import { matrixOf } from './verdict-matrix.ts';

const row = (scope: string, property: string, verdict: string, states = 1): TableLine => ({
  key: ['k', 'd', 'h', scope, property],
  verdict,
  states,
});

const OLD = [
  row('s', 'same', 'Never'),
  row('s', 'states', 'Never'),
  row('s', 'length', 'Sometimes 4'),
  row('t', 'mended', 'Sometimes 4'),
  row('t', 'broken', 'Never'),
  row('u', 'unbounded', 'Up to 3 pages'),
  row('u', 'gone', 'Sometimes 3'),
];
const NOW = [
  row('s', 'same', 'Never'),
  row('s', 'states', 'Never', 2),
  row('s', 'length', 'Sometimes 5'),
  row('t', 'mended', 'Vacuous'),
  row('t', 'broken', 'Sometimes 1'),
  row('u', 'unbounded', 'At most 9'),
  row('u', 'new', 'Never'),
  row('t', 'new-and-wrong', 'At least 2'),
];

const since = (old: readonly TableLine[], now: readonly TableLine[]) =>
  changesSince(againstOf('OLD', old, now));

describe('what changed', () => {
  it('begins with what is worse, and says in which scopes', () => {
    const told = since(OLD, NOW).kinds.map(({ kind, scopes }) => [
      kind,
      ...[...scopes].map(([scope, lines]) => [scope, ...lines.map(({ key }) => key[4])]),
    ]);
    expect(told).toEqual([
      ['worse', ['t', 'broken'], ['u', 'unbounded']],
      ['new-violated', ['t', 'new-and-wrong']],
      ['better', ['t', 'mended']],
      ['other', ['s', 'length']],
      ['new', ['u', 'new']],
      ['gone', ['u', 'gone']],
    ]);
  });

  it('counts verdicts, and beside them what has only another number of states', () => {
    expect(since(OLD, NOW)).toMatchObject({ count: 7, statesOnly: 1 });
    expect(since(OLD, OLD)).toEqual({ file: 'OLD', kinds: [], count: 0, statesOnly: 0 });
  });
});

describe('the matrix of what changed', () => {
  const data = pageDataOf(NOW, { against: againstOf('OLD', OLD, NOW) });

  it('has the scope of the gravest change unless one is chosen', () => {
    expect(matrixOf(data, NOW, {}).scope).toBe('s');
    expect(matrixOf(data, NOW, { changed: 'only' }).scope).toBe('t');
    expect(matrixOf(data, NOW, { changed: 'only', scope: 'u' }).scope).toBe('u');
  });

  it('marks no verdict that only another number of states was counted for', () => {
    const { groups } = matrixOf(data, NOW, { scope: 's' });
    const marked = groups[0].rows[0].cells.filter((cell) => cell?.was !== undefined);
    expect(marked.map((cell) => cell!.key[4])).toEqual(['length']);
  });
});
