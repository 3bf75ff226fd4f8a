/** The lanes of a sequence diagram, and the arrows between them. */
import type { ThreadName } from '../../model/operation.ts';

/**
 * Lane `memory` is where a posted write lands, and a translated DMA. With a shadow secondary lane
 * `iommu` is KVM's MMU.
 */
export type LaneId =
  | 'user'
  | 'khugepaged'
  | `cpu${number}`
  | ThreadName
  | 'table'
  | 'iommu'
  | `atc${number}`
  | `dev${number}`
  | 'memory';

export type ArrowKind =
  /** A cache has the answer, and nobody walks. */
  | 'hit'
  /** The hardware walks the page table, and the walk may fill a TLB. */
  | 'walk'
  /** The fault handler handles a fault. A device with ATS asks for it by a page request. */
  | 'fault'
  | 'request'
  | 'completion'
  /** Somebody tests and clears the young bit. */
  | 'look'
  | 'unmap'
  | 'write-protect'
  /** The TLB, the IOTLB or the secondary's own page table is told to drop its entry. */
  | 'flush'
  | 'invalidation'
  | 'invalidation-completion'
  | 'await'
  /** A shadow secondary tells core mm that the page was used. */
  | 'mark'
  | 'evict'
  | 'posted-write'
  /** An operation ends: it reports, frees, or only gives up the lock. */
  | 'report'
  | 'free'
  | 'end';

/**
 * A message between two lanes. An arrow from a lane to itself is something that an actor does
 * alone.
 */
export interface Arrow {
  readonly kind: ArrowKind;
  readonly from: LaneId;
  readonly to: LaneId;
  readonly label: string;
  /** The page that it is about; 0 is page A. */
  readonly page: number;
  /** The number of the device, where several send on the same way. */
  readonly unit?: number;
  /** The last page, if it is about a run or a block of pages. */
  readonly upTo?: number;
  /** The lanes whose entries this arrow may change. */
  readonly changes: readonly LaneId[];
  /** In the row where it is sent: the step in which it arrives; `never` if not in this trace. */
  readonly arrives?: number | 'never';
  /** In the row where it arrives: the step in which it was sent. */
  readonly sent?: number;
  /** An invalidation has overtaken it, and it is dropped on arrival. */
  readonly lost?: boolean;
}

export const dev = (unit: number): LaneId => `dev${unit}`;
export const atc = (unit: number): LaneId => `atc${unit}`;
export const cpu = (unit: number): LaneId => `cpu${unit}`;

/** The arrow for something that an actor does alone. */
export const alone = (
  kind: ArrowKind,
  lane: LaneId,
  label: string,
  page: number,
  changes: readonly LaneId[] = [],
): Arrow => ({ kind, from: lane, to: lane, label, page, changes });
