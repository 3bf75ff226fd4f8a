/** The arrows of each step of a program and each action of a callback. */
import type { StepTaken } from '../../model/did.ts';
import { THREADS } from '../../model/operation.ts';
import type { StepVerb } from '../../model/steps.ts';
import { deviceWords } from '../trace/device-words.ts';
import type { Arrow, ArrowKind, LaneId } from './arrow.ts';
import { alone, atc, cpu } from './arrow.ts';
import type { Moment } from './moment.ts';

/** Where a flush comes from: a kernel thread, or whatever works on the page table. */
export const senderOf = ({ event }: Moment): LaneId =>
  THREADS.find((name) => name === event.actor) ?? 'table';

const told = (
  m: Moment,
  kind: ArrowKind,
  to: LaneId,
  label: string,
  page: number,
  changes: readonly LaneId[] = [to],
): Arrow => ({ kind, from: senderOf(m), to, label, page, changes });

type DrawStep = (m: Moment, step: StepTaken) => Arrow[];

const STEP_ARROWS: Readonly<Record<StepVerb, DrawStep>> = {
  'flush-tlb': (m, { covers }) =>
    covers.flatMap((page) =>
      m.was.tlb.map((_, unit) => told(m, 'flush', cpu(unit), 'flush TLB', page)),
    ),
  'flush-iotlb': (m, { covers }) =>
    covers.map((page) => told(m, 'flush', 'iommu', 'flush IOTLB', page)),
  // Done at once it is handled in the same event, and drawn as that.
  'post-atc': (m, { covers, atOnce }) =>
    atOnce
      ? []
      : covers.flatMap((page) =>
          m.was.atc.map((_, unit) => ({
            ...told(m, 'invalidation', atc(unit), deviceWords(m.parts).labels.invalidation, page),
            changes: [],
            arrives: 'never' as const,
          })),
        ),
  'await-atc': (m, { page, atOnce }) =>
    atOnce ? [] : [alone('await', senderOf(m), 'all done', page)],
  harvest: (m, { covers, found }) =>
    covers.map((page) =>
      told(m, 'look', 'iommu', found.includes(page) ? 'clears young' : 'not young', page),
    ),
  zap: (m, { covers }) => covers.map((page) => told(m, 'flush', 'iommu', 'zap', page)),
};

export const stepArrows: DrawStep = (m, step) => STEP_ARROWS[step.step as StepVerb](m, step);
