/** A path: the events of the model, in order, by which it can explain an observation. */
import type { Actor, Event } from '../../model/events.ts';
import type { ThreadName } from '../../model/operation.ts';
import type { Facts } from './facts.ts';
import { FLUSHES } from './hidden.ts';

export type Condition = (facts: Facts) => boolean;

/** The page of the log, the page before it, or the page behind it. */
export type Place = -1 | 0 | 1;

/** An event, or only a condition. */
export interface PathEvent {
  /** The actors that may do it. If none is named, nothing happens and only the conditions count. */
  readonly actors: readonly Actor[];
  readonly verbs: readonly string[];
  /** It may be on any page if this is undefined. */
  readonly place: Place | undefined;
  readonly answer?: number | undefined;
  readonly before?: Condition | undefined;
  readonly after?: Condition | undefined;
  /** How often it happens. Just once, if this is not said. */
  readonly times?: 'once or never' | 'as long as it can';
}
export type Path = readonly PathEvent[];

export const move = (actor: Actor, verb: Event['verb'], before?: Condition): PathEvent => ({
  actors: [actor],
  verbs: [verb],
  place: 0,
  before,
});
export const given = (before: Condition): Path => [{ actors: [], verbs: [], place: 0, before }];
export const optional = (some: PathEvent): PathEvent => ({ ...some, times: 'once or never' });
export const on = (place: Place, some: PathEvent): PathEvent => ({ ...some, place });

/** The devices handle every invalidation that was sent. */
const HANDLED: PathEvent = {
  actors: ['dev'],
  verbs: ['handle-invalidation'],
  place: undefined,
  times: 'as long as it can',
};

/** An ATC invalidation is sent for any page, and every device handles it. */
export const invalidation = (thread: ThreadName, before?: Condition): Path => [
  move(thread, 'post-atc', before),
  HANDLED,
];

/** The next flushes of an operation, if the log shows none of them. */
export const flushes = (thread: ThreadName): PathEvent => ({
  actors: [thread, 'dev'],
  verbs: [...FLUSHES, ...HANDLED.verbs],
  place: undefined,
  times: 'as long as it can',
});
