/** Words that explain any access, and what becomes of the PTE when nobody walks to it. */
import { deviceWords } from '../trace/device-words.ts';
import type { Moment } from './moment.ts';

/** A shadow secondary walks a page table of its own, and no IOMMU takes part. */
export const isShadow = ({ parts }: Moment): boolean => parts.driver.secondary === 'shadow';

/** Without writes in scope every access is a read, and the text says `accesses`. */
export function accesses({ parts, p }: Moment, isWrite: boolean): string {
  if (!parts.scope.events.includes('write')) return `accesses ${p}`;
  return `${isWrite ? 'writes to' : 'reads'} ${p}`;
}

export function wantsTo({ parts, p }: Moment, isWrite: boolean): string {
  if (!parts.scope.events.includes('write')) return `wants to access ${p}`;
  return `wants to ${isWrite ? 'write to' : 'read'} ${p}`;
}

/** Joins both notes if they fit behind the longest events; else it returns the second alone. */
export const prefixed = (first: string, note: string): string =>
  first.length + note.length > 30 ? note : `${first}; ${note}`;

/** What becomes of the PTE if nobody walks: as a note, and as a clause behind a sentence. */
export function untouched({ was }: Moment): { note: string; clause: string } {
  if (!was.pte.present) return { note: 'there is no PTE', clause: ', though there is no PTE' };
  return was.pte.young
    ? { note: 'the PTE is young', clause: '; the PTE is young already' }
    : { note: 'the PTE stays old', clause: ', so the PTE stays old' };
}

/** The name of the device. With KVM the device is a vCPU. */
export const deviceOf = ({ event, parts }: Moment): string =>
  `dev${event.unit}${deviceWords(parts).apposition}`;
