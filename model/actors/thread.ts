/** What the events of a kernel thread have in common: operations that begin, go on and end. */
import type { Answers, EventKind, Guard, Need } from '../event.ts';
import { allAnswered, comesNext, idleThread, mapped, unlocked } from '../guards.ts';
import type { Machine } from '../machine.ts';
import { atc, cpus, inOperation, iotlb, stepsAreSeen } from '../needs.ts';
import type { OperationName, StepVerb, ThreadName } from '../operations.ts';
import { runToEnd, takeStep } from '../rules/operation.ts';
import type { Page } from '../state.ts';

type Effect = (m: Machine, page: Page) => void;
type Told = EventKind['told'];

/** An operation begins; in `atomic` it ends at once, too. */
export function begins({
  begin,
  end,
  needs,
  guards = [],
  before = [],
  ...rest
}: {
  readonly begin: Effect;
  /** What is done at the end; in `atomic` at once. */
  readonly end: Effect;
  readonly needs: readonly Need[];
  /** Besides: the thread is idle, the page is mapped, its lock is free. */
  readonly guards?: readonly Guard[];
  readonly before?: readonly Guard[];
  readonly role: EventKind['role'];
  readonly answers?: EventKind['answers'];
  readonly told: Told;
}) {
  return {
    ...rest,
    per: 'page',
    needs,
    guards: [idleThread, ...before, mapped, unlocked, ...guards],
    effect(m: Machine, page: Page, unit: number) {
      begin(m, page);
      if (m.fine) return;
      runToEnd(m, m.threads[unit], page);
      end(m, page);
    },
  } as const satisfies EventKind;
}

/** The last step of an operation; more than one operation of a thread may end in this word. */
export function ends(
  verb: string,
  by: Partial<Record<OperationName, Effect>>,
  { needs, told, answers }: { needs: readonly Need[]; told: Told; answers?: Answers },
) {
  return {
    per: 'page',
    needs,
    guards: [comesNext(verb)],
    effect(m: Machine, page: Page, unit: number) {
      by[m.operations.steps[m.threads[unit].at].operation.name]!(m, page);
    },
    role: 'step',
    ...(answers === undefined ? {} : { answers }),
    told,
  } as const satisfies EventKind;
}

const ATS = 'PCIe ATS';
const KVM_FLUSH = 'virt/kvm/kvm_main.c kvm_flush_remote_tlbs()';

/** The steps that operations take between the first and the last, whatever thread runs them. */
const STEPS: Readonly<Record<StepVerb, Pick<EventKind, 'needs' | 'told' | 'kvm'>>> = {
  'flush-tlb': {
    needs: [cpus],
    told: {
      sentence: 'A step of an operation: every CPU drops its TLB entry.',
      source: 'flush_tlb_page()',
    },
  },
  'flush-iotlb': {
    needs: [iotlb],
    told: {
      sentence: 'A step of a callback: the IOTLB drops its entry.',
      source: 'the driver of the notifier',
    },
  },
  'post-invalidation': {
    needs: [atc],
    told: {
      sentence: 'A step of a callback: an ATC invalidation is sent to every device.',
      source: `${ATS}: invalidate request`,
    },
    kvm: {
      sentence: 'A step of a callback: every vCPU is asked to flush its TLB.',
      source: KVM_FLUSH,
    },
  },
  'await-invalidation': {
    needs: [atc],
    told: {
      sentence: 'A step of a callback: every device has completed the invalidation.',
      source: `${ATS}: invalidate completion`,
    },
    kvm: { sentence: 'A step of a callback: every vCPU has flushed its TLB.', source: KVM_FLUSH },
  },
  harvest: {
    needs: [],
    told: {
      sentence: "A step of a callback: the secondary's own young bit is tested and cleared.",
      source: 'virt/kvm/kvm_main.c kvm_age_gfn()',
    },
  },
  zap: {
    needs: [],
    told: {
      sentence: "A step of a callback: the secondary's own page-table entry is dropped.",
      source: 'virt/kvm/kvm_main.c kvm_unmap_gfn_range()',
    },
  },
};

export function stepsOf(thread: ThreadName): Readonly<Record<StepVerb, EventKind>> {
  const step = (verb: StepVerb): EventKind => ({
    ...STEPS[verb],
    per: 'page',
    needs: [stepsAreSeen, ...STEPS[verb].needs, inOperation(thread, verb)],
    guards: [comesNext(verb), ...(verb === 'await-invalidation' ? [allAnswered] : [])],
    effect: (m, page, unit) => takeStep(m, m.threads[unit], page),
    role: 'step',
  });
  return {
    'flush-tlb': step('flush-tlb'),
    'flush-iotlb': step('flush-iotlb'),
    'post-invalidation': step('post-invalidation'),
    'await-invalidation': step('await-invalidation'),
    harvest: step('harvest'),
    zap: step('zap'),
  };
}
