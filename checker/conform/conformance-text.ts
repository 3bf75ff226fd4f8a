/**
 * Prints the result of `conform`: a summary, a table of pages, then misses with the lines that led
 * to each. However many there are, the text is bounded.
 */
import { printPart } from '../trace/setup.ts';
import { wrap } from '../trace/wrap.ts';
import type { Conformance, PageResult } from './conform.ts';
import type { Candidate, Inferred } from './candidates.ts';
import { INFERRED, groupsOf, namesBeside } from './candidates.ts';
import { noMachineOf, notHeld } from './conform.ts';
import { machineSentence } from '../tell/verdict-text.ts';
import { uncheckedBy } from './hidden.ts';
import { hostSummary } from './host-summary.ts';
import { hostLines, hostTables } from './host-summary-text.ts';
import { unjudgedText } from './limits.ts';
import { exceptLossesText, lossesText } from './losses.ts';
import type { Log } from './log.ts';
import { hugeSentences, hugeTimes } from './huge-text.ts';
import { mixtures } from './mixed.ts';
import { spaceText } from './page-log.ts';
import type { StoryLine } from './missed.ts';
import type { Refusal } from './refusal.ts';
import type { HarmedPage, MissedPage } from './watch.ts';

const WIDTH = 78;
/** The width of the column of labels. */
const LABEL = 9;

/** Prints a value after its label. It may take several lines. */
const labelled = (label: string, value: string): string[] =>
  wrap(value, WIDTH - LABEL).map((line, i) => (i === 0 ? label : '').padEnd(LABEL) + line);

/**
 * The kernel that explains the log best, with the driver that is printed, or the driver with the
 * kernel that is printed. Below it stand those that no log of these events tells from it, and the
 * others that explain this log.
 */
function tiedLines(part: Inferred, tied: readonly Candidate[]): string[] {
  const [same, ...others] = tied.map((one) => namesBeside(part, tied[0].pairs[0], one));
  const [name, ...alike] = same;
  const fitting = [...new Set(others.flat())].filter((other) => !same.includes(other));
  return [
    ...labelled(part, name),
    ...(alike.length === 0 ? [] : labelled('', `no log tells it from: ${alike.join(', ')}`)),
    ...(fitting.length === 0 ? [] : labelled('', `this log also fits: ${fitting.join(', ')}`)),
  ];
}

/** The other kernels that explain the log as well, each with drivers that it had. */
function otherNames(tied: readonly Candidate[]): string[] {
  const [first] = tied[0].pairs;
  const printed = new Set(tied.flatMap((one) => namesBeside('kernel', first, one)));
  const groups = tied.flatMap(({ pairs, ...one }) =>
    groupsOf({ ...one, pairs: pairs.filter(({ kernel }) => !printed.has(kernel)) }),
  );
  const texts = groups.map(({ kernel, driver }) => `${kernel} with ${driver}`);
  const list = [...new Set(texts)].join(', ');
  return texts.length === 0 ? [] : labelled('others', `this log also fits: ${list}`);
}

/** A driver's name is a claim about most of its lines. This says how many are otherwise. */
function pasidLines({ sent, withoutPasid }: Log): string[] {
  if (withoutPasid === undefined) return [];
  const all = sent.withPasid + sent.withoutPasid;
  const text =
    `${sent.withoutPasid} of ${all} device-TLB invalidations have no PASID, ` +
    `first at line ${withoutPasid}`;
  return labelled('', text);
}

function head(conformance: Conformance): string[] {
  const { summary, ranked, log, unread, pages } = conformance;
  const [best] = ranked;
  const tied = ranked
    .filter(({ pages, observations }) => pages === best.pages && observations === best.observations)
    .map(({ hypothesis }) => hypothesis.candidate);
  const parts = [...INFERRED.map((part) => tiedLines(part, tied)), pasidLines(log)];
  const hardware = printPart(best.hypothesis.candidate.system, 'hardware');
  const note = machineSentence(noMachineOf(conformance)).flatMap((text) => wrap(text, WIDTH));
  const unknown = summary.unknown.count > 0 ? `, ${summary.unknown.count} not understood` : '';
  const others = unread > 0 ? ` (${unread} not used)` : '';
  const about =
    log.target === undefined ? 'every page with a secondary MMU' : 'those its markers name';
  return [
    // If no page is judged, any kernel fits.
    ...(pages.length > 0
      ? [...parts.flat(), ...otherNames(tied), ...labelled('hardware', hardware), ...note]
      : []),
    ...labelled(
      'log',
      `${summary.lines} lines, ${summary.events} events${others}${unknown}; pages: ${about}`,
    ),
  ];
}

/** The steps that no line of this log could contradict. */
function unchecked({ log, ranked }: Conformance): string[] {
  const { driver } = ranked[0].hypothesis.candidate.system;
  const steps = uncheckedBy(log.seen, driver.secondary === 'shadow');
  return steps.length === 0 ? [] : labelled('unseen', `so not checked: ${steps.join('; ')}`);
}

/** The words of the user that no line could contradict, as their operations have no lines. */
function unheld(conformance: Conformance): string[] {
  const words = notHeld(conformance);
  const text = `no line can show what these change, so they are not checked: ${words.join(', ')}`;
  return words.length === 0 ? [] : labelled('unheld', text);
}

function pageLine({ page, refusal }: PageResult, width: number): string {
  const { uses, unjudged, losses } = page;
  const { looks, harms } = uses;
  const except = losses === undefined ? '' : `, ${exceptLossesText(losses)}`;
  const until = unjudged === undefined ? '' : `, not judged from line ${unjudged.line} on`;
  const verdict =
    refusal !== undefined
      ? `refused at line ${refusal.line}`
      : page.length === 0 && unjudged !== undefined
        ? `not judged, by line ${unjudged.line}`
        : `explained${except}${until}`;
  const misses = page.uses.misses === 0 ? '' : `, ${page.uses.misses} missed`;
  const harmed = harms.length === 0 ? '' : `, ${harms.length} harmed`;
  const counts = [page.dropped + page.length, looks]
    .map((count) => String(count).padStart(6))
    .join(' ');
  return `  ${page.name.padEnd(width)} ${counts}  ${verdict}${misses}${harmed}${hugeTimes(page)}`;
}

/** With more pages than this, only refused or missed ones get a row. */
const MAX_ROWS = 48;
/** How many refusals are explained, and how many misses are told with what led to them. */
const MAX_TOLD = 20;

/** Pages with a row: all, or those with most misses, and then those that are refused. */
function rowsOf(pages: readonly PageResult[]): readonly PageResult[] {
  if (pages.length <= MAX_ROWS) return pages;
  return pages.filter(isBad).toSorted(worstFirst).slice(0, MAX_ROWS);
}

const isBad = ({ page, refusal }: PageResult): boolean =>
  refusal !== undefined ||
  page.unjudged !== undefined ||
  page.uses.misses > 0 ||
  page.uses.harms.length > 0;

const badness = ({ page }: Pick<PageResult, 'page'>): number =>
  page.uses.misses + page.uses.harms.length;

const worstFirst = (a: PageResult, b: PageResult): number => badness(b) - badness(a);

/** How many pages have no row, and what is known of them. */
function others(all: readonly PageResult[], rows: readonly PageResult[]): string[] {
  const bad = all.filter(isBad).length;
  const fine = all.length - Math.max(bad, rows.length);
  const more = bad - rows.length;
  const looks = all.reduce((sum, { page }) => sum + page.uses.looks, 0);
  const lost = all.filter((result) => result.page.losses !== undefined && !isBad(result)).length;
  const except = lost === 0 ? '' : `, ${lost} of them not where events were lost`;
  const explained = `${fine} pages of ${all.length} explained${except}, none of them missed`;
  return [
    ...(more > 0 ? [`  ${more} more pages refused or missed: --json has all`] : []),
    ...(fine > 0 ? [`  ${explained}; ${looks} looks in all`] : []),
  ];
}

/**
 * Prints one row for each page. If there are several processes, a line names each before its rows.
 */
function table(all: readonly PageResult[]): string[] {
  const pages = bySpace(rowsOf(all));
  if (pages.length === 0) return others(all, pages);
  const width = pages.reduce((most, { page }) => Math.max(most, page.name.length), 14);
  const areSeveral = new Set(pages.map(({ page }) => page.space)).size > 1;
  const rows = pages.flatMap((result, i) => {
    const { space } = result.page;
    const begins = areSeveral && pages[i - 1]?.page.space !== space;
    return [...(begins ? [` ${spaceText(space)}`] : []), pageLine(result, width)];
  });
  return [`  ${'page'.padEnd(width)}  lines  looks`, ...rows, ...others(all, pages)];
}

/** The same rows with those of a process together. */
function bySpace(rows: readonly PageResult[]): readonly PageResult[] {
  const spaces = [...new Set(rows.map(({ page }) => page.space))];
  return spaces.flatMap((space) => rows.filter(({ page }) => page.space === space));
}

function refusalLines(page: string, refusal: Refusal, quoted: Quoted): string[] {
  const { line, said, allowed, implies } = refusal;
  const source = quoted.get(line);
  return [
    '',
    `${page}, line ${line}: ${said}. No run of the model does that here.`,
    ...(source === undefined ? [] : [`> ${source}`]),
    ...(allowed.length === 0
      ? []
      : ['It would have allowed:', ...allowed.map((text) => `  ${text}`)]),
    ...wrap(`It implies: ${implies}.`, WIDTH),
  ];
}

type Quoted = ReadonlyMap<number, string>;

const KINDS = {
  unreferenced: 'was reported unreferenced',
  evicted: 'was evicted',
} as const;

const HARMS = {
  'stale-read': 'a device reads by a translation that was taken away',
  'stale-write': 'a device writes by a translation that was taken away',
  'revoked-write': 'a device writes though its permission was taken away',
} as const;

function storyLines(story: readonly StoryLine[]): string[] {
  const width = String(story.at(-1)!.line).length;
  return story.map(({ line, text }) => `  ${String(line).padStart(width)}: ${text}`);
}

/** A miss in one sentence. */
export const missText = ({ page, kind, line, usedAtLine }: MissedPage): string =>
  `${page.name} ${KINDS[kind]} at line ${line}, although used at line ${usedAtLine}`;

const missedLines = (miss: MissedPage): string[] => [
  '',
  `${missText(miss)}:`,
  ...storyLines(miss.story),
];

/** A use of what was taken away, in one sentence. */
export const harmText = ({ page, kind, line }: HarmedPage): string =>
  `${page.name}, line ${line}: ${HARMS[kind]}`;

const harmLines = (harm: HarmedPage): string[] => [
  '',
  `${harmText(harm)}:`,
  ...storyLines(harm.story),
];

/** The refused pages. */
const refusedPages = ({ pages }: Conformance): (PageResult & { refusal: Refusal })[] =>
  pages.flatMap(({ refusal, ...result }) =>
    refusal === undefined ? [] : [{ ...result, refusal }],
  );

/** Those of them that are explained. */
const toldRefusals = (conformance: Conformance) => refusedPages(conformance).slice(0, MAX_TOLD);

/** The misses that are told: all, or the first of each of the worst pages. */
function toldMisses(conformance: Conformance): readonly MissedPage[] {
  const { missed } = conformance;
  if (missed.length <= MAX_TOLD) return missed;
  const firsts = new Map(missed.toReversed().map((miss) => [miss.page, miss]));
  return [...firsts.values()]
    .toSorted((a, b) => badness(b) - badness(a) || a.line - b.line)
    .slice(0, MAX_TOLD)
    .toSorted((a, b) => a.line - b.line);
}

/** How much is left out. */
function untold(conformance: Conformance, told: number): string[] {
  const { log, missed, harms } = conformance;
  const refused = refusedPages(conformance).length;
  const counted = log.pages.reduce((sum, { uses }) => sum + uses.misses, 0) - missed.length;
  const left = [
    ...(refused > MAX_TOLD ? [`${refused - MAX_TOLD} more pages are refused`] : []),
    ...(missed.length > told ? [`${missed.length - told} more misses are not told here`] : []),
    ...(harms.length > MAX_TOLD ? [`${harms.length - MAX_TOLD} more harms are not`] : []),
  ];
  return [
    ...(left.length === 0 ? [] : ['', `${left.join(', and ')}: --json has all.`]),
    ...(counted > 0 ? ['', `${counted} more misses were told when they came, and not kept.`] : []),
  ];
}

/** The numbers of the log's lines that the verdicts name. */
export const linesNamed = (conformance: Conformance): number[] =>
  toldRefusals(conformance).map(({ refusal }) => refusal.line);

const NOTHING = [
  'Nothing was judged: no notifier call names a page, and no SCENARIO marker a region.',
  'docs/capture.md tells what has to be recorded.',
];

const UNJUDGED = ['No page was judged before the command was interrupted.'];

/** Prints the whole result. `quoted` has lines of the log by number, as linesNamed() lists them. */
export function conformanceText(conformance: Conformance, quoted: Quoted = new Map()): string {
  const { pages, harms } = conformance;
  const summary = hostSummary(conformance);
  const told = toldMisses(conformance);
  const judged = pages.map(({ page }) => page);
  const lines = [
    ...[...unjudgedText(judged), ...lossesText(judged)].flatMap((text) => [
      ...wrap(text, WIDTH),
      '',
    ]),
    ...hostLines(summary).flatMap(([label, value]) => labelled(label, value)),
    ...head(conformance),
    ...mixtures(conformance.log).flatMap((text) => labelled('mixed', text)),
    ...hugeSentences(pages.map(({ page }) => page)).flatMap((text) => labelled('huge', text)),
    ...unchecked(conformance),
    ...unheld(conformance),
    ...conformance.gaps.flatMap((gap) => labelled('gap', gap)),
    ...hostTables(summary),
    '',
    ...(pages.length > 0 ? table(pages) : conformance.isCut ? UNJUDGED : NOTHING),
    ...toldRefusals(conformance).flatMap(({ page, refusal }) =>
      refusalLines(page.name, refusal, quoted),
    ),
    ...told.flatMap(missedLines),
    ...harms.slice(0, MAX_TOLD).flatMap(harmLines),
    ...untold(conformance, told.length),
  ];
  return `${lines.join('\n')}\n`;
}

/** The width of the two numbers of a candidate. */
const COUNTS_WIDTH = 18;

/** Prints how much of the log each candidate explains, the best first. */
export function rankingText({ ranked, pages }: Conformance): string {
  const lines = ranked.flatMap(({ hypothesis: { candidate }, pages: explained, observations }) => {
    const counts = [`${explained}/${pages.length}`.padStart(7), String(observations).padStart(8)];
    return groupsOf(candidate).map(({ kernel, driver }, i) => {
      const head = i === 0 ? `${counts.join(' ')}  ` : 'or '.padStart(COUNTS_WIDTH);
      return `${head}${kernel}; ${driver}`;
    });
  });
  return ['  pages    lines  kernel; driver', ...lines, ''].join('\n').concat('\n');
}
