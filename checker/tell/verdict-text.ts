/** Prints a system, how far it was searched, and each verdict. */
import type { Extent, Result, Verdict } from '../search/check.ts';
import { printSetup, writtenInVain } from '../trace/setup.ts';
import type { Estimate } from '../search/estimate.ts';
import type { NotInPlay } from '../../model/not-in-play.ts';
import type { System } from '../../model/system.ts';
import { noSuchMachine, presetNames } from '../../model/systems/machines.ts';

export const count = (n: number, noun: string, several = `${noun}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? noun : several}`;

/** What ended work early, in words. */
export const STOPS = {
  'max-states': '--max-states was reached',
  'max-memory': 'there was too little memory',
  'time-limit': '--time-limit was reached',
  interrupted: 'it was interrupted',
  decided: 'it had found what it was asked for',
} as const;

/**
 * Says which words of a system do nothing in it, and what they need. Presets are not told of. A
 * word of a system in several scopes is told of if it does nothing in any of them.
 */
export function idleNotes(...scopes: readonly System[]): string[] {
  const idle = scopes.map(writtenInVain);
  const inAll = ({ part, field, word }: NotInPlay) =>
    idle.every((known) =>
      known.some(
        (one) => one.part === part && [word, field].includes(one.word) && one.field === field,
      ),
    );
  const notes = idle
    .flat()
    .filter(inAll)
    .map(
      ({ word, needs, isEvent }) =>
        [
          word,
          `${word} ${isEvent ? EVENT : 'does nothing'} here: it needs ${needs.join(' and ')}`,
        ] as const,
    );
  return [...new Map(notes).values()];
}

/** A word that does nothing can be an event all the same, and is seen in a trace. */
const EVENT = 'is an event that does nothing';

/** Prints the system, and below it those of its words that do nothing. */
export const systemText = (system: System): string[] => [
  ...printSetup(system),
  ...idleNotes(system),
];

/** Marks a system that was no machine. It is answered all the same. */
export const machineNote = (system: System): string[] =>
  machineSentence(noSuchMachine(presetNames(system)));

/** The sentence that marks what was no machine, by the reason. Empty if there is none. */
export const machineSentence = (why: string | undefined): string[] =>
  why === undefined ? [] : [`no such machine: ${why}`];

/** Says how many states there may be in all, and how sure that is. */
export function estimateText({ least, most }: Estimate): string {
  const from = least.toLocaleString('en');
  return most === undefined
    ? `the search that was stopped has at least ${from} states; where they end is not known`
    : `a guess, from how the search grew: ${from} to ${most.toLocaleString('en')} states in all`;
}

/** What to do where the memory did not suffice. */
const NEXT = 'next: --max-memory N sets another limit; a smaller --scope, or youngcheck explore';

/** Says how far the search went, and what that proves. */
export function extentText({ complete, stopped, shortage, estimate, ...search }: Extent): string {
  const size =
    `${count(search.states, 'state')}, ${count(search.transitions, 'transition')}, ` +
    `depth ${search.depth}, ${search.seconds.toFixed(2)} s`;
  if (complete) return `searched everything reachable: ${size}`;
  return [
    `unfinished, ${STOPS[stopped ?? 'interrupted']}: ${size}`,
    `every run of up to ${count(search.depth, 'event')} was searched`,
    ...(estimate === undefined ? [] : [estimateText(estimate)]),
    ...(shortage === undefined ? [] : [`memory: ${shortage}`, NEXT]),
  ].join('\n');
}

/** Says which reductions made the searches smaller. With fewer ghosts alone a search is whole. */
export const reductionText = ({ reductions = [] }: Result): string[] =>
  reductions.some((name) => name !== 'ghosts')
    ? [`reductions: ${reductions.join(', ')} (docs/reductions.md)`]
    : [];

/** How short the shortest violation is, as far as that is known. */
function violatedText(length: number | undefined, atLeast: number | undefined): string {
  if (length === undefined)
    return `violated in at least ${count(atLeast!, 'event')}: no trace found`;
  if (atLeast === undefined) return `violated in ${count(length, 'event')}`;
  const least = atLeast > 0 ? ` and at least ${atLeast}` : '';
  return `violated in at most ${count(length, 'event')}${least}`;
}

/** Says one verdict in words. */
export function verdictText(verdictOf: Verdict, depth: number): string {
  const { verdict, run, property, atLeast, pages, reached, depth: searched = depth } = verdictOf;
  const never = `there was never ${property.antecedent}`;
  switch (verdict) {
    case 'violated':
      return violatedText(run?.length, atLeast);
    case 'holds-up-to':
      return reached
        ? `holds up to ${count(pages!, 'page')}: no argument covers more`
        : `holds up to ${count(pages!, 'page')}: ${never}, and no argument covers more`;
    case 'holds':
      return 'holds';
    case 'vacuous':
      return `vacuous: ${never}`;
    case 'unfinished':
      return `unfinished: not violated in up to ${count(searched, 'event')}`;
  }
}

/** The message if no property makes sense in the system. */
export const NOTHING =
  '  no property makes sense in this scope: give it an observer, or the events unmap,\n' +
  '  or protect and write';

/** Says each verdict on a line of its own. */
export function verdictLines(verdicts: readonly Verdict[], depth: number): string[] {
  const width = Math.max(...verdicts.map(({ property }) => property.name.length));
  return verdicts.map(
    (verdict) => `  ${verdict.property.name.padEnd(width)}  ${verdictText(verdict, depth)}`,
  );
}
