/**
 * Compiles the operations of a system: it puts the driver's callbacks into the kernel's programs.
 */
import { MANY } from './field.ts';
import { meets } from './needs.ts';
import type { Operation, OperationData, Operations, Step } from './operation.ts';
import { THREADS } from './operation.ts';
import type { Line, Range } from './program.ts';
import type { StepVerb } from './steps.ts';
import { CALLS, STEPS, STEP_VERBS, WORDS } from './steps.ts';
import type { CallbackName, Parts } from './system.ts';

/** The range that a callback is told: from one page to another, both included. Page A is 0. */
interface Told {
  readonly from: number;
  readonly to: number;
}

/** The pages that a range stands for, counted from those that were told and cut to the scope. */
function reach(range: Range, { from, to }: Told, pages: number): Told {
  switch (range) {
    case 'page':
      return { from, to };
    case 'next':
      return { from, to: Math.min(to + 1, pages - 1) };
    case 'mm':
      return { from: 0, to: pages - 1 };
  }
}

const upTo = ({ from, to }: Told): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

type Draft = Pick<
  Step,
  'verb' | 'ifYoung' | 'ifHarvested' | 'covers' | 'returns' | 'line' | 'action'
>;
/** A draft before one knows of which line of the program it is. */
type Unplaced = Omit<Draft, 'line'>;
const HEEDED: readonly string[] = ['clear_flush_young', 'clear_young'];

/**
 * Operations whose `invalidate` a shadow secondary does not hear. KVM registers
 * invalidate_range_start, which these operations do not call. They call the notifier of the TLB
 * flush, which only a secondary with a shared page table registers. Looks, marks and walks are
 * unheard in the same way.
 */
const UNHEARD: readonly string[] = ['cold', 'clear-refs', 'upgrade'];

/** Whether the driver does not hear a call that an operation makes. */
export const isUnheard = ({ driver }: Parts, line: Line, { name, ages }: OperationData): boolean =>
  driver.secondary === 'shadow' && line.name === 'invalidate' && (ages || UNHEARD.includes(name));

class Compiler {
  private readonly parts: Parts;
  private readonly steps: Step[] = [undefined as unknown as Step];

  constructor(parts: Parts) {
    this.parts = parts;
  }

  private exists(verb: StepVerb): boolean {
    return meets(this.parts, STEPS[verb].needs);
  }

  /** For each page of the operation, the pages that a step acts on. */
  private covers(ranges: readonly Range[]): number[][] {
    // With any number of pages, two are enough to see which steps reach another page.
    const pages = this.parts.scope.pages === MANY ? 2 : this.parts.scope.pages;
    return Array.from({ length: pages }, (_, page) =>
      upTo(ranges.reduce((told, range) => reach(range, told, pages), { from: page, to: page })),
    );
  }

  /**
   * The actions of a driver's callback that is told of a range. Even an empty callback ends with
   * `return`.
   */
  private callback(name: CallbackName, told: Range, ifYoung: boolean, heeded: boolean): Unplaced[] {
    const { actions, returns } = this.parts.driver[name];
    const drafts = actions.flatMap((line, action): Unplaced[] =>
      (WORDS[line.name]?.steps ?? [line.name as StepVerb])
        .filter((verb) => this.exists(verb))
        .map((verb) => ({
          verb,
          ifYoung,
          ifHarvested: line.when === 'harvested',
          covers: this.covers([told, line.range]),
          returns: 'zero',
          action,
        })),
    );
    return [
      ...drafts,
      {
        verb: 'return',
        ifYoung,
        ifHarvested: false,
        covers: [],
        returns: heeded ? returns : 'zero',
        action: -1,
      },
    ];
  }

  private line(line: Line, kind: OperationData): Unplaced[] {
    const ifYoung = line.when === 'young';
    const call = CALLS[line.name];
    if (call !== undefined) {
      const shadow = this.parts.driver.secondary === 'shadow';
      // invalidate_range_start is told the range of the operation. Only the flush of the TLB covers
      // the whole mm.
      const unmaps = shadow && line.name === 'invalidate' && line.range === 'mm';
      const range = unmaps ? 'page' : line.range;
      return this.callback(call.callback, range, ifYoung, kind.ages && HEEDED.includes(line.name));
    }
    if (!this.exists(line.name as StepVerb)) return [];
    const covers = this.covers(['page']);
    const step = { verb: line.name, ifYoung, ifHarvested: false, covers } as const;
    return [{ ...step, returns: 'zero', action: -1 }];
  }

  /** Compiles one operation. Its first event does what `pte` says, so `pte` becomes no step. */
  lay(kind: OperationData): Operation {
    const lines = this.parts.kernel[kind.program];
    const isHeard = (line: Line) => line.name !== 'pte' && !isUnheard(this.parts, line, kind);
    const end = { verb: kind.ends, ifYoung: false, ifHarvested: false, covers: [] } as const;
    const drafts: Draft[] = [
      ...lines.flatMap((line, at) =>
        isHeard(line) ? this.line(line, kind).map((draft) => ({ ...draft, line: at })) : [],
      ),
      { ...end, returns: 'zero', line: -1, action: -1 },
    ];
    const first = this.steps.length;
    const last = first + drafts.length - 1;
    const { name, thread, program, ages, ends, continuesAs } = kind;
    // All operations have the same fields in the same order, so that reading one is fast.
    const operation: Operation = {
      name,
      thread,
      program,
      ages,
      ends,
      continuesAs,
      first,
      last,
      youngUntil: kind.ages ? last : first + drafts.findLastIndex(({ ifYoung }) => ifYoung),
      reachesFar: drafts.some(({ covers }) => covers.some((pages) => pages.length > 1)),
      calls: lines.some((line) => isHeard(line) && CALLS[line.name] !== undefined),
    };
    for (const draft of drafts) {
      const kind = (STEP_VERBS as readonly string[]).indexOf(draft.verb);
      // A verb that was read from a text is another string object, which is slow to compare.
      const verb = STEP_VERBS[kind] ?? draft.verb;
      this.steps.push({ ...draft, verb, kind, operation, at: this.steps.length });
    }
    return operation;
  }

  /**
   * Compiles all operations. Those of threads come first, which keeps their program counters small.
   */
  compile(kinds: readonly OperationData[]): Operations {
    const byName = new Map<string, Operation>();
    for (const thread of [...THREADS, undefined]) {
      for (const kind of kinds) {
        if (kind.thread === thread && kind.continuesAs === undefined) {
          byName.set(kind.name, this.lay(kind));
        }
      }
    }
    for (const kind of kinds) {
      const { continuesAs } = kind;
      if (continuesAs === undefined) continue;
      const laid = byName.get(continuesAs);
      if (laid === undefined) throw new Error(`${kind.name}: ${continuesAs}?`);
      byName.set(kind.name, laid);
    }
    return { byName, steps: this.steps };
  }
}

export const compile = (parts: Parts, kinds: readonly OperationData[]): Operations =>
  new Compiler(parts).compile(kinds);
