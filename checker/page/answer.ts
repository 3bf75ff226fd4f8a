/**
 * The questions that the page asks of the search, and the answers. Both are data that can be sent
 * to a worker and back.
 */
import type { Event } from '../../model/events.ts';
import { eventsOf } from '../../model/events.ts';
import { operationsOf } from '../../model/events.ts';
import { manyOf } from '../../model/many.ts';
import type { PartName, System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { propertiesFor } from '../../properties/index.ts';
import { diff } from '../judge/diff.ts';
import type { SideName } from '../judge/diff.ts';
import { CHEAP, assessSeverity } from '../judge/assess.ts';
import { whole } from '../search/progress.ts';
import { severityText } from '../judge/severity-text.ts';
import { Checking } from '../search/checking.ts';
import type { Limits } from '../search/search.ts';
import { Search } from '../search/search.ts';
import { verdictText } from '../tell/verdict-text.ts';
import { PART_NAMES, parseSystem, printPart } from '../trace/setup.ts';
import type { SearchCoverage } from './coverage.ts';
import { covering } from './coverage.ts';
import { wordsOf } from './link.ts';
import type { WayOn } from './way-on.ts';
import { wayOn } from './way-on.ts';

/** A system as the texts of its parts. */
export type SystemTexts = Readonly<Record<PartName, string>>;

export const textsOf = (system: System): SystemTexts =>
  Object.fromEntries(PART_NAMES.map((part) => [part, printPart(system, part)])) as SystemTexts;

/** Events are sent by their index among the system's events, properties by their names. */
export type Question =
  | {
      /**
       * Asks for the shortest violation of one of these properties after some events, or the proof.
       */
      readonly ask: 'find';
      readonly system: SystemTexts;
      readonly properties: readonly string[];
      readonly after: readonly number[];
    }
  | {
      /** Asks how long wrong answers can go on. */
      readonly ask: 'streak';
      readonly system: SystemTexts;
      readonly property: string;
      readonly run: readonly number[];
    }
  | {
      /** Asks what a search of a system exercises. */
      readonly ask: 'coverage';
      readonly system: SystemTexts;
    }
  | {
      /** Asks for the shortest way on to a step that is as a reader says. */
      readonly ask: 'way';
      readonly system: SystemTexts;
      readonly after: readonly number[];
      readonly until: string;
    }
  | {
      /** Asks for the shortest run that tells two systems apart. */
      readonly ask: 'apart';
      readonly left: SystemTexts;
      readonly right: SystemTexts;
    };

export interface Found {
  /** A violated property and the events that violate it, if there is one. */
  readonly property?: string;
  readonly run?: readonly number[];
  /** With `many` in the scope: the system that states the numbers of the run. */
  readonly where?: SystemTexts;
  /** With `many` in the scope: the verdict in words. */
  readonly said?: string;
  /** Every state that can be reached was searched. */
  readonly complete: boolean;
  /** For each property that was asked for, whether what it speaks of was reached. */
  readonly witnessed: readonly boolean[];
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
}

/**
 * A run that tells two systems apart, in the words of a link. `only` names the side that can end
 * it.
 */
export interface Apart {
  readonly only?: SideName;
  /** The run on each side. The last event has different answers, or one side cannot follow. */
  readonly left?: string;
  readonly right?: string;
  readonly pairs: number;
  readonly complete: boolean;
}

export interface Answers {
  readonly find: Found;
  /** Undefined if there are too many states. */
  readonly streak: string | undefined;
  readonly way: WayOn;
  readonly coverage: SearchCoverage;
  readonly apart: Apart;
}

/** The progress of a search. Pairs of states have no depth. */
export interface SearchedSoFar {
  readonly states: number;
  readonly depth?: number;
}

/** The page gives up at this number of states, as a browser's tab has no memory for many more. */
export const MAX_STATES = 12_000_000;
const MAX_PAIRS = 500_000;
/** Seconds between two reports of progress. */
const SLICE = 0.1;

/** Answers a question. It blocks until it can, and reports its progress from time to time. */
export function answer<A extends keyof Answers>(
  question: Question & { readonly ask: A },
  progress: (progress: SearchedSoFar) => void,
): Answers[A] {
  const work = answering<A>(question);
  let piece = work.next();
  for (; !piece.done; piece = work.next()) progress(piece.value);
  return piece.value;
}

/** The work on a question in pieces of a tenth of a second, and between them its progress. */
export type Answering<T> = Generator<SearchedSoFar, T, void>;

/** Answers a question in pieces. */
export function answering<A extends keyof Answers>(
  question: Question & { readonly ask: A },
): Answering<Answers[A]>;
export function* answering(question: Question): Answering<unknown> {
  switch (question.ask) {
    case 'find':
      return yield* find(parseSystem(question.system), question);
    case 'streak':
      return streak(parseSystem(question.system), question);
    case 'coverage':
      return yield* covering(parseSystem(question.system));
    case 'way': {
      const system = parseSystem(question.system);
      return yield* wayOn(system, eventsAt(system, question.after), question.until);
    }
    case 'apart':
      return yield* apart(parseSystem(question.left), parseSystem(question.right));
  }
}

type Ask<A extends Question['ask']> = Question & { readonly ask: A };

function* find(system: System, { properties: names, after }: Ask<'find'>): Answering<Found> {
  const properties = propertiesFor(system).filter(({ name }) => names.includes(name));
  const limits = { maxStates: MAX_STATES };
  if (manyOf(system).length > 0) return yield* findMany(system, properties, limits);
  const from = eventsAt(system, after);
  const search = new Search(system, properties, limits, { after: from });
  const first = (): Property | undefined => properties.find((p) => search.violation(p));
  let told = 0;
  // run(0) does the smallest piece of work, so that the search stops at the first violation.
  while (first() === undefined && !search.run(0)) {
    if (search.seconds - told < SLICE) continue;
    told = search.seconds;
    yield { states: search.size, depth: search.depth };
  }
  const property = first();
  const { complete, size: states, transitions, depth } = search;
  return {
    ...(property === undefined
      ? {}
      : { property: property.name, run: indices(search.violation(property)!) }),
    complete,
    witnessed: names.map((name) => {
      const asked = properties.find((known) => known.name === name);
      return asked !== undefined && search.witness(asked) !== undefined;
    }),
    states,
    transitions,
    depth,
  };
}

/** Asks for every number of what the scope has `many` of. No events come before. */
function* findMany(
  system: System,
  properties: readonly Property[],
  limits: Limits,
): Answering<Found> {
  const checking = new Checking(system, properties, limits);
  while (!checking.run(SLICE)) {
    yield { states: checking.search?.size ?? 0, depth: checking.depth };
  }
  const { verdicts, search } = checking.result();
  const told = verdicts.find(({ run }) => run !== undefined) ?? verdicts[0];
  const { property, run, where = system } = told;
  const { complete, states, transitions, depth } = search;
  return {
    ...(run === undefined
      ? {}
      : { property: property.name, run: indices(run), where: textsOf(where) }),
    said: verdictText(told, depth),
    complete,
    witnessed: verdicts.map(({ verdict }) => verdict !== 'vacuous'),
    states,
    transitions,
    depth,
  };
}

function eventsAt(system: System, places: readonly number[]): Event[] {
  const events = eventsOf(system, operationsOf(system));
  return places.map((place) => events[place]);
}

const indices = (run: readonly Event[]): number[] => run.map(({ index }) => index);

function streak(system: System, { property: name, run }: Ask<'streak'>): string | undefined {
  const property = propertiesFor(system).find((known) => known.name === name);
  if (property === undefined) return undefined;
  const violation = { property, run: eventsAt(system, run) };
  const severity = whole(assessSeverity(system, [violation], CHEAP))?.[0];
  return severity && severityText(severity, violation.run);
}

function* apart(left: System, right: System): Answering<Apart> {
  const work = diff(left, right, MAX_PAIRS);
  let piece = work.next();
  for (; !piece.done; piece = work.next(false)) yield { states: piece.value[0] };
  const { difference, pairs, complete } = piece.value;
  if (difference === undefined) return { pairs, complete };
  const { steps, only } = difference;
  const runOf = (side: SideName): Partial<Record<SideName, string>> => {
    if (steps.some((step) => step[side] === undefined)) return {};
    const happenings = steps.flatMap((step) => {
      const { own, seen } = step[side]!;
      return seen === undefined ? own : [...own, seen];
    });
    return { [side]: wordsOf(happenings.map(({ event }) => event)) };
  };
  return { only, ...runOf('left'), ...runOf('right'), pairs, complete };
}
