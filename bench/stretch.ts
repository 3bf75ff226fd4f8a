/**
 * Finds a stretch of a log that can be repeated: behind it every page can be in just the states in
 * which it can be before it. So the repetition is explained if the log is.
 */
import { readWhole } from '../checker/conform/conform.ts';
import { candidates } from '../checker/conform/candidates.ts';
import type { Hypothesis } from '../checker/conform/hypothesis.ts';
import { ranking } from '../checker/conform/infer.ts';
import type { PageLog } from '../checker/conform/page-log.ts';
import { whole } from '../checker/search/progress.ts';

export interface Stretch {
  /** The index of its first line, and that of the first line behind it. */
  readonly begin: number;
  readonly end: number;
}

/** For each observation of a page: its line, and the set of states behind it. */
function setsOf(hypothesis: Hypothesis, page: PageLog): { line: number; set: number }[] {
  const { explainer } = hypothesis;
  let set = explainer.anything;
  return Array.from({ length: page.length }, (_, at) => {
    set = explainer.advance(set, hypothesis.hides(page, at), page.observed.at(at));
    return { line: page.lines.at(at), set };
  });
}

/** A program's marker. The calls of the program are over there. */
const isMarker = (line: string): boolean => /: tracing_mark_write: (?!\S+ end)/.test(line);

/** The longest such stretch between two markers. */
export async function stretchOf(lines: readonly string[], name: string): Promise<Stretch> {
  const { log } = await readWhole([`${lines.join('\n')}\n`], name);
  const [{ hypothesis }] = whole(ranking(log, candidates({}, log)));
  const known = log.pages.map((page) => ({ sets: setsOf(hypothesis, page), next: 0 }));
  const firsts = new Map<string, number>();
  let best: Stretch = { begin: 0, end: 0 };
  for (const [at, line] of lines.entries()) {
    for (const one of known) while (one.sets[one.next]?.line <= at) one.next++;
    if (!isMarker(line) || known.some(({ next }) => next === 0)) continue;
    const key = known.map(({ sets, next }) => sets[next - 1].set).join();
    const begin = firsts.get(key) ?? at;
    firsts.set(key, begin);
    if (at - begin > best.end - best.begin) best = { begin, end: at };
  }
  if (best.end === 0) throw new Error(`${name}: no stretch of it can be repeated`);
  return best;
}
