/**
 * Logs in which one event is dropped, doubled, moved or reversed, and what `conform` must keep to
 * with each.
 */
import fc from 'fast-check';
import type { Given } from '../../checker/conform/candidates.ts';
import { candidates } from '../../checker/conform/candidates.ts';
import { readWhole } from '../../checker/conform/conform.ts';
import { runsOf } from '../../checker/conform/explaining-runs.ts';
import type { PageVerdict } from '../../checker/conform/hypothesis.ts';
import { isExplained } from '../../checker/conform/hypothesis.ts';
import type { Ranked } from '../../checker/conform/infer.ts';
import { ranking } from '../../checker/conform/infer.ts';
import { refuseTwoKernels } from '../../checker/conform/no-candidate.ts';
import { whole } from '../../checker/search/progress.ts';
import { traceOf } from '../../checker/trace/replay.ts';

/** A young bit that a function returned, or what a look reported. */
const YOUNG = /: (?:\w*young|age_gfn|folio_referenced)_ret: .*\bret=(?:0x)?\d+$/;

export const flipped = (line: string): string =>
  line.replace(/\bret=(?:0x)?(\d+)$/, (_, value: string) => `ret=${value === '0' ? 1 : 0}`);

/** How far an event is moved at most. */
const FAR = 4;

/** Each changes one event. The number says how far an event is moved, if it is. */
const CHANGES = {
  drop: (lines: readonly string[], at: number) => lines.toSpliced(at, 1),
  double: (lines: readonly string[], at: number) => lines.toSpliced(at, 0, lines[at]),
  move: (lines: readonly string[], at: number, by: number) =>
    lines.toSpliced(at, 1).toSpliced(at + by, 0, lines[at]),
  flip: (lines: readonly string[], at: number) => lines.with(at, flipped(lines[at])),
} as const;
export type Mutation = keyof typeof CHANGES;
export const MUTATIONS = Object.keys(CHANGES) as Mutation[];

/** A log with one change. Lines before index `at` are as they were. */
export interface Mutant {
  readonly kind: Mutation;
  readonly at: number;
  readonly lines: readonly string[];
}

const isEvent = (line: string): boolean => line !== '' && !line.startsWith('#');

/** Which of the mutants are taken: part `index`, from 0, of `count`. */
export interface Part {
  readonly index: number;
  readonly count: number;
}

/**
 * Mutants of one kind, with places drawn by a seed. There are none if no event can be reversed. The
 * parts together are what is drawn without them.
 */
export function mutants(
  lines: readonly string[],
  kind: Mutation,
  count: number,
  seed: number,
  part: Part = { index: 0, count: 1 },
): Mutant[] {
  const first = lines.findIndex((line) => line.includes('SCENARIO')) + 1;
  const places = lines.flatMap((line, at) =>
    at >= first && (kind === 'flip' ? YOUNG.test(line) : isEvent(line)) ? [at] : [],
  );
  if (places.length === 0) return [];
  const drawn = fc.sample(fc.tuple(fc.constantFrom(...places), fc.integer({ min: 1, max: FAR })), {
    seed,
    numRuns: count,
  });
  return drawn
    .filter((_, i) => i % part.count === part.index)
    .map(([at, by]) => ({ kind, at, lines: CHANGES[kind](lines, at, by) }));
}

/** A log, and the best candidate for it with its verdicts. */
export interface Judged {
  readonly lines: readonly string[];
  readonly ranked: Ranked;
}

/**
 * Judges a log as `conform` does, but does not look for the reasons of refusals. These take ten
 * times as long.
 */
export async function judge(lines: readonly string[], given: Given): Promise<Judged> {
  const { log } = await readWhole([Buffer.from(`${lines.join('\n')}\n`)], 'mutated.log');
  refuseTwoKernels(log, given, 'mutated.log');
  return { lines, ranked: whole(ranking(log, candidates(given, log)))[0] };
}

/** What the log reports of a page, in order. Undefined if it does not tell. */
function reportsOf({ log }: Ranked['hypothesis'], { page }: PageVerdict): unknown[] {
  const reports: unknown[] = [];
  for (let at = 0; at < page.length; at++) {
    const observation = log.observations.at(page.observed.at(at));
    if (observation.kind === 'report') reports.push(observation.referenced);
  }
  return reports;
}

/**
 * Whether the runs of a page report what the log says, of which a part may not be known. The log
 * has nothing of what came before a run. That may be a look, so that a run may begin with reports.
 */
export function isTold(
  runs: readonly (readonly unknown[])[],
  reported: readonly unknown[],
): boolean {
  const [first, ...others] = runs;
  if (first === undefined) return reported.length === 0;
  const isSame = (answer: unknown, i: number): boolean =>
    i < reported.length && (reported[i] === undefined || reported[i] === answer);
  const ends = [...first, undefined].map((_, skipped) => first.slice(skipped));
  return ends.some((end) => end.every(isSame) && isTold(others, reported.slice(end.length)));
}

/** Complains about explanations that are no runs of the model, or that report something else. */
function unproved({ hypothesis, verdicts }: Ranked): string[] {
  const { system } = hypothesis.candidate;
  const hasReports = hypothesis.log.seen.has('folio_referenced_ret');
  return verdicts.filter(isExplained).flatMap((verdict) => {
    const { page } = verdict;
    const told = runsOf(hypothesis, page, page.length).map((run) =>
      traceOf(system, run).steps.flatMap(({ event, answer }) =>
        event.verb === 'report' ? [answer] : [],
      ),
    );
    const reported = reportsOf(hypothesis, verdict);
    return !hasReports || isTold(told, reported)
      ? []
      : [`the run of ${page.name} reports ${told.flat().join()}, not ${reported.join()}`];
  });
}

/** The pages that no run explains, and the line where each is refused. */
export const refusedBy = ({ verdicts }: Ranked): { page: string; line: number }[] =>
  verdicts
    .filter((verdict) => !isExplained(verdict))
    .map(({ page, explained }) => ({ page: page.name, line: page.lines.at(explained) }));

/** An accusation, with the text of its lines, since a mutation shifts their numbers. */
interface Accusation {
  readonly line: number;
  /** The page and the look or eviction that is accused, without the use that proves it. */
  readonly accused: string;
  readonly proof: string;
}

function accusationsOf({ ranked: { hypothesis }, lines }: Judged): Accusation[] {
  const textOf = (...words: readonly string[]): string => words.join('\n    ');
  return hypothesis.log.pages.flatMap(({ address, uses: { missed, harms } }) => {
    const page = `0x${address.toString(16)}`;
    return [
      ...missed.map(({ kind, line, usedAtLine }) => {
        const accused = textOf(page, kind, lines[line - 1]);
        return { line, accused, proof: lines[usedAtLine - 1] };
      }),
      ...harms.map(({ kind, line }) => {
        return { line, accused: textOf(page, kind, lines[line - 1]), proof: '' };
      }),
    ];
  });
}

/** What an observer reads of a verdict: the accused come first. */
export function outcomeOf(judged: Judged): 'accused' | 'refused' | 'explained' {
  if (accusationsOf(judged).length > 0) return 'accused';
  return refusedBy(judged.ranked).length > 0 ? 'refused' : 'explained';
}

/**
 * Accusations that the change has invented. A report that was reversed is an accusation if the log
 * shows a use before it, and so is the eviction behind it. What was accused before may be accused
 * by another use: without the zap of a young entry, kvm_set_pfn_accessed() still tells of it.
 */
function invented({ kind, at }: Mutant, mutated: Judged, original: Judged): string[] {
  const isReport = kind === 'flip' && original.lines[at].includes(': folio_referenced_ret: ');
  const known = new Set(accusationsOf(original).map(({ accused }) => accused));
  return accusationsOf(mutated)
    .filter(({ line, accused }) => !known.has(accused) && !(isReport && line > at))
    .map(({ accused, proof }) => `accused anew: ${accused}\n    ${proof}`);
}

/** What is wrong with the verdict on a mutant, given that on the log as it was. */
export function complaints(mutant: Mutant, mutated: Judged, original: Judged): string[] {
  const before = refusedBy(original.ranked);
  const early = refusedBy(mutated.ranked).filter(
    ({ page, line }) =>
      line <= mutant.at &&
      !before.some((refusal) => refusal.page === page && refusal.line === line),
  );
  return [
    ...early.map(({ page, line }) => `${page} is refused at line ${line}, before the change`),
    ...unproved(mutated.ranked),
    ...invented(mutant, mutated, original),
  ];
}
