/** Prints two systems side by side, up to where they differ. */
import type { Scope, System } from '../../model/system.ts';
import { propertiesFor } from '../../properties/index.ts';
import { notAskedLines } from '../tell/not-asked-text.ts';
import { printEvent } from '../trace/print.ts';
import { count, idleNotes, machineNote } from '../tell/verdict-text.ts';
import { noMachine, systemJson } from '../tell/verdict-json.ts';
import { versionOfPackage } from '../trace/package.ts';
import { PART_NAMES, printPart } from '../trace/setup.ts';
import { wrap } from '../trace/wrap.ts';
import { isSame } from './guard.ts';
import type { DiffResult, DiffStep, Difference, SideName } from './diff.ts';
import { OUTCOME, outcomeOf } from './observed.ts';
import type { Happening, Stretch } from './realize.ts';

/** The titles of the two columns. */
export interface Heads {
  readonly left: string;
  readonly right: string;
}

const WIDTH = 72;
const SIDES: readonly SideName[] = ['left', 'right'];
/** The width of one side. Two sides, a number and a gap fit into 72 columns. */
const SIDE = 32;

const cut = (text: string): string => (text.length > SIDE ? `${text.slice(0, SIDE - 1)}~` : text);

/** What is wrong with an access, as a note beside it and in a sentence. */
const HARM: Readonly<Record<number, readonly [note: string, sentence: string]>> = {
  [OUTCOME.stale]: ['freed', 'this access goes to a frame that was freed'],
  [OUTCOME.revoked]: ['revoked', 'this write goes through a permission that was withdrawn'],
  [OUTCOME.stuck]: ['faults again', 'this write faults again after its fault was resolved'],
};

const happeningText = ({ event, answer }: Happening, scope: Scope): string =>
  printEvent(event, scope, answer);

/** What is observed on one side. */
function seenText(stretch: Stretch | undefined, scope: Scope): string {
  if (stretch === undefined) return '(cannot happen)';
  if (stretch.seen === undefined) return '(nothing to evict)';
  const harm = HARM[outcomeOf(stretch.label)];
  const text = happeningText(stretch.seen, scope);
  return harm === undefined ? text : `${text} // ${harm[0]}`;
}

/** Says what happens at the end of a run that only one side can follow. */
function endText({ text }: DiffStep, { seen }: Stretch, { scope }: System): string {
  // In `fine` the young bit that an operation finds is not observed, but its report is.
  const reports = scope.granularity === 'atomic' || seen?.event.verb === 'report';
  return seen !== undefined && reports ? happeningText(seen, scope) : text;
}

/** Explains the last step in words. */
function lastText({ steps, only }: Difference, system: System, heads: Heads): string {
  const last = steps.at(-1)!;
  const other = only === 'left' ? 'right' : 'left';
  const at = `They differ at (${steps.length}):`;
  const fine = system.scope.granularity === 'fine';
  const whatever = fine ? `, whatever steps ${heads[other]} takes in between` : '';
  const mine = last[only]!;
  const harm = HARM[outcomeOf(mine.label)];
  if (harm !== undefined) return `${at} with ${heads[only]} alone ${harm[1]}${whatever}.`;
  if (!fine && last[other] !== undefined) return `${at} the same events, another answer.`;
  return `${at} '${endText(last, mine, system)}' can happen with ${heads[only]} alone${whatever}.`;
}

/**
 * The rows of one observation. The own steps of both sides stand first, and below them what is
 * observed.
 */
function rowsOf(step: DiffStep, { scope }: System): [left: string, right: string][] {
  const side = (name: SideName) => step[name]?.own.map((own) => happeningText(own, scope)) ?? [];
  const [left, right] = [side('left'), side('right')];
  const own = Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    return [left[i] ?? '', right[i] ?? ''] as [string, string];
  });
  const seen = (name: SideName) => seenText(step[name], scope);
  return [...own, [seen('left'), seen('right')]];
}

/** The two systems that are compared. They have the same scope. */
export type Both = Readonly<Record<SideName, System>>;

/** Says which of the two systems was no machine, as a paragraph of its own. */
export function machineText(systems: Both, heads: Heads): string {
  const notes = SIDES.flatMap((side) =>
    machineNote(systems[side]).map((note) => `${heads[side]}: ${note}`),
  );
  return notes.length === 0 ? '' : `\n${notes.flatMap((note) => wrap(note, WIDTH)).join('\n')}\n`;
}

/** The columns of a part's name in a setup block. */
const NAME_WIDTH = 9;

/** Every part of a system in full, as a setup block, and its words that do nothing. */
const setupLines = (system: System): string[] => [
  ...PART_NAMES.flatMap((part) =>
    wrap(printPart(system, part), WIDTH - 2 - NAME_WIDTH).map(
      (line, i) => `  ${(i === 0 ? part : '').padEnd(NAME_WIDTH)}${line}`,
    ),
  ),
  ...idleNotes(system).flatMap((note) => wrap(note, WIDTH - 2).map((line) => `  ${line}`)),
];

/** What is compared, so that whoever has the text alone can do it again: version and systems. */
export const headText = (systems: Both, heads: Heads): string =>
  [
    `youngcheck ${versionOfPackage()} diff`,
    ...SIDES.flatMap((side) => ['', `${heads[side]}:`, ...setupLines(systems[side])]),
    '\n',
  ].join('\n');

/** Prints what is compared, what tells the two apart, and which of them was no machine. */
export const diffText = (systems: Both, found: DiffResult, heads: Heads): string =>
  headText(systems, heads) + comparisonText(systems, found, heads) + machineText(systems, heads);

/** How much was searched: `15 pairs of states (4 states of A, 5 of B)`. */
function searchedText({ scope }: System, found: DiffResult, heads: Heads): string {
  const what = scope.granularity === 'fine' ? 'sets of states' : 'states';
  const number = (n: number) => n.toLocaleString('en');
  const { left, right } = found.states;
  const states = `${count(left, 'state')} of ${heads.left}, ${number(right)} of ${heads.right}`;
  return `${number(found.pairs)} pairs of ${what} (${states})`;
}

/** Says if fewer pages were searched than the scope has. */
const pagesText = ({ scope }: System, { pages }: DiffResult): string[] =>
  pages === scope.pages
    ? []
    : wrap(
        `${count(pages, 'page')} stands for all ${scope.pages}, as they do not affect each other ` +
          '(docs/reductions.md).',
        WIDTH,
      );

/** The proof that nothing tells the two apart. */
function identicalText(systems: Both, searched: string, heads: Heads): string[] {
  const { left, right } = systems;
  return [
    ...wrap(
      'Identical in every answer and harm in this scope: no trace tells ' +
        `${heads.left} and ${heads.right} apart.`,
      WIDTH,
    ),
    ...wrap(`searched everything reachable: ${searched}`, WIDTH),
    ...(isSame(left, right) ? ['The two systems are the same in every field.'] : []),
  ];
}

/** Prints the observations alone, where the events of both sides are not known. */
function untoldText({ steps, only }: Difference, heads: Heads): string[] {
  const harm = HARM[outcomeOf(steps.at(-1)!.label)];
  const other = only === 'left' ? 'right' : 'left';
  return [
    ...steps.map(({ text, label }, i) => {
      const answer = outcomeOf(label) === OUTCOME.one ? ' == 1' : '';
      return `(${i + 1}) ${text}${answer}`;
    }),
    '',
    ...wrap(
      `They differ at (${steps.length}): ${heads[only]} can show it` +
        `${harm ? ` and ${harm[1]}` : ''}, and ${heads[other]} cannot. ${UNTOLD}`,
      WIDTH,
    ),
  ];
}

const UNTOLD =
  'The steps of each system in between were not found before a limit was reached, or the command ' +
  'was interrupted.';

/** Prints both columns. A bar between them marks where they differ. */
function comparisonText(systems: Both, found: DiffResult, heads: Heads): string {
  const { difference } = found;
  const system = systems.left;
  const fine = system.scope.granularity === 'fine';
  const searched = searchedText(system, found, heads);
  const pages = pagesText(system, found);
  if (difference === undefined) {
    const lines = found.complete
      ? identicalText(systems, searched, heads)
      : wrap(`Unfinished: no difference in ${searched}.`, WIDTH);
    const unasked = notAskedLines([systems.right], propertiesFor(systems.right));
    return `${[...lines, ...pages, ...unasked].join('\n')}\n`;
  }
  const { steps, told } = difference;
  const shorter = fine ? 'No run with fewer numbered events tells' : 'No shorter trace tells';
  const proof = [...wrap(`${shorter} them apart: searched ${searched}.`, WIDTH), ...pages];
  if (!told) return `${[...untoldText(difference, heads), ...proof].join('\n')}\n`;
  const margin = `(${steps.length}) `.length;
  const row = (number: string, left: string, gap: string, right: string) =>
    `${number.padEnd(margin)}${cut(left).padEnd(SIDE)}${gap}${cut(right)}`.trimEnd();
  const lines = steps.flatMap((step, i) => {
    const rows = rowsOf(step, system);
    return rows.map(([left, right], k) => {
      const seen = k === rows.length - 1;
      const gap = seen && i === steps.length - 1 ? ' | ' : '   ';
      return row(seen ? `(${i + 1})` : '', left, gap, right);
    });
  });
  return `${[
    row('', heads.left, '   ', heads.right),
    ...lines,
    '',
    ...wrap(lastText(difference, system, heads), WIDTH),
    ...proof,
    ...(fine ? ['', ...wrap(OWN, WIDTH)] : []),
  ].join('\n')}\n`;
}

const OWN =
  'Numbered: what is observed, the same on both sides. Not numbered: the steps of each system in ' +
  'between, the fewest that there can be.';

/** The titles of the two systems, what they are, and why they were no machines. */
export const systemsJson = (systems: Both, heads: Heads) => ({
  version: versionOfPackage(),
  ...heads,
  systems: { left: systemJson(systems.left), right: systemJson(systems.right) },
  noSuchMachine: { left: noMachine(systems.left), right: noMachine(systems.right) },
});

/** The document of `youngcheck diff --json`. */
export function diffJson(systems: Both, { difference, ...found }: DiffResult, heads: Heads) {
  const { scope } = systems.left;
  const side = (step: DiffStep, name: SideName) => ({
    own: step[name]?.own.map((own) => happeningText(own, scope)) ?? [],
    seen: seenText(step[name], scope),
  });
  return {
    ...systemsJson(systems, heads),
    ...found,
    identical: found.complete && difference === undefined,
    only: difference?.only,
    ...(difference?.told === false ? { told: false } : {}),
    steps: difference?.steps.map((step) => ({
      observed: step.text,
      left: side(step, 'left'),
      right: side(step, 'right'),
    })),
  };
}
