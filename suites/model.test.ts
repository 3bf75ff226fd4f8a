/**
 * What a search relies on, tried on every state that many small systems reach and on long runs of
 * random ones: the model is pure from outside, its working copy is moved whole, and nothing depends
 * on a ghost.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../checker/trace/setup.ts';
import type { Event } from '../model/events.ts';
import { eventText } from '../model/events.ts';
import type { Packed, Transition } from '../model/model.ts';
import { DISABLED, Model } from '../model/model.ts';
import { DRIVERS } from '../model/systems/drivers.ts';
import { HARDWARE } from '../model/systems/hardware.ts';
import { KERNELS } from '../model/systems/kernels.ts';
import { KINDS } from '../model/events.ts';
import type { Shown } from '../model/shown.ts';
import { TRANSLATED } from '../model/state.ts';
import type { Parts } from '../model/system.ts';
import { hasReadOnly } from '../model/play.ts';
import { anySystem } from '../properties/generators/any-system.ts';
import { explore } from './plain-search.ts';

/** A system, some states of it, and the fields of its working copy. */
interface Subject {
  readonly name: string;
  readonly model: Model;
  readonly states: readonly Packed[];
  /** What the fields of the working copy are called, and every one of them as it is now. */
  readonly paths: readonly string[];
  readonly fields: () => number[];
}

function subject(name: string, parts: Parts, statesOf: (model: Model) => Packed[]): Subject {
  const model = new Model(parts);
  const places: (readonly [string, Record<string, number>, string])[] = [];
  const visit = (struct: object, path: string): void => {
    for (const [key, field] of Object.entries(struct)) {
      if (typeof field === 'object') visit(field as object, `${path}.${key}`);
      else places.push([`${path}.${key}`, struct as Record<string, number>, key]);
    }
  };
  visit(model.view(model.initial), '');
  return {
    name,
    model,
    states: statesOf(model),
    paths: places.map(([path]) => path),
    fields: () => places.map(([, struct, key]) => struct[key]),
  };
}

const SCOPES = [
  'cpus=1 observers=reclaim,idle events=evict,unmap,protect,clear-refs,write',
  'pages=2 observers=idle events=unmap,clear-refs,evict',
  'observers=reclaim granularity=fine events=unmap,protect,write,posted',
  'observers=reclaim,idle granularity=fine events=unmap,clear-refs',
  'cpus=1 observers=reclaim,idle granularity=fine events=evict,unmap,protect,write,posted',
  'pages=2 observers=reclaim granularity=fine events=unmap',
  'devices=2 observers=idle granularity=fine events=protect,write',
  'cpus=1 observers=reclaim,idle granularity=fine events=cold,walk,write',
  'observers=reclaim,idle granularity=fine events=lru,unmap,cold,clear-refs,walk',
  'pages=2 observers=reclaim granularity=fine events=pageout,lru,walk',
  'cpus=1 observers=reclaim,idle events=unmap,pageout,swap,write,evict',
  'pages=3 observers=idle granularity=fine events=cold',
  'cpus=1 observers=reclaim,idle granularity=fine events=fork,collapse,write,unmap,protect',
];
const TEXTS = [
  ...KERNELS.map(({ name }) => ({ kernel: name })),
  ...KERNELS.map(({ name }) => ({ kernel: name, driver: 'kvm', hardware: 'qat' })),
  ...DRIVERS.map(({ name }) => ({ kernel: 'v6.6-arm64', driver: name })),
  ...HARDWARE.map(({ name }) => ({ kernel: 'flush-young-proposal', hardware: name })),
  {
    kernel: 'v6.12-x86 swapinWritable=false',
    scope: 'observers=reclaim granularity=fine events=pageout,lru,swap,write',
  },
  ...['none', 'kvm', 'intel-svm'].map((driver) => ({
    kernel: 'v6.6-arm64',
    driver,
    scope: 'cpus=1 granularity=fine events=fork,collapse,write,unmap,swap',
  })),
  {
    kernel: 'walk=pte,clear_young idle=pte,clear_young@next',
    driver: 'kvm',
    scope: 'pages=2 granularity=fine events=walk,cold',
  },
  {
    kernel: 'walk=pte,clear_young idle=pte,clear_young@next',
    driver: 'kvm',
    scope: 'pages=3 observers=idle granularity=fine',
  },
  {
    kernel:
      'upgrade=invalidate@mm fork=pte,invalidate@next collapse=pte,clear_young@mm ' +
      'cold=pte,invalidate@mm clear-refs=pte,flush_young@next',
    driver: 'invalidate_secondary=flush-iotlb,flush-atc@next flush_young=flush-atc',
    scope: 'pages=2 cpus=1 events=protect,write,fork,collapse,cold,clear-refs',
  },
  {
    kernel: 'upgrade=invalidate@mm cold=pte,clear_young@mm clear-refs=pte,flush_young@next',
    driver: 'kvm flush_young=zap,flush-atc',
    scope: 'pages=3 granularity=fine events=protect,write,cold,clear-refs,fork',
  },
  ...['shared', 'shadow'].map((secondary) => ({
    driver: `secondary=${secondary} clear_young=flush-iotlb,flush-atc,zap`,
    scope: 'observers=idle granularity=fine',
  })),
];

/** Some of the reachable states, near ones and far ones alike. */
const near = (model: Model): Packed[] => {
  const { states } = explore(model, 1500);
  const stride = Math.ceil(states.length / 80);
  return states.filter((_, index) => index % stride === 0);
};

let made: readonly Subject[] | undefined;

/** Each preset is there, in one of the scopes at least. Made in the first test that asks. */
const subjects = (): readonly Subject[] =>
  (made ??= TEXTS.map((texts, index) => {
    const named = { scope: SCOPES[index % SCOPES.length], ...texts };
    return subject(JSON.stringify(named), parseSystem(named), near);
  }));

/** The states of a run: what happens is chosen by a number among what can happen. */
const along = (choices: readonly number[]) => (model: Model) => {
  const states = [model.initial];
  for (const choice of choices) {
    const state = states.at(-1)!;
    const enabled = model.enabled(state);
    if (enabled.length === 0) break;
    states.push(model.step(state, enabled[choice % enabled.length])!.state);
  }
  return states;
};
const RUN = fc.array(fc.nat(1000), { minLength: 30, maxLength: 50 });
const ANY = anySystem({ pages: 3, cpus: 2, devices: 2 });

const same = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

/** Complains if an event breaks the rule in a state; says nothing if all is well. */
type Check = (subject: Subject, state: Packed, event: Event) => string | undefined;

const SENTINEL = 0x5a5a5a5a;

/** Fires an event in the working copy. What it stores lies between sentinels. */
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

/** What a transition shows, but for what the ghosts have to say about it. */
const plainly = ({ look, ...shown }: Shown): string =>
  JSON.stringify({
    ...shown,
    observer: look?.observer,
    referenced: look?.referenced,
    staleAccess: undefined,
    revokedWrite: undefined,
    evictsInUse: undefined,
  });

type Step = (model: Model, state: Packed, event: Event) => Transition | undefined;

/** Flips ghosts in three ways; everything else must go as before. */
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
 * What an event does is the same wherever the bits that its group reads and the lock of its page
 * are the same, and it changes no other bits.
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

/** The structs of a state that mean "none", or nobody at work; each must then be all zero. */
function* voids(model: Model, state: Packed): Generator<readonly [string, object]> {
  const { pages, kswapd, page_idle } = model.view(state);
  for (const { index, pte, tlb, iotlb, spte, atc, link } of pages) {
    // Where nothing is ever write-protected, writable and a TLB's write always read as 1.
    if (!pte.present) {
      // Until an unmap is over the frame is the one that a child shares.
      const unmapping = kswapd.at !== 0 && kswapd.page === index;
      yield ['pte', { ...pte, writable: 0, swapped: 0, cow: unmapping ? 0 : pte.cow }];
    }
    if (pte.present) yield ['swap entry', { swapped: pte.swapped }];
    for (const entry of tlb) if (!entry.present) yield ['TLB', { ...entry, write: 0 }];
    for (const entry of [iotlb, spte, ...atc]) if (!entry.present) yield ['entry', { ...entry }];
    for (const { request, isWrite, resultWrite, health, posted, postedHealth } of link) {
      if (request !== TRANSLATED) yield ['translation', { resultWrite, health }];
      if (!request) yield ['request', { isWrite }];
      if (!posted) yield ['posted write', { postedHealth }];
    }
  }
  for (const thread of [kswapd, page_idle]) if (!thread.at) yield ['thread', { ...thread }];
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

/** Fields that take no bits, although rules write them. */
const unplaced = ({ parts }: Model, path: string): boolean => {
  const { scope } = parts;
  if (/\.seen\.idle\./.test(path)) return !scope.observers.includes('idle');
  if (/\.seen\.reclaim\./.test(path)) return !scope.observers.includes('reclaim');
  // khugepaged leaves a page dirty also where nobody can write.
  if (path.endsWith('.pte.dirty')) return !scope.events.includes('write');
  return /\.pte\.writable$|\.tlb\.\d\.write$/.test(path) && !hasReadOnly(parts);
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
    // The steps are the same for both threads, but no idle operation flushes the TLB.
    expect(rules.filter((rule) => !happened.has(rule))).toEqual(['page_idle flush-tlb']);
  });

  describe.each(CHECKS)('%s', (_, check) => {
    it('in presets', () => {
      expect(subjects().flatMap((each) => firstComplaint(each, check) ?? [])).toEqual([]);
    });

    it('in random systems', () => {
      const property = fc.property(ANY, RUN, (system, choices) => {
        expect(firstComplaint(subject('random', system, along(choices)), check)).toBeUndefined();
      });
      fc.assert(property, { seed: 20190131, numRuns: 30 });
    });
  });

  it.each(['kswapd', 'user', 'dev'])('a group of %s that reaches far is found out', (actor) => {
    // As if its events kept to one page.
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
    const found = subjects().map((each) => firstComplaint(each, ghostsAreNotRead(step)));
    expect(found.filter((text) => text?.endsWith(complaint))).not.toEqual([]);
  });
});
