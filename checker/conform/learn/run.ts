/** Runs of kernel operations and calls of notifier callbacks, as the lines of a log show them. */
import type { CallbackName, ProgramName } from '../../../model/system.ts';
import { PAGE_SIZE, pageOf } from '../page-log.ts';

/** ULONG_MAX is at least this number; every address in an mm is below it. */
const WHOLE = 2 ** 63;

/** The addresses that a call tells of. A step without a range has none. */
export interface Told {
  readonly start: number;
  readonly end: number;
}

export const isWhole = ({ start, end }: Told): boolean => start === 0 && end >= WHOLE;

/** A run, while it is read. */
export interface Run {
  /** Undefined until a line tells it. A run of which no line tells it is left out. */
  operation: ProgramName | undefined;
  /** Undefined if the operation is about many pages, and no line names one. */
  readonly address: number | undefined;
  /** What an invalidation is told. */
  readonly about?: Told | undefined;
  readonly vma: string | undefined;
  readonly mm?: string | undefined;
  readonly pid: number;
  /** The young bit that it found. Undefined if no line tells it. */
  young: boolean | undefined;
  /** A line shows that it has come to the PTE. */
  reached: boolean;
  /** Secondaries with page tables of their own were told: invalidate_range_start(). */
  isStarted: boolean;
  readonly words: string[];
}

/** Runs of an operation that look alike. */
export interface Seen {
  readonly operation: ProgramName;
  readonly young: boolean | undefined;
  readonly words: readonly string[];
  /** The task that ran it runs the mm of the page, so that a flush of the CPUs leaves a line. */
  readonly isOwn: boolean;
  readonly isStarted: boolean;
  times: number;
}

/** Operations that go over many pages, and flush behind the last. */
export const OVER_MANY: readonly (ProgramName | undefined)[] = ['cold', 'clear-refs'];

/** Whether a run is about an address. */
export const concerns = ({ address, about }: Run, told: Told): boolean =>
  address === undefined
    ? about === undefined || (about.start < told.end && told.start < about.end)
    : address < told.end && told.start < address + PAGE_SIZE;

/** The step of a run that a call makes: its name, with the range that it tells of. */
export function wordOf({ address, operation }: Run, name: string, told: Told): string {
  if (isWhole(told)) return `${name}@mm`;
  if (OVER_MANY.includes(operation)) return name;
  const { start, end } = told;
  const reaches = address !== undefined && start >= address && pageOf(end - 1) !== address;
  return reaches && end <= address + 2 * PAGE_SIZE ? `${name}@next` : name;
}

/** One call of a callback of the driver, while it is read. */
export interface CallbackRun {
  readonly callback: CallbackName;
  /** It is invalidate_range_start(), which only a secondary with its own page table hears. */
  readonly isStart: boolean;
  /** It has found and cleared a young bit, or dropped an entry. Undefined if no line tells it. */
  found: boolean | undefined;
  returned: number | undefined;
  readonly words: string[];
}

/** Calls that look alike. */
export interface SeenCallback extends Readonly<CallbackRun> {
  times: number;
}
