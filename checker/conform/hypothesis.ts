/** Compares a log with a system: some pages are explained by a run of the model, others are not. */
import type { Candidate } from './candidates.ts';
import type { Pieces } from '../search/progress.ts';
import { going } from '../search/progress.ts';
import { Explainer, REFUSED } from './explainer.ts';
import { shownBy, unseenBy } from './hidden.ts';
import type { Log } from './log.ts';
import type { PageLog } from './page-log.ts';

/** How far the log of a page is explained. */
export interface PageVerdict {
  readonly page: PageLog;
  /** How many observations are explained. It is all of them if none is refused. */
  readonly explained: number;
  /** The set of states in which the page can be after these. */
  readonly set: number;
}

export const isExplained = ({ page, explained }: PageVerdict): boolean => explained === page.length;

/** How many of the first observations that are kept may be in the midst of an operation. */
const MIDST = 16;

/** How many observations are one piece of work. */
export const PIECE = 64;

/** Compares a log with one candidate. */
export class Hypothesis {
  readonly candidate: Candidate;
  readonly explainer: Explainer;
  readonly log: Log;
  private readonly unseen: number;
  private readonly shown: number;

  constructor(log: Log, candidate: Candidate) {
    this.log = log;
    this.candidate = candidate;
    this.explainer = new Explainer(candidate.system, log.observations, candidate.subject);
    this.unseen = unseenBy(log.seen);
    this.shown = shownBy(log.seen);
  }

  /** The HIDDEN bits for what may have happened before an observation, or since the last one. */
  hides(page: PageLog, at: number): number {
    const windows = at < page.length ? page.hides.at(at) : page.windows;
    return (windows & ~this.shown) | this.unseen;
  }

  /** Explains the first `count` observations of a page as far as it can. */
  *explain(page: PageLog, count = page.length): Pieces<PageVerdict> {
    const { explainer } = this;
    let set = explainer.anything;
    for (let at = 0; at < count; at++) {
      if (at % PIECE === 0) yield* going(at, count);
      const next = explainer.advance(set, this.hides(page, at), page.observed.at(at));
      if (next !== REFUSED) set = next;
      else if (page.dropped === 0 || at >= MIDST) return { page, explained: at, set };
      else {
        // What was dropped may have begun an operation, so that nothing is known here.
        page.observed.put(at, this.log.observations.number({ kind: 'gone' }));
        set = explainer.anything;
      }
    }
    return { page, explained: count, set };
  }

  /** Explains every page that the log mentions. */
  *explainAll(): Pieces<PageVerdict[]> {
    const { pages } = this.log;
    const verdicts: PageVerdict[] = [];
    for (const page of pages) verdicts.push(yield* this.explain(page));
    return verdicts;
  }
}
