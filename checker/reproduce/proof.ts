/** What the log must show of a call, and whether it does. */
import type { LogEvent } from '../conform/ftrace/index.ts';
import { hugeOf } from '../conform/huge-page.ts';
import { MARKER, field, numberField } from '../conform/ftrace/index.ts';

/** Something that lines of the log prove. `page` is the number of the page; A is 0. */
export type Proof =
  | {
      readonly kind: 'access';
      readonly by: 'DEV' | 'CPU';
      readonly page: number;
      readonly path: string | undefined;
    }
  | {
      readonly kind: 'look';
      readonly page: number;
      readonly referenced: boolean;
      readonly isOver?: true;
    }
  | { readonly kind: 'evicted'; readonly page: number; readonly isOver?: true }
  | { readonly kind: 'zapped'; readonly page: number; readonly to: number }
  | { readonly kind: 'protected'; readonly page: number }
  | { readonly kind: 'forked'; readonly page: number }
  | { readonly kind: 'copied'; readonly page: number }
  | { readonly kind: 'collapsed'; readonly page: number }
  | { readonly kind: 'cleared' | 'cooled' | 'walked' | 'marked'; readonly page: number }
  | { readonly kind: 'said'; readonly page: number; readonly word: string }
  | { readonly kind: 'told'; readonly page: number; readonly verb: string };

type ProofOf<K extends Proof['kind']> = Extract<Proof, { readonly kind: K }>;

/** What lines of the log say of a proof. */
export interface Finding {
  /** The lines that show it, or that show something else. */
  readonly lines: readonly number[];
  /** What they show, if it is not what the trace predicts. */
  readonly instead?: string;
}

/** Page A of the program, and the size of a page: REGION and PAGE_SIZE in guest.h. */
export const REGION = 0x10000000;
const PAGE_SIZE = 4096;

/** A fault of a write, among the flags of handle_mm_fault(). */
const FAULT_FLAG_WRITE = 1;

export const addressOf = (page: number): number => REGION + page * PAGE_SIZE;
const hex = (page: number): string => `0x${addressOf(page).toString(16)}`;

type Events = readonly LogEvent[];

const shown = (...events: Events): Finding => ({ lines: events.map(({ line }) => line) });
const instead = (what: string, ...events: Events): Finding => ({
  ...shown(...events),
  instead: what,
});

/** Whether an event names an address in a page. DAMON's are not aligned. */
const isAt = (event: LogEvent, page: number): boolean => {
  const at = numberField(event, 'addr') ?? 0;
  return at >= addressOf(page) && at < addressOf(page) + PAGE_SIZE;
};

const covers = (event: LogEvent, page: number, to = page): boolean => {
  const [start, end] = [numberField(event, 'start'), numberField(event, 'end')];
  if (start === undefined || end === undefined) return false;
  return start < addressOf(page) + PAGE_SIZE && end > addressOf(to);
};

/** The result of a call that an event has entered: the next return of that function in the task. */
const returnOf = (events: Events, entry: LogEvent, name: string): LogEvent | undefined =>
  events.find(({ line, pid, name: own }) => line > entry.line && pid === entry.pid && own === name);

/** Proves something by the events with a name, of which there has to be one that fits. */
function anyOf(
  events: Events,
  names: readonly string[],
  fits: (event: LogEvent) => boolean,
): Finding {
  const found = events.find((event) => names.includes(event.name) && fits(event));
  return found === undefined ? instead(`no ${names.join(' or ')}`) : shown(found);
}

/** Proves that a function, by its name, has read and cleared the young bit of a page's PTE. */
function young(events: Events, page: number, caller: RegExp): Finding {
  const read = events
    .filter((event) => event.name === 'ptep_test_and_clear_young' && isAt(event, page))
    .map((entry) => [entry, returnOf(events, entry, 'ptep_test_and_clear_young_ret')] as const)
    .find(([, end]) => end !== undefined && caller.test(end.text));
  return read === undefined
    ? instead('no ptep_test_and_clear_young')
    : shown(...read.map((e) => e!));
}

/** Whether a look, whose last event is its return, answers as predicted. */
function answers(events: Events, referenced: boolean): Finding {
  const answer = numberField(events.at(-1)!, 'ret');
  const isRight = answer !== undefined && answer > 0 === referenced;
  return isRight ? shown(...events) : instead(`folio_referenced() returns ${answer}`, ...events);
}

const CHECKS: { readonly [K in Proof['kind']]: (proof: ProofOf<K>, events: Events) => Finding } = {
  access({ by, page, path }, events) {
    const end = events.find(
      ({ name, text }) => name === MARKER && text.startsWith(`${by} end P${page} `),
    );
    if (end === undefined) return instead(`no '${by} end P${page}'`);
    const was = field(end, 'path');
    return path === undefined || was === path ? shown(end) : instead(`path=${was}`, end);
  },
  look({ page, referenced, isOver }, events) {
    // The look was held, so that its begin is among the events of an earlier step.
    if (isOver) {
      const end = events.find(({ name }) => name === 'folio_referenced_ret');
      return end === undefined ? instead('no folio_referenced_ret') : answers([end], referenced);
    }
    const looks = events.filter((event) => {
      return event.name === 'folio_referenced_one' && isAt(event, page);
    });
    const [look] = looks;
    if (looks.length !== 1) {
      return instead(`${looks.length} looks at ${hex(page)}, not one`, ...looks);
    }
    const end = returnOf(events, look, 'folio_referenced_ret');
    return end === undefined
      ? instead('no folio_referenced_ret', look)
      : answers([look, end], referenced);
  },
  evicted({ page, isOver }, events) {
    // The call was held, so that its entry is among the events of an earlier step.
    if (isOver) {
      return anyOf(events, ['try_to_unmap_one_ret'], (event) => numberField(event, 'ret') === 1);
    }
    const unmap = events.find((event) => event.name === 'try_to_unmap_one' && isAt(event, page));
    if (unmap === undefined) return instead(`no try_to_unmap_one at ${hex(page)}`);
    const end = returnOf(events, unmap, 'try_to_unmap_one_ret');
    const answer = end && numberField(end, 'ret');
    return answer === 1
      ? shown(unmap, end!)
      : instead(`try_to_unmap_one() returns ${answer}`, unmap);
  },
  zapped: ({ page, to }, events) =>
    anyOf(events, ['invalidate_range_start'], (event) => covers(event, page, to)),
  protected: ({ page }, events) =>
    anyOf(events, ['page_mkclean_one', 'invalidate_range_start'], (event) => {
      return event.name === 'page_mkclean_one' ? isAt(event, page) : covers(event, page);
    }),
  forked: ({ page }, events) =>
    anyOf(events, ['invalidate_range_start'], (event) => covers(event, page)),
  copied({ page }, events) {
    const fault = events.find((event) => {
      const isWrite = ((numberField(event, 'flags') ?? 0) & FAULT_FLAG_WRITE) !== 0;
      return event.name === 'handle_mm_fault' && isAt(event, page) && isWrite;
    });
    if (fault === undefined) return instead(`no handle_mm_fault of a write at ${hex(page)}`);
    const takes = (event: LogEvent): boolean => event.line > fault.line && covers(event, page);
    const taken = events.find((event) => event.name === 'invalidate_range_start' && takes(event));
    return taken === undefined
      ? instead('no invalidate_range_start in the fault, which copies nothing', fault)
      : shown(fault, taken);
  },
  collapsed({ page }, events) {
    const taken = events.find((event) => {
      const at = event.name === 'pmdp_collapse_flush' ? numberField(event, 'addr') : undefined;
      return at === hugeOf(addressOf(page));
    });
    if (taken === undefined) return instead(`no pmdp_collapse_flush at ${hex(page)}`);
    const end = returnOf(events, taken, 'mm_collapse_huge_page');
    const status = end && field(end, 'status');
    return status === 'succeeded'
      ? shown(taken, end!)
      : instead(`mm_collapse_huge_page says ${status}`, taken);
  },
  cleared: ({ page }, events) => young(events, page, /clear_refs_pte_range/),
  cooled: ({ page }, events) =>
    anyOf(events, ['madvise_cold_or_pageout_pte_range'], (event) => {
      const [from, end] = [numberField(event, 'addr') ?? 0, numberField(event, 'end') ?? 0];
      return from <= addressOf(page) && end > addressOf(page);
    }),
  walked: ({ page }, events) => young(events, page, /walk_p/),
  marked: ({ page }, events) => young(events, page, /damon/),
  said: ({ page, word }, events) =>
    anyOf(
      events,
      ['atc_access'],
      (event) => event.text.startsWith(`${word} `) && isAt(event, page),
    ),
  told: ({ page, verb }, events) =>
    anyOf(
      events,
      ['atc_step'],
      (event) => event.text.startsWith(`${verb} `) && covers(event, page),
    ),
};

/** Whether events prove what they must. */
export const check = (proof: Proof, events: Events): Finding =>
  (CHECKS[proof.kind] as (proof: Proof, events: Events) => Finding)(proof, events);

const TEXTS: { readonly [K in Proof['kind']]: (proof: ProofOf<K>) => string } = {
  access: ({ by, page, path }) =>
    `\`${by} end P${page}\`${path === undefined ? '' : ` with \`path=${path}\``}`,
  look: ({ page, referenced, isOver }) =>
    (isOver ? '' : `one \`folio_referenced_one\` at \`addr=${hex(page)}\`, and behind it `) +
    `\`folio_referenced_ret\` with ${referenced ? '`ret` above 0' : '`ret=0`'}`,
  evicted: ({ page, isOver }) =>
    isOver
      ? '`try_to_unmap_one_ret` with `ret=1`'
      : `\`try_to_unmap_one\` at \`addr=${hex(page)}\`, which returns 1`,
  zapped: ({ page }) => `\`invalidate_range_start\` from \`start=${hex(page)}\``,
  protected: ({ page }) => `\`page_mkclean_one\` at \`addr=${hex(page)}\``,
  forked: ({ page }) => `\`invalidate_range_start\` over ${hex(page)}`,
  copied: ({ page }) =>
    `\`handle_mm_fault\` of a write at \`addr=${hex(page)}\`, and \`invalidate_range_start\` in it`,
  collapsed: ({ page }) =>
    `\`pmdp_collapse_flush\` at ${hex(page)}, and \`mm_collapse_huge_page\` with \`succeeded\``,
  cleared: ({ page }) =>
    `\`ptep_test_and_clear_young\` at \`addr=${hex(page)}\` by \`clear_refs_pte_range\``,
  cooled: ({ page }) => `\`madvise_cold_or_pageout_pte_range\` over ${hex(page)}`,
  walked: ({ page }) => `\`ptep_test_and_clear_young\` at \`addr=${hex(page)}\` by a walk`,
  marked: ({ page }) => `\`ptep_test_and_clear_young\` at \`addr=${hex(page)}\` by DAMON`,
  said: ({ word }) => `\`atc_access: ${word}\``,
  told: ({ verb }) => `\`atc_step: ${verb}\``,
};

/** What the log must show, in words. */
export const proofText = (proof: Proof): string =>
  (TEXTS[proof.kind] as (proof: Proof) => string)(proof);
