/**
 * How events are made from an operation of the kernel: its first event, its steps and its last
 * event.
 */
import type { Answers, EventKind, Guard, OperationKind } from '../event.ts';
import { comesNext, idleThread, lockIsOwn, mapped, unlocked } from '../guards.ts';
import type { Machine } from '../machine.ts';
import { overtakesFills } from '../mechanics/frames.ts';
import type { Need } from '../needs.ts';
import { stepsAreSeen } from '../needs.ts';
import type { Operation, ThreadName } from '../operation.ts';
import type { Told } from '../program.ts';
import { begin, goOnBehindPte, runToEnd, takeStep } from '../run.ts';
import { SHOWN } from '../shown.ts';
import type { Page, Thread } from '../state.ts';
import { UNITS } from '../state.ts';
import type { StepKind, StepVerb } from '../steps.ts';
import { MARKS, STEPS, STEP_VERBS } from '../steps.ts';

/** Sets the value that the event answers; a value that was set before is replaced. */
export function answer(m: Machine, value: number): void {
  m.shown = (m.shown & ~SHOWN.one) | SHOWN.answers | (value ? SHOWN.one : 0);
}

/**
 * Whether the operation found the page young: in the CPU's PTE, or by what its notifier calls
 * returned.
 */
export const foundYoung = (run: Thread): number => run.young | run.secondaryYoung;

/* ptep_test_and_clear_young(). The operation holds the page-table lock. */
export function clearYoung(m: Machine, { pte }: Page, run: Thread): void {
  pte.young = 0;
  m.sent = 0;
  m.sentInVain = 0;
  if (!run.young && m.hasAtc) m.shown |= SHOWN.foundOld;
  if (m.fine) answer(m, run.young);
}

/** Notes that an operation changes the page table now, and whether the PTE was young before. */
function notePte(m: Machine, operation: string, page: number, young: number): void {
  m.did?.push({ what: 'pte', operation, page, young: young !== 0 });
}

/** What the first event of an operation has of its own: further needs, and another description. */
interface Form {
  readonly needs?: readonly Need[];
  readonly told?: Told;
}

/** Changes the page table for an operation. Returns whether it has found a PTE young. */
function changePte(m: Machine, place: Page, run: Thread, { name, pte }: OperationKind): number {
  let young = 0;
  for (const { pte: found } of place[UNITS]) young |= found.young;
  // pte() reads run.young. It is cleared if no later step depends on it.
  run.young = young;
  notePte(m, name, place[UNITS][0].index, young);
  for (const page of place[UNITS]) pte(m, page, run);
  return young;
}

const compiled = (m: Machine, { name, continuesAs }: OperationKind): Operation =>
  m.operations.byName.get(name) ?? m.operations.byName.get(continuesAs!)!;

/** Begins an operation, and stands before the next step that it has to take. */
function start(m: Machine, place: Page, run: Thread, kind: OperationKind): void {
  const operation = compiled(m, kind);
  if (kind.invalidates) overtakesFills(m, place);
  // A pageout leaves out the look of an unmap, and goes on as one.
  if (operation.pteAt > 0 && operation.name === kind.name) {
    return begin(m, run, operation, place, 0);
  }
  const young = changePte(m, place, run, kind);
  run.page = place.index;
  goOnBehindPte(m, run, operation, young);
}

/** Ends an operation that has come to its last step. */
function finish(m: Machine, place: Page, run: Thread, { end }: OperationKind): void {
  const { name } = m.operations.steps[run.at].operation;
  for (const page of place[UNITS]) end(m, page, run);
  over(m, place, run, name);
}

/** An operation is over: at its last step, or where nothing was left to do. */
export function over(m: Machine, place: Page, run: Thread, name: string): void {
  m.did?.push({ what: 'end', operation: name, page: place[UNITS][0].index });
  run.clear();
}

/** The event that begins an operation. In `atomic` the operation also ends in it. */
export function begins(kind: OperationKind, form: Form = {}): EventKind {
  const { before = [], guards = [], answers } = kind;
  return {
    per: 'page',
    begins: kind.name,
    thread: kind.thread,
    ofBlock: true,
    role: kind.role,
    needs: [...(form.needs ?? []), ...kind.needs],
    guards: [idleThread, ...before, mapped, unlocked, ...guards],
    told: form.told ?? kind.told,
    ...(kind.kvm === undefined ? {} : { kvm: kind.kvm }),
    ...(answers === undefined ? {} : { answers }),
    effect(m, place, unit) {
      const run = m.threads[unit];
      start(m, place, run, kind);
      if (m.fine) return;
      runToEnd(m, run, place);
      finish(m, place, run, kind);
    },
  };
}

/** The event of an operation that is one event both in `atomic` and in `fine`. */
export function doneAtOnce(kind: OperationKind): EventKind {
  const { before = [], guards = [], needs, role, told } = kind;
  return {
    per: 'page',
    begins: kind.name,
    ofBlock: true,
    role,
    needs,
    guards: [...before, mapped, unlocked, ...guards],
    told,
    ...(kind.kvm === undefined ? {} : { kvm: kind.kvm }),
    effect(m, page) {
      start(m, page, m.atOnce, kind);
      runToEnd(m, m.atOnce, page);
      finish(m, page, m.atOnce, kind);
    },
  };
}

/** Finds the declaration of the operation that a thread is in. */
const among = (kinds: readonly OperationKind[]) => {
  const byName = new Map(kinds.map((kind) => [kind.name as string, kind]));
  return (m: Machine, run: Thread): OperationKind =>
    kinds.length === 1 ? kinds[0] : byName.get(m.operations.steps[run.at].operation.name)!;
};

/** The last event of an operation. Several operations of a thread may end with the same verb. */
export function ends(
  kinds: readonly OperationKind[],
  { needs, told, answers }: { needs: readonly Need[]; told: Told; answers?: Answers },
): EventKind {
  const kindIn = among(kinds);
  return {
    per: 'page',
    thread: kinds[0].thread,
    ofBlock: true,
    needs,
    guards: [comesNext(kinds[0].ends)],
    effect(m, place, unit) {
      const run = m.threads[unit];
      finish(m, place, run, kindIn(m, run));
    },
    role: 'step',
    ...(answers === undefined ? {} : { answers }),
    told,
  };
}

/**
 * The step `pte` as an event of its own, where other steps stand before it. If the page is gone by
 * then, the operation is over.
 */
export function ptes(kinds: readonly OperationKind[]): EventKind {
  const kindIn = among(kinds);
  return {
    per: 'page',
    thread: kinds[0].thread,
    ofBlock: true,
    step: true,
    needs: [stepsAreSeen],
    guards: [comesNext('pte'), lockIsOwn],
    effect(m, place, unit) {
      const run = m.threads[unit];
      const kind = kindIn(m, run);
      const stillTo = kind.stillTo ?? (() => true);
      if (!place[UNITS].some((page) => page.pte.present !== 0 && stillTo(page))) {
        return over(m, place, run, kind.name);
      }
      const young = changePte(m, place, run, kind);
      goOnBehindPte(m, run, m.operations.byName.get(kind.continuesAs ?? kind.name)!, young);
    },
    role: 'step',
    told: ofAnOperation(MARKS.pte.told, 'an operation'),
  };
}

const ofAnOperation = ({ sentence, source }: Told, of: string): Told => ({
  sentence: `A step of ${of}: ${sentence[0].toLowerCase()}${sentence.slice(1)}`,
  source,
});

/** The events for the steps between the first and the last event. Every thread has them. */
export function stepEvents(thread: ThreadName): Readonly<Record<StepVerb, EventKind>> {
  const step = (verb: StepVerb): EventKind => {
    const { needs, waits, told, kvm, in: list }: StepKind = STEPS[verb];
    const of = list === 'program' ? 'an operation' : 'a callback';
    const waitsFor: readonly Guard[] = waits === undefined ? [] : [waits];
    return {
      per: 'page',
      thread,
      ofBlock: true,
      step: true,
      needs: [stepsAreSeen, ...needs],
      guards: [comesNext(verb), ...waitsFor],
      effect: (m, page, unit) => takeStep(m, m.threads[unit], page),
      role: 'step',
      told: ofAnOperation(told, of),
      ...(kvm === undefined ? {} : { kvm: ofAnOperation(kvm, of) }),
    };
  };
  return Object.fromEntries(STEP_VERBS.map((verb) => [verb, step(verb)])) as Record<
    StepVerb,
    EventKind
  >;
}
