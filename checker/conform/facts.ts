/** The facts about a state of the model that observations check. */
import type { Model, Packed } from '../../model/model.ts';
import type { Operation, Step } from '../../model/operation.ts';
import { operationsOf } from '../../model/events.ts';
import type { Thread } from '../../model/state.ts';

/** The operation of a kernel thread, and how far it is. */
export interface Standing {
  /** The verb of its next step; empty if it is idle. */
  readonly next: string;
  /** The operation that the thread runs. */
  readonly operation: Operation | undefined;
  /** Only the end of the operation is left. */
  readonly isEnding: boolean;
  /** The operation found the PTE young, as far as that still matters to it. */
  readonly young: number;
  /** The answer so far of the callbacks whose answer the operation uses. */
  readonly answer: number;
}

export interface Facts {
  readonly present: number;
  readonly young: number;
  readonly writable: number;
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

const IDLE: Standing = { next: '', operation: undefined, isEnding: false, young: 0, answer: 0 };

function standing(steps: readonly Step[], { at, young, secondaryYoung }: Thread): Standing {
  if (at === 0) return IDLE;
  const { verb, operation } = steps[at];
  return { next: verb, operation, isEnding: at === operation.last, young, answer: secondaryYoung };
}

/** Reads the facts of page `subject` off states of a model. */
export function factsReader(model: Model, subject: number): (state: Packed) => Facts {
  const { steps } = operationsOf(model.parts);
  return (state) => {
    const { pages, kswapd, page_idle } = model.view(state);
    const { pte, iotlb, spte, atc, link } = pages[subject];
    return {
      present: pte.present,
      young: pte.young,
      writable: pte.writable,
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
