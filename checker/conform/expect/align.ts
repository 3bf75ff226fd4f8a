/** Holds the events that a log shows against the steps of a trace, one after the other. */
import type { Event } from '../../../model/events.ts';
import { kindOf, namesDevice } from '../../../model/events.ts';
import type { ReplayStep } from '../../trace/replay.ts';
import type { SeenEvent } from './seen-events.ts';

/** The actor and the verb of an event, as `dev0: read`. */
export function kindName(event: Event): string {
  const isUnit = event.actor === 'cpu' || event.actor === 'dev';
  return `${event.actor}${isUnit && !namesDevice(event) ? event.unit : ''}: ${event.verb}`;
}

/** A step of the trace that the log shows. */
export interface Matched {
  readonly step: ReplayStep;
  /** Undefined if the step leaves no line. */
  readonly seen: SeenEvent | undefined;
}

/** Where the log parts from the trace. */
export interface Parting {
  /**
   * - missing: the log has not this step of the trace, and goes on with a later one, or ends
   * - extra: the log has an event in between that the trace has not
   * - answer: the log shows another answer
   * - overlap: the event begins before the one before it is over
   */
  readonly kind: 'missing' | 'extra' | 'answer' | 'overlap';
  /** The step that the trace goes on with. Undefined if it has none left. */
  readonly step: ReplayStep | undefined;
  /** What the log has there. Undefined if it has nothing more. */
  readonly seen: SeenEvent | undefined;
}

export interface Alignment {
  readonly matched: readonly Matched[];
  readonly parting: Parting | undefined;
  /** An eviction behind the last step: the reclaim whose look was the last step goes on. */
  readonly behind: readonly SeenEvent[];
}

/** What the comparison has to know of the log and of the names of its pages. */
export interface Names {
  /** The number of the page in the trace. */
  readonly pageOf: (seen: SeenEvent) => number;
  /** Whether a step may have no line in this log. */
  readonly isSilent: (event: Event) => boolean;
}

const EVICTS: ReadonlySet<string> = new Set(['kswapd: unmap', 'kswapd: free']);

/** Whether the log shows another answer than the model gives. */
const differ = (step: ReplayStep, seen: SeenEvent): boolean =>
  seen.answer !== undefined && step.answer !== undefined && seen.answer !== step.answer;

class Aligner {
  readonly matched: Matched[] = [];
  readonly behind: SeenEvent[] = [];
  parting: Parting | undefined;
  private readonly steps: readonly ReplayStep[];
  private readonly names: Names;
  private readonly events: readonly SeenEvent[];
  /** Where each page's last event is over. */
  private readonly over = new Map<SeenEvent['page'], number>();

  constructor(steps: readonly ReplayStep[], events: readonly SeenEvent[], names: Names) {
    this.steps = steps;
    this.events = events;
    this.names = names;
  }

  private fits({ event }: ReplayStep, seen: SeenEvent): boolean {
    return seen.kinds.includes(kindName(event)) && this.names.pageOf(seen) === event.page;
  }

  private agrees(step: ReplayStep, seen: SeenEvent): boolean {
    return this.fits(step, seen) && !differ(step, seen);
  }

  /** The steps that may come next: those that may have left no line, and the first that has. */
  private next(): readonly ReplayStep[] {
    const rest = this.steps.slice(this.matched.length);
    const shown = rest.findIndex(({ event }) => !this.names.isSilent(event));
    return shown < 0 ? rest : rest.slice(0, shown + 1);
  }

  align(): void {
    for (const [at, seen] of this.events.entries()) {
      const next = this.next();
      const found = next.findIndex((step) => this.fits(step, seen));
      if (found >= 0) this.matches(next.slice(0, found), next[found], seen);
      else if (this.isEviction(seen)) this.behind.push(seen);
      else if (!seen.isOptional) this.parting = this.parted(next.at(-1), seen, at);
      if (this.parting !== undefined) return;
    }
    const next = this.next();
    const shown = next.find(({ event }) => !this.names.isSilent(event));
    if (shown !== undefined) this.parting = { kind: 'missing', step: shown, seen: undefined };
    else this.matched.push(...next.map((step) => ({ step, seen: undefined })));
  }

  private matches(silent: readonly ReplayStep[], step: ReplayStep, seen: SeenEvent): void {
    const isOverlapping = seen.from < (this.over.get(seen.page) ?? 0);
    const differs = differ(step, seen);
    if (isOverlapping || differs) {
      this.parting = { kind: differs ? 'answer' : 'overlap', step, seen };
      return;
    }
    this.over.set(seen.page, seen.until);
    this.matched.push(...silent.map((each) => ({ step: each, seen: undefined })), { step, seen });
  }

  private isEviction({ kinds }: SeenEvent): boolean {
    return this.matched.length === this.steps.length && kinds.some((kind) => EVICTS.has(kind));
  }

  /** If the log goes on with a later step, and not behind this event with the next one. */
  private parted(step: ReplayStep | undefined, seen: SeenEvent, at: number): Parting {
    const following = this.events[at + 1];
    const goesOn = step !== undefined && following !== undefined && this.agrees(step, following);
    const later = this.steps.slice(this.matched.length + 1);
    const isLater = later.some((each) => this.agrees(each, seen));
    return { kind: isLater && !goesOn ? 'missing' : 'extra', step, seen };
  }
}

/** Steps of callbacks, and what caches do by themselves. Other lines show whether they could. */
export const mayBeSilent = (event: Event): boolean => {
  const { role } = kindOf(event);
  const { verb } = event;
  if (verb === 'evict' || verb === 'handle-invalidation') return true;
  return role === 'step' && verb !== 'report' && verb !== 'free';
};

/** Compares until the log parts from the trace, or the trace is over. */
export function aligned(
  steps: readonly ReplayStep[],
  events: readonly SeenEvent[],
  names: Names,
): Alignment {
  const aligner = new Aligner(steps, events, names);
  aligner.align();
  const { matched, parting, behind } = aligner;
  return { matched, parting, behind };
}
