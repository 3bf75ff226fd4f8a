/** Infers which system a log comes from, by ranking candidates by how much they explain. */
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

function hold(log: Log, candidate: Candidate): Ranked {
  const hypothesis = new Hypothesis(log, candidate);
  const verdicts = hypothesis.explainAll();
  return {
    hypothesis,
    verdicts,
    pages: verdicts.filter(isExplained).length,
    observations: verdicts.reduce((sum, { explained }) => sum + explained, 0),
  };
}

/**
 * Ranks the candidates, the best first. Candidates that explain as much keep their order of
 * preference.
 */
export function rank(log: Log, all: readonly Candidate[]): Ranked[] {
  return all
    .map((candidate) => hold(log, candidate))
    .sort((a, b) => b.pages - a.pages || b.observations - a.observations);
}
