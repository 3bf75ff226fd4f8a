/**
 * The moves that make a run smaller and keep its meaning. They work on places in model.events. A
 * move may make other events impossible. Those are skipped when the result is run, so a move need
 * not give a legal run.
 */
import type { Event } from '../../model/events.ts';
import { namesDevice, placeName } from '../../model/events.ts';
import type { Model } from '../../model/model.ts';
import { DISABLED } from '../../model/model.ts';

export type Run = readonly number[];

/** In longer runs only pairs of related events are dropped. */
const ALL_PAIRS = 40;

const keyOf = ({ actor, verb, unit, ...place }: Omit<Event, 'index'>): string =>
  `${actor} ${verb} ${placeName(place)} ${unit}`;

type Words = Partial<Pick<Event, 'verb' | 'page' | 'to' | 'unit'>>;
type Change = (event: Event) => Words;

/** The place of an event, beginning at another page. */
export const moved = ({ page, to }: Event, from: number): Pick<Event, 'page' | 'to'> => ({
  page: from,
  to: from + to - page,
});

/** Whether the event's unit is the number of a device. */
export const isDevice = ({ actor, verb }: Event): boolean =>
  actor === 'dev' || namesDevice({ actor, verb });

/** The events of one system, and what each of them can be replaced by. */
export class Moves {
  private readonly model: Model;
  private readonly places = new Map<string, number>();

  constructor(model: Model) {
    this.model = model;
    for (const event of model.events) this.places.set(keyOf(event), event.index);
  }

  /**
   * The place of an event in this system; undefined if it has no such event. The event may be of
   * any system.
   */
  placeOf(event: Event): number | undefined {
    return this.places.get(keyOf(event));
  }

  /** The run without those events that cannot happen where they stand. */
  settle(run: Run): number[] {
    const { model } = this;
    model.load(model.initial, 0);
    return run.filter((event) => model.fire(event) !== DISABLED);
  }

  /** Smaller runs to try instead of this one; those that change most come first. */
  *smaller(run: Run): Generator<Run> {
    yield* this.merged(run);
    yield* dropBlocks(run);
    yield* this.dropTogether(run);
    yield* this.simplified(run);
  }

  /** The event with some words replaced; undefined if the system has no such event. */
  private like(event: Event, other: Words): number | undefined {
    return this.places.get(keyOf({ ...event, ...other } as Event));
  }

  /**
   * Applies `change` to every event of the run; undefined if the system lacks one of the results.
   */
  private mapped(run: Run, change: Change): number[] | undefined {
    const result: number[] = [];
    for (const place of run) {
      const event = this.model.events[place];
      const other = this.like(event, change(event));
      if (other === undefined) return undefined;
      result.push(other);
    }
    return result;
  }

  /** Replaces a page, device or CPU by a lower one: B becomes A, dev1 becomes dev0. */
  private *merged(run: Run): Generator<Run> {
    const { pages, devices, cpus } = this.model.parts.scope;
    for (const [from, to] of downward(pages)) {
      yield* this.changed(run, (event) => (event.page === from ? moved(event, to) : {}));
    }
    for (const [from, to] of downward(devices)) {
      yield* this.changed(run, (event) =>
        isDevice(event) && event.unit === from ? { unit: to } : {},
      );
    }
    for (const [from, to] of downward(cpus)) {
      yield* this.changed(run, ({ actor, unit }) =>
        actor === 'cpu' && unit === from ? { unit: to } : {},
      );
    }
  }

  private *changed(run: Run, change: Change): Generator<Run> {
    const result = this.mapped(run, change);
    if (result !== undefined && !sameRun(result, run)) yield result;
  }

  /** Drops two related events, or a whole operation. In short runs it drops any two. */
  private *dropTogether(run: Run): Generator<Run> {
    for (const at of run.keys()) {
      const family = this.familyOf(run, at);
      if (family.size > 1) yield run.filter((_, i) => !family.has(i));
    }
    if (run.length > ALL_PAIRS) return;
    for (let i = 0; i < run.length; i++) {
      for (let j = i + 1; j < run.length; j++) yield run.filter((_, k) => k !== i && k !== j);
    }
  }

  /**
   * The related events that begin at `at`: an operation up to its end, or a translation up to its
   * completion.
   */
  private familyOf(run: Run, at: number): Set<number> {
    const { events } = this.model;
    const first = events[run[at]];
    const family = new Set([at]);
    const ends = ENDS_OF[first.verb];
    if (ends === undefined) return family;
    for (let i = at + 1; i < run.length; i++) {
      const event = events[run[i]];
      const sameThread = event.actor === first.actor && event.unit === first.unit;
      const sameRequest = namesDevice(event) && event.unit === first.unit;
      if (event.page !== first.page || !(sameThread || sameRequest)) continue;
      if (first.actor === 'dev' && !TRANSLATION.includes(event.verb)) continue;
      family.add(i);
      if (ends.includes(event.verb)) break;
    }
    return family;
  }

  /**
   * Replaces events by simpler ones: a write by a read, an operation by a shorter one, a miss by an
   * ATC hit.
   */
  private *simplified(run: Run): Generator<Run> {
    yield* this.changed(run, (event) => {
      const verb = READ_FOR[event.verb] as Event['verb'] | undefined;
      return verb === undefined ? {} : { verb };
    });
    for (const [i, place] of run.entries()) {
      const event = this.model.events[place];
      for (const verb of SIMPLER[event.verb] ?? []) {
        const other = this.like(event, { verb: verb as Event['verb'] });
        if (other !== undefined) yield run.with(i, other);
      }
      const family = this.familyOf(run, i);
      yield* this.shorterOperation(run, i, family);
    }
  }

  private *shorterOperation(run: Run, at: number, family: ReadonlySet<number>): Generator<Run> {
    const first = this.model.events[run[at]];
    const last = Math.max(...family);
    for (const [begin, end] of SHORTER[first.verb] ?? []) {
      const begins = this.like(first, { verb: begin as Event['verb'] });
      const ends = this.like(this.model.events[run[last]], { verb: end as Event['verb'] });
      if (begins === undefined || ends === undefined) continue;
      yield run.with(at, begins).with(last, ends);
    }
    const hit = HIT_FOR[first.verb];
    const access = hit === undefined ? undefined : this.like(first, { verb: hit as Event['verb'] });
    if (access !== undefined) {
      yield run
        .map((place, i) => (i === last ? access : place))
        .filter((_, i) => i === last || !family.has(i));
    }
  }
}

/** All pairs of numbers below `count`, the larger number first. */
function* downward(count: number): Generator<readonly [number, number]> {
  for (let from = count - 1; from > 0; from--) {
    for (let to = 0; to < from; to++) yield [from, to];
  }
}

/** Drops blocks of events, at every place; the blocks become smaller and smaller. */
function* dropBlocks(run: Run): Generator<Run> {
  for (let size = run.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < run.length; at += size) {
      yield [...run.slice(0, at), ...run.slice(at + size)];
    }
  }
}

export const sameRun = (a: Run, b: Run): boolean =>
  a.length === b.length && a.every((event, i) => event === b[i]);

const OPERATION_ENDS = ['report', 'end', 'free', 'remap', 'put'];
/** For a verb that begins something, the verbs that can end it. */
const ENDS_OF: Readonly<Record<string, readonly string[]>> = {
  age: OPERATION_ENDS,
  mark: [...OPERATION_ENDS, 'check'],
  check: OPERATION_ENDS,
  unmap: OPERATION_ENDS,
  'write-protect': OPERATION_ENDS,
  walk: OPERATION_ENDS,
  pageout: OPERATION_ENDS,
  migrate: OPERATION_ENDS,
  cow: OPERATION_ENDS,
  rewrite: OPERATION_ENDS,
  'request-read': ['complete'],
  'request-write': ['complete'],
  'post-write': ['land-write'],
};
const TRANSLATION = ['translate', 'lookup', 'install', 'retry', 'complete', 'land-write'];

const READ_FOR: Readonly<Record<string, string>> = {
  write: 'read',
  'request-write': 'request-read',
};
const SIMPLER: Readonly<Record<string, readonly string[]>> = {
  write: ['read'],
  'request-write': ['request-read'],
  unmap: ['write-protect', 'folio_referenced'],
  'write-protect': ['folio_referenced'],
  check: ['mark'],
  walk: ['folio_referenced'],
  pageout: ['unmap', 'folio_referenced'],
};
/** For operations in `fine`, the simpler operations: how each begins and ends. */
const SHORTER: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  unmap: [
    ['age', 'report'],
    ['write-protect', 'end'],
  ],
  'write-protect': [['age', 'report']],
  check: [['mark', 'end']],
  walk: [['age', 'report']],
  pageout: [
    ['unmap', 'free'],
    ['age', 'report'],
  ],
};
const HIT_FOR: Readonly<Record<string, string>> = {
  'request-read': 'read',
  'request-write': 'write',
};

/** Whether a run is simpler than another: it is shorter, or it has lower names and fewer writes. */
export function simpler(events: readonly Event[], run: Run, than: Run): boolean {
  if (run.length !== than.length) return run.length < than.length;
  const weight = weightOf(events, run) - weightOf(events, than);
  return weight < 0;
}

function weightOf(events: readonly Event[], run: Run): number {
  let sum = 0;
  for (const place of run) {
    const { actor, verb, page, unit } = events[place];
    const named = actor === 'kswapd' || actor === 'page_idle' ? 0 : unit;
    sum += 8 * (page + named) + (RANK[verb] ?? 0);
  }
  return sum;
}

/** Ranks verbs that can replace each other; the simplest has rank 0. */
const RANK: Readonly<Record<string, number>> = {
  write: 1,
  'request-write': 1,
  check: 1,
  'write-protect': 1,
  walk: 1,
  unmap: 2,
  pageout: 3,
};
