/** Why a page is refused at a line: what the model would have allowed, and what that implies. */
import { STEP_TEXTS, describe } from './describe.ts';
import { stateOf } from './explainer.ts';
import type { Kind, Observation } from './observation.ts';
import type { Hypothesis, PageVerdict } from './hypothesis.ts';

export interface Refusal {
  readonly line: number;
  /** What the line says. */
  readonly said: string;
  /** What the model could have followed. */
  readonly allowed: readonly string[];
  readonly implies: string;
}

/** What the secondary's entry was, and what KVM returned of it. */
const SAYS_TWICE: readonly Kind[] = ['harvest', 'zap'];

/** The same observation with everything else that it could have said. */
function variants(observation: Observation): Observation[] {
  const { kind, value, other } = observation;
  const values = kind === 'walk' ? [0, 1, 2, 3] : [0, 1];
  const all = values.map((v) => ({ kind, value: v, other: SAYS_TWICE.includes(kind) ? v : other }));
  return value === undefined ? [] : all.filter((v) => v.value !== value);
}

function allowedAt({ explainer }: Hypothesis, verdict: PageVerdict, hides: number): string[] {
  const { page, explained, set } = verdict;
  const observation = explainer.observation(page.observed.at(explained));
  const other = variants(observation)
    .filter((variant) => explainer.reach(set, hides, variant).size > 0)
    .map(describe);
  const steps = new Set<string>();
  for (const node of explainer.closure(set, hides).keys()) {
    const { kswapd, idle } = explainer.graph.facts(stateOf(node));
    for (const { next } of [kswapd, idle]) {
      if (next !== '' && STEP_TEXTS[next] !== undefined) steps.add(STEP_TEXTS[next]);
    }
  }
  return [...new Set([...other, ...steps])];
}

/** What a person should look at first. `explaining`: other systems, which explain the line. */
function implied(observation: Observation, explaining: readonly string[]): string {
  if (explaining.length > 0) {
    return `another system explains this line: ${explaining.join('; or ')}`;
  }
  if (observation.kind === 'neighbour') {
    return 'an aging whose range is not aligned to the page: kernel idleRange=two-pages';
  }
  if (observation.kind === 'closes') {
    return 'an access that left no trace where it had to leave one: a line is missing';
  }
  return (
    'no preset explains this line: a line is missing or doubled before it, ' +
    'a bug, or a gap of the model'
  );
}

export function refusalOf(
  hypothesis: Hypothesis,
  verdict: PageVerdict,
  others: readonly { readonly name: string; readonly hypothesis: Hypothesis }[],
): Refusal {
  const { page, explained } = verdict;
  const hides = hypothesis.hides(page, explained);
  const observation = hypothesis.explainer.observation(page.observed.at(explained));
  const explaining = others
    .filter(({ hypothesis: other }) => other.explain(page, explained + 1).explained > explained)
    .map(({ name }) => name);
  return {
    line: page.lines.at(explained),
    said: describe(observation),
    allowed: allowedAt(hypothesis, verdict, hides),
    implies: implied(observation, explaining),
  };
}

export function refusalText({ said, allowed, implies }: Refusal): string {
  const could = allowed.length === 0 ? 'nothing of the kind' : allowed.join('; or ');
  return `${said}; the model allows here: ${could}; ${implies}`;
}
