/**
 * What the parts of a search share, as plain data that can be sent to a thread.
 *
 * Every state belongs to one part, which its hash names. The states of a level are expanded in
 * rounds: a round is a run of neighbouring states, and any part may expand it. It sorts the
 * successors into parcels, one for each part. Each part absorbs the parcels of all rounds in order.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Ghost } from '../../../model/state.ts';
import type { Observer, Parts } from '../../../model/system.ts';
import type { Limits, Stop } from '../search.ts';

/** The most successors in a round. It is divided by the number of parts, and so is the memory. */
const ROUND = 1 << 15;
/** How many rounds, for each part, may be expanded before all parts have absorbed the first. */
const AHEAD = 8;

/** The place in `control` of the next round to expand. The places of other things follow. */
export const NEXT = 0;
/** The place in REASONS, plus one, of the reason for which the main thread asks to stop. */
export const ASKED = 1;
/** The round before which the parts then stop. */
export const BEFORE = 2;
/** The depth. */
export const DEPTH = 3;
/** How many pieces the frontier has. */
export const ROOM = 4;
const CONTROL = 5;

/** The reasons for which the main thread ends a search. */
export const REASONS = [
  'time-limit',
  'interrupted',
  'max-memory',
] as const satisfies readonly Stop[];

type Ints = Int32Array<SharedArrayBuffer>;
type Floats = Float64Array<SharedArrayBuffer>;

export interface Memory {
  /** The number of parts. */
  readonly jobs: number;
  /** The number of rounds whose parcels are kept. Round n uses place n modulo this. */
  readonly places: number;
  /** The most states in a round. A parcel holds all their successors. */
  readonly round: number;
  readonly control: Ints;
  /** For each place: one more than the last round there that was expanded. */
  readonly expanded: Ints;
  /** How many rounds each part has absorbed, and how many levels it has arranged. */
  readonly absorbed: Ints;
  readonly arranged: Ints;
  /** Changes whenever another part has finished a piece of work. A part waits for this. */
  readonly bells: Ints;
  /** For each part and place: the part's states and bytes after it absorbed the round. */
  readonly sizes: Floats;
  readonly bytes: Floats;
  /**
   * For each place and receiver: a parcel, and how many of its words are used. A successor is its
   * words, its parent and its event.
   */
  readonly parcels: readonly Ints[];
  readonly used: Ints;
}

const ints = (length: number): Ints => new Int32Array(new SharedArrayBuffer(length * 4));
const floats = (length: number): Floats => new Float64Array(new SharedArrayBuffer(length * 8));

/** Memory for a model whose states have `width` words and that has so many events. */
export function newMemory(jobs: number, width: number, events: number): Memory {
  const places = AHEAD * jobs;
  const round = Math.max(1, Math.floor(ROUND / jobs / events));
  return {
    jobs,
    places,
    round,
    control: ints(CONTROL),
    expanded: ints(places),
    absorbed: ints(jobs),
    arranged: ints(jobs),
    bells: ints(jobs),
    sizes: floats(jobs * places),
    bytes: floats(jobs * places),
    parcels: Array.from({ length: jobs * places }, () => ints(round * events * (width + 2))),
    used: ints(jobs * places),
  };
}

/** The part to which a state belongs. */
export const ownerOf = (hash: number, jobs: number): number => ((hash >>> 16) * jobs) >>> 16;

/** The data with which the thread of one part starts. Properties go by name. */
export interface Task {
  readonly me: number;
  readonly parts: Parts;
  readonly properties: readonly string[];
  /** The ghosts that are tracked, and the observers whose ghosts they are. */
  readonly ghosts: ReadonlySet<Ghost>;
  readonly seenBy: readonly Observer[];
  readonly limits: Limits;
  readonly memory: Memory;
  /** One for each other part. Pieces of lists that grow come through it. */
  readonly ports: readonly (MessagePort | undefined)[];
}
