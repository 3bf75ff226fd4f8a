/** Whether the set-up in a log leads to the state in which a trace begins. */
import type { Conformance } from '../conform.ts';
import { stateOf } from '../explainer.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import type { PageLog } from '../page-log.ts';
import { whole } from '../../search/progress.ts';
import type { Replay } from '../../trace/replay.ts';
import type { NamedPage } from './names.ts';

/**
 * The facts that have to be as in the trace's first state. There a page is not mapped, and its
 * first access maps it. A page that is mapped and old is as good, and so is a young one that is
 * used first. What caches hold is not known, as they may drop an entry at any time.
 */
const WORDS = {
  young: ['old', 'young'],
  spte: ['not mapped by KVM', 'mapped by KVM'],
  request: ['not asked for', 'asked for by a query that is under way'],
} as const satisfies Partial<Record<keyof Facts, readonly [string, string]>>;
type Told = keyof typeof WORDS;

/** The states in which the page may be at a line, where every line before is explained. */
function statesAt(hypothesis: Hypothesis, page: PageLog, line: number): number[] | undefined {
  const count = page.countUntil(line);
  const { explained, set } = whole(hypothesis.explain(page, count));
  if (explained < count) return undefined;
  const nodes = hypothesis.explainer.closure(set, hypothesis.hides(page, count));
  return [...nodes.keys()].map(stateOf);
}

function differing(
  { explainer: { graph } }: Hypothesis,
  states: readonly number[],
  isUsedFirst: boolean,
): string | undefined {
  const wanted = graph.facts(graph.initial);
  const all = Object.keys(WORDS) as Told[];
  const names = isUsedFirst ? all.filter((name) => name !== 'young') : all;
  const differences = states.map((state) =>
    names.filter((name) => Number(graph.facts(state)[name] !== 0) !== wanted[name]),
  );
  const [least] = differences.toSorted((a, b) => a.length - b.length);
  if (least.length === 0) return undefined;
  const [is, should] = [1, 0].map((bit) => least.map((name) => WORDS[name][bit]).join(' and '));
  return `is ${is} where the set-up ends, and has to be ${should}`;
}

/**
 * Whether a page's first event in the trace is an access, behind which its PTE is young, or the
 * trace has no event of it. In steps that is the translation; a query before it asks nobody.
 */
const isUsedFirst = ({ steps }: Replay, n: number): boolean => {
  const own = steps.filter(({ event: { page, to } }) => page <= n && n <= to);
  if (own.length === 0) return true;
  const first = own.find(({ event: { verb } }) => !verb.startsWith('request-'));
  return first !== undefined && ACCESSES.includes(first.event.verb);
};
const ACCESSES: readonly string[] = ['read', 'write', 'translate'];

/** A sentence about the first page whose set-up leads elsewhere. Undefined if none does. */
export function otherStart(
  { ranked: [{ hypothesis }] }: Conformance,
  replay: Replay,
  pages: readonly NamedPage[],
  begin: number,
): string | undefined {
  for (const [n, { name, page }] of pages.entries()) {
    const states = page && page.length > 0 ? statesAt(hypothesis, page, begin) : undefined;
    const text = states && differing(hypothesis, states, isUsedFirst(replay, n));
    if (text !== undefined) return `page ${name} ${text}`;
  }
  return undefined;
}
