/**
 * Finds the calls that surround an event. Entries and returns nest in each task. But a log may
 * begin inside a call, and it may lose events. The return of a call may be missing (no probe, or
 * maxactive was too small). And an interrupt may run in the middle of a task.
 */
import type { LogEvent } from './event.ts';
import { MARKER, entryOf, isReturn } from './event.ts';
import { NEEDED } from './needed.ts';

export interface Call {
  /**
   * For a `_ret` event: the entry of the call that it ends. Undefined if the log lacks that entry.
   */
  readonly entry: LogEvent | undefined;
  /** The entries of the calls that surround the event, the outermost first. */
  readonly outer: readonly LogEvent[];
}

/** Entries whose return has no probe. They end with the call around them. */
const WITHOUT_RETURN = NEEDED.filter(({ scope }) => scope === true).map(({ name }) => name);
const WITH_RETURN = NEEDED.map(({ name }) => name)
  .filter((name) => name.endsWith('_ret'))
  .map(entryOf);

const NONE: Call = { entry: undefined, outer: [] };

export class Calls {
  private readonly stacks = new Map<string, LogEvent[]>();
  private readonly returning = new Set(WITH_RETURN);
  private readonly scopes = new Set(WITHOUT_RETURN);
  /** How many returns have no entry in the log. */
  orphans = 0;
  /** How many entries have no return in the log: a call around them has ended. */
  unreturned = 0;

  /** Takes the next event of the log, and returns the calls around it. */
  take(event: LogEvent): Call {
    const key = contextOf(event);
    const stack = this.stacks.get(key);
    if (isReturn(event)) return this.leave(event, key, stack);
    if (event.name === MARKER) {
      // Whoever writes a marker is in user space, so that every call has returned.
      if (stack !== undefined) this.drop(stack, 0);
      this.stacks.delete(key);
      return NONE;
    }
    const outer = stack === undefined ? [] : enclosing(stack, event.name);
    if (this.returning.has(event.name)) this.enter(event, key, stack);
    else if (stack !== undefined && this.scopes.has(event.name)) this.enter(event, key, stack);
    return outer.length === 0 ? NONE : { entry: undefined, outer };
  }

  /** Forgets the open calls. Events were lost, and nobody knows which calls have returned. */
  forget(): void {
    this.stacks.clear();
  }

  private enter(event: LogEvent, key: string, stack: LogEvent[] | undefined): void {
    if (stack === undefined) this.stacks.set(key, [event]);
    else {
      // No such function calls itself, so that the return of the earlier call is missing.
      const again = stack.findLastIndex(({ name }) => name === event.name);
      if (again >= 0) this.drop(stack, again);
      stack.push(event);
    }
  }

  private leave(event: LogEvent, key: string, stack: LogEvent[] | undefined): Call {
    const name = entryOf(event.name);
    this.returning.add(name);
    const at = stack?.findLastIndex((open) => open.name === name) ?? -1;
    if (stack === undefined || at < 0) {
      this.orphans++;
      return { entry: undefined, outer: stack === undefined ? [] : [...stack] };
    }
    const entry = stack[at];
    this.drop(stack, at + 1);
    stack.pop();
    if (stack.length === 0) this.stacks.delete(key);
    return { entry, outer: [...stack] };
  }

  /** Drops the open calls from index `at` on. */
  private drop(stack: LogEvent[], at: number): void {
    for (const { name } of stack.splice(at)) if (!this.scopes.has(name)) this.unreturned++;
  }
}

/**
 * The calls around an event. An earlier call of the same function is not one: its return is
 * missing.
 */
function enclosing(stack: readonly LogEvent[], name: string): LogEvent[] {
  const again = stack.findLastIndex((open) => open.name === name);
  return again < 0 ? [...stack] : stack.slice(0, again);
}

/** Softirq, hardirq and NMI. No other flag has these letters; its column is that of the kernel. */
const INTERRUPT = /[shHzZ]/;

/**
 * The context in which calls nest: a task, or an interrupt on top of it. All idle tasks have pid 0.
 */
function contextOf({ pid, cpu, flags }: LogEvent): string {
  const interrupt = INTERRUPT.exec(flags)?.[0] ?? '';
  return pid === 0 ? `0@${cpu}${interrupt}` : `${pid}${interrupt}`;
}

/** The innermost call with this name that surrounds an event. */
export const within = ({ outer }: Call, name: string): LogEvent | undefined =>
  outer.findLast((open) => open.name === name);
