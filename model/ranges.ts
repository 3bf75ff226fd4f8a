/** The pages that a step covers: those that it is told, and what its range makes of them. */
import type { Range } from './program.ts';
import { MANY } from './field.ts';
import type { Parts } from './system.ts';

/** A run of pages from one to another, both included. Page A is 0. It is empty if it ends early. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

const isEmpty = ({ from, to }: Run): boolean => to < from;

/** The smallest run of 1, 2 or 4 pages that is aligned to its size and holds another run. */
function aligned({ from, to }: Run): Run {
  const fits = (size: number) => Math.floor(from / size) === Math.floor(to / size);
  const size = [1, 2, 4].find(fits) ?? 4;
  const base = Math.floor(from / size) * size;
  return { from: base, to: base + size - 1 };
}

/** The pages that a range stands for, counted from those that were told and cut to the scope. */
export function reach(range: Range, told: Run, pages: number): Run {
  if (range === 'mm') return { from: 0, to: pages - 1 };
  if (isEmpty(told)) return told;
  const { from, to } = told;
  const cut = (run: Run): Run => ({ from: run.from, to: Math.min(run.to, pages - 1) });
  switch (range) {
    case 'page':
      return told;
    case 'first':
      return { from, to: from };
    case 'all-but-last':
      return { from, to: to - 1 };
    case 'next':
      return cut({ from, to: to + 1 });
    case 'pow2':
      return cut(aligned(told));
    case 'pow2-short': {
      const base = aligned(told).from;
      return cut({ from: base, to: base + (to - from) });
    }
  }
}

export const pagesOf = (run: Run): number[] =>
  isEmpty(run) ? [] : Array.from({ length: run.to - run.from + 1 }, (_, i) => run.from + i);

/** The names of pages. */
export const PAGE_NAMES = 'ABCD';

/** The name of a run of pages: `A`, or `B-C`. */
export const runName = ({ from, to }: Run): string =>
  from === to ? PAGE_NAMES[from] : `${PAGE_NAMES[from]}-${PAGE_NAMES[to]}`;

/** The number of pages of a scope. With any number, two show which steps reach another page. */
export const pagesIn = ({ scope }: Parts): number => (scope.pages === MANY ? 2 : scope.pages);

/** The run of pages that has operations of its own; undefined if none has. */
export function runOf({ scope }: Parts): Run | undefined {
  if (scope.range === 'none') return undefined;
  const [from, to] = scope.range.split('-').map((name) => PAGE_NAMES.indexOf(name));
  return { from, to };
}

/** The block of a page: the pages behind its PTE. */
export function blockOf({ scope }: Parts, page: number): Run {
  const size = Number(scope.block);
  const from = page - (page % size);
  return { from, to: from + size - 1 };
}

/** The number of the place of an event: that of its page, or of its run of pages. */
export const placeIndexOf = (
  { scope }: Parts,
  { page, to }: { readonly page: number; readonly to: number },
): number => (scope.block === '1' && to !== page ? scope.pages : page);

/**
 * The places that an operation can be at: each page, standing for its block, and behind the last
 * page the run of the scope's `range`.
 */
export function placesOf(parts: Parts): Run[] {
  const run = runOf(parts);
  const blocks = pagesOf({ from: 0, to: pagesIn(parts) - 1 }).map((page) => blockOf(parts, page));
  return run === undefined ? blocks : [...blocks, run];
}
