/**
 * The ghosts: fields in which an all-knowing onlooker notes what really happened. Properties
 * compare them with what a look reports. Rules call these functions to write ghosts; no rule reads
 * one.
 */
import type { Machine } from './machine.ts';
import { SHOWN } from './shown.ts';
import type { Page, Seen, Thread } from './state.ts';
import { LIVE, REVOKED, STALE, TRANSLATED } from './state.ts';

/** A device accessed the page. */
export function accessedByDevice({ seen }: Page): void {
  seen.reclaim.devSure = 1;
  seen.reclaim.maybe = 1;
  seen.idle.devSure = 1;
  seen.idle.maybe = 1;
}

/** A CPU accessed the page. */
export function accessedByCpu({ seen }: Page): void {
  seen.reclaim.cpuSure = 1;
  seen.reclaim.maybe = 1;
  seen.idle.cpuSure = 1;
  seen.idle.maybe = 1;
}

/**
 * A translation request may set young before its access counts, so the page may count as accessed.
 */
export function requested({ seen }: Page): void {
  seen.reclaim.maybe = 1;
  seen.idle.maybe = 1;
}

/** An access goes through a cached or translated entry. A stale or revoked entry is noted. */
export function checkAccess(m: Machine, health: number, isWrite: number): void {
  if (health === STALE) m.shown |= SHOWN.staleAccess;
  else if (health === REVOKED && isWrite) m.shown |= SHOWN.revokedWrite;
}

/** A look begins. The thread remembers what the look has to find. */
export function lookBegins(thread: Thread, seen: Seen): void {
  thread.devSure = seen.devSure;
  thread.cpuSure = seen.cpuSure;
  thread.maybe = seen.maybe;
  seen.maybe = 0;
}

/** A look ends and has reported. `other` has the ghosts of the other observer for this page. */
export function lookEnds(
  m: Machine,
  thread: Thread,
  referenced: number,
  seen: Seen,
  other: Seen,
): void {
  if (thread.devSure) m.shown |= SHOWN.devSure;
  if (thread.cpuSure) m.shown |= SHOWN.cpuSure;
  if (thread.maybe || seen.maybe) m.shown |= SHOWN.maybe;
  if (seen.missed) m.shown |= SHOWN.missedBefore;
  seen.devSure = 0;
  seen.cpuSure = 0;
  seen.missed = thread.devSure && !referenced ? 1 : 0;
  other.missed = 0;
}

/** A mark begins. It reports nothing, so the thread remembers nothing. */
export function markBegins(seen: Seen): void {
  seen.maybe = 0;
}
export function markEnds(seen: Seen, other: Seen): void {
  seen.devSure = 0;
  seen.cpuSure = 0;
  seen.missed = 0;
  other.missed = 0;
}

/** A walk of the multi-gen LRU begins. It reports nothing, but it may find uses. */
export function walkBegins(thread: Thread, seen: Seen): void {
  thread.maybe = seen.maybe;
  seen.maybe = 0;
}
/**
 * A walk ends. If it found the page young, reclaim has learned of the uses; else they are still to
 * be found.
 */
export function walkEnds(thread: Thread, found: number, seen: Seen, other: Seen): void {
  if (!found) {
    seen.maybe |= thread.maybe;
    return;
  }
  seen.devSure = 0;
  seen.cpuSure = 0;
  seen.missed = 0;
  other.missed = 0;
}

/** The uses are forgotten, as clear_refs asked for that or the page is gone. */
export function forgotten({ seen }: Page): void {
  seen.reclaim.clear();
  seen.idle.clear();
}

/**
 * MADV_COLD forgets the uses whose only record it cleared. A shadow secondary keeps its own young
 * bit. If that is set, it still records the device's use.
 */
export function cooled({ seen, spte }: Page): void {
  for (const each of [seen.reclaim, seen.idle]) {
    each.cpuSure = 0;
    each.missed = 0;
    if (spte.young) continue;
    each.devSure = 0;
    each.maybe = 0;
  }
}

/** Reclaim evicts a page because of its last look. Notes whether that look missed a use. */
export function evictionBegins(m: Machine, { missed }: Seen): void {
  m.shown |= SHOWN.evicts;
  if (missed) m.shown |= SHOWN.evictsInUse;
}
/** Reclaim evicts a page without a look. A use since the last look counts as missed, too. */
export function unaskedEvictionBegins(m: Machine, seen: Seen): void {
  evictionBegins(m, seen);
  if (seen.devSure) m.shown |= SHOWN.evictsInUse;
}

interface Cached {
  readonly present: number;
  readonly write: number;
  health: number;
}

function freeEntry(entry: Cached): void {
  if (entry.present) entry.health = STALE;
}

/** The frame is freed, so every entry that still caches it becomes stale. */
export function freed({ tlb, iotlb, spte, atc, link }: Page): void {
  for (const entry of tlb) freeEntry(entry);
  freeEntry(iotlb);
  freeEntry(spte);
  for (const entry of atc) freeEntry(entry);
  for (const device of link) {
    if (device.request === TRANSLATED) device.health = STALE;
    if (device.posted) device.postedHealth = STALE;
  }
}

function revokeEntry(entry: Cached): void {
  if (entry.present && entry.write && entry.health === LIVE) entry.health = REVOKED;
}

/** Write permission is withdrawn, so every entry that still has it becomes revoked. */
export function revoked({ tlb, iotlb, spte, atc, link }: Page): void {
  for (const entry of tlb) revokeEntry(entry);
  revokeEntry(iotlb);
  revokeEntry(spte);
  for (const entry of atc) revokeEntry(entry);
  for (const device of link) {
    if (device.request === TRANSLATED && device.resultWrite && device.health === LIVE) {
      device.health = REVOKED;
    }
    if (device.posted && device.postedHealth === LIVE) device.postedHealth = REVOKED;
  }
}

/**
 * An unmap or write-protect begins. Notes whether any cache has an entry that its flushes must
 * reach.
 */
export function unmapBegins(m: Machine, { tlb, iotlb, spte, atc, link }: Page): void {
  let cached = 0;
  let writable = 0;
  for (const entry of [iotlb, spte, ...tlb, ...atc]) {
    cached |= entry.present;
    writable |= entry.present & entry.write;
  }
  for (const device of link) {
    if (device.request !== TRANSLATED) continue;
    cached = 1;
    writable |= device.resultWrite;
  }
  if (cached) m.shown |= SHOWN.unmapsCached;
  if (writable) m.shown |= SHOWN.protectsCached;
}
