/** The events of the model that each observation allows. */
import type { Actor } from '../../model/events.ts';
import { THREADS } from '../../model/operation.ts';
import type { ThreadName } from '../../model/operation.ts';
import type { Kernel, Parts } from '../../model/system.ts';
import type { Facts, Standing } from './facts.ts';
import type { Kind, Observation, ObservationOf, ToldStep } from './observation.ts';
import type { Condition, Path, PathEvent } from './path.ts';
import { flushes, given, invalidation, move, on, optional } from './path.ts';

/** All paths by which the model can explain an observation. In an empty path nothing happens. */
type Paths<K extends Kind> = (observation: ObservationOf<K>, system: Parts) => readonly Path[];

/** Whether what the log says does not contradict `actual`. */
const agrees = (said: number | undefined, actual: number): boolean =>
  said === undefined || said === actual;

const threadsIdle = ({ kswapd, idle }: Facts): boolean => kswapd.next === '' && idle.next === '';

const hit: Paths<'hit'> = ({ isWrite }) => [
  [move('dev', isWrite ? 'write' : 'read', ({ atc, atcWrite }) => !!(isWrite ? atcWrite : atc))],
];

const request: Paths<'request'> = ({ isWrite }) => [
  [move('dev', isWrite ? 'request-write' : 'request-read')],
];

const translate: Paths<'translate'> = ({ walk: walked }, { hardware }) => {
  if (walked === undefined) return [[move('iommu', 'translate', ({ iotlb }) => !!iotlb)]];
  const { before, after } = walked;
  const walks = (from: Condition): Path => [
    { ...move('iommu', 'translate', from), after: ({ young }) => young === after },
  ];
  const isByFault = hardware.accessFlag === 'fault';
  // Only the fault handler sets the young bit, and it comes before such a walk.
  if (isByFault && before !== after) return [];
  const own = walks(({ present, iotlb, young }) => !iotlb && !!present && young === before);
  if (before === 0) return [own];
  // An earlier page request has mapped the page, or made the PTE young.
  return [own, walks(({ present, iotlb }) => !iotlb && (!present || isByFault))];
};

const COMPLETES: Path = [move('dev', 'complete')];

/** A miss whose steps come one after another. */
const walk: Paths<'walk'> = ({ before, after, isWrite }, system) => {
  const [asks] = request({ kind: 'request', isWrite }, system);
  return translate({ kind: 'translate', walk: { before, after } }, system).map((translates) => [
    ...asks,
    ...translates,
    ...COMPLETES,
  ]);
};

const install: Paths<'install'> = ({ writable }) => {
  const lacks = ({ spte, spteWrite }: Facts): boolean => !spte || (writable && !spteWrite);
  return [
    [
      optional(move('dev', writable ? 'request-write' : 'request-read')),
      { ...move('iommu', 'translate', lacks), after: ({ spte }) => !!spte },
    ],
  ];
};

/** The walk of the secondary MMU comes later, or never. */
const populate: Paths<'populate'> = () => [
  [],
  [move('cpu', 'read', ({ present }) => !present), move('cpu', 'evict')],
];

const cpuFault: Paths<'cpu-fault'> = ({ isMissing, isWrite }) => [
  [
    move(
      'cpu',
      isWrite ? 'write' : 'read',
      ({ present }) => isMissing === undefined || isMissing === !present,
    ),
  ],
];

/** A look, a mark or a walk begins, and finds the PTE young or old. */
const looks = (
  thread: ThreadName,
  verb: 'age' | 'walk' | 'mark' | 'check',
  young: number | undefined,
): PathEvent => ({ ...move(thread, verb), answer: young });

const age: Paths<'age'> = ({ young }) => [[looks('kswapd', 'age', young)]];

/** A walk that calls no notifier leaves no other line, and is over. */
const pass: Paths<'pass'> = ({ young }) => {
  const walks = looks('kswapd', 'walk', young);
  return [[walks], [walks, flushes('kswapd'), move('kswapd', 'end')]];
};

/**
 * The log does not say whether page_idle and DAMON mark or check. Their range may reach into the
 * next page. A device may have used that page, and what is found there counts here.
 */
const mark: Paths<'mark'> = ({ young }, { scope }) => {
  const next = [
    optional(on(1, move('dev', 'evict'))),
    on(1, move('dev', 'request-read')),
    on(1, move('iommu', 'translate')),
    on(1, move('dev', 'complete')),
  ];
  return (['mark', 'check'] as const).flatMap((verb) => {
    const look = looks('page_idle', verb, young);
    return scope.pages > 1 ? [[look], [...next, look]] : [[look]];
  });
};

/** Somebody marks the page before this one, which the mark maps first if it has to. */
const neighbour: Paths<'neighbour'> = ({ young, returned }, { scope }) =>
  scope.pages > 1 && agrees(returned, young ?? returned ?? 0)
    ? [
        [
          on(-1, move('cpu', 'read')),
          on(-1, move('page_idle', 'mark')),
          flushes('page_idle'),
          on(
            -1,
            move('page_idle', 'harvest', ({ spteYoung }) => agrees(young, spteYoung)),
          ),
          flushes('page_idle'),
          on(-1, move('page_idle', 'end')),
        ],
      ]
    : [];

const harvest: Paths<'harvest'> = ({ young, returned }) =>
  agrees(returned, young ?? returned ?? 0)
    ? THREADS.map((thread) => [
        move(thread, 'harvest', ({ spteYoung }) => agrees(young, spteYoung)),
      ])
    : [];

const flush: Paths<'flush'> = () => THREADS.map((thread) => invalidation(thread));

/** The kernel's program makes the call, and only the end of the operation is left. */
const hasCalled = ({ operation, isEnding, young }: Standing, call: string, kernel: Kernel) =>
  operation?.ages === true &&
  isEnding &&
  kernel[operation.program].some(({ name, when }) => name === call && (when !== 'young' || young));

const answer: Paths<'answer'> = ({ call, returned }, { kernel }) => [
  given(({ kswapd, idle }) =>
    [kswapd, idle].some(
      (thread) => hasCalled(thread, call, kernel) && agrees(returned, thread.answer),
    ),
  ),
];

const report: Paths<'report'> = ({ referenced }) => [
  [{ ...move('kswapd', 'report'), answer: referenced }],
];

/**
 * The model cannot write-protect a read-only page. Such a line is explained by an unmap and a new
 * fault.
 */
const REMAPPED: Path = [
  move('kswapd', 'free'),
  move('cpu', 'read'),
  move('cpu', 'evict'),
  optional(move('user', 'clear-refs')),
];
const ENDS: Readonly<Record<ObservationOf<'end'>['of'], readonly Path[]>> = {
  look: [
    [move('kswapd', 'end', ({ kswapd }) => kswapd.operation?.ages === true)],
    [move('page_idle', 'end')],
    [move('page_idle', 'report')],
  ],
  unmap: [[move('kswapd', 'free')]],
  protect: [[move('kswapd', 'end', ({ kswapd }) => kswapd.operation?.ages === false)], REMAPPED],
};
const end: Paths<'end'> = ({ of }) => [...ENDS[of], given(threadsIdle)];

const cold: Paths<'cold'> = ({ young: said }) => [
  [move('user', 'madvise-cold', ({ young }) => agrees(said, young))],
  given(({ present }) => !present && said !== 1),
];

const clearRefs: Paths<'clear-refs'> = ({ young: said }) => [
  [move('user', 'clear-refs', ({ young }) => agrees(said, young))],
  given(({ present }) => !present && said !== 1),
];

const cleared: Paths<'cleared'> = ({ young }, system) => [
  ...cold({ kind: 'cold', young }, system),
  ...clearRefs({ kind: 'clear-refs', young }, system),
  ...mark({ kind: 'mark', young }, system),
  ...pass({ kind: 'pass', young }, system),
];

const unmap: Paths<'unmap'> = () => [[move('kswapd', 'unmap')], given(({ present }) => !present)];

const protect: Paths<'protect'> = () => [
  [move('kswapd', 'write-protect')],
  [move('kswapd', 'unmap', ({ writable }) => !writable)],
  given(({ present }) => !present),
];

/** KVM logs no flush if it had no entry. The model's flushes then find nothing. */
const zap: Paths<'zap'> = ({ had, returned }) => {
  if (!agrees(returned, had ?? returned ?? 0)) return [];
  const zaps = move('kswapd', 'zap', ({ spte }) => agrees(had, spte));
  return [
    had === 1 ? [zaps] : [zaps, flushes('kswapd')],
    given((facts) => threadsIdle(facts) && !facts.spte && had !== 1),
  ];
};

/** The actors that take a step which a device tells of, the verb, and what it finds. */
const STEPS_TOLD: { readonly [V in ToldStep]: readonly [readonly Actor[], string, CacheFact?] } = {
  'flush-iotlb': [THREADS, 'flush-iotlb', ({ iotlb }) => iotlb],
  'post-atc': [THREADS, 'post-atc'],
  'await-atc': [THREADS, 'await-atc'],
  'handle-invalidation': [['dev'], 'handle-invalidation', ({ atc }) => atc],
  evict: [['dev'], 'evict', ({ atc }) => atc],
  'evict-iotlb': [['iommu'], 'evict', ({ iotlb }) => iotlb],
};
type CacheFact = (facts: Facts) => number;

const step: Paths<'step'> = ({ verb, had }) => {
  const [actors, taken, fact] = STEPS_TOLD[verb];
  const agreed: Condition = (facts) => fact === undefined || agrees(had, fact(facts));
  const takes: Path = [{ actors, verbs: [taken], place: 0, before: agreed }];
  // An empty cache has nothing to evict, and a driver may flush one without a step of the model.
  return had === 1 ? [takes] : [takes, given(agreed)];
};

/** The invalidation of another page may have had a range that includes this page. */
const drop: Paths<'drop'> = ({ had, isAsked }) => [
  ...THREADS.map((thread) => invalidation(thread, ({ atc }) => agrees(had, atc))),
  ...(isAsked ? [] : [given(({ atc }) => !atc && had !== 1)]),
];

/** test_young() changes nothing. */
const test: Paths<'test'> = ({ returned }) => [
  given(({ spteYoung }) => agrees(returned, spteYoung)),
];

const state: Paths<'state'> = (said) => [
  given(({ present, young }) => present === said.present && agrees(said.young, young)),
];

/** The operation that asked for it may go on, or be over already. An ATC can also drop an entry. */
const invalidated: Paths<'invalidated'> = () => [
  ...THREADS.map((thread) => invalidation(thread)),
  given(({ atc }) => !atc),
];

/** A driver whose callback reaches the ATC sends nothing of the kind. */
const unheeded: Paths<'unheeded'> = (_, { driver }) =>
  driver.invalidate_secondary.actions.some(({ name }) => ATC_ACTIONS.has(name)) ? [] : [[]];
const ATC_ACTIONS: ReadonlySet<string> = new Set(['flush-atc', 'post-atc']);

const anywhere = (): readonly Path[] => [[]];

const PATHS: { readonly [K in Kind]: Paths<K> } = {
  // explainer.ts keeps more than states for these three kinds of observation.
  opens: anywhere,
  closes: anywhere,
  gone: anywhere,
  // Nothing is known of the page by then.
  collapse: anywhere,
  hit,
  walk,
  request,
  translate,
  complete: () => [COMPLETES],
  step,
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
  invalidated,
  unheeded,
};

/** All paths by which the model can explain an observation. */
export const pathsOf = (observation: Observation, system: Parts): readonly Path[] =>
  (PATHS[observation.kind] as Paths<Kind>)(observation, system);
