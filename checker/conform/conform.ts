/**
 * Compares the log of a real kernel with the model, and judges its looks by what the log proves.
 */
import type { LogEvent, LogSummary } from './ftrace/index.ts';
import { gaps, readLog } from './ftrace/index.ts';
import type { Given } from './candidates.ts';
import { architectureOf } from './architecture.ts';
import { NONE, candidates, groupsOf } from './candidates.ts';
import { noSuchMachine, presetNames } from '../../model/systems/machines.ts';
import { seesPtes } from './hidden.ts';
import type { Ranked } from './infer.ts';
import { rank } from './infer.ts';
import type { Missed } from './missed.ts';
import type { Log } from './log.ts';
import { noCandidate, refuseTwoKernels } from './no-candidate.ts';
import type { PageLog } from './page-log.ts';
import { Reading } from './reading.ts';
import { isShadow } from './secondary.ts';
import type { Hypothesis, PageVerdict } from './hypothesis.ts';
import { isExplained } from './hypothesis.ts';
import type { Refusal } from './refusal.ts';
import { refusalOf } from './refusal.ts';

/** The verdict on a page, with the reason for a refusal. */
export interface PageResult extends PageVerdict {
  /** It is undefined if the page is explained. */
  readonly refusal: Refusal | undefined;
}

export interface MissedPage extends Missed {
  readonly page: PageLog;
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
  /** Sentences that say what the log does not tell. */
  readonly gaps: readonly string[];
  /** How many events were not used: they are of other probes, or have unknown names. */
  readonly unread: number;
}

/** The verdict on a whole log. A miss outranks a refusal. */
export type Outcome = 'missed' | 'refused' | 'explained' | 'nothing judged';

export function outcomeOf({ pages, missed }: Conformance): Outcome {
  if (missed.length > 0) return 'missed';
  if (pages.length === 0) return 'nothing judged';
  return pages.every(({ refusal }) => refusal === undefined) ? 'explained' : 'refused';
}

/**
 * Why the given parts were no machine, with what was inferred for them. Inferred hardware says only
 * whether the log shows an ATC, and an inferred driver none says that there is no device.
 */
export function noMachineOf({ given, ranked }: Conformance): string | undefined {
  const { kernel, driver, hardware } = presetNames(ranked[0].hypothesis.candidate.system);
  return noSuchMachine({
    kernel,
    driver: given.driver === undefined && driver === NONE ? undefined : driver,
    hardware: given.hardware === undefined ? undefined : hardware,
  });
}

/** `stopped` says after reading whether it ended early. */
type Source = Parameters<typeof readLog>[0] & { readonly stopped?: boolean };

/** Reads a log to its end and judges it. */
export async function conform(source: Source, file: string, given: Given): Promise<Conformance> {
  const reading = new Reading();
  const take = (event: LogEvent): void => reading.take(event);
  const read = await readLog(source, take, { file, onBreak: (at) => reading.broken(at) });
  const summary = { ...read, stopped: source.stopped ?? false };
  const { log } = reading;
  log.release = summary.capture?.kernel;
  log.architecture ??= architectureOf(log.release ?? '', log.seen);
  if (!seesPtes([...log.seen, ...(summary.capture?.has ?? [])])) doubt(log);
  return {
    ...judge(log, summary, given),
    unread: reading.unread,
    gaps: [...gaps(summary), ...markerGaps(log)],
  };
}

/** Reports a marker that was not understood, because markers decide what is judged. */
function markerGaps({ oddMarkers: { count, line, text } }: Log): string[] {
  const more = count > 1 ? `, and ${count - 1} more` : '';
  return count === 0 ? [] : [`a marker is not understood, at line ${line}: '${text}'${more}`];
}

/** If no line shows who clears PTE young bits, reclaim may have learned of a use without a line. */
function doubt({ pages, seen }: Log): void {
  for (const { uses } of pages) {
    uses.doubt('cpu');
    if (!isShadow(seen)) uses.doubt('device');
  }
}

/** Marks pages whose address is also that of another page. */
function tellApart(pages: readonly PageLog[]): void {
  const first = new Map<number, PageLog>();
  for (const page of pages) {
    const other = first.get(page.address);
    if (other === undefined) first.set(page.address, page);
    else page.isAmbiguous = other.isAmbiguous = true;
  }
}

function judge(log: Log, summary: LogSummary, given: Given): Omit<Conformance, 'unread' | 'gaps'> {
  tellApart(log.pages);
  refuseTwoKernels(log, given, summary.file);
  const ranked = rank(log, candidates(given, log));
  if (ranked.length === 0) throw noCandidate(log, given, summary.file);
  const [best] = ranked;
  const refused = best.verdicts.some((verdict) => !isExplained(verdict));
  const isGiven = given.kernel !== undefined || given.driver !== undefined;
  const all = refused && isGiven ? rank(log, candidates({}, log)) : ranked;
  const others = refused ? alternatives(best.hypothesis, all) : [];
  const pages = best.verdicts.map((verdict) => ({
    ...verdict,
    refusal: isExplained(verdict) ? undefined : refusalOf(best.hypothesis, verdict, others),
  }));
  const missed = log.pages
    .flatMap((page) => page.uses.missed.map((miss) => ({ ...miss, page })))
    .toSorted((a, b) => a.line - b.line);
  return { given, summary, log, ranked, pages, missed };
}

/** The other systems that the log could come from. */
function alternatives(best: Hypothesis, all: readonly Ranked[]) {
  return all
    .map(({ hypothesis }) => hypothesis)
    .filter((hypothesis) => hypothesis !== best)
    .map((hypothesis) => {
      const [{ kernel, driver }] = groupsOf(hypothesis.candidate);
      return { name: `kernel ${kernel}, driver ${driver}`, hypothesis };
    });
}
