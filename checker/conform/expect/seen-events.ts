/**
 * Reads the events of a trace off the lines of a log, page by page: the same events that a person
 * would name who reads these lines. With granularity=atomic an operation or an access is one
 * event, with granularity=fine each of its steps is.
 */
import type { Log } from '../log.ts';
import type { User } from '../missed.ts';
import type { Bit, Kind, Maybe, Observation, ObservationOf, ToldStep } from '../observation.ts';
import { WRITES } from '../observation.ts';
import type { PageLog } from '../page-log.ts';
import { isShadow } from '../secondary.ts';
import type { Granularity } from './event-kinds.ts';
import type { Open, Operation, Step, Window } from './under-way.ts';
import { ofThreads, optional, step } from './under-way.ts';
import {
  AGING_ENDS,
  AT_ONCE,
  CLEAR_REFS,
  COLD,
  COLDS,
  COLLAPSE,
  COPIES,
  LOOK,
  PROTECTS,
  UNMAPS,
  accessOf,
  missKinds,
} from './event-kinds.ts';

/** An event that lines of a log show. */
export interface SeenEvent extends Step {
  readonly page: PageLog;
  /** The operation or the access of which it is a step; without steps it is the same. */
  readonly of: readonly string[];
  /** The line from which on it has an effect, and the line at which it is over. */
  readonly from: number;
  readonly until: number;
}

/** Where lines say something of a page after which nothing is known of it. */
export interface Unclear {
  readonly page: PageLog;
  readonly line: number;
  readonly why: string;
}

export interface Seen {
  readonly events: readonly SeenEvent[];
  readonly unclear: readonly Unclear[];
}

/** Reads the events of one page. */
class PageReader {
  readonly events: SeenEvent[] = [];
  readonly unclear: Unclear[] = [];
  private readonly log: Log;
  private readonly page: PageLog;
  private readonly granularity: Granularity;
  private readonly ats: boolean;
  private readonly windows: Record<User, Window | undefined> = {
    device: undefined,
    cpu: undefined,
  };
  private operation: Operation | undefined;
  /** The lines at which its PTE was taken, as long as no collapse tells what for. */
  private readonly taken: number[] = [];
  private line = 0;
  private hides = 0;

  constructor(log: Log, page: PageLog, { granularity, ats }: Told) {
    this.log = log;
    this.page = page;
    this.granularity = granularity;
    this.ats = ats;
  }

  read(): void {
    const { page, log } = this;
    for (let at = 0; at < page.length; at++) {
      this.line = page.lines.at(at);
      this.hides = page.hides.at(at);
      this.take(log.observations.at(page.observed.at(at)));
    }
    this.isCut();
  }

  private take(observation: Observation): void {
    const handler = this.handlers[observation.kind] as Handler<Kind> | undefined;
    handler?.(observation);
  }

  /** The log ends, or what it tells of the page. What is under way is no whole event. */
  private isCut(): void {
    const { device } = this.windows;
    const isFine = this.granularity === 'fine';
    if (isFine && device && !device.isOver && device.steps.length > 0) this.emits(device);
    if (isFine || (this.operation !== undefined && this.operation.of in AGING_ENDS)) {
      this.endsOperation();
    }
  }

  private readonly inner = (steps: readonly Step[] = []): void => {
    this.operation?.lines.push(this.line);
    this.operation?.steps.push(...steps);
  };

  private readonly handlers: Handlers = {
    opens: ({ by }) => this.opens(by),
    closes: (said) => this.closes(said),
    hit: ({ isWrite }) => {
      this.adds([accessOf('device', this.device(isWrite).isWrite)]);
      this.made();
    },
    walk: ({ isWrite }) => this.misses(isWrite),
    install: ({ writable }) => {
      const { device } = this.windows;
      // The read and the write of one instruction may each install an entry.
      if (device?.isOver) this.closed(device);
      else this.misses(writable);
    },
    request: ({ isWrite }) => {
      this.adds(missKinds(this.device(isWrite).isWrite)[0]);
    },
    translate: () => this.adds(['iommu: translate']),
    complete: () => {
      this.adds(['dev0: complete']);
      this.made();
    },
    populate: () => this.windows.device?.lines.push(this.line),
    'cpu-fault': ({ isWrite }) => this.faults(isWrite),
    age: ({ young }) => {
      if (this.operation?.of === 'look') return this.inner();
      this.begins('look', [LOOK], step([this.line], ['kswapd: age'], young));
    },
    report: ({ referenced }) => this.reports(referenced),
    mark: ({ young }) => {
      const kinds = ['page_idle: mark', 'page_idle: check'];
      this.begins('mark', kinds, step([this.line], kinds, young));
    },
    pass: ({ young }) => {
      this.begins('walk', ['kswapd: walk'], step([this.line], ['kswapd: walk'], young));
      this.operation!.answer = young;
    },
    cold: () => this.cools(),
    'clear-refs': () => this.happens(step([this.line], [CLEAR_REFS])),
    cleared: () => this.lost('no line says who clears the young bit of the PTE'),
    answer: ({ returned }) => {
      this.inner();
      if (this.operation?.of === 'walk' && returned) this.operation.answer = 1;
    },
    harvest: ({ young }) => this.inner([step([this.line], ofThreads('harvest'), young)]),
    flush: () => this.inner([optional(step([this.line], ofThreads('post-atc')))]),
    drop: ({ had }) => {
      const posts = step([this.line], ofThreads('post-atc'));
      const handles = step([this.line], ['dev0: handle-invalidation']);
      this.inner([had === 1 ? posts : optional(posts), optional(handles)]);
    },
    zap: ({ had }) => {
      const zaps = step([this.line], ['kswapd: zap']);
      this.inner([had === 1 ? zaps : optional(zaps)]);
    },
    step: ({ verb, had }) => this.steps(verb, had),
    invalidated: () => this.inner([optional(step([this.line], ofThreads('post-atc')))]),
    unheeded: () => this.inner(),
    unmap: ({ isInFault }) => {
      if (isInFault) return this.copies(this.log.program.nameIn(this.line, COPIES));
      const kinds = [this.log.program.nameIn(this.line, UNMAPS) ?? 'kswapd: unmap'];
      this.begins('unmap', kinds, step([this.line], kinds));
    },
    protect: () => {
      const kinds = [this.log.program.nameIn(this.line, PROTECTS) ?? 'kswapd: write-protect'];
      this.begins('protect', kinds, step([this.line], kinds));
    },
    end: ({ of }) => this.ends(of),
    gone: ({ toCollapse }) => {
      if (toCollapse) this.taken.push(this.line);
      else this.isCut();
      this.lost('after it nothing is known of the page');
    },
    collapse: () => {
      const taken = this.taken.splice(0);
      while (taken.includes(this.unclear.at(-1)?.line ?? 0)) this.unclear.pop();
      this.happens(step([...taken, this.line], [COLLAPSE]));
    },
  };

  /** Emits what is one event, or its steps. */
  private emits({ kinds, answer, lines, steps }: Open): void {
    const isAtOnce = kinds.some((kind) => AT_ONCE.includes(kind));
    const isFine = this.granularity === 'fine' && steps.length > 0 && !isAtOnce;
    const [first, last] = [steps.at(0), steps.at(-1)].map((each) => each?.lines[0]);
    const whole = { ...step(lines, kinds, answer), from: first, until: last };
    for (const each of isFine ? steps.map((one) => ({ ...one, ...spanOf(one) })) : [whole]) {
      const { from = lines[0], until = lines.at(-1)! } = each;
      const of = isFine ? steps[0].kinds : kinds;
      this.events.push({ ...each, of, page: this.page, from, until });
    }
  }

  /** Something happens at once, maybe in the midst of an operation. */
  private happens(one: Step): void {
    this.emits({ ...one, lines: [...one.lines], steps: [one] });
  }

  private lost(why: string): void {
    this.unclear.push({ page: this.page, line: this.line, why });
    this.operation = undefined;
  }

  private begins(of: Operation['of'], kinds: readonly string[], first: Step): void {
    this.endsOperation();
    this.operation = { of, kinds, answer: undefined, lines: [this.line], steps: [first] };
  }

  /** A fault copies the page. It is an event of its own, if no access has faulted. */
  private copies(kind: string | undefined): void {
    const kinds = kind === undefined ? [] : [kind];
    this.begins('copy', kinds, step([this.line], kinds));
  }

  private endsOperation(): void {
    const { operation } = this;
    this.operation = undefined;
    // A copy belongs to the access that has faulted, if one has.
    if (operation === undefined || operation.kinds.length === 0) return;
    if (!this.isOfPageout(operation)) this.emits(operation);
  }

  /** MADV_PAGEOUT of 5.4 to 6.9 looks at the page itself, and takes it where that finds no use. */
  private isOfPageout({ of, answer, lines }: Operation): boolean {
    const call = of === 'look' && answer === 0 && this.log.program.nameIn(lines[0], UNMAPS);
    return call === UNMAPS.MADV_PAGEOUT;
  }

  private reports(referenced: Maybe<Bit>): void {
    const reports = step([this.line], ['kswapd: report'], referenced);
    if (this.operation?.of === 'look') this.inner([reports]);
    else this.begins('look', [LOOK], reports);
    this.operation!.answer = referenced;
    this.endsOperation();
  }

  /** The steps that end an operation, in the order of `Operation`. */
  private ends(of: ObservationOf<'end'>['of']): void {
    const { operation } = this;
    if (operation === undefined || operation.of === 'look') return this.inner();
    if (operation.kinds.length === 0) return this.endsOperation();
    const own = operation.of === 'copy' ? 'unmap' : operation.of;
    const isThis = of === 'look' ? own in AGING_ENDS : of === own;
    if (!isThis) return;
    const by = operation.kinds[0].split(':')[0];
    const kinds = AGING_ENDS[operation.of] ?? [`${by}: free`, `${by}: end`, `${by}: put`];
    this.inner([step([this.line], kinds)]);
    this.endsOperation();
  }

  /** MADV_COLD may be told by a read of the PTE, and by the marker behind it. */
  private cools(): void {
    const last = this.events.at(-1);
    const isSame =
      last?.kinds.includes(COLD) === true &&
      this.log.program.areInOne(last.lines.at(-1)!, this.line, COLDS);
    if (!isSame) return this.happens(step([this.line], [COLD]));
    this.events[this.events.length - 1] = { ...last, lines: [...last.lines, this.line] };
  }

  private steps(verb: ToldStep, had: Maybe<number>): void {
    if (verb === 'evict') return this.happens(step([this.line], ['dev0: evict']));
    if (verb === 'evict-iotlb') return this.happens(step([this.line], ['iommu: evict']));
    const isHandled = verb === 'handle-invalidation';
    const told = step([this.line], isHandled ? ['dev0: handle-invalidation'] : ofThreads(verb));
    this.inner([had === 0 ? optional(told) : told]);
  }

  private opens(by: User, isMarked = true): Window {
    const about = { isMarked, isWrite: false, isOver: false, answer: undefined, kinds: [] };
    const lines = isMarked ? [this.line] : [];
    return (this.windows[by] = { ...about, lines, steps: [] });
  }

  private closes({ by, path }: ObservationOf<'closes'>): void {
    const window = this.windows[by];
    this.windows[by] = undefined;
    if (window === undefined) return;
    window.lines.push(this.line);
    const isWrite = (this.hides & WRITES[by]) !== 0;
    const kinds = [accessOf(by, isWrite)];
    // Its steps have been emitted when they came.
    if (window.isOver) return this.closed(window);
    if (by === 'device' && this.granularity === 'fine' && window.steps.length === 0) {
      const isWhole = !this.ats || isShadow(this.log.seen);
      const isHit = path === 'hit' || (path === undefined && isWhole);
      const steps = isHit ? [kinds] : missKinds(isWrite);
      if (path === undefined && !isHit) {
        return this.lost('no line says whether the device has hit its ATC');
      }
      window.steps.push(...steps.map((each) => step([this.line], each)));
    }
    this.emits({ ...window, kinds });
  }

  /** The marker at the end of an access that a line inside has told of. */
  private closed(window: Window): void {
    const at = this.events.findLastIndex(({ lines }) => lines.includes(window.lines[0]));
    if (at < 0) return;
    const event = this.events[at];
    this.events[at] = { ...event, lines: [...new Set([...event.lines, this.line])] };
  }

  /** The window of the device, or one for an access that no marker tells of. */
  private device(isWrite: boolean): Window {
    const window = this.windows.device ?? this.opens('device', false);
    // A second access between two markers.
    if (window.isOver) window.lines.length = window.steps.length = 0;
    window.isOver = false;
    window.isWrite = window.isMarked ? (this.hides & WRITES.device) !== 0 : isWrite;
    return window;
  }

  private adds(kinds: readonly string[]): void {
    const window = this.windows.device ?? this.device(false);
    window.lines.push(this.line);
    window.steps.push(step([this.line], kinds));
  }

  private misses(asksToWrite: boolean): void {
    const window = this.device(asksToWrite);
    window.lines.push(this.line);
    window.steps.push(...missKinds(window.isWrite).map((kinds) => step([this.line], kinds)));
    this.made();
  }

  /** An access of the device is made: a line tells so. */
  private made(): void {
    const window = this.windows.device!;
    window.kinds = [accessOf('device', window.isWrite)];
    window.isOver = true;
    this.emits({ ...window, lines: [...window.lines], steps: [...window.steps] });
    if (!window.isMarked) this.windows.device = undefined;
  }

  private faults(isWrite: boolean): void {
    const { cpu, device } = this.windows;
    // Without an ATC the access of a device has no line of its own that tells of its fault.
    const window = cpu ?? (this.ats ? undefined : device);
    if (window !== undefined) window.lines.push(this.line);
    else if (!this.log.program.nameIn(this.line, COPIES))
      this.happens(step([this.line], [accessOf('cpu', isWrite)]));
  }
}

type Handler<K extends Kind> = (observation: ObservationOf<K>) => void;
type Handlers = { readonly [K in Kind]?: Handler<K> };

const spanOf = ({ lines }: Step) => ({ from: lines[0], until: lines.at(-1)! });

/** What the trace is told in: whole operations or steps, with an ATC or without one. */
export interface Told {
  readonly granularity: Granularity;
  /** Without an ATC a translation has no steps. */
  readonly ats: boolean;
}

/** The events of some pages in the order in which they are over. */
export function seenEvents(log: Log, pages: readonly PageLog[], told: Told): Seen {
  const readers = pages.map((page) => new PageReader(log, page, told));
  for (const reader of readers) reader.read();
  return {
    events: readers.flatMap(({ events }) => events).toSorted((a, b) => a.until - b.until),
    unclear: readers.flatMap(({ unclear }) => unclear).toSorted((a, b) => a.line - b.line),
  };
}
