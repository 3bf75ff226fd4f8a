/**
 * Tests what a search relies on: the model is pure from outside, its working copy is moved as a
 * whole, and nothing depends on a ghost. They use every state of many small systems, and long
 * random runs of others.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../model/events.ts';
import { eventText } from '../model/events.ts';
import type { Model, Packed, Transition } from '../model/model.ts';
import { DISABLED } from '../model/model.ts';
import { KINDS } from '../model/events.ts';
import type { Shown } from '../model/shown.ts';
import { FOUND, TRANSLATED } from '../model/state.ts';
import { hasReadOnly } from '../model/play.ts';
import { anySystem } from '../properties/generators/any-system.ts';
import { samples } from './samples.ts';
import type { Subject } from './subjects.ts';
import { along, subject, subjects } from './subjects.ts';

const RUN = fc.array(fc.nat(1000), { minLength: 30, maxLength: 50 });
const ANY = anySystem({ pages: 3, cpus: 2, devices: 2 });

const same = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

/** A check of one event in one state. It returns a complaint, or undefined if all is well. */
type Check = (subject: Subject, state: Packed, event: Event) => string | undefined;

const SENTINEL = 0x5a5a5a5a;

/** Fires an event in the working copy, and stores the result between sentinels. */
function fireAndStore({ model }: Subject, state: Packed, { index }: Event) {
  const { size } = model;
  const words = new Int32Array(3 * size).fill(SENTINEL);
  words.set(state, size);
  model.load(words, size);
  const flags = model.fire(index);
  model.store(index, words, size);
  const around = [...words.subarray(0, size), ...words.subarray(2 * size)];
  const kept = around.every((word) => word === SENTINEL);
  return { flags, stored: words.subarray(size, 2 * size), kept };
}

const disabledChangesNothing: Check = (subject, state, event) => {
  const { model, fields } = subject;
  model.load(state, 0);
  const before = fields();
  const { flags, stored } = fireAndStore(subject, state, event);
  if (flags !== DISABLED) return undefined;
  if (!same(fields(), before)) return 'wrote before its guard';
  return same(stored, state) ? undefined : 'stores a change though it is disabled';
};

const storesAllThatChanged: Check = (subject, state, event) => {
  const { flags, stored, kept } = fireAndStore(subject, state, event);
  if (!kept) return 'stores beyond its state';
  const transition = subject.model.step(state, event);
  if ((flags !== DISABLED) !== (transition !== undefined)) return 'fire and step disagree';
  if (transition === undefined || same(stored, transition.state)) return undefined;
  return 'writes outside of the parts that are declared for it';
};

const undoTakesAllBack: Check = (subject, state, event) => {
  const { model, fields } = subject;
  model.load(state, 0);
  const before = fields();
  model.fire(event.index);
  model.undo(event.index);
  return same(fields(), before) ? undefined : 'is not taken back whole';
};

const stepIsPure: Check = ({ model }, state, event) => {
  const before = Int32Array.from(state);
  const first = model.step(state, event);
  model.view(model.initial);
  const second = model.step(state, event);
  if (!same(state, before)) return 'changes the state that it leaves';
  if (JSON.stringify(first) === JSON.stringify(second)) return undefined;
  return 'ends differently the second time';
};

/** What a transition shows, without what the ghosts say. */
const plainly = ({ look, ...shown }: Shown): string =>
  JSON.stringify({
    ...shown,
    observer: look?.observer,
    referenced: look?.referenced,
    staleAccess: undefined,
    revokedWrite: undefined,
    evictsInUse: undefined,
    splitView: undefined,
    lostWrite: undefined,
  });

type Step = (model: Model, state: Packed, event: Event) => Transition | undefined;

/** Flips ghosts in three ways. Everything else must stay the same. */
const ghostsAreNotRead =
  (step: Step): Check =>
  ({ model }, state, event) => {
    const { ghostMasks } = model;
    const expected = step(model, state, event);
    const noise = Math.imul(state[0] ^ event.index, 0x9e3779b1);
    for (const flips of [-1, noise, ~noise]) {
      const flipped = state.map((word, i) => word ^ (flips & ghostMasks[i]));
      const actual = step(model, flipped, event);
      if ((actual === undefined) !== (expected === undefined)) return 'is enabled by a ghost';
      if (actual === undefined || expected === undefined) continue;
      const plain = (words: Packed) => words.map((word, i) => word & ~ghostMasks[i]);
      if (!same(plain(actual.state), plain(expected.state))) return 'lets a ghost change the state';
      if (plainly(actual.shown) !== plainly(expected.shown)) {
        return 'lets a ghost change what it answers';
      }
    }
    return undefined;
  };

/**
 * Checks the groups of events. If two states agree in the bits that a group reads and in the lock
 * of its page, an event does the same in both. It changes no other bits.
 */
const groupsTellWhatMatters: Check = ({ model, states }, state, event) => {
  const group = model.groups.find(({ first, end }) => event.index >= first && event.index < end)!;
  if (!group.local) return undefined;
  const other = states[(Math.imul(state[0], 0x9e3779b1) >>> 1) % states.length];
  const mixed = state.map((word, i) => (word & group.masks[i]) | (other[i] & ~group.masks[i]));
  const locked = (words: Packed) => model.holders.some((holder) => holder(words) === group.page);
  if (locked(mixed) !== locked(state)) return undefined;
  const expected = model.step(state, event);
  const actual = model.step(mixed, event);
  if (JSON.stringify(expected?.shown) !== JSON.stringify(actual?.shown)) {
    return 'depends on bits that its group does not read';
  }
  if (expected === undefined || actual === undefined) return undefined;
  const written = mixed.map(
    (word, i) => (word & ~group.masks[i]) | (expected.state[i] & group.masks[i]),
  );
  return same(written, actual.state) ? undefined : 'writes bits that its group does not write';
};

/** The structs of a state that stand for "none" or for an idle thread. Each must be all zero. */
function* voids(model: Model, state: Packed): Generator<readonly [string, object]> {
  const { pages, kswapd, page_idle, user } = model.view(state);
  const threads = [kswapd, page_idle, user];
  for (const { pte, tlb, iotlb, spte, atc, link } of pages) {
    // If nothing is ever write-protected, `writable` and a TLB's `write` always read as 1.
    if (!pte.present) {
      // Until an operation has ended, the frame may still be shared with a child.
      const busy = threads.some(({ at }) => at !== 0);
      yield ['pte', { ...pte, writable: 0, swapped: 0, cow: busy ? 0 : pte.cow }];
    }
    if (pte.present) yield ['swap entry', { swapped: pte.swapped }];
    for (const entry of tlb) if (!entry.present) yield ['TLB', { ...entry, write: 0 }];
    for (const entry of [iotlb, spte, ...atc]) if (!entry.present) yield ['entry', { ...entry }];
    for (const { request, isWrite, resultWrite, health, posted, postedHealth, raced } of link) {
      if (request !== TRANSLATED) yield ['translation', { resultWrite }];
      if (request !== TRANSLATED && request !== FOUND) yield ['answer', { health }];
      if (request !== FOUND) yield ['fill', { raced }];
      if (!request) yield ['request', { isWrite }];
      if (!posted) yield ['posted write', { postedHealth }];
    }
  }
  // What is always writable reads as 1 in a thread that keeps the bits of a PTE, too.
  for (const thread of threads) if (!thread.at) yield ['thread', { ...thread, writable: 0 }];
}

const formIsCanonical: Check = ({ model }, state, event) => {
  const after = model.step(state, event)?.state;
  if (after === undefined) return undefined;
  for (const [what, struct] of voids(model, after)) {
    const left = Object.entries(struct).find(([, value]) => value !== 0);
    if (left) return `leaves ${left[0]} with a ${what} that is none`;
  }
  return undefined;
};

/** Fields that take no bits in a system, although rules write them. */
const unplaced = ({ parts }: Model, path: string): boolean => {
  const { scope } = parts;
  if (/\.seen\.idle\./.test(path)) return !scope.observers.includes('idle');
  if (/\.seen\.reclaim\./.test(path)) return !scope.observers.includes('reclaim');
  // khugepaged makes a page dirty even if nobody can write.
  // A thread keeps the bits of a PTE, as far as the PTE has them.
  if (/\.(?:pte|user|kswapd)\.dirty$/.test(path)) return !scope.events.includes('write');
  return /\.(?:pte|user|kswapd)\.writable$|\.tlb\.\d\.write$/.test(path) && !hasReadOnly(parts);
};

const packingLosesNothing: Check = ({ model, fields, paths }, state, event) => {
  model.load(state, 0);
  if (model.fire(event.index) === DISABLED) return undefined;
  const meant = fields();
  model.load(model.step(state, event)!.state, 0);
  const packed = fields();
  const lost = paths.find((path, i) => meant[i] !== packed[i] && !unplaced(model, path));
  return lost && `loses ${lost}`;
};

function firstComplaint(subject: Subject, check: Check): string | undefined {
  for (const state of subject.states) {
    for (const event of subject.model.events) {
      const complaint = check(subject, state, event);
      if (complaint !== undefined) return `${subject.name}: ${eventText(event)} ${complaint}`;
    }
  }
  return undefined;
}

const CHECKS: readonly (readonly [string, Check])[] = [
  ['a disabled event leaves the working copy and the packed state alone', disabledChangesNothing],
  ['no event writes outside of the parts that are declared for it', storesAllThatChanged],
  ['undo takes an event back whole', undoTakesAllBack],
  ['step is pure', stepIsPure],
  ['every event leaves a canonical form', formIsCanonical],
  ['packing a state loses nothing that a rule wrote', packingLosesNothing],
  ['no ghost changes anything else', ghostsAreNotRead((model, s, event) => model.step(s, event))],
  ['an event depends on what its group reads', groupsTellWhatMatters],
];

describe('model', () => {
  it('has every rule tried', () => {
    const happened = new Set<string>();
    for (const { model, states } of subjects()) {
      for (const state of states) {
        for (const { actor, verb } of model.enabled(state)) happened.add(`${actor} ${verb}`);
      }
    }
    const rules = Object.entries(KINDS).flatMap(([actor, verbs]) =>
      Object.keys(verbs).map((verb) => `${actor} ${verb}`),
    );
    // Every thread has the same steps. No idle operation flushes the TLB, and kswapd alone copies.
    expect(rules.filter((rule) => !happened.has(rule))).toEqual([
      'user copy',
      'page_idle flush-tlb',
      'page_idle copy',
    ]);
  });

  describe.each(CHECKS)('%s', (_, check) => {
    it('in presets', () => {
      expect(subjects().flatMap((each) => firstComplaint(each, check) ?? [])).toEqual([]);
    });

    it('in random systems', () => {
      const property = fc.property(ANY, RUN, (system, choices) => {
        expect(firstComplaint(subject('random', system, along(choices)), check)).toBeUndefined();
      });
      fc.assert(property, { seed: 20190131, numRuns: samples(5) });
    });
  });

  it.each(['kswapd', 'user', 'dev'])('a group of %s that reaches far is found out', (actor) => {
    // The check for a group that claims wrongly to act on one page alone.
    const asLocal: Check = (subject, state, event) => {
      const { model } = subject;
      const groups = model.groups.map((group) => ({ ...group, local: true }));
      const pretending = Object.create(model, { groups: { value: groups } }) as Model;
      return event.actor === actor
        ? groupsTellWhatMatters({ ...subject, model: pretending }, state, event)
        : undefined;
    };
    const found = subjects().flatMap((each) => firstComplaint(each, asLocal) ?? []);
    expect(found).not.toEqual([]);
    expect(found.every((text) => /its group does not (read|write)$/.test(text))).toBe(true);
  });

  it.each<readonly [string, Step]>([
    [
      'is enabled by a ghost',
      (model, state, event) =>
        event.verb === 'unmap' && model.view(state).pages[0].seen.reclaim.devSure
          ? undefined
          : model.step(state, event),
    ],
    [
      'lets a ghost change the state',
      (model, state, event) => {
        const { devSure } = model.view(state).pages[0].seen.reclaim;
        const transition = model.step(state, event);
        return transition && devSure && event.actor === 'user'
          ? { ...transition, state }
          : transition;
      },
    ],
    [
      'lets a ghost change what it answers',
      (model, state, event) => {
        const { devSure } = model.view(state).pages[0].seen.reclaim;
        const transition = model.step(state, event);
        return transition?.shown.answer === 0 && devSure
          ? { ...transition, shown: { ...transition.shown, answer: 1 } }
          : transition;
      },
    ],
  ])('a rule that %s is found out', (complaint, step) => {
    const isFoundIn = (each: Subject) =>
      firstComplaint(each, ghostsAreNotRead(step))?.endsWith(complaint) === true;
    expect(subjects().some(isFoundIn)).toBe(true);
  });
});
