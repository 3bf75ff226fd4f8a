/**
 * How events are made from an operation of the kernel: its first event, its steps and its last
 * event.
 */
import type { Answers, EventKind, Guard, OperationKind } from '../event.ts';
import { comesNext, idleThread, mapped, unlocked } from '../guards.ts';
import type { Machine } from '../machine.ts';
import type { Need } from '../needs.ts';
import { stepsAreSeen } from '../needs.ts';
import type { Told } from '../program.ts';
import { begin, runToEnd, takeStep } from '../run.ts';
import { SHOWN } from '../shown.ts';
import type { Page, Thread } from '../state.ts';
import type { StepKind, StepVerb } from '../steps.ts';
import { STEPS, STEP_VERBS } from '../steps.ts';

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
function noteBegin(m: Machine, operation: string, { index, pte }: Page): void {
  m.did?.push({ what: 'pte', operation, page: index, young: pte.young !== 0 });
}

/** What the first event of an operation has of its own: further needs, and another description. */
interface Form {
  readonly needs?: readonly Need[];
  readonly told?: Told;
}

/** Changes the page table for an operation, and stands before its first step. */
function start(
  m: Machine,
  page: Page,
  run: Thread,
  { name, continuesAs, pte }: OperationKind,
): void {
  // pte() reads run.young. begin() clears it if no later step depends on it.
  const { young } = page.pte;
  run.young = young;
  noteBegin(m, name, page);
  pte(m, page, run);
  begin(m, run, m.operations.byName.get(continuesAs ?? name)!, page, young);
}

/** Ends an operation that has come to its last step. */
function finish(m: Machine, page: Page, run: Thread, { end }: OperationKind): void {
  const { name } = m.operations.steps[run.at].operation;
  end(m, page, run);
  m.did?.push({ what: 'end', operation: name, page: page.index });
  run.clear();
}

/** The event that begins an operation. In `atomic` the operation also ends in it. */
export function begins(kind: OperationKind, form: Form = {}): EventKind {
  const { before = [], guards = [], answers } = kind;
  return {
    per: 'page',
    begins: kind.name,
    role: kind.role,
    needs: [...(form.needs ?? []), ...kind.needs],
    guards: [idleThread, ...before, mapped, unlocked, ...guards],
    told: form.told ?? kind.told,
    ...(kind.kvm === undefined ? {} : { kvm: kind.kvm }),
    ...(answers === undefined ? {} : { answers }),
    effect(m, page, unit) {
      const run = m.threads[unit];
      start(m, page, run, kind);
      if (m.fine) return;
      runToEnd(m, run, page);
      finish(m, page, run, kind);
    },
  };
}

/** The event of an operation that is one event both in `atomic` and in `fine`. */
export function doneAtOnce(kind: OperationKind): EventKind {
  const { before = [], guards = [], needs, role, told } = kind;
  return {
    per: 'page',
    begins: kind.name,
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

/** The last event of an operation. Several operations of a thread may end with the same verb. */
export function ends(
  kinds: readonly OperationKind[],
  { needs, told, answers }: { needs: readonly Need[]; told: Told; answers?: Answers },
): EventKind {
  const [only, ...others] = kinds;
  const byName = new Map(kinds.map((kind) => [kind.name as string, kind]));
  return {
    per: 'page',
    needs,
    guards: [comesNext(only.ends)],
    effect(m, page, unit) {
      const run = m.threads[unit];
      const { name } = m.operations.steps[run.at].operation;
      finish(m, page, run, others.length === 0 ? only : byName.get(name)!);
    },
    role: 'step',
    ...(answers === undefined ? {} : { answers }),
    told,
  };
}

const ofAnOperation = ({ sentence, source }: Told, of: string): Told => ({
  sentence: `A step of ${of}: ${sentence[0].toLowerCase()}${sentence.slice(1)}`,
  source,
});

/** The events for the steps between the first and the last event. Both kernel threads have them. */
export function stepEvents(): Readonly<Record<StepVerb, EventKind>> {
  const step = (verb: StepVerb): EventKind => {
    const { needs, waits, told, kvm, in: list }: StepKind = STEPS[verb];
    const of = list === 'program' ? 'an operation' : 'a callback';
    const waitsFor: readonly Guard[] = waits === undefined ? [] : [waits];
    return {
      per: 'page',
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
