/**
 * Explains why a page is refused at a line: what the model would have allowed, and what that
 * implies.
 */
import type { Pieces } from '../search/progress.ts';
import { going } from '../search/progress.ts';
import { STEP_TEXTS, contraries, describe } from './describe.ts';
import { stateOf } from './explainer.ts';
import type { Observation } from './observation.ts';
import type { Hypothesis, PageVerdict } from './hypothesis.ts';

export interface Refusal {
  readonly line: number;
  /** What the line says. */
  readonly said: string;
  /** What the model would have allowed. */
  readonly allowed: readonly string[];
  readonly implies: string;
}

function allowedAt({ explainer }: Hypothesis, verdict: PageVerdict, hides: number): string[] {
  const { page, explained, set } = verdict;
  const observation = explainer.observation(page.observed.at(explained));
  const other = contraries(observation)
    .filter((contrary) => explainer.reach(set, hides, contrary).size > 0)
    .map(describe)
    .filter((text) => text !== describe(observation));
  const steps = new Set<string>();
  for (const node of explainer.closure(set, hides).keys()) {
    const { kswapd, idle } = explainer.graph.facts(stateOf(node));
    for (const { next } of [kswapd, idle]) {
      const text = STEP_TEXTS[next as keyof typeof STEP_TEXTS];
      if (text !== undefined) steps.add(text);
    }
  }
  return [...new Set([...other, ...steps])];
}

/** What a person should check first. `explaining` names other systems that explain the line. */
function implied(observation: Observation, explaining: readonly string[]): string {
  if (explaining.length > 0) {
    return `another system explains this line: ${explaining.join('; or ')}`;
  }
  if (observation.kind === 'neighbour') {
    return 'an aging whose range is not aligned: a kernel with idle=pte,clear_young@next';
  }
  if (observation.kind === 'closes') {
    return 'an access that left no trace where it had to leave one: a line is missing';
  }
  return (
    'no preset explains this line: a line is missing or doubled before it, ' +
    'a bug, or a gap of the model'
  );
}

export function* refusalOf(
  hypothesis: Hypothesis,
  verdict: PageVerdict,
  others: readonly { readonly name: string; readonly hypothesis: Hypothesis }[],
): Pieces<Refusal> {
  yield* going(0, others.length);
  const { page, explained } = verdict;
  const hides = hypothesis.hides(page, explained);
  const observation = hypothesis.explainer.observation(page.observed.at(explained));
  const explaining: string[] = [];
  for (const { name, hypothesis: other } of others) {
    const held = yield* other.explain(page, explained + 1);
    if (held.explained > explained) explaining.push(name);
  }
  return {
    line: page.lines.at(explained),
    said: describe(observation),
    allowed: allowedAt(hypothesis, verdict, hides),
    implies: implied(observation, explaining),
  };
}

/** A refusal whose reasons were not looked for. */
export const unasked = ({ explainer }: Hypothesis, { page, explained }: PageVerdict): Refusal => ({
  line: page.lines.at(explained),
  said: describe(explainer.observation(page.observed.at(explained))),
  allowed: [],
  implies: 'not looked for, as the command was interrupted',
});

export function refusalText({ said, allowed, implies }: Refusal): string {
  const could = allowed.length === 0 ? 'nothing of the kind' : allowed.join('; or ');
  return `${said}; the model allows here: ${could}; ${implies}`;
}
