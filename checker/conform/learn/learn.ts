/**
 * Reads the lists of steps off a log: what the kernel's operations and the driver's callbacks do.
 * What the log does not decide is left open, as several lists that all fit.
 */
import type { LogEvent } from '../ftrace/index.ts';
import { Calls } from '../ftrace/index.ts';
import type { CallbackName, ProgramName } from '../../../model/system.ts';
import { CALLBACKS, PROGRAMS } from '../../../model/system.ts';
import type { Log } from '../log.ts';
import { isShadow } from '../secondary.ts';
import type { Fit, Grammar, List, Shown } from './fit.ts';
import { fitting, nameOf, score, timesOf } from './fit.ts';
import { CallbackReader } from './read-callbacks.ts';
import { OperationReader } from './read-operations.ts';
import type { Seen, SeenCallback } from './run.ts';

/** What a log says of one list. */
export interface Learned {
  readonly name: ProgramName | CallbackName;
  readonly shown: readonly Shown[];
  /** The lists that fit most runs, as texts. The first has only steps that the log shows. */
  readonly texts: readonly string[];
  /** Where runs disagree: what the others do, and how many runs each list fits. */
  readonly others: readonly { readonly text: string; readonly times: number }[];
  readonly times: number;
  /** Sentences that say what the log does not decide. */
  readonly open: readonly string[];
}

export interface Learning {
  readonly kernel: readonly Learned[];
  readonly driver: readonly Learned[];
}

export const isNothing = ({ kernel, driver }: Learning): boolean =>
  kernel.length + driver.length === 0;

/** The events that show a step. */
const SHOWN_BY: Readonly<Record<string, readonly string[]>> = {
  'flush-tlb': ['tlb_flush'],
  invalidate: ['invalidate_range', 'arch_invalidate_secondary_tlbs'],
  clear_flush_young: ['clear_flush_young'],
  clear_young: ['clear_young'],
  harvest: ['age_gfn_ret'],
  zap: ['unmap_gfn_range_ret'],
  'flush-iotlb': ['qi_submit'],
  'flush-atc': ['flush_remote_tlbs', 'atc_invalidate_range', 'atc_clear_flush_young', 'qi_submit'],
};

/** Reads the lists while a log is read. */
export class Learner {
  private readonly calls = new Calls();
  private readonly log: Log;
  private readonly operations: OperationReader;
  private readonly callbacks: CallbackReader;

  constructor(log: Log) {
    this.log = log;
    this.operations = new OperationReader(log);
    this.callbacks = new CallbackReader(log);
  }

  take(event: LogEvent): void {
    this.operations.take(event, this.calls.take(event));
    this.callbacks.take(event);
  }

  /** Events were lost. */
  broken(): void {
    this.calls.forget();
    this.operations.forget();
    this.callbacks.forget();
  }

  /** What the log says at its end. `recorded` are events that its head says were recorded. */
  learned(recorded: readonly string[]): Learning {
    const events = new Set([...this.log.seen, ...recorded]);
    const shadow = isShadow(this.log.seen);
    const { seen } = this.operations;
    const calls = this.callbacks.seen.filter((call) => isHeard(call, shadow));
    return {
      kernel: PROGRAMS.flatMap((name) => {
        const runs = seen.filter(({ operation }) => operation === name);
        return runs.length === 0 ? [] : [program(name, runs, { events, shadow })];
      }),
      driver: CALLBACKS.flatMap((name) => {
        const runs = calls.filter(({ callback }) => callback === name);
        return runs.length === 0 ? [] : callback(name, runs, { events, shadow });
      }),
    };
  }
}

interface Traits {
  readonly events: ReadonlySet<string>;
  /** The secondary has a page table of its own. */
  readonly shadow: boolean;
}

const isRecorded = (name: string, events: ReadonlySet<string>): boolean =>
  SHOWN_BY[name].some((event) => events.has(event));

/**
 * Whether a call tells of the driver. KVM does nothing for an address that is not the guest's, and
 * hears of no flush of the CPUs' TLBs.
 */
const isHeard = ({ callback, isStart, words }: SeenCallback, shadow: boolean): boolean =>
  shadow ? words.length > 0 && (isStart || callback !== 'invalidate_secondary') : !isStart;

const AGING: readonly ProgramName[] = ['age', 'idle', 'walk'];

/** The steps that an operation may have had without a line. */
const stepsOf = (name: ProgramName): string[] => [
  'flush-tlb',
  'invalidate',
  ...(AGING.includes(name) ? ['clear_flush_young', 'clear_young'] : []),
];

function program(name: ProgramName, runs: readonly Seen[], { events, shadow }: Traits): Learned {
  const names = stepsOf(name);
  const unrecorded = names.filter((step) => !isRecorded(step, events));
  const isStart = shadow || unrecorded.includes('invalidate');
  const shown = runs.map(({ young, words, isOwn, isStarted, times }): Shown => {
    const isTold = words.some((word) => nameOf(word) === 'invalidate');
    const blind = new Set([...unrecorded, ...(isOwn ? [] : ['flush-tlb'])]);
    const all = isStart && isStarted && !isTold ? ['invalidate', ...words] : words;
    return { held: young, words: all, blind, times };
  });
  const found = fitting(shown, { names, condition: 'young' });
  const textOf = (list: List): string => ['pte', ...list.map(itemText('young'))].join(',');
  const flushes = unrecorded.includes('flush-tlb')
    ? 'flush-tlb: the log has no tlb_flush'
    : 'flush-tlb: a CPU logs a flush only of the mm that it runs';
  const open = [
    ...(everyBlind(shown, 'flush-tlb') ? [flushes] : []),
    ...unrecorded.filter((step) => step !== 'flush-tlb').map(unrecordedText),
    ...conditions(shown, found[0].lists[0]),
  ];
  return learnedOf(name, shown, found, textOf, open);
}

const everyBlind = (shown: readonly Shown[], name: string): boolean =>
  shown.every(({ blind, words }) => blind.has(name) && !words.includes(name));

const unrecordedText = (name: string): string =>
  `${name}: the log has no ${SHOWN_BY[name].join(' or ')}, and may not have recorded it`;

/** What the young bits that the log shows leave open. */
function conditions(shown: readonly Shown[], list: List): string[] {
  const all = [true, false, undefined].filter((one) => shown.some(({ held }) => held === one));
  if (all.includes(undefined)) return ['?young: the log does not tell what some found in the PTE'];
  if (!all.includes(true)) return ['?young: none found a young PTE, which may take more steps'];
  if (all.includes(false) || list.length === 0) return [];
  return ['?young: none found an old PTE, which may take fewer steps'];
}

const itemText =
  (condition: Grammar['condition']) =>
  ({ word, isConditional }: List[number]): string =>
    isConditional ? `${word}?${condition}` : word;

function learnedOf(
  name: Learned['name'],
  shown: readonly Shown[],
  [first, ...rest]: readonly Fit[],
  textOf: (list: List) => string,
  open: readonly string[],
): Learned {
  return {
    name,
    shown,
    texts: [...new Set(first.lists.map(textOf))],
    others: rest.map(({ lists: [list], runs }) => ({ text: textOf(list), times: timesOf(runs) })),
    times: timesOf(first.runs),
    open,
  };
}

/** The actions that a callback may have had without a line. */
function actionsOf(name: CallbackName, shadow: boolean): string[] {
  if (!shadow) return ['flush-iotlb', 'flush-atc'];
  return [name === 'invalidate_secondary' ? 'zap' : 'harvest', 'flush-atc'];
}

/** It is empty if no line would have shown what the callback does. */
function callback(
  name: CallbackName,
  runs: readonly SeenCallback[],
  { events, shadow }: Traits,
): Learned[] {
  const names = actionsOf(name, shadow);
  const unrecorded = names.filter((action) => !isRecorded(action, events));
  if (unrecorded.length === names.length) return [];
  const shown = runs.map(({ words, found, times }): Shown => {
    // KVM flushes where it has dropped something.
    const isIdle = shadow && name === 'invalidate_secondary' && found !== true;
    const blind = new Set([...unrecorded, ...(isIdle ? ['flush-atc'] : [])]);
    return { held: found, words, blind, times };
  });
  const fits = fitting(shown, { names, condition: 'harvested' });
  const answers = answersOf(runs);
  const textsOf = (list: List): string[] => {
    const harvests = list.some(({ word }) => word === 'harvest');
    const may = answers.filter((answer) => harvests || answer !== HARVESTED);
    return (may.length > 0 ? may : [[]]).map(
      (answer) => [...list.map(itemText('harvested')), ...answer].join(',') || 'none',
    );
  };
  const [first] = fits;
  const texts = [...new Set(first.lists.flatMap(textsOf))];
  const textOf = (list: List): string => textsOf(list)[0];
  const isBarren = shown.every(({ held }) => held === false);
  const asks = isBarren && name !== 'invalidate_secondary' ? [BARREN] : [];
  const open = [...unrecorded.map(unrecordedText), ...asks];
  const learned = learnedOf(name, shown, fits, textOf, open);
  return [{ ...learned, texts }];
}

const BARREN = '?harvested: no call found a young bit, after which it may take more steps';

const HARVESTED: readonly string[] = ['return-harvested'];
const ANSWERS: readonly (readonly [readonly string[], (run: SeenCallback) => boolean])[] = [
  [HARVESTED, ({ found, returned }) => found === undefined || found === (returned !== 0)],
  [[], ({ returned }) => returned === 0],
  [['return-one'], ({ returned }) => returned === 1],
];

/** What a callback may return, as the end of its list. Where nobody uses it, that is 0. */
function answersOf(runs: readonly SeenCallback[]): (readonly string[])[] {
  const answered = runs.filter(({ returned }) => returned !== undefined);
  if (answered.length === 0) return [[]];
  const fitted = ANSWERS.map(([answer, fits]) => ({
    answer,
    times: answered.filter(fits).reduce((sum, { times }) => sum + times, 0),
  }));
  const most = Math.max(...fitted.map(({ times }) => times));
  return fitted.filter(({ times }) => times === most).map(({ answer }) => answer);
}

/** Whether a list fits as many runs as the lists that were found. */
export const agrees = ({ shown, times }: Learned, list: List): boolean =>
  score(list, shown) >= times;
