/** The lanes of a trace, from left to right. */
import { THREADS } from '../../model/operation.ts';
import { hasIotlb } from '../../model/play.ts';
import type { Parts } from '../../model/system.ts';
import { LIMITS } from '../../model/system.ts';
import { deviceWords } from '../trace/device-words.ts';
import type { Arrow, LaneId } from './arrow.ts';
import { atc, cpu, dev } from './arrow.ts';
import type { LaneEntry } from './entries.ts';

export interface Lane {
  readonly id: LaneId;
  readonly title: string;
  /** What kind of entries the lane holds, if it holds any. */
  readonly holds?: string;
}

const upTo = ([, most]: readonly [number, number]): number[] =>
  Array.from({ length: most }, (_, unit) => unit);

/** All possible lanes from left to right. A device stands beside its ATC. */
export const LANE_ORDER: readonly LaneId[] = [
  'user',
  ...upTo(LIMITS.cpus).map(cpu),
  ...THREADS.filter((thread) => thread !== 'user'),
  'khugepaged',
  'table',
  'iommu',
  ...upTo(LIMITS.devices).flatMap((unit) => [atc(unit), dev(unit)]),
  'memory',
];

function laneOf(id: LaneId, parts: Parts): Lane {
  const shadow = parts.driver.secondary === 'shadow';
  const words = deviceWords(parts);
  if (id === 'table') return { id, title: 'page table', holds: 'PTE' };
  if (id === 'iommu') {
    if (shadow) return { id, title: words.table, holds: words.entry };
    return { id, title: 'IOMMU', ...(hasIotlb(parts) ? { holds: 'IOTLB' } : {}) };
  }
  if (id.startsWith('cpu')) return { id, title: id, holds: 'TLB' };
  if (id.startsWith('dev')) return { id, title: `${id}${words.title}` };
  if (!id.startsWith('atc')) return { id, title: id };
  const device = id.replace('atc', 'dev');
  return { id, title: `${device}'s`, holds: words.inNotes };
}

/** The lanes of a trace: the page table, and everybody who takes part. */
export function lanesOf(
  parts: Parts,
  arrows: readonly Arrow[],
  entries: readonly LaneEntry[],
): readonly Lane[] {
  const used = new Set<LaneId>(['table', ...entries.map(({ lane }) => lane)]);
  for (const { from, to } of arrows) used.add(from).add(to);
  for (const id of used) if (id.startsWith('atc')) used.add(id.replace('atc', 'dev') as LaneId);
  return LANE_ORDER.filter((id) => used.has(id)).map((id) => laneOf(id, parts));
}
