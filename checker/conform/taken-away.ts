/**
 * Finds uses of what was taken away. A device hits its ATC for a page that is not mapped any more,
 * or that has another frame now. Or it writes where its permission is gone.
 */
import type { KnownPte } from './known-pte.ts';
import type { Harm, StoryLine } from './missed.ts';
import { PAGE_SIZE } from './page-log.ts';

/** An access between two markers of a program. */
export interface Access {
  /** The lines of its begin and of its end. */
  readonly line: number;
  readonly until: number;
  readonly isWrite: boolean;
  readonly path: 'hit' | 'miss' | undefined;
  /** The frame in which the physical address lies that the device says it used, and the value. */
  readonly frame: number | undefined;
  readonly value: string | undefined;
}

/** The physical address of a frame. */
const addressText = (frame: number): string => `0x${(frame * PAGE_SIZE).toString(16)}`;

/** What an access uses though it was taken away. `pte` is known, and all flushes are over. */
function kindOf({ isWrite, path, frame }: Access, pte: KnownPte): Harm['kind'] | undefined {
  if (path !== 'hit') return undefined;
  const isOther = frame !== undefined && pte.frame !== undefined && frame !== pte.frame;
  if (!pte.present || isOther) return isWrite ? 'stale-write' : 'stale-read';
  return isWrite && pte.writable === 0 ? 'revoked-write' : undefined;
}

function pteText({ present, frame }: KnownPte, kind: Harm['kind']): string {
  if (!present) return 'the PTE maps nothing';
  if (kind === 'revoked-write') return 'the PTE is read-only';
  return `the PTE maps the frame at ${addressText(frame!)}`;
}

function accessText({ isWrite, frame, value }: Access): string {
  const what = value === undefined ? '' : ` ${value}`;
  const where = frame === undefined ? '' : ` at pa=${addressText(frame)}`;
  return `the device ${isWrite ? 'writes' : 'reads'}${what}${where}, path=atc-hit`;
}

export interface FoundHarm {
  readonly kind: Harm['kind'];
  readonly proof: readonly StoryLine[];
}

/** The harm that an access does, with the lines that prove it. */
export function harmOf(access: Access, pte: KnownPte): FoundHarm | undefined {
  const kind = kindOf(access, pte);
  if (kind === undefined) return undefined;
  const proof = [
    { line: pte.line, text: pteText(pte, kind) },
    { line: access.until, text: accessText(access) },
  ];
  return { kind, proof };
}
