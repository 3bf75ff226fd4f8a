/**
 * Compiles the operations of a system: it puts the driver's callbacks into the kernel's programs.
 */
import { meets } from './needs.ts';
import type { Operation, OperationData, Operations, Standing, Step } from './operation.ts';
import { THREADS } from './operation.ts';
import { hasLookups, hasQueue } from './play.ts';
import type { Line, Program, Range } from './program.ts';
import type { Run } from './ranges.ts';
import { pagesIn, pagesOf, placesOf, reach } from './ranges.ts';
import type { StepVerb } from './steps.ts';
import { CALLS, MARKS, STEPS, STEP_VERBS, stepsOf } from './steps.ts';
import type { CallbackName, Parts } from './system.ts';

type Draft = Pick<
  Step,
  | 'verb'
  | 'ifYoung'
  | 'ifHarvested'
  | 'covers'
  | 'returns'
  | 'ages'
  | 'line'
  | 'action'
  | keyof Standing
>;
/** The callbacks whose return value a look heeds. */
export const HEEDED: readonly string[] = ['clear_flush_young', 'clear_young'];

/**
 * Operations whose `invalidate` a shadow secondary does not hear. KVM registers
 * invalidate_range_start, which these operations do not call. They call the notifier of the TLB
 * flush, which only a secondary with a shared page table registers. Looks, marks and walks are
 * unheard in the same way.
 */
const UNHEARD: readonly string[] = ['cold', 'clear-refs', 'upgrade'];

/** Whether the driver does not hear a call that an operation makes. */
export const isUnheard = (
  { driver }: Parts,
  line: Line,
  { name, ages }: Pick<OperationData, 'name' | 'ages'>,
): boolean =>
  driver.secondary === 'shadow' && line.name === 'invalidate' && (ages || UNHEARD.includes(name));

/** The look of an unmap is a look of reclaim: it runs the program `age`. */
const LOOK: Pick<OperationData, 'name' | 'ages'> = { name: 'age', ages: true };

/** The events of an operation's own, which are neither a step of STEPS nor its end. */
const OWN: readonly string[] = ['pte', 'age', 'report', 'set'];

class Compiler {
  private readonly parts: Parts;
  private readonly isFine: boolean;
  private readonly isQueued: boolean;
  private readonly places: readonly Run[];
  private readonly pages: number;
  private readonly steps: Step[] = [undefined as unknown as Step];
  /** Where the operation that is being compiled stands. */
  private standing: Standing = AT_FIRST;

  constructor(parts: Parts) {
    this.parts = parts;
    this.isFine = parts.scope.granularity === 'fine';
    this.isQueued = hasQueue(parts);
    this.places = placesOf(parts);
    this.pages = pagesIn(parts);
  }

  private exists(verb: StepVerb): boolean {
    return meets(this.parts, STEPS[verb].needs);
  }

  /** For each place of the operation, the pages that a step acts on. */
  private covers(ranges: readonly Range[]): number[][] {
    return this.places.map((place) =>
      pagesOf(ranges.reduce((told, range) => reach(range, told, this.pages), place)),
    );
  }

  private draft(verb: string, more: Partial<Draft> = {}): Draft {
    return {
      verb,
      ifYoung: false,
      ifHarvested: false,
      covers: [],
      returns: 'zero',
      ages: false,
      line: -1,
      action: -1,
      ...this.standing,
      ...more,
    };
  }

  /**
   * The actions of a driver's callback that is told of a range. Even an empty callback ends with
   * `return`.
   */
  private callback(
    name: CallbackName,
    told: Range,
    more: Partial<Draft>,
    heeded: boolean,
  ): Draft[] {
    const { actions, returns } = this.parts.driver[name];
    const drafts = actions.flatMap((line, action): Draft[] =>
      stepsOf(line.name, this.isQueued)
        .filter((verb) => this.exists(verb))
        .map((verb) =>
          this.draft(verb, {
            ...more,
            ifHarvested: line.when === 'harvested',
            covers: this.covers([told, line.range]),
            action,
          }),
        ),
    );
    return [...drafts, this.draft('return', { ...more, returns: heeded ? returns : 'zero' })];
  }

  private line(line: Line, { ages }: Pick<OperationData, 'ages'>): Draft[] {
    const more = { ifYoung: line.when === 'young', ages };
    const call = CALLS[line.name];
    if (call !== undefined) {
      const shadow = this.parts.driver.secondary === 'shadow';
      // invalidate_range_start is told the range of the operation. Only the flush of the TLB covers
      // the whole mm.
      const unmaps = shadow && line.name === 'invalidate' && line.range === 'mm';
      const range = unmaps ? 'page' : line.range;
      return this.callback(call.callback, range, more, ages && HEEDED.includes(line.name));
    }
    if (!this.exists(line.name as StepVerb)) return [];
    return [this.draft(line.name, { ...more, covers: this.covers(['page']) })];
  }

  /** The steps of an operation that it hears, without those that are never taken. */
  private heard(kind: OperationData): Program {
    const lines = this.parts.kernel[kind.program].filter(
      (line) => !isUnheard(this.parts, line, kind),
    );
    const pte = lines.findIndex(({ name }) => name === 'pte');
    // Before `pte` no operation has found the page young. A pageout does not look.
    const looks = kind.continuesAs === undefined && this.parts.scope.events.includes('unmap');
    return lines.filter(
      ({ name, when }, i) => !(i < pte && when === 'young') && (looks || name !== 'look'),
    );
  }

  /** Whether a step stands before `pte`, so that the operation begins with an event of its own. */
  private beginsEarly(lines: Program): boolean {
    const pte = lines.findIndex(({ name }) => name === 'pte');
    if (!this.isFine || pte < 0) return false;
    return lines.slice(0, pte).some(({ name }) => {
      const isStep = Object.hasOwn(STEPS, name);
      return !isStep || this.exists(name as StepVerb);
    });
  }

  /** The look inside an unmap: its first event, the steps of the program `age`, and its report. */
  private look(): Draft[] {
    const first = this.draft('age');
    this.standing = { ...this.standing, locked: true };
    const lines = this.parts.kernel.age.filter(
      (line) => line.name !== 'pte' && !isUnheard(this.parts, line, LOOK),
    );
    // In the list of the unmap they are all its member `look`.
    const steps = lines.flatMap((line) => this.line(line, LOOK));
    return [first, ...steps.map((step) => ({ ...step, action: -1 })), this.draft('report')];
  }

  /** What a member of a program becomes, and where the operation stands behind it. */
  private member(line: Line, kind: OperationData, beginsEarly: boolean): Draft[] {
    const before = this.standing;
    switch (line.name) {
      case 'pte': {
        const own = beginsEarly ? [this.draft('pte')] : [];
        this.standing = { ...before, locked: true, early: false };
        return own;
      }
      case 'unlock':
        if (!this.isFine) return [];
        this.standing = { ...before, locked: false, pending: true, renewed: true };
        return [];
      case 'look':
        return this.look();
      case 'set': {
        // Without a `pte` the first event is this one.
        const own = this.parts.kernel[kind.program][0].name === 'set' ? [] : [this.draft('set')];
        this.standing = { ...before, locked: true, early: false, renewed: true };
        return own;
      }
      case 'copy': {
        const own = this.line(line, kind);
        this.standing = { ...before, copied: true };
        return own;
      }
      default:
        return Object.hasOwn(MARKS, line.name) ? [] : this.line(line, kind);
    }
  }

  /** Compiles one operation. If nothing stands before `pte`, its first event does that step. */
  lay(kind: OperationData): Operation {
    const lines = this.heard(kind);
    const beginsEarly = this.beginsEarly(lines);
    this.standing = beginsEarly ? { ...AT_FIRST, early: true } : { ...AT_FIRST, locked: true };
    const list = this.parts.kernel[kind.program];
    const drafts = lines.flatMap((line) => {
      const at = list.indexOf(line);
      return this.member(line, kind, beginsEarly).map((draft) => ({ ...draft, line: at }));
    });
    drafts.push(this.draft(kind.ends));
    const first = this.steps.length;
    const last = first + drafts.length - 1;
    const pte = drafts.findIndex(({ verb }) => verb === 'pte');
    const report = drafts.slice(0, -1).findLastIndex(({ verb }) => verb === 'report');
    const { name, thread, program, ages, ends, continuesAs, invalidates, keepsPte } = kind;
    const asksYoung = drafts.findLastIndex(({ ifYoung }) => ifYoung);
    // All operations have the same fields in the same order, so that reading one is fast.
    const operation: Operation = {
      name,
      thread,
      program,
      ages,
      ends,
      continuesAs,
      invalidates,
      keepsPte,
      first,
      last,
      pteAt: pte < 0 ? 0 : first + pte,
      behindPte: first + pte + 1,
      setsFirst: lines[0]?.name === 'set',
      takes: lines[0]?.name === 'take',
      youngUntil: kind.ages || keepsPte ? last : first + Math.max(asksYoung, report),
      reachesFar: drafts.some((draft) => this.isFar(draft)),
      calls: lines.some(({ name }) => CALLS[name] !== undefined),
    };
    for (const draft of drafts) {
      const kind = (STEP_VERBS as readonly string[]).indexOf(draft.verb);
      // A verb that was read from a text is another string object, which is slow to compare.
      const verb = STEP_VERBS[kind] ?? OWN.find((own) => own === draft.verb) ?? draft.verb;
      const isFar = this.isFar(draft);
      this.steps.push({ ...draft, verb, kind, isFar, operation, at: this.steps.length });
    }
    return operation;
  }

  /** Whether a step acts on another page than those of the operation. */
  private isFar({ covers }: Draft): boolean {
    return covers.some((pages, place) => {
      const { from, to } = this.places[place];
      return pages.some((page) => page < from || page > to);
    });
  }

  /**
   * Compiles all operations. Those of threads come first, which keeps their program counters small.
   */
  compile(kinds: readonly OperationData[]): Operations {
    const byName = new Map<string, Operation>();
    for (const thread of [...THREADS, undefined]) {
      for (const kind of kinds) {
        if (kind.thread === thread && !this.isContinued(kind))
          byName.set(kind.name, this.lay(kind));
      }
    }
    for (const kind of kinds) {
      if (!this.isContinued(kind)) continue;
      const laid = byName.get(kind.continuesAs!);
      if (laid === undefined) throw new Error(`${kind.name}: ${kind.continuesAs}?`);
      byName.set(kind.name, laid);
    }
    const { steps } = this;
    const standings = steps.slice(1);
    return {
      byName,
      steps,
      hasLook: standings.some(({ verb, operation }) => verb === 'age' && operation.name !== 'age'),
      areWatched:
        hasLookups(this.parts) ||
        this.places.some(({ from, to }) => from !== to) ||
        standings.some((step) => step.early || step.pending || step.renewed || step.copied),
    };
  }

  /** Whether an operation is another one from its first event on. */
  private isContinued(kind: OperationData): boolean {
    return kind.continuesAs !== undefined && !this.beginsEarly(this.heard(kind));
  }
}

const AT_FIRST: Standing = {
  locked: false,
  early: false,
  pending: false,
  renewed: false,
  copied: false,
};

export const compile = (parts: Parts, kinds: readonly OperationData[]): Operations =>
  new Compiler(parts).compile(kinds);
