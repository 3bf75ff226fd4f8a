/** What a program's markers tell beside its accesses: system calls, and where a trace begins. */
import type { Space } from './page-log.ts';

/** System calls that other lines do not tell apart, by the names of their markers. */
const CALLS = [
  'FORK',
  'MPROTECT',
  'MADV_COLD',
  'MADV_PAGEOUT',
  'MADV_DONTNEED',
  'MADV_POPULATE_WRITE',
] as const;
export type CallName = (typeof CALLS)[number];

/** What something is called in each of these system calls. */
export type ByCall = Readonly<Partial<Record<CallName, string>>>;

/** A system call, from the line of its begin marker to that of its end. */
interface ProgramCall {
  readonly name: CallName;
  readonly line: number;
  /** It is undefined if the log has no end of it. */
  until: number | undefined;
}

/** A marker `TRACE begin` or `TRACE end`, and the region of the program that has written it. */
export interface TraceMark {
  readonly line: number;
  readonly space: Space | undefined;
}

export class ProgramCalls {
  /** Where a program says that the events of a trace begin, and where they end. */
  readonly begins: TraceMark[] = [];
  readonly ends: TraceMark[] = [];
  private readonly calls: ProgramCall[] = [];

  /** Reads a marker of a system call. Others are not kept. */
  marked(text: string, line: number): void {
    const [, written, edge] = /^([A-Z_]+) (begin|end)\b/.exec(text) ?? [];
    const name = CALLS.find((call) => call === written);
    if (name === undefined) return;
    const open = this.calls.findLast((call) => call.name === name);
    if (edge === 'begin') this.calls.push({ name, line, until: undefined });
    else if (open !== undefined) open.until ??= line;
  }

  /** The last of some system calls in which a line stands. */
  private around(line: number, names: object): ProgramCall | undefined {
    return this.calls.findLast(
      ({ name, line: from, until = Infinity }) => name in names && from <= line && line <= until,
    );
  }

  /** The name that belongs to the system call in which a line stands. */
  nameIn(line: number, names: ByCall): string | undefined {
    const call = this.around(line, names);
    return call && names[call.name];
  }

  /** Whether two lines stand in one system call of the kinds that have a name. */
  areInOne(line: number, other: number, names: ByCall): boolean {
    const call = this.around(line, names);
    return call !== undefined && call === this.around(other, names);
  }
}
