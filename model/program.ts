/**
 * The grammar of lists of steps, for a kernel's programs and a driver's callbacks. A step is NAME,
 * NAME@RANGE, NAME?CONDITION or NAME@RANGE?CONDITION; an empty list is `none`. The names that a
 * list may use are in steps.ts.
 */

import type { Source } from './citation.ts';
import { cite } from './citation.ts';
import { LINUX } from './citations.ts';

/** One sentence that explains a word, and the kernel function or specification behind it. */
export interface Told {
  readonly sentence: string;
  readonly source: Source;
}

const namesOf = <K extends string>(told: Readonly<Record<K, Told>>) =>
  Object.keys(told) as readonly string[] as readonly K[];

/** The ranges: which pages a step tells of or acts on. `page`, the default, is not written. */
export const RANGES_TOLD = {
  page: {
    sentence: "The step covers the operation's page, or an action what its callback was told.",
    source: 'the addresses that a notifier is called with',
  },
  first: {
    sentence: 'The step covers the first page alone of those that were told.',
    source: 'KVM arm64 before df6556adf27b: aging of a range visited its first page',
  },
  'all-but-last': {
    sentence: 'The step covers all pages that were told but the last.',
    source: 'drivers/iommu/amd: a size off by one in the flush of a domain',
  },
  next: {
    sentence: 'The step covers the page and the next one, as with an unaligned address.',
    source: cite`${LINUX.damon_va_mkold} up to 7.1 (f166586f74dd)`,
  },
  pow2: {
    sentence: 'The step covers the smallest aligned run of 1, 2 or 4 pages that holds all.',
    source: 'invalidations with an address mask: VT-d, AMD and PCIe ATS',
  },
  'pow2-short': {
    sentence: 'The base is rounded down as with pow2, but the size is not rounded up.',
    source: '0a3f6b346301: the base was rounded, the size was not',
  },
  mm: {
    sentence: 'The step covers every page in scope.',
    source: cite`${LINUX.arch_tlbbatch_add_pending}, since 6.6`,
  },
} as const satisfies Readonly<Record<string, Told>>;
export type Range = keyof typeof RANGES_TOLD;
export const RANGES = namesOf(RANGES_TOLD);

/** The conditions under which a step is taken. */
export const CONDITIONS_TOLD = {
  young: {
    sentence: 'The step is taken only if the operation found the PTE young.',
    source: cite`${LINUX.ptep_clear_flush_young}, which flushes if young`,
  },
  harvested: {
    sentence: 'The action is taken only if this run of the callback has harvested a young bit.',
    source: cite`${LINUX.kvm_mmu_notifier_clear_flush_young}`,
  },
} as const satisfies Readonly<Record<string, Told>>;
export type Condition = keyof typeof CONDITIONS_TOLD;
export const CONDITIONS = namesOf(CONDITIONS_TOLD);

/** One step of a list, as it was written. */
export interface Line {
  readonly name: string;
  readonly range: Range;
  readonly when: 'always' | Condition;
}
export type Program = readonly Line[];

/** Why a text is not a valid list. */
export class ListFault {
  /** The member of the list that is wrong. */
  readonly member: string;
  /** The place in the text where that member begins. */
  readonly at: number;
  /** The rule that it breaks; undefined if it is an unknown word. */
  readonly rule: string | undefined;
  /** The words that would be valid there, if the member is an unknown word. */
  readonly possible: readonly string[] | undefined;

  constructor(
    items: readonly string[],
    index: number,
    rule?: string | undefined,
    possible?: readonly string[] | undefined,
  ) {
    this.member = items[index];
    this.at = items.slice(0, index).join(',').length + (index > 0 ? 1 : 0);
    this.rule = rule;
    this.possible = possible;
  }
}

/**
 * Splits a list into its members. It has no blanks and no empty member, and `none` stands alone.
 */
export function itemsOf(text: string): readonly string[] | ListFault {
  if (text === 'none') return [];
  const items = text.split(',');
  if (items.length > 1) {
    const empty = items.indexOf('');
    if (empty >= 0) return new ListFault(items, empty, 'lists have commas and no blanks');
    const none = items.indexOf('none');
    if (none >= 0) return new ListFault(items, none, "'none' stands alone");
  }
  return items;
}

/** Reads one member. Returns a string, the rule that it breaks, if the member is not valid. */
export function lineOf(item: string): Line | string {
  const [, name, range, condition] = /^([^@?]*)(?:@([^@?]*))?(?:\?([^@?]*))?$/.exec(item) ?? [];
  if (name === undefined) return 'a step is written NAME@RANGE?CONDITION';
  if (range !== undefined && !(RANGES as readonly string[]).includes(range)) {
    return `a range is one of ${RANGES.map((known) => `@${known}`).join(', ')}`;
  }
  if (condition !== undefined && !(CONDITIONS as readonly string[]).includes(condition)) {
    return `a condition is one of ${CONDITIONS.map((known) => `?${known}`).join(', ')}`;
  }
  return {
    name,
    range: (range as Range | undefined) ?? 'page',
    when: (condition as Condition | undefined) ?? 'always',
  };
}

export const lineText = ({ name, range, when }: Line): string =>
  name + (range === 'page' ? '' : `@${range}`) + (when === 'always' ? '' : `?${when}`);
