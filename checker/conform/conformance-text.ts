/**
 * Prints the result of `conform`: a table of pages, then each miss with the lines that led to it.
 */
import { printPart } from '../trace/setup.ts';
import { wrap } from '../trace/wrap.ts';
import type { Conformance, HarmedPage, MissedPage, PageResult } from './conform.ts';
import type { Candidate, Inferred } from './candidates.ts';
import { INFERRED, groupsOf, namesBeside } from './candidates.ts';
import { noMachineOf } from './conform.ts';
import { machineSentence } from '../tell/verdict-text.ts';
import { uncheckedBy } from './hidden.ts';
import { unjudgedText } from './limits.ts';
import type { Log } from './log.ts';
import { mixtures } from './mixed.ts';
import { spaceText } from './page-log.ts';
import type { StoryLine } from './missed.ts';
import type { Refusal } from './refusal.ts';

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

function pageLine({ page, refusal }: PageResult, width: number): string {
  const { looks, missed, harms } = page.uses;
  const { unjudged } = page;
  const until = unjudged === undefined ? '' : `, not judged from line ${unjudged.line} on`;
  const verdict =
    page.block !== undefined
      ? 'not judged: contpte'
      : refusal === undefined
        ? `explained${until}`
        : `refused at line ${refusal.line}`;
  const misses = missed.length === 0 || page.block !== undefined ? '' : `, ${missed.length} missed`;
  const harmed = harms.length === 0 ? '' : `, ${harms.length} harmed`;
  const counts = [page.length, looks].map((count) => String(count).padStart(6)).join(' ');
  return `  ${page.name.padEnd(width)} ${counts}  ${verdict}${misses}${harmed}`;
}

/** With more pages than this, only refused or missed ones get a row. */
const MAX_ROWS = 48;

function rowsOf(pages: readonly PageResult[]): readonly PageResult[] {
  if (pages.length <= MAX_ROWS) return pages;
  return pages.filter(
    ({ page: { uses, unjudged }, refusal }) =>
      refusal !== undefined ||
      unjudged !== undefined ||
      uses.missed.length > 0 ||
      uses.harms.length > 0,
  );
}

/**
 * Prints one row for each page. If there are several processes, a line names each before its rows.
 */
function table(all: readonly PageResult[]): string[] {
  const pages = rowsOf(all);
  const looks = all.reduce((sum, { page }) => sum + page.uses.looks, 0);
  const rest = all.length - pages.length;
  const explained = `${rest} pages of ${all.length} explained, none of them missed`;
  const others = rest > 0 ? [`  ${explained}; ${looks} looks in all`] : [];
  if (pages.length === 0) return others;
  const width = pages.reduce((most, { page }) => Math.max(most, page.name.length), 14);
  const areSeveral = new Set(pages.map(({ page }) => page.space)).size > 1;
  const rows = pages.flatMap((result, i) => {
    const { space } = result.page;
    const begins = areSeveral && pages[i - 1]?.page.space !== space;
    return [...(begins ? [` ${spaceText(space)}`] : []), pageLine(result, width)];
  });
  return [`  ${'page'.padEnd(width)}  lines  looks`, ...rows, ...others];
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

const missedLines = ({ page, kind, line, usedAtLine, story }: MissedPage): string[] => [
  '',
  `${page.name} ${KINDS[kind]} at line ${line}, although used at line ${usedAtLine}:`,
  ...storyLines(story),
];

const harmLines = ({ page, kind, line, story }: HarmedPage): string[] => [
  '',
  `${page.name}, line ${line}: ${HARMS[kind]}:`,
  ...storyLines(story),
];

/** One sentence for all pages of contpte blocks. */
function unjudgedLines(pages: readonly PageResult[]): string[] {
  const [first, ...others] = pages.filter(({ page }) => page.block !== undefined);
  if (first === undefined) return [];
  const { said, implies, line } = first.refusal!;
  const more = others.length === 0 ? '' : ` So are ${others.length} more pages.`;
  return ['', ...wrap(`${first.page.name}, line ${line}: ${said}: ${implies}.${more}`, WIDTH)];
}

/** The numbers of the log's lines that the verdicts name. */
export const linesNamed = ({ pages }: Conformance): number[] =>
  pages.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal.line]));

const NOTHING = [
  'Nothing was judged: no notifier call names a page, and no SCENARIO marker a region.',
  'docs/capture.md tells what has to be recorded.',
];

const UNJUDGED = ['No page was judged before the command was interrupted.'];

/** Prints the whole result. `quoted` has lines of the log by number, as linesNamed() lists them. */
export function conformanceText(conformance: Conformance, quoted: Quoted = new Map()): string {
  const { pages, missed, harms } = conformance;
  const lines = [
    ...unjudgedText(pages.map(({ page }) => page)).flatMap((text) => [...wrap(text, WIDTH), '']),
    ...head(conformance),
    ...mixtures(conformance.log).flatMap((text) => labelled('mixed', text)),
    ...unchecked(conformance),
    ...conformance.gaps.flatMap((gap) => labelled('gap', gap)),
    '',
    ...(pages.length > 0 ? table(pages) : conformance.isCut ? UNJUDGED : NOTHING),
    ...pages.flatMap(({ page, refusal }) =>
      refusal === undefined || page.block !== undefined
        ? []
        : refusalLines(page.name, refusal, quoted),
    ),
    ...unjudgedLines(pages),
    ...missed.flatMap(missedLines),
    ...harms.flatMap(harmLines),
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
