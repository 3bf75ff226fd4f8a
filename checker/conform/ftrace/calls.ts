/**
 * Which calls an event is inside of. Entries and returns nest per task; but a log may begin inside
 * a call, lose events, lack the return of a call (no probe, or maxactive was too small), and tell
 * of an interrupt in the middle of a task.
 */
import type { LogEvent } from './event.ts';
import { entryOf, isReturn } from './event.ts';
import { NEEDED } from './needed.ts';

export interface Call {
  /** Of a `_ret` event: the entry that it ends; undefined if that is not in the log. */
  readonly entry: LogEvent | undefined;
  /** The entries of the calls that the event is inside of, the outermost first. */
  readonly outer: readonly LogEvent[];
}

/** Entries without a return of their own: over when the call around them is. */
const WITHOUT_RETURN = NEEDED.filter(({ scope }) => scope === true).map(({ name }) => name);
const WITH_RETURN = NEEDED.map(({ name }) => name)
  .filter((name) => name.endsWith('_ret'))
  .map(entryOf);

const NONE: Call = { entry: undefined, outer: [] };

export class Calls {
  private readonly stacks = new Map<string, LogEvent[]>();
  private readonly returning = new Set(WITH_RETURN);
  private readonly scopes = new Set(WITHOUT_RETURN);
  /** Returns whose entry is not in the log. */
  orphans = 0;
  /** Entries that something around them outlived: their return is not in the log. */
  unreturned = 0;

  /** Takes the next event of the log and says where it stands. */
  take(event: LogEvent): Call {
    const key = contextOf(event);
    const stack = this.stacks.get(key);
    if (isReturn(event)) return this.leave(event, key, stack);
    const outer = stack === undefined ? [] : enclosing(stack, event.name);
    if (this.returning.has(event.name)) this.enter(event, key, stack);
    else if (stack !== undefined && this.scopes.has(event.name)) this.enter(event, key, stack);
    return outer.length === 0 ? NONE : { entry: undefined, outer };
  }

  /** Forgets the calls that are open: events were lost, and nobody knows which returned. */
  forget(): void {
    this.stacks.clear();
  }

  private enter(event: LogEvent, key: string, stack: LogEvent[] | undefined): void {
    if (stack === undefined) this.stacks.set(key, [event]);
    else {
      // None of the functions calls itself: the earlier one's return is missing.
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

  /** Drops what is open from `at` on. */
  private drop(stack: LogEvent[], at: number): void {
    for (const { name } of stack.splice(at)) if (!this.scopes.has(name)) this.unreturned++;
  }
}

/** What is around an event: not an earlier call of the same function, whose return is missing. */
function enclosing(stack: readonly LogEvent[], name: string): LogEvent[] {
  const again = stack.findLastIndex((open) => open.name === name);
  return again < 0 ? [...stack] : stack.slice(0, again);
}

/** Calls nest within a task, and in an interrupt on top of it; the idle tasks all have pid 0. */
function contextOf({ pid, cpu, flags }: LogEvent): string {
  const interrupt = flags.length > 2 && flags[2] !== '.' ? flags[2] : '';
  return pid === 0 ? `0@${cpu}${interrupt}` : `${pid}${interrupt}`;
}

/** The innermost call of a name that an event is inside of. */
export const within = ({ outer }: Call, name: string): LogEvent | undefined =>
  outer.findLast((open) => open.name === name);
