/**
 * Compares the log of a real kernel with the model, and judges its looks by what the log proves.
 */
import type { Break, LogEvent, LogSummary } from './ftrace/index.ts';
import { gaps, readLog } from './ftrace/index.ts';
import type { Pieces } from '../search/progress.ts';
import { noting, unlessInterrupted, whole } from '../search/progress.ts';
import type { Given } from './candidates.ts';
import { architectureOf } from './architecture.ts';
import { NONE, candidates, groupsOf } from './candidates.ts';
import { noSuchMachine, presetNames } from '../../model/systems/machines.ts';
import { writtenInVain } from '../trace/setup.ts';
import { seesPtes, seesWalks } from './hidden.ts';
import type { Ranked } from './infer.ts';
import { ranking, unheld } from './infer.ts';
import type { Learning } from './learn/learn.ts';
import { Learner } from './learn/learn.ts';
import type { User } from './missed.ts';
import { isUnheard } from './missed.ts';
import type { Log } from './log.ts';
import { noCandidate, refuseTwoKernels } from './no-candidate.ts';
import type { PageLog } from './page-log.ts';
import { Reading } from './reading.ts';
import { isShadow } from './secondary.ts';
import type { Follower, HarmedPage, MissedPage } from './watch.ts';
import type { Hypothesis, PageVerdict } from './hypothesis.ts';
import { isExplained } from './hypothesis.ts';
import type { Refusal } from './refusal.ts';
import { refusalOf, unasked } from './refusal.ts';

/** The verdict on a page, with the reason for a refusal. */
export interface PageResult extends PageVerdict {
  /** It is undefined if the page is explained. */
  readonly refusal: Refusal | undefined;
}

export interface Conformance {
  /** The parts that the user gave. The others are inferred. */
  readonly given: Given;
  readonly summary: LogSummary;
  readonly log: Log;
  /** The best candidate is first; the verdicts on the pages are by it. */
  readonly ranked: readonly Ranked[];
  readonly pages: readonly PageResult[];
  readonly missed: readonly MissedPage[];
  readonly harms: readonly HarmedPage[];
  /** Sentences that say what the log does not tell. */
  readonly gaps: readonly string[];
  /** The judging was told to stop, so that not every candidate was held against the log. */
  readonly isCut: boolean;
  /** How many events were not used: they are of other probes, or have unknown names. */
  readonly unread: number;
}

/** The verdict on a whole log. A miss outranks a harm, and a harm a refusal of another page. */
export type Outcome =
  | 'missed'
  | 'harmed'
  | 'refused'
  | 'partly judged'
  | 'explained'
  | 'nothing judged';

export function outcomeOf({ pages, missed, harms }: Conformance): Outcome {
  if (missed.length > 0) return 'missed';
  if (harms.length > 0) return 'harmed';
  if (pages.length === 0) return 'nothing judged';
  if (pages.some(({ refusal }) => refusal !== undefined)) return 'refused';
  const isPart = pages.some(({ page }) => (page.unjudged ?? page.losses) !== undefined);
  return isPart ? 'partly judged' : 'explained';
}

/**
 * Why the given parts were no machine, with what was inferred for them. Inferred hardware says only
 * whether the log shows an ATC, and an inferred driver none says that there is no device. A driver
 * that sends no PASID is shown by the log.
 */
export function noMachineOf({ given, ranked, log }: Conformance): string | undefined {
  const { kernel, driver, hardware } = presetNames(ranked[0].hypothesis.candidate.system);
  const isShown = driver === NONE || log.withoutPasid !== undefined;
  return noSuchMachine({
    kernel,
    driver: given.driver === undefined && isShown ? undefined : driver,
    hardware: given.hardware === undefined ? undefined : hardware,
  });
}

/** `stopped` says after reading whether it ended early. */
type Source = Parameters<typeof readLog>[0] & { readonly stopped?: boolean };

/** A log as it was read. */
export interface Read {
  readonly log: Log;
  readonly summary: LogSummary;
  readonly unread: number;
  /** The lists of steps that it shows, if they are asked for. */
  readonly learning: Learning | undefined;
}

/**
 * The words that the user gave and that change nothing in any run that a log can show: it has no
 * lines for what they need. Inferred parts are presets, and say nothing in vain.
 */
export const notHeld = ({ given, ranked }: Conformance): string[] =>
  writtenInVain(ranked[0].hypothesis.candidate.system)
    .filter(({ part }) => part !== 'scope' && given[part] !== undefined)
    .map(({ word }) => word);

/**
 * Reads a log to its end, or as far as it is given. If somebody follows it, misses are told
 * at once, and little of the log is kept.
 */
export async function readWhole(
  source: Source,
  file: string,
  learns = false,
  followerOf?: (log: Log) => Follower,
): Promise<Read> {
  const reading = new Reading();
  if (followerOf !== undefined) reading.log.watch.follow(followerOf(reading.log));
  const learner = learns ? new Learner(reading.log) : undefined;
  const take = (event: LogEvent): void => {
    reading.take(event);
    learner?.take(event);
  };
  const onBreak = (at: Break): void => {
    reading.broken(at);
    learner?.broken();
  };
  const read = await readLog(source, take, { file, onBreak });
  const summary = { ...read, stopped: source.stopped ?? false };
  const { log, unread } = reading;
  log.release = summary.capture?.kernel;
  log.cgroups = summary.capture?.cgroups ?? log.cgroups;
  log.architecture ??= architectureOf(log.release ?? '', log.seen);
  const has = summary.capture?.has ?? [];
  if (!seesPtes([...log.seen, ...has])) doubt(log, seesWalks(has));
  return { log, summary, unread, learning: learner?.learned(has) };
}

/** Reads a log to its end and judges it. */
export const conform = async (source: Source, file: string, given: Given): Promise<Conformance> =>
  whole(judging(await readWhole(source, file), given));

/** Reports a marker that was not understood, because markers decide what is judged. */
function markerGaps({ oddMarkers: { count, line, text } }: Log): string[] {
  const more = count > 1 ? `, and ${count - 1} more` : '';
  return count === 0 ? [] : [`a marker is not understood, at line ${line}: '${text}'${more}`];
}

/** If no line shows who clears PTE young bits, reclaim may have learned of a use without a line. */
function doubt({ pages, seen }: Log, recorded: boolean): void {
  for (const { uses } of pages) for (const user of doubtful(seen)) uses.doubt(user, recorded);
}

/** The users whose uses are not certain where no line shows who clears PTE young bits. */
const doubtful = (seen: ReadonlySet<string>): readonly User[] =>
  isShadow(seen) ? ['cpu'] : ['cpu', 'device'];

/** Whether a miss is certain by the lines that were read so far. */
export const isCertain = ({ seen }: Log, miss: MissedPage): boolean =>
  seesPtes([...seen]) || !doubtful(seen).includes(miss.usedBy) || isUnheard(miss, false);

/** Marks pages whose address is also that of another page. */
function tellApart(pages: readonly PageLog[]): void {
  const first = new Map<number, PageLog>();
  for (const page of pages) {
    const other = first.get(page.address);
    if (other === undefined) first.set(page.address, page);
    else page.isAmbiguous = other.isAmbiguous = true;
  }
}

/**
 * Judges a log. If it is told to stop, it says how many candidates were held against the log, and
 * the best of these judges.
 */
export function* judging(read: Read, given: Given): Pieces<Conformance> {
  const { log, summary, unread } = read;
  tellApart(log.pages);
  refuseTwoKernels(log, given, summary.file);
  const all = candidates(given, log);
  if (all.length === 0) throw noCandidate(log, given, summary.file);
  const { value: held, stopped } = yield* noting(ranking(log, all));
  const ranked = held.length > 0 ? held : [unheld(log, all[0])];
  const cut = stopped ? [cutText(held.length, all.length)] : [];
  const pages = yield* resultsOf(read, given, ranked, stopped);
  for (const { page, refusal } of pages) if (refusal !== undefined) page.uses.withdraw();
  const missed = log.pages
    .flatMap((page) => page.uses.missed.map((miss) => ({ ...miss, page })))
    .toSorted((a, b) => a.line - b.line);
  const harms = log.pages
    .flatMap((page) => page.uses.harms.map((harm) => ({ ...harm, page })))
    .toSorted((a, b) => a.line - b.line);
  return {
    given,
    summary,
    log,
    ranked,
    pages,
    missed,
    harms,
    unread,
    gaps: [...gaps(summary), ...markerGaps(log), ...log.byAddress.gaps(), ...cut],
    isCut: stopped,
  };
}

const cutText = (held: number, all: number): string =>
  `interrupted: ${held} of ${all} candidates were held against the log`;

/** The verdicts of the best candidate, with the reasons for refusals. */
function* resultsOf(
  { log }: Read,
  given: Given,
  ranked: readonly Ranked[],
  isCut: boolean,
): Pieces<PageResult[]> {
  const [{ hypothesis, verdicts }] = ranked;
  const refused = verdicts.some((verdict) => !isExplained(verdict));
  const isGiven = given.kernel !== undefined || given.driver !== undefined;
  const all = refused && isGiven && !isCut ? yield* ranking(log, candidates({}, log)) : ranked;
  const others = refused ? alternatives(hypothesis, all) : [];
  const results: PageResult[] = [];
  for (const verdict of verdicts) {
    const refusal = isExplained(verdict) ? undefined : yield* reasonOf(hypothesis, verdict, others);
    results.push({ ...verdict, refusal });
  }
  return results;
}

/** The reason for a refusal, or where it is if the work is told to stop. */
function* reasonOf(...asked: Parameters<typeof refusalOf>): Pieces<Refusal> {
  const [hypothesis, verdict] = asked;
  return (yield* unlessInterrupted(refusalOf(...asked))) ?? unasked(hypothesis, verdict);
}

/** The other systems that the log could come from. */
function alternatives(best: Hypothesis, all: readonly Ranked[]) {
  return all
    .map(({ hypothesis }) => hypothesis)
    .filter((hypothesis) => hypothesis !== best)
    .map((hypothesis) => {
      const [{ kernel, driver }] = groupsOf(hypothesis.candidate);
      return { name: `kernel ${kernel} with driver ${driver}`, hypothesis };
    });
}
