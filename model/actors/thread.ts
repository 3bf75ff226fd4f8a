/** What the events of a kernel thread have in common: operations that begin, go on and end. */
import type { Answers, EventKind, Guard, Need, OperationKind } from '../event.ts';
import { comesNext, idleThread, mapped, unlocked } from '../guards.ts';
import type { Machine } from '../machine.ts';
import { stepsAreSeen } from '../needs.ts';
import type { Told } from '../program.ts';
import { begin, runToEnd, takeStep } from '../run.ts';
import { SHOWN } from '../shown.ts';
import type { Page, Thread } from '../state.ts';
import type { StepKind, StepVerb } from '../steps.ts';
import { STEPS, STEP_VERBS } from '../steps.ts';

/** The event answers a value, instead of what it may have answered so far. */
export function answer(m: Machine, value: number): void {
  m.shown = (m.shown & ~SHOWN.one) | SHOWN.answers | (value ? SHOWN.one : 0);
}

/** What the helper and its notifier calls say: young in the CPU's PTE or in the secondary's. */
export const foundYoung = (run: Thread): number => run.young | run.secondaryYoung;

/* ptep_test_and_clear_young(), under the page-table lock. */
export function clearYoung(m: Machine, { pte }: Page, run: Thread): void {
  pte.young = 0;
  if (!run.young && m.hasAtc) m.shown |= SHOWN.foundOld;
  if (m.fine) answer(m, run.young);
}

/** Notes that an operation is about to change the page table, and what it finds there. */
function noteBegin(m: Machine, operation: string, { index, pte }: Page): void {
  m.did?.push({ what: 'pte', operation, page: index, young: pte.young !== 0 });
}

/** What a system must have besides, and what the event is called, where it begins an operation. */
interface Form {
  readonly needs?: readonly Need[];
  readonly told?: Told;
}

/** An operation begins; in `atomic` it ends at once, too. */
export function begins(kind: OperationKind, form: Form = {}): EventKind {
  const { before = [], guards = [], continuesAs, pte, end, answers } = kind;
  const name = continuesAs ?? kind.name;
  return {
    per: 'page',
    role: kind.role,
    needs: [...(form.needs ?? []), ...kind.needs],
    guards: [idleThread, ...before, mapped, unlocked, ...guards],
    told: form.told ?? kind.told,
    ...(kind.kvm === undefined ? {} : { kvm: kind.kvm }),
    ...(answers === undefined ? {} : { answers }),
    effect(m, page, unit) {
      const run = m.threads[unit];
      const operation = m.operations.byName.get(name)!;
      // pte() asks what the PTE was; begin() may forget it, where no step to come depends on it.
      const { young } = page.pte;
      run.young = young;
      noteBegin(m, kind.name, page);
      pte(m, page, run);
      begin(m, run, operation, page, young);
      if (m.fine) return;
      runToEnd(m, run, page);
      end(m, page, run);
      m.did?.push({ what: 'end', operation: operation.name, page: page.index });
      run.clear();
    },
  };
}

/** An operation that is one event in either granularity. */
export function doneAtOnce(kind: OperationKind): EventKind {
  const { before = [], guards = [], name, needs, role, told, pte, end } = kind;
  return {
    per: 'page',
    role,
    needs,
    guards: [...before, mapped, unlocked, ...guards],
    told,
    ...(kind.kvm === undefined ? {} : { kvm: kind.kvm }),
    effect(m, page) {
      const run = m.atOnce;
      const { young } = page.pte;
      run.young = young;
      noteBegin(m, name, page);
      pte(m, page, run);
      begin(m, run, m.operations.byName.get(name)!, page, young);
      runToEnd(m, run, page);
      end(m, page, run);
      m.did?.push({ what: 'end', operation: name, page: page.index });
      run.clear();
    },
  };
}

/** The last event of an operation; more than one operation of a thread may end in this word. */
export function ends(
  kinds: readonly OperationKind[],
  { needs, told, answers }: { needs: readonly Need[]; told: Told; answers?: Answers },
): EventKind {
  const byName = new Map(kinds.map((kind) => [kind.name, kind.end]));
  return {
    per: 'page',
    needs,
    guards: [comesNext(kinds[0].ends)],
    effect(m, page, unit) {
      const run = m.threads[unit];
      const { name } = m.operations.steps[run.at].operation;
      byName.get(name)!(m, page, run);
      m.did?.push({ what: 'end', operation: name, page: page.index });
      run.clear();
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

/** The steps that operations take between the first and the last, whatever thread runs them. */
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
