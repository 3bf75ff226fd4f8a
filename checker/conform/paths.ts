/** Which events of the model each observation allows. */
import type { Actor, Event } from '../../model/events.ts';
import type { Parts } from '../../model/system.ts';
import type { Facts } from './facts.ts';
import type { Observation } from './observation.ts';

/** One event of an observation, or a mere condition. */
export interface PathEvent {
  /** undefined: nothing happens, the condition is all. */
  readonly actor?: Actor;
  readonly verbs?: readonly Event['verb'][];
  readonly answer?: number | undefined;
  readonly before?: (facts: Facts) => boolean;
  readonly after?: (facts: Facts) => boolean;
  /** The event may be left out. */
  readonly optional?: true;
  /** The event is one of the page before this one, or of the page behind it. */
  readonly page?: -1 | 1;
}
/** Events one after another. */
export type Path = readonly PathEvent[];

type Condition = (facts: Facts) => boolean;
type Before = Condition | undefined;

const move = (actor: Actor, verb: Event['verb'], before?: Before): PathEvent => ({
  actor,
  verbs: [verb],
  ...(before === undefined ? {} : { before }),
});
const given = (before: Condition): Path => [{ before }];
const optional = (some: PathEvent): PathEvent => ({ ...some, optional: true });
/** On the page before the one that the log tells of, or on the page behind it. */
const on = (page: -1 | 1, some: PathEvent): PathEvent => ({ ...some, page });
/** Nothing that the log says contradicts `actual`. */
const agrees = (said: number | undefined, actual: number): boolean =>
  said === undefined || said === actual;

type Thread = 'kswapd' | 'page_idle';
const THREADS: readonly Thread[] = ['kswapd', 'page_idle'];

/** An ATC invalidation: sent, handled by the device, its completion awaited. */
const invalidation = (thread: Thread, before?: Condition): Path => [
  move(thread, 'post-invalidation', before),
  move('dev', 'handle-invalidation'),
  // Where an unmap invalidates the whole mm its neighbours' are waited for as well.
  optional(on(-1, move('dev', 'handle-invalidation'))),
  optional(on(1, move('dev', 'handle-invalidation'))),
  optional(move(thread, 'await-invalidation')),
];
const threadsIdle = ({ kswapd, idle }: Facts): boolean => kswapd.next === '' && idle.next === '';

const CALLBACKS = ['clear_flush_young', 'clear_young'] as const;
const HELPERS = ['ptep_clear_flush_young_notify', 'ptep_clear_young_notify'];
export const callbackNumber = (name: string): number =>
  (CALLBACKS as readonly string[]).indexOf(name);

/** The paths by kind of observation. What an empty path stands for: nothing happens. */
type Paths = (observation: Observation, system: Parts) => readonly Path[];

/** `value`: a write. */
const hit: Paths = ({ value }) => [
  [move('dev', value ? 'write' : 'read', ({ atc, atcWrite }) => !!(value ? atcWrite : atc))],
];

/** `value`: young before and, times two, after; `other`: a write. */
const walk: Paths = ({ value = 0, other }) => {
  const request = move('dev', other ? 'request-write' : 'request-read');
  const after = ({ young }: Facts): boolean => young === value >> 1;
  const walks = (before: Condition): Path => [
    request,
    { ...move('iommu', 'translate', before), after },
    move('dev', 'complete'),
  ];
  return [
    walks(({ present, iotlb, young }) => !iotlb && !!present && young === (value & 1)),
    // The page request before it mapped the page.
    walks(({ present, iotlb }) => !iotlb && !present),
  ];
};

/**
 * `value`: the entry of the secondary's page table is writable. In the model the fault makes a
 * mapped PTE young; get_user_pages() need not, and then the run makes it old again.
 */
const install: Paths = ({ value }) => {
  const request = optional(move('dev', value ? 'request-write' : 'request-read'));
  const lacks = ({ spte, spteWrite }: Facts): boolean => !spte || (!!value && !spteWrite);
  const installed = ({ spte }: Facts): boolean => !!spte;
  return [
    [request, { ...move('iommu', 'translate', lacks), after: installed }],
    [
      request,
      {
        ...move('iommu', 'translate', (facts) => lacks(facts) && !!facts.present && !facts.young),
        after: installed,
      },
      move('user', 'madvise-cold'),
    ],
  ];
};

/** A fault handler works for the secondary MMU: its walk comes later, or never. */
const populate: Paths = () => [
  [],
  [move('cpu', 'read', ({ present }) => !present), move('cpu', 'evict')],
];

/** `value`: the page was missing; `other`: a write. */
const cpuFault: Paths = ({ value, other }) => [
  [move('cpu', other ? 'write' : 'read', ({ present }) => agrees(value, present ? 0 : 1))],
];

/** `value`: the young bit that was found. */
const age: Paths = ({ value }) => [[{ ...move('kswapd', 'age'), answer: value }]];

/** An aging walk of MGLRU. Up to 6.11 it calls no notifier, and is over at once. */
const pass: Paths = ({ value }) => {
  const walks: PathEvent = { ...move('kswapd', 'walk'), answer: value };
  return [[walks], [walks, move('kswapd', 'end')]];
};

/**
 * page_idle and DAMON: the log does not say whether they mark or check. Where their range reaches
 * into the next page a device may have used that one, and what is found there counts here.
 */
const mark: Paths = ({ value }, { scope }) => {
  const looks = (['mark', 'check'] as const).map((verb) => ({
    ...move('page_idle', verb),
    answer: value,
  }));
  const next = [
    optional(on(1, move('dev', 'evict'))),
    on(1, move('dev', 'request-read')),
    on(1, move('iommu', 'translate')),
    on(1, move('dev', 'complete')),
  ];
  return looks.flatMap((look) => (scope.pages > 1 ? [[look], [...next, look]] : [[look]]));
};

/**
 * `value`: the secondary's young bit; `other`: what its handler returned. Somebody marks the page
 * before this one.
 */
const neighbour: Paths = ({ value, other }, { scope }) =>
  scope.pages > 1 && agrees(other, value ?? other ?? 0)
    ? [
        [
          on(-1, move('cpu', 'read')),
          on(-1, move('page_idle', 'mark')),
          on(
            -1,
            move('page_idle', 'harvest', ({ spteYoung }) => agrees(value, spteYoung)),
          ),
          on(-1, move('page_idle', 'end')),
        ],
      ]
    : [];

/** `value`: the secondary's young bit; `other`: what its handler returned. */
const harvest: Paths = ({ value, other }) =>
  agrees(other, value ?? other ?? 0)
    ? THREADS.map((thread) => [
        move(thread, 'harvest', ({ spteYoung }) => agrees(value, spteYoung)),
      ])
    : [];

const flush: Paths = () => THREADS.map((thread) => invalidation(thread));

/** `value`: what the notifier call returned; `other`: which call it was. */
const answer: Paths = ({ value, other }, { kernel }) => [
  given(
    ({ kswapd, idle }) =>
      (kswapd.operation === 'age' &&
        kswapd.next === 'report' &&
        kernel.agingHelper === HELPERS[other ?? 0] &&
        agrees(value, kswapd.answer)) ||
      (kswapd.operation === 'walk' &&
        kswapd.next === 'end' &&
        kernel.walkHelper === HELPERS[other ?? 0] &&
        agrees(value, kswapd.answer)) ||
      ((idle.next === 'end' || idle.next === 'report') && agrees(value, idle.answer)),
  ),
];

/** `value`: referenced. */
const report: Paths = ({ value }) => [[{ ...move('kswapd', 'report'), answer: value }]];

/**
 * An operation is over. `value`: it took permissions away. Where there was none to take the model
 * has no such operation, and what it does to the secondary is told as an unmap and a new fault.
 */
const end: Paths = ({ value }) => [
  value ? [move('kswapd', 'end')] : [move('kswapd', 'free')],
  ...(value
    ? [
        [
          move('kswapd', 'free'),
          move('cpu', 'read'),
          move('cpu', 'evict'),
          optional(move('user', 'clear-refs')),
        ],
      ]
    : []),
  [move('kswapd', 'end', ({ kswapd }) => kswapd.operation === 'walk')],
  [move('page_idle', 'end')],
  [move('page_idle', 'report')],
  given(threadsIdle),
];

/** `value`: the young bit that was found, by whom the log does not say. */
const cleared: Paths = ({ kind, value }, system) =>
  [cold, clearRefs, mark, pass].flatMap((paths) =>
    paths({ kind, value, other: undefined }, system),
  );

const unmap: Paths = () => [[move('kswapd', 'unmap')], given(({ present }) => !present)];

const protect: Paths = () => [
  [move('kswapd', 'write-protect')],
  [move('kswapd', 'unmap', ({ writable }) => !writable)],
  given(({ present }) => !present),
];

/**
 * `value`: there was an entry in the secondary's own page table. If so a line tells of the flush;
 * if not KVM flushes nothing, and nothing is what the model's flush finds. `other`: what its
 * handler returned.
 */
const zap: Paths = ({ value, other }) => {
  if (!agrees(other, value ?? other ?? 0)) return [];
  const zaps = (had: number): PathEvent => move('kswapd', 'zap', ({ spte }) => spte === had);
  const flushes = invalidation('kswapd');
  return [
    ...(value === 1 ? [[zaps(1)]] : [[zaps(0), ...flushes]]),
    ...(value === undefined ? [[zaps(1), ...flushes]] : []),
    given((facts) => threadsIdle(facts) && !facts.spte && value !== 1),
  ];
};

/** `value`: the ATC had an entry. */
const drop: Paths = ({ value }) => [
  ...THREADS.map((thread) => invalidation(thread, ({ atc }) => agrees(value, atc))),
  given(({ atc }) => !atc && value !== 1),
];

/** `value`: the PTE was young; `other`: the ATC had an entry. */
const cold: Paths = ({ value, other }) => [
  [move('user', 'madvise-cold', ({ young, atc }) => agrees(value, young) && agrees(other, atc))],
  given(({ present }) => !present && value !== 1),
];

/** `value`: the PTE was young. */
const clearRefs: Paths = ({ value }) => [
  [move('user', 'clear-refs', ({ young }) => agrees(value, young))],
  given(({ present }) => !present && value !== 1),
];

/** `value`: what test_young returned, which changes nothing. */
const test: Paths = ({ value }) => [given(({ spteYoung }) => agrees(value, spteYoung))];

/** `value`: the program found the page mapped. */
const state: Paths = ({ value }) => [given(({ present }) => agrees(value, present))];

const anywhere: Paths = () => [[]];

const PATHS: Readonly<Record<Observation['kind'], Paths>> = {
  // What these three do to what is remembered beside the states is in explainer.ts.
  opens: anywhere,
  closes: anywhere,
  gone: anywhere,
  hit,
  walk,
  install,
  populate,
  'cpu-fault': cpuFault,
  age,
  mark,
  pass,
  cleared,
  harvest,
  neighbour,
  flush,
  answer,
  report,
  end,
  unmap,
  protect,
  zap,
  drop,
  cold,
  'clear-refs': clearRefs,
  test,
  state,
};

/** The ways in which the model can do what was observed. */
export const pathsOf = (observation: Observation, system: Parts): readonly Path[] =>
  PATHS[observation.kind](observation, system);
