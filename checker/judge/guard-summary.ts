/** Prints the report of a guard on one screen, for a git hook. The traces are in a file. */
import type { Change } from './changes.ts';
import { judgedText } from './changes.ts';
import type { GuardResult, ScopedChange } from './guard.ts';
import { conclusionText, noteLines, sectionsOf, systemLines, verdictChange } from './guard-text.ts';

/** The columns of a terminal, and the most lines of each part, which together fit on its screen. */
const WIDTH = 79;
const MOST_WORSE = 5;
const MOST_NOTES = 2;

/** The first line of each part that differs. */
const changedParts = (result: GuardResult): string[] =>
  systemLines(result)
    .filter((line) => /^[-+] \S/.test(line))
    .map(cut);

const cut = (line: string): string =>
  line.length > WIDTH ? `${line.slice(0, WIDTH - 3)}...` : line;

/** The changes of each property together, in the order of the first. */
const byProperty = (changes: readonly ScopedChange[]): ScopedChange[][] =>
  [...new Set(changes.map(({ property }) => property))].map((property) =>
    changes.filter((change) => change.property === property),
  );

const isInVerdict = ({ before, after }: Change): boolean =>
  judgedText(before) !== judgedText(after);

/** One property that got worse: how, and in which scopes. */
function worseLine(changes: readonly ScopedChange[]): string {
  const shown = changes.find(isInVerdict) ?? changes[0];
  const how = isInVerdict(shown) ? verdictChange(shown) : 'wrong for longer';
  const scopes = changes.map(({ comparison }) => comparison.name).join(',');
  return cut(`  ${shown.property.name}  ${how}  ${scopes}`);
}

const andMore = (count: number): string => `and ${count} more`;

/** The properties of a section in one line, as many as fit. */
function nameLine(head: string, changes: readonly ScopedChange[]): string {
  const names = byProperty(changes).map(([{ property }]) => property.name);
  for (let shown = names.length; shown > 0; shown--) {
    const rest = names.length - shown;
    const more = rest === 0 ? [] : [andMore(rest)];
    const line = `${head} ${[...names.slice(0, shown), ...more].join(', ')}`;
    if (line.length <= WIDTH) return line;
  }
  return cut(`${head} ${andMore(names.length)}`);
}

/**
 * Prints the conclusion as the first line, what differs, each property that got worse, and by their
 * names the other ones. `policy` is its name, and `report` is the file that has the whole report.
 */
export function guardSummary(result: GuardResult, policy: string, report: string): string {
  const lines = sectionsOf(result).flatMap(({ kind, head, changes }) => {
    // The conclusion tells of what is still wrong.
    if (kind === 'wrong') return [];
    if (kind !== 'worse') return [nameLine(head, changes)];
    const properties = byProperty(changes);
    const rest = properties.length - MOST_WORSE;
    return [
      head,
      ...properties.slice(0, MOST_WORSE).map(worseLine),
      ...(rest > 0 ? [`  ${andMore(rest)}`] : []),
    ];
  });
  return `${[
    `${policy}: ${conclusionText(result)}`,
    ...noteLines(result).slice(0, MOST_NOTES),
    ...changedParts(result),
    ...lines,
    `The report, with a trace of each: ${report}`,
  ].join('\n')}\n`;
}
