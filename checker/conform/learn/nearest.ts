/** Finds the presets nearest to what a log shows, and the system that is offered to check. */
import type { ProgramName, System } from '../../../model/system.ts';
import { FIELDS, PROGRAMS } from '../../../model/system.ts';
import { valueText } from '../../../model/text.ts';
import type { Program } from '../../../model/program.ts';
import { lineText } from '../../../model/program.ts';
import { printPart, writtenPart } from '../../trace/setup.ts';
import { systemWith } from '../../trace/system-with.ts';
import type { Pair } from '../candidates.ts';
import type { Conformance } from '../conform.ts';
import type { Learned, Learning } from './learn.ts';
import { agrees } from './learn.ts';

/** How a list of a preset compares with what the log shows. */
export interface Compared {
  readonly learned: Learned;
  /** The preset's list. */
  readonly text: string;
  /** The preset's list fits as well as any. */
  readonly fits: boolean;
}

export interface Nearest {
  /** The preset, or the words that the user gave. */
  readonly name: string;
  readonly compared: readonly Compared[];
  /** The preset with the lists of the log where its own do not fit. */
  readonly written: string;
}

export interface Offer {
  readonly kernel: Nearest;
  readonly driver: Nearest;
  readonly hardware: string;
  readonly scope: string;
}

type Listed = 'kernel' | 'driver';

/** The text of a list of a system. */
function textOf(system: System, part: Listed, name: string): string {
  const field = FIELDS[part][name as keyof (typeof FIELDS)[Listed]];
  return valueText(field, system[part][name as keyof System[Listed]]);
}

/** Whether a list of a preset fits what the log shows. */
function fitsLog(system: System, part: Listed, learned: Learned): boolean {
  const text = textOf(system, part, learned.name);
  if (part === 'driver') return learned.texts.includes(text);
  const lines: Program = system.kernel[learned.name as ProgramName].slice(1);
  const list = lines.map((line) => ({
    word: lineText({ ...line, when: 'always' }),
    isConditional: line.when === 'young',
  }));
  return agrees(learned, list);
}

function compare(system: System, part: Listed, all: readonly Learned[]): Compared[] {
  return all.map((learned) => ({
    learned,
    text: textOf(system, part, learned.name),
    fits: fitsLog(system, part, learned),
  }));
}

/** How many lists do not fit, and how many have steps that the log does not show. */
const distance = (compared: readonly Compared[]): readonly [number, number] => [
  compared.filter(({ fits }) => !fits).length,
  compared.filter(({ learned, text }) => learned.texts[0] !== text).length,
];

/** The nearest of some systems, and the first if several are as near. */
function nearest(
  systems: readonly (readonly [string, System])[],
  part: Listed,
  all: readonly Learned[],
): Nearest {
  const [best] = systems
    .map(([name, system]) => ({ name, system, compared: compare(system, part, all) }))
    .toSorted((a, b) => {
      const [[aWrong, aMore], [bWrong, bMore]] = [distance(a.compared), distance(b.compared)];
      return aWrong - bWrong || aMore - bMore;
    });
  const changed = best.compared.filter(({ fits }) => !fits);
  const pairs = changed.map(({ learned }) => `${learned.name}=${learned.texts[0]}`);
  const text = [best.name, ...pairs].join(' ');
  return { ...best, written: writtenPart(systemWith(part, text), part) };
}

/** Whether a step of a kernel reaches other pages. Two pages in `fine` take long to search. */
const hasRange = (kernel: string): boolean =>
  PROGRAMS.some((name) => textOf(systemWith('kernel', kernel), 'kernel', name).includes('@'));

/** The presets of pairs, each once. */
function presetsOf(pairs: readonly Pair[], part: Listed): [string, System][] {
  const names = new Set(pairs.map((pair) => pair[part]));
  return [...names].map((name) => [name, systemWith(part, name)]);
}

/**
 * The nearest presets among those that the log may come from, those that explain most of it first.
 * The driver is one that the kernel had.
 */
export function offer({ ranked }: Conformance, learning: Learning): Offer {
  const candidates = ranked.map(({ hypothesis }) => hypothesis.candidate);
  const pairs = candidates.flatMap((candidate) => candidate.pairs);
  const kernel = nearest(presetsOf(pairs, 'kernel'), 'kernel', learning.kernel);
  const met = pairs.filter((pair) => pair.kernel === kernel.name);
  return {
    kernel,
    driver: nearest(presetsOf(met, 'driver'), 'driver', learning.driver),
    hardware: printPart(candidates[0].system, 'hardware'),
    scope: hasRange(kernel.written) ? 'small' : 'races',
  };
}
