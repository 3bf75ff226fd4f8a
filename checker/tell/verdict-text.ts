/** A system, how far it was searched, and each verdict, as text. */
import type { Extent, Verdict } from '../search/check.ts';
import { printSetup } from '../trace/setup.ts';
import type { System } from '../../model/system.ts';
import { notInPlay } from '../../model/play.ts';
import { noSuchMachine, presetNames } from '../../model/systems/machines.ts';

export const count = (n: number, noun: string): string =>
  `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;

const STOPS = {
  'max-states': '--max-states was reached',
  'max-memory': '--max-memory was reached',
  'time-limit': '--time-limit was reached',
  interrupted: 'it was interrupted',
} as const;

/** The system, and below it the words of it that are not in play. */
export function systemText(system: System): string[] {
  const notes = notInPlay(system).map(
    ({ word, needs }) => `${word} needs ${needs.join(' and ')}: not in play`,
  );
  return [...printSetup(system), ...notes];
}

/** A system that nobody could have had is answered, and marked. */
export function machineNote(system: System): string[] {
  const why = noSuchMachine(presetNames(system));
  return why === undefined ? [] : [`no such machine: ${why}`];
}

/** How far the search went, and what that proves. */
export function extentText({ complete, stopped, ...search }: Extent): string {
  const size =
    `${count(search.states, 'state')}, ${count(search.transitions, 'transition')}, ` +
    `depth ${search.depth}, ${search.seconds.toFixed(2)} s`;
  if (complete) return `searched everything reachable: ${size}`;
  return (
    `unfinished, ${STOPS[stopped ?? 'interrupted']}: ${size}\n` +
    `every run of up to ${count(search.depth, 'event')} was searched`
  );
}

/** One verdict in words. */
export function verdictText({ verdict, run, property }: Verdict, depth: number): string {
  switch (verdict) {
    case 'violated':
      return `violated in ${count(run!.length, 'event')}`;
    case 'holds':
      return 'holds';
    case 'vacuous':
      return `vacuous: never ${property.antecedent}`;
    case 'unfinished':
      return `unfinished: not violated in up to ${count(depth, 'event')}`;
  }
}

/** Where there is no property to ask for. */
export const NOTHING =
  '  no property makes sense in this scope: give it an observer, or the events unmap,\n' +
  '  or protect and write';
