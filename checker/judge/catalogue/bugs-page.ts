/** Prints docs/bugs.md: the table of the bugs that really happened, and how to find each. */
import type { Property } from '../../../properties/index.ts';
import { PART_NAMES, DEFAULTS, writtenPart } from '../../trace/setup.ts';
import type { Trace } from '../../trace/trace.ts';
import type { Bug } from './bugs.ts';
import { BUGS } from './bugs.ts';
import { neverViolated, readCatalogueTrace, traceFile } from './catalogue.ts';
import { readCatalogueFile } from './folder.ts';
import { ORDER, listed } from './readme.ts';
import { Search } from '../../search/search.ts';

/** The page, as a path in the package. */
export const BUGS_PAGE = 'docs/bugs.md';

const HEAD = `# Bugs that really happened

Generated: \`npx youngcheck promote bugs.md\`

Kernels, IOMMUs, devices and hypervisors had these bugs. The search finds each of
them, and proves that its fix clears it. *Sometimes n* is the length of the shortest
trace: every shorter run was searched. *Never* is a proof within the scope of the
trace that it links to. The class is what goes wrong; the
[catalogue](../counterexamples/README.md) tells each story, and
[glossary.md](glossary.md) explains the words.

A setup names a kernel, a driver and hardware that were a machine, or its story says
that it shows the mechanism alone. *Source unknown* stands where no source, version
or year is at hand. States and time are of the search that finds the bug, on one
thread. A time is written once, and stays until its row changes.

| report | fixed in, year | class | before | after | states | time |
|---|---|---|---|---|---|---|
`;

const COMMANDS = `
## The command that finds each

Each prints the shortest trace, and exits with 1. Of the trace with the fix,
\`youngcheck promote NAME\` proves anew that it is Never.
`;

/** What a reader could not find here, in the words of the reports. */
const LEFT_OUT = `
## What is not found

These were reported as well, and the model cannot say them:

- caches of upper page-table levels (CVE-2025-71089, CVE-2025-71202; c2ff4764e03e);
- a batch over several VMAs whose last range alone is notified (fd1102f0aade);
- accessed and dirty bits that are gathered over a block of PTEs (97c5550b7631);
- one device of several that is not flushed, and torn context entries (37764b952e1b);
- dirty bits that are dropped (fd35ca3d12cc);
- two stages of translation, and two subscribers of one notifier.
`;

const link = (name: string, text: string): string =>
  `[${text}](../counterexamples/${traceFile(name)})`;

const quoted = (text: string): string => (/^[\w.,=-]+$/.test(text) ? text : `'${text}'`);

/** The command that finds the bug of a trace, as a user would type it. */
function commandOf({ system }: Trace, { name }: Property): string {
  const words = PART_NAMES.map((part) => [part, writtenPart(system, part)] as const)
    .filter(([part, text]) => part === 'scope' || text !== DEFAULTS[part])
    .map(([part, text]) => `--${part} ${quoted(text)}`);
  return ['npx youngcheck check', ...words, `--property ${quoted(name)}`].join(' ');
}

/** A bug, with the traces that show it and its fix. */
interface Shown {
  readonly bug: Bug;
  readonly found: Trace;
  readonly property: Property;
}

function shownIn(folder: string, bug: Bug): Shown {
  const [found, fixed] = [bug.found, bug.fixed].map((name) => readCatalogueTrace(folder, name));
  const property = found.verdict;
  if (property === 'ends') throw new Error(`${bug.found} shows no bug`);
  if (!neverViolated(fixed, traceFile(bug.fixed)).includes(property)) {
    throw new Error(`${bug.fixed} does not prove ${property.name}`);
  }
  return { bug, found, property };
}

/** A time as the page has it. */
const TIME = /\d+ ms/;

/** The page without its times, which differ from machine to machine. */
export const withoutTimes = (page: string): string =>
  page.replaceAll(new RegExp(TIME.source, 'g'), 'some time');

function rowOf({ bug, found, property }: Shown, known: readonly string[]): string {
  const search = new Search(found.system, [property]);
  const start = performance.now();
  while (search.violation(property) === undefined && !search.run(0));
  const milliseconds = Math.ceil(performance.now() - start);
  const kind = bug.found.slice(0, bug.found.indexOf('+'));
  const before = link(bug.found, `Sometimes ${found.steps.length}`);
  const cells = [bug.report, bug.when, kind, before, link(bug.fixed, 'Never')];
  const row = [...cells, search.size.toLocaleString('en'), `${milliseconds} ms`];
  const line = `| ${row.join(' | ')} |`;
  // A time that was measured before stays, so that the page changes only with the bugs.
  return known.find((old) => withoutTimes(old) === withoutTimes(line)) ?? line;
}

/** The text of the page, in the order of the catalogue. `old` is the page as it stands. */
export function bugsPage(folder: string, old = ''): string {
  const order = listed(readCatalogueFile(folder, ORDER, 'youngcheck promote --help'));
  const shown = BUGS.map((bug) => shownIn(folder, bug)).toSorted(
    (a, b) => order.indexOf(a.bug.found) - order.indexOf(b.bug.found),
  );
  const known = old.split('\n');
  const rows = shown.map((each) => rowOf(each, known));
  const commands = shown.map(
    ({ bug, found, property }) =>
      `\n- ${link(bug.found, bug.found)}\n\n      ${commandOf(found, property)}\n`,
  );
  return `${HEAD}${rows.join('\n')}\n${COMMANDS}${commands.join('')}${LEFT_OUT}`;
}
