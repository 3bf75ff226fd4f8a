/** Infers which system a log comes from, by ranking candidates by how much they explain. */
import type { Pieces } from '../search/progress.ts';
import { partOf, unlessInterrupted } from '../search/progress.ts';
import type { Candidate } from './candidates.ts';
import type { Log } from './log.ts';
import type { PageVerdict } from './hypothesis.ts';
import { Hypothesis, isExplained } from './hypothesis.ts';

export interface Ranked {
  readonly hypothesis: Hypothesis;
  readonly verdicts: readonly PageVerdict[];
  /** How many pages are explained to the end, and how many observations of all pages are. */
  readonly pages: number;
  readonly observations: number;
}

function* hold(log: Log, candidate: Candidate): Pieces<Ranked> {
  const hypothesis = new Hypothesis(log, candidate);
  const verdicts = yield* hypothesis.explainAll();
  return {
    hypothesis,
    verdicts,
    pages: verdicts.filter(isExplained).length,
    observations: verdicts.reduce((sum, { explained }) => sum + explained, 0),
  };
}

/**
 * Ranks the candidates, the best first. Candidates that explain as much keep their order of
 * preference. If it is told to stop, the list has those that were held against the whole log.
 */
export function* ranking(log: Log, all: readonly Candidate[]): Pieces<Ranked[]> {
  const ranked: Ranked[] = [];
  for (const candidate of all) {
    const work = partOf(hold(log, candidate), [ranked.length, all.length]);
    const held = yield* unlessInterrupted(work);
    if (held === undefined) break;
    ranked.push(held);
  }
  return ranked.sort((a, b) => b.pages - a.pages || b.observations - a.observations);
}

/** A candidate of which nothing is known. */
export const unheld = (log: Log, candidate: Candidate): Ranked => ({
  hypothesis: new Hypothesis(log, candidate),
  verdicts: [],
  pages: 0,
  observations: 0,
});
