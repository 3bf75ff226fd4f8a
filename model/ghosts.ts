/**
 * The ghosts: fields in which an all-knowing onlooker notes what really happened. Properties
 * compare them with what a look reports. Rules call these functions to write ghosts; no rule reads
 * one.
 */
import type { Machine } from './machine.ts';
import { SHOWN } from './shown.ts';
import type { Page, Seen, Thread } from './state.ts';
import {
  FOUND,
  LIVE,
  OLD,
  OLD_REVOKED,
  PAGES,
  REVOKED,
  STALE,
  TRANSLATED,
  isOld,
  isRevoked,
} from './state.ts';

/**
 * A translation request may set young before its access counts, so the page may count as accessed.
 */
export function requested({ seen }: Page): void {
  seen.reclaim.maybe = 1;
  seen.idle.maybe = 1;
}

/** The ghost that tells who accesses a page: a device, or a CPU. */
export type By = 'devSure' | 'cpuSure';

/**
 * A page is accessed through an entry of some health. What the entry should not have allowed is
 * noted. An access to a frame that the page has lost is no access to the page.
 */
export function accessed(m: Machine, page: Page, by: By, health: number, isWrite: number): void {
  const { seen, split } = page;
  if (health === STALE) m.shown |= SHOWN.staleAccess;
  if (isWrite && isRevoked(health)) m.shown |= SHOWN.revokedWrite;
  if (isOld(health)) {
    if (split.newSeen) m.shown |= SHOWN.splitView;
    if (isWrite && m.copied(page)) m.shown |= SHOWN.lostWrite;
    return;
  }
  if (health !== STALE && m.renewed(page)) split.newSeen = 1;
  seen.reclaim[by] = 1;
  seen.reclaim.maybe = 1;
  seen.idle[by] = 1;
  seen.idle.maybe = 1;
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
export function cooled(page: Page): void {
  const { seen } = page;
  const isRecorded = page[PAGES].some(({ spte }) => spte.young !== 0);
  for (const each of [seen.reclaim, seen.idle]) {
    each.cpuSure = 0;
    each.missed = 0;
    if (isRecorded) continue;
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

/** What the health of an entry becomes. `write` says whether the entry permits writes. */
type Change = (health: number, write: number) => number;

/** Changes the health of all that caches pages, or is in flight with a translation of them. */
function ageCached(place: Page, change: Change): void {
  for (const { tlb, iotlb, spte, atc, link } of place[PAGES]) {
    for (const entry of tlb) changeEntry(entry, change);
    changeEntry(iotlb, change);
    changeEntry(spte, change);
    for (const entry of atc) changeEntry(entry, change);
    for (const device of link) {
      const { request, resultWrite, isWrite } = device;
      if (request === TRANSLATED) device.health = change(device.health, resultWrite);
      else if (request === FOUND) device.health = change(device.health, isWrite);
      if (device.posted) device.postedHealth = change(device.postedHealth, 1);
    }
  }
}

interface Cached {
  readonly present: number;
  readonly write: number;
  health: number;
}
function changeEntry(entry: Cached, change: Change): void {
  if (entry.present) entry.health = change(entry.health, entry.write);
}

/** The frame is freed: what still caches it is stale. What is old caches another frame. */
export const freed = (place: Page): void =>
  ageCached(place, (health) => (isOld(health) ? health : STALE));

/** Write permission is withdrawn, so every entry that still has it becomes revoked. */
export const revoked = (place: Page): void =>
  ageCached(place, (health, write) => (health === LIVE && write ? REVOKED : health));

/** The page loses its frame, which is not freed yet. */
export const becomesOld = (place: Page): void => ageCached(place, oldOf);
const oldOf: Change = (health) =>
  health === LIVE ? OLD : health === REVOKED ? OLD_REVOKED : health;

/** The frame that the page has lost is freed. */
export const oldFreed = (place: Page): void =>
  ageCached(place, (health) => (isOld(health) ? STALE : health));

/** Write permission is withdrawn from the frame that the page has lost. */
export const oldRevoked = (place: Page): void =>
  ageCached(place, (health, write) => (health === OLD && write ? OLD_REVOKED : health));

/** Nobody has seen the new frame of the page, or there is no old one any more. */
export function newUnseen(place: Page): void {
  for (const { split } of place[PAGES]) split.newSeen = 0;
}

/** Notes which caches an operation must reach: those of any page, and those with permission. */
function noteCached(m: Machine, place: Page, ifAny: number, ifWritable: number): void {
  for (const { tlb, iotlb, spte, atc, link } of place[PAGES]) {
    let cached = 0;
    let writable = 0;
    for (const entry of [iotlb, spte, ...tlb, ...atc]) {
      cached |= entry.present;
      writable |= entry.present & entry.write;
    }
    for (const { request, resultWrite, isWrite } of link) {
      if (request !== TRANSLATED && request !== FOUND) continue;
      cached = 1;
      writable |= request === FOUND ? isWrite : resultWrite;
    }
    if (cached) m.shown |= ifAny;
    if (writable) m.shown |= ifWritable;
  }
}

/** A page is about to lose its frame. Notes whether any cache has an entry of it. */
export const frameLost = (m: Machine, place: Page): void =>
  noteCached(m, place, SHOWN.unmapsCached, 0);

/** A page is about to be write-protected. Notes whether any cache permits writes. */
export const writeLost = (m: Machine, place: Page): void =>
  noteCached(m, place, 0, SHOWN.protectsCached);

/** A page is about to be copied to another frame. Notes whether any cache permits writes. */
export const frameMoves = (m: Machine, place: Page): void =>
  noteCached(m, place, SHOWN.unmapsCached, SHOWN.movesCached);
