/** What the observations ask of a state of the model. */
import type { Model, Packed } from '../../model/model.ts';
import type { Step } from '../../model/operation.ts';
import { operationsOf } from '../../model/events.ts';
import type { Thread } from '../../model/state.ts';

/** Where a kernel thread stands: the verb of its next step, empty if it is idle. */
export interface Standing {
  readonly next: string;
  readonly operation: string;
  /** What the operation has found young so far: in the PTE, by the notifier it heeds. */
  readonly young: number;
  readonly answer: number;
}

export interface Facts {
  readonly present: number;
  readonly young: number;
  readonly writable: number;
  readonly tlb: number;
  readonly iotlb: number;
  readonly spte: number;
  readonly spteYoung: number;
  readonly spteWrite: number;
  readonly atc: number;
  readonly atcWrite: number;
  readonly request: number;
  readonly invalidation: number;
  readonly kswapd: Standing;
  readonly idle: Standing;
}

const IDLE: Standing = { next: '', operation: '', young: 0, answer: 0 };

function standing(steps: readonly Step[], thread: Thread): Standing {
  if (thread.at === 0) return IDLE;
  const step = steps[thread.at];
  return {
    next: step.verb,
    operation: step.operation.name,
    young: step.young,
    answer: thread.secondaryYoung | (step.operation.returnsOne ? 1 : 0),
  };
}

/** Reads the facts of page `subject` off states of a model. */
export function factsReader(model: Model, subject: number): (state: Packed) => Facts {
  const { steps } = operationsOf(model.parts);
  return (state) => {
    const { pages, kswapd, page_idle } = model.view(state);
    const { pte, tlb, iotlb, spte, atc, link } = pages[subject];
    return {
      present: pte.present,
      young: pte.young,
      writable: pte.writable,
      tlb: tlb.some((entry) => entry.present) ? 1 : 0,
      iotlb: iotlb.present,
      spte: spte.present,
      spteYoung: spte.young,
      spteWrite: spte.write,
      atc: atc[0].present,
      atcWrite: atc[0].write,
      request: link[0].request,
      invalidation: link[0].invalidation,
      kswapd: standing(steps, kswapd),
      idle: standing(steps, page_idle),
    };
  };
}
