/** Prints, parses and compares the text of counterexamples/VERDICTS. */
import { DRIVERS } from '../../../model/systems/drivers.ts';
import { HARDWARE } from '../../../model/systems/hardware.ts';
import { KERNELS } from '../../../model/systems/kernels.ts';
import { noSuchMachine } from '../../../model/systems/machines.ts';
import { Complaint } from '../../trace/complaint.ts';
import type { Expected } from './expected.ts';

/** One line: a property of a system in a scope, and the verdict of the search. */
export interface TableLine extends Expected {
  /** Kernel, driver, hardware, scope, property. */
  readonly key: readonly string[];
}

/** What the head of each file says. */
export const HEADERS = {
  VERDICTS: `# Verdicts of the exhaustive search. Each line has one system and one property.
# Never: every state that can be reached in the scope was searched, which is the proof.
# Sometimes n: the shortest trace has n events, and the states are those that n events reach.
# Vacuous: what the property speaks of never happened. The scope races+posted is races with
# posted writes. checker/judge/catalogue/matrix.ts defines mail+lru, mail+walk, mail+pageout,
# pair and pair+unmap, and one scope for each part of the model that is off by default. In fills
# and fills+2 the driver has fill=sequence. A kernel whose unmap has a look is searched in steps
# alone, as granularity=atomic has no such look. 'no machine' marks a kernel, a driver and hardware
# that never existed together; such a system is a yardstick, or shows one mechanism by itself.
# Hardware queued does not keep the invalidations of IOTLB and ATC in order. A verdict about
# amd-sva with it is one about such hardware; whether AMD's is so is not known.
# The states are those of a search for this property alone, with only the ghosts that it reads.
# So the lines of one system differ, and check, which checks all at once, counts more states.
# 'youngcheck promote VERDICTS' writes this file, and 'youngcheck verdicts' compares it.
`,
  'VERDICTS-ANY': `# Verdicts for every number of pages, CPUs and devices: the scope any.
# Never: no number of them violates the property. docs/reductions.md has the arguments.
# Sometimes n: the shortest trace over all numbers has n events. At most n: no shorter one was
# found, and not every number was searched. Up to n pages: no number of pages up to n violates it,
# and no argument covers more. Vacuous: what the property speaks of never happened.
# The scope any+atomic is any with operations that are one event each. No states are counted, as
# their number tells of the reductions and not of the model. A kernel with a look inside its unmap
# is not in any+atomic, which refuses it.
# Left out are v6.12-x86-thp, v6.12-x86-damon and v6.12-arm64-damon: a step of theirs reaches other
# pages, for which no argument covers more than three. Left out are also kernels whose bug needs an
# event that the scope any lacks, as they do there what another kernel does: thp-migration-4.19
# (migrate), lossy-pmdp-invalidate (rewrite) and cow-2012 (cow) as v4.20-x86, and mprotect-unaware
# (dontneed, mprotect) as invalidate-page-4.12.
# 'youngcheck promote VERDICTS-ANY' writes this file, and 'youngcheck verdicts --any' compares it.
`,
} as const;

/** What the head of a table in a folder of a user's own says. */
export const OWN_HEADERS: Readonly<Record<TableName, string>> = {
  VERDICTS: `# Verdicts of the exhaustive search. Each line has one system and one property.
# The systems are those of the folder systems/. The name of a system stands for each of its parts
# that is no preset of youngcheck, and for a scope that the system names itself.
# Never: every state that can be reached in the scope was searched, which is the proof.
# Sometimes n: the shortest trace has n events, and the states are those that n events reach.
# Vacuous: what the property speaks of never happened.
# 'youngcheck promote --folder FOLDER' writes this file, and 'youngcheck verdicts --folder FOLDER'
# compares it.
`,
  'VERDICTS-ANY': `# Verdicts for every number of pages, CPUs and devices: the scope any.
# The systems are those of the folder systems/. The name of a system stands for each of its parts
# that is no preset of youngcheck, and for a scope that the system names itself.
# Never: no number of them violates the property. Sometimes n: the shortest trace over all numbers
# has n events. At most n: no shorter one was found, and not every number was searched. Up to n
# pages: no number of pages up to n violates it, and no argument covers more. Vacuous: what the
# property speaks of never happened. The scope any+atomic is any with operations of one event each.
# 'youngcheck promote --folder FOLDER VERDICTS-ANY' writes this file, and
# 'youngcheck verdicts --folder FOLDER --any' compares it.
`,
};

/** The names of the tables in the folder of the catalogue. */
export type TableName = keyof typeof HEADERS;
/**
 * The columns and their least widths. They are wide enough that a longer name moves few lines in a
 * diff.
 */
const COLUMNS = [
  ['# kernel', 22],
  ['driver', 26],
  ['hardware', 21],
  ['scope', 12],
  ['property', 35],
  ['verdict', 12],
  ['states', 8],
] as const;

const MARK = '  no machine';
/** What stands where no states are counted. */
const NONE = '-';

/** A name if it is that of a preset. A system of the user's own is never objected to. */
const preset = (name: string, presets: readonly { readonly name: string }[]) =>
  presets.some((known) => known.name === name) ? name : undefined;

/** The mark of a row whose kernel, driver and hardware were no machine. */
function markOf([kernel, driver, hardware]: readonly string[]): string {
  const names = {
    kernel: preset(kernel, KERNELS),
    driver: preset(driver, DRIVERS),
    hardware: preset(hardware, HARDWARE),
  };
  return noSuchMachine(names) === undefined ? '' : MARK;
}

/** Prints the table in the order of its rows. */
export function printTable(
  rows: readonly TableLine[],
  name: TableName = 'VERDICTS',
  header: string = HEADERS[name],
): string {
  const heads = COLUMNS.map(([head]) => head);
  const cells = [
    heads,
    ...rows.map(({ key, verdict, states }) => [...key, verdict, `${states ?? NONE}`]),
  ];
  const widths = COLUMNS.map(([, least], i) =>
    Math.max(least, ...cells.map((line) => line[i].length)),
  );
  const lines = cells.map((line) =>
    line
      .map((cell, i) => (i === line.length - 1 ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  '),
  );
  const marks = ['', ...rows.map(({ key }) => markOf(key))];
  return `${header}#\n${lines.map((line, i) => line + marks[i]).join('\n')}\n`;
}

const COUNT = '[1-9]\\d*';
const BOUNDED = `At most ${COUNT}|At least ${COUNT}|Up to ${COUNT} pages`;

/** The mark of a line is not compared, because it follows from the names. */
const LINE = new RegExp(
  `^${'(\\S+) +'.repeat(5)}(Never|Vacuous|Sometimes ${COUNT}|${BOUNDED}) +` +
    `(${COUNT}|${NONE})(?:${MARK})?$`,
);

/**
 * Parses a table. A line that is no line of a table is a Complaint: to skip it would hide a lost
 * verdict.
 */
export function parseTable(text: string, file: string): TableLine[] {
  const rows = new Map<string, TableLine>();
  for (const [i, source] of text.split(/\r?\n/).entries()) {
    if (source.trim() === '' || source.startsWith('#')) continue;
    const place = { file, line: i + 1, column: 1, source };
    const match = LINE.exec(source.trim());
    if (match === null) {
      throw new Complaint('this is no line of the table', place, {
        hint: 'a table of verdicts is what youngcheck promote VERDICTS writes',
        possible: ['kernel driver hardware scope property Never|Vacuous|Sometimes N states'],
      });
    }
    const key = match.slice(1, 6);
    if (rows.has(key.join(' '))) throw new Complaint('a second line for the same', place);
    const states = match[7] === NONE ? {} : { states: Number(match[7]) };
    rows.set(key.join(' '), { key, verdict: match[6], ...states });
  }
  return [...rows.values()];
}

/** The difference in one line. Without `old` the line is new; without `now` it is gone. */
export interface LineDifference {
  readonly key: readonly string[];
  readonly old?: Expected;
  readonly now?: Expected;
}

/** The lines that differ. Changed and new lines come first, then lines that are gone. */
export function differences(
  old: readonly TableLine[],
  now: readonly TableLine[],
): LineDifference[] {
  const known = new Map(old.map((row) => [row.key.join(' '), row]));
  const changed = now.flatMap(({ key, ...expected }): LineDifference[] => {
    const before = known.get(key.join(' '));
    known.delete(key.join(' '));
    if (before === undefined) return [{ key, now: expected }];
    const { key: _, ...old } = before;
    if (old.verdict === expected.verdict && old.states === expected.states) return [];
    return [{ key, old, now: expected }];
  });
  const gone = [...known.values()].map(({ key, ...expected }) => ({ key, old: expected }));
  return [...changed, ...gone];
}

function inWords(expected: Expected | undefined, absent: string): string {
  if (expected === undefined) return absent;
  const { verdict, states } = expected;
  return states === undefined ? verdict : `${verdict} (${states} states)`;
}

/** One difference as a line: `kernel driver hardware scope property: old -> new`. */
export const differenceText = ({ key, old, now }: LineDifference): string =>
  `${key.join(' ')}: ${inWords(old, 'no line')} -> ${inWords(now, 'no line')}`;
