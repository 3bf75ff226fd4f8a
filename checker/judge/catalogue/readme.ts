/**
 * Generates counterexamples/README.md from the traces, in the order of counterexamples/ORDER. That
 * file is written by hand: it has headings, prose, and each name of a trace on a line of its own.
 */
import { Complaint, quote } from '../../trace/complaint.ts';
import { CHEAP, assessCost, assessSeverity } from '../assess.ts';
import type { Pieces } from '../../search/progress.ts';
import { insisting, partOf } from '../../search/progress.ts';
import { costText, streakText } from '../severity-text.ts';
import type { Trace } from '../../trace/trace.ts';
import { wrap } from '../../trace/wrap.ts';
import { readCatalogueTrace, traceFile, traceNames } from './catalogue.ts';
import { readCatalogueFile } from './folder.ts';
import { pictureFile, pictured } from './pictures.ts';

export const ORDER = 'ORDER';
export const README = 'README.md';

/** The name of a trace: DEFECT+SYSTEM. */
export const NAME = /^[a-z0-9.-]+\+[a-z0-9.+-]+$/;

/** The traces that ORDER names. */
export const listed = (order: string): string[] =>
  order.split('\n').filter((line) => NAME.test(line));

/** Checks that every trace stands in ORDER once, and that ORDER names nothing else. */
export function checkOrder(order: string, names: readonly string[]): void {
  const inOrder = listed(order);
  const absent = names.filter((name) => !inOrder.includes(name));
  if (absent.length > 0) {
    throw new Complaint(`${ORDER} does not name ${absent.map(quote).join(', ')}`, undefined, {
      hint: `write each on a line of its own where it belongs in ${ORDER}, then promote again`,
    });
  }
  const wrong = inOrder.find((name, i) => !names.includes(name) || inOrder.indexOf(name) !== i);
  if (wrong === undefined) return;
  const what = names.includes(wrong) ? 'twice' : 'and there is no such trace';
  throw new Complaint(`${ORDER} names ${quote(wrong)}, ${what}`);
}

/** The width of generated text, as it is also read as plain text. */
const WIDTH = 80;

/** A line of its own below an item of a list, which stays a line when Markdown is rendered. */
const point = (text: string): string[] =>
  wrap(text, WIDTH - 4).map((line, i) => `${i === 0 ? '- ' : '  '}${line}`);

/** Says which kind of harm a violating trace shows, and for how long it can go on. */
function* severityOf({ system, verdict, steps }: Trace): Pieces<string[]> {
  if (verdict === 'ends') return [];
  const violation = { property: verdict, run: steps.map(({ event }) => event) };
  const severities = yield* insisting(assessSeverity(system, [violation], CHEAP));
  const streak = severities === undefined ? 'too many states to tell' : streakText(severities[0]);
  return point(`Severity: ${verdict.family}, ${streak}`);
}

/** Says what a look costs in the system of a trace. */
function* costOf({ system }: Trace): Pieces<string[]> {
  const cost = yield* insisting(assessCost(system, CHEAP));
  if (cost === 'none') return [];
  return point(cost === undefined ? 'Cost: too many states to tell' : costText(cost));
}

/** The list item of one trace: its name, what is proved, and the first paragraph of its story. */
function* entryOf(name: string, trace: Trace, hasPicture: boolean): Pieces<string> {
  const { story = '', verdict, steps } = trace;
  const [first, ...more] = story.split('\n\n');
  const never = more.find((paragraph) => paragraph.startsWith('Never:')) ?? 'Never';
  const result =
    verdict === 'ends' ? never : `Sometimes, in ${steps.length} events: ${verdict.name}`;
  const lines = [
    ...wrap(first, WIDTH - 2),
    '',
    ...point(`Result: ${result}`),
    ...(yield* severityOf(trace)),
    ...(yield* costOf(trace)),
  ];
  const picture = hasPicture ? ['', `![Sequence diagram of ${name}](${pictureFile(name)})`] : [];
  const item = ['', ...lines, ...picture].map((line) => (line === '' ? '' : `  ${line}`));
  return [`- [${name}](${traceFile(name)})`, ...item].join('\n');
}

/** The traces that have a picture. */
export const picturedIn = (folder: string): string[] =>
  pictured(folder, listed(readCatalogueFile(folder, ORDER, 'youngcheck promote --help')));

/** The text of README.md for the traces in the folder. */
export function* readmeText(folder: string): Pieces<string> {
  const order = readCatalogueFile(folder, ORDER, 'youngcheck promote --help');
  checkOrder(order, traceNames(folder));
  const withPicture = pictured(folder, listed(order));
  const entries = new Map<string, string>();
  const names = listed(order);
  for (const name of names) {
    const entry = entryOf(name, readCatalogueTrace(folder, name), withPicture.includes(name));
    entries.set(name, yield* partOf(entry, [entries.size, names.length]));
  }
  return order.replaceAll(new RegExp(NAME.source, 'gm'), (name) => entries.get(name)!);
}
