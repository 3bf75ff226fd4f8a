/** Who takes part in a trace, and what passes between them. */
import type { ThreadName } from '../../model/operation.ts';

/** `memory` is where a posted write lands. With a shadow secondary `iommu` is KVM's MMU. */
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
  /** Answered from a cache: nobody walks. */
  | 'hit'
  /** The page table is walked, by hardware alone, or a walk fills a TLB. */
  | 'walk'
  /** The fault handler does it. A device with ATS asks for that by a page request. */
  | 'fault'
  | 'request'
  | 'completion'
  /** Test and clear the young bit. */
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
  /** An operation ends: it reports, frees, or just gives up the lock. */
  | 'report'
  | 'free'
  | 'end';

/** An arrow from a lane to itself is something that an actor does alone. */
export interface Arrow {
  readonly kind: ArrowKind;
  readonly from: LaneId;
  readonly to: LaneId;
  readonly label: string;
  /** 0 is page A. */
  readonly page: number;
  /** The lanes whose entries may change by it. */
  readonly changes: readonly LaneId[];
  /** In the row of its sending: the step in which it arrives; `never` within the trace. */
  readonly arrives?: number | 'never';
  /** In the row of its arrival: the step in which it was sent. */
  readonly sent?: number;
  /** It was overtaken, and is dropped on arrival. */
  readonly lost?: boolean;
}

export const dev = (unit: number): LaneId => `dev${unit}`;
export const atc = (unit: number): LaneId => `atc${unit}`;
export const cpu = (unit: number): LaneId => `cpu${unit}`;

/** What an actor does by itself. */
export const alone = (
  kind: ArrowKind,
  lane: LaneId,
  label: string,
  page: number,
  changes: readonly LaneId[] = [],
): Arrow => ({ kind, from: lane, to: lane, label, page, changes });
