/** Reads one event of a trace: `(n) actor: verb page == answer`. */
import type { Actor, Event } from '../../model/events.ts';
import {
  ACTORS,
  actorsOf,
  answersOf,
  eventText,
  eventsOf,
  kindOf,
  lackOf,
  namesDevice,
  operationsOf,
  placeName,
  verbsOf,
} from '../../model/events.ts';
import { PAGE_NAMES, blockOf } from '../../model/ranges.ts';
import type { Parts } from '../../model/system.ts';
import type { Place } from './complaint.ts';
import { Complaint, didYouMean, quote } from './complaint.ts';
import { kernelHint } from './kernel-words.ts';
import { newAction } from './old-spellings.ts';
import type { Line, Lines } from './lines.ts';
import { NOTE_HINT } from './setup.ts';
import { ANSWER_SIGN } from './signs.ts';
import type { Answer, TraceSource, TraceStep } from './trace.ts';

/** Reads the words of one line. Every word knows its place. */
class Cursor {
  private readonly lines: Lines;
  private readonly line: Line;
  private column = 0;

  constructor(lines: Lines, line: Line) {
    this.lines = lines;
    this.line = line;
  }

  /** The place where the next word begins, or where the line ends. */
  get place(): Place {
    this.match(/\s*/y);
    return this.lines.at(this.line, this.column + 1);
  }

  get rest(): string {
    return this.line.code.slice(this.column).trim();
  }

  /** Consumes what matches here, after blanks. */
  take(pattern: RegExp): string | undefined {
    this.match(/\s*/y);
    return this.match(new RegExp(pattern, 'y'));
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.column;
    const found = pattern.exec(this.line.code)?.[0];
    this.column += found?.length ?? 0;
    return found;
  }
}

const unitsOf = (family: 'cpu' | 'dev', count: number): string[] =>
  Array.from({ length: count }, (_, unit) => `${family}${unit}`);

/** The events of a system in its scope, by their text. */
export class Vocabulary {
  readonly parts: Parts;
  private readonly events: ReadonlyMap<string, Event>;

  constructor(parts: Parts) {
    this.parts = parts;
    const events = eventsOf(parts, operationsOf(parts));
    this.events = new Map(events.map((event) => [eventText(event), event]));
  }

  /** The pages or blocks that an event can be of, and the scope's run if the event can be of it. */
  places(actor: Actor, verb: string): string[] {
    const { scope } = this.parts;
    const { ofBlock } = kindOf({ actor, verb });
    const all = Array.from({ length: scope.pages }, (_, page) => page);
    if (ofBlock !== true) return all.map((page) => PAGE_NAMES[page]);
    const blocks = all.map((page) => blockOf(this.parts, page)).filter(({ from }, i) => from === i);
    const runs = [...this.events.values()]
      .filter((event) => event.actor === actor && event.verb === verb)
      .map((event) => placeName(event));
    return [...new Set([...blocks.map(({ from, to }) => placeName({ page: from, to })), ...runs])];
  }
  get devices(): string[] {
    return unitsOf('dev', this.parts.scope.devices);
  }
  get cpus(): string[] {
    return unitsOf('cpu', this.parts.scope.cpus);
  }
  /** The actors that have an event in this system, as a trace writes them. */
  get actors(): string[] {
    return [...new Set([...this.events.keys()].map((text) => text.slice(0, text.indexOf(':'))))];
  }

  verbs(actor: Actor): string[] {
    return verbsOf(actor).filter((verb) => lackOf(this.parts, actor, verb) === undefined);
  }

  find(text: string): Event | undefined {
    return this.events.get(text);
  }
}

const isActor = (name: string): name is Actor => (ACTORS as readonly string[]).includes(name);

/** Checks that a device or CPU is in scope. */
function checkUnit(name: string, place: Place, known: readonly string[], count: string): void {
  if (known.includes(name)) return;
  throw new Complaint(`${name} is not in scope: ${count}`, place, { possible: known });
}

function readActor(cursor: Cursor, vocabulary: Vocabulary): { actor: Actor; name: string } {
  const { devices, cpus, actors, parts } = vocabulary;
  const { place } = cursor;
  const name = cursor.take(/[^\s:]+/);
  if (name === undefined) throw new Complaint('an actor is missing', place, { possible: actors });
  const family = name.replace(/^(cpu|dev)\d{1,3}$/, '$1');
  if (!isActor(family)) {
    throw new Complaint(`unknown actor ${quote(name)}${didYouMean(name, actors)}`, place, {
      possible: actors,
    });
  }
  if (family === name && (name === 'cpu' || name === 'dev')) {
    throw new Complaint(`'${name}' needs a number`, place, {
      possible: name === 'dev' ? devices : cpus,
    });
  }
  if (family === 'dev') checkUnit(name, place, devices, `devices=${parts.scope.devices}`);
  if (family === 'cpu') checkUnit(name, place, cpus, `cpus=${parts.scope.cpus}`);
  const colon = cursor.place;
  if (cursor.take(/:/) === undefined) throw new Complaint(`':' is missing after ${name}`, colon);
  return { actor: family, name };
}

function readVerb(cursor: Cursor, vocabulary: Vocabulary, actor: Actor, name: string): string {
  const { place } = cursor;
  const verb = cursor.take(/[^\s=]+/);
  const possible = vocabulary.verbs(actor);
  if (verb === undefined) {
    throw new Complaint(`what ${name} does is missing`, place, { possible });
  }
  if (!verbsOf(actor).includes(verb)) {
    const others = actorsOf(verb).join(' and ');
    const guess = others === '' ? didYouMean(verb, possible) : `: that is for ${others} to do`;
    const hint = newAction(verb) ?? kernelHint(verb);
    throw new Complaint(`${name} knows no ${quote(verb)}${guess}`, place, {
      ...(hint === undefined ? {} : { hint }),
      possible,
    });
  }
  const lack = lackOf(vocabulary.parts, actor, verb);
  if (lack !== undefined) {
    throw new Complaint(`no '${verb}' in this system: ${lack.reason}`, place, {
      ...(lack.hint === undefined ? {} : { hint: lack.hint }),
      possible,
    });
  }
  return verb;
}

/** Reads the device that an event names: `iommu: translate dev0 A`. */
function readDevice(cursor: Cursor, { devices, parts }: Vocabulary, verb: string): string {
  const { place } = cursor;
  const name = cursor.take(/[^\s=]+/);
  if (name === undefined || !/^dev\d{1,3}$/.test(name)) {
    const found = name === undefined ? '' : `, not ${quote(name)}`;
    throw new Complaint(`'${verb}' needs a device${found}`, place, { possible: devices });
  }
  checkUnit(name, place, devices, `devices=${parts.scope.devices}`);
  return name;
}

function readPage(cursor: Cursor, pages: readonly string[], { parts }: Vocabulary): string {
  const { place } = cursor;
  const page = cursor.take(/\w+(?:-\w+)?|[^\s=]+/);
  if (page === undefined) throw new Complaint('a page is missing', place, { possible: pages });
  if (pages.includes(page)) return page;
  const isName = page.length === 1 && PAGE_NAMES.includes(page);
  if (isName && PAGE_NAMES.indexOf(page) >= parts.scope.pages) {
    const message = `page ${page} is not in scope: pages=${parts.scope.pages}`;
    throw new Complaint(message, place, { possible: pages });
  }
  throw new Complaint(`unknown page ${quote(page)}${didYouMean(page, pages)}`, place, {
    possible: pages,
  });
}

interface ReadAnswer {
  readonly answer: Answer;
  readonly place: Place;
}

function readAnswer(cursor: Cursor, event: Event, { parts }: Vocabulary): ReadAnswer | undefined {
  const equals = cursor.place;
  const sign = cursor.take(ANSWER_SIGN);
  if (sign === undefined) return undefined;
  if (sign !== '==') {
    const value = cursor.take(/[!-~]+/) ?? 'VALUE';
    throw new Complaint("an answer is written '== value'", equals, {
      hint: `write == ${value}`,
    });
  }
  const words = answersOf(event, parts.scope);
  if (words === undefined) throw new Complaint(`'${eventText(event)}' answers nothing`, equals);
  const { place } = cursor;
  const word = cursor.take(/\S+/);
  const index = words.findIndex((known) => known === word);
  if (index >= 0) return { answer: index === 1 ? 1 : 0, place };
  const message = word === undefined ? "a value is missing after '=='" : `no answer ${quote(word)}`;
  throw new Complaint(message, place, { possible: words.map((known) => `== ${known}`) });
}

function readNumber(cursor: Cursor, expected: number): void {
  const { place } = cursor;
  const text = cursor.take(/\(\s*\d+\s*\)/);
  if (text === undefined) {
    throw new Complaint(`the event's number is missing: expected (${expected})`, place);
  }
  if (Number(text.slice(1, -1)) !== expected) {
    const found = text.replace(/\s/g, '');
    throw new Complaint(`events count up from 1: expected (${expected}), not ${found}`, place);
  }
}

export interface ReadStep {
  readonly step: TraceStep;
  readonly places: TraceSource['steps'][number];
}

/** Reads the event on a line. It must have number `number`. */
export function readStep(
  lines: Lines,
  line: Line,
  number: number,
  vocabulary: Vocabulary,
): ReadStep {
  const cursor = new Cursor(lines, line);
  readNumber(cursor, number);
  return readEvent(cursor, line, vocabulary);
}

/** Reads the event on a line that has no number. */
export const readBareStep = (lines: Lines, line: Line, vocabulary: Vocabulary): ReadStep =>
  readEvent(new Cursor(lines, line), line, vocabulary);

function readEvent(cursor: Cursor, line: Line, vocabulary: Vocabulary): ReadStep {
  const place = cursor.place;
  const { actor, name } = readActor(cursor, vocabulary);
  const verb = readVerb(cursor, vocabulary, actor, name);
  const device = namesDevice({ actor, verb }) ? `${readDevice(cursor, vocabulary, verb)} ` : '';
  const page = readPage(cursor, vocabulary.places(actor, verb), vocabulary);
  const event = vocabulary.find(`${name}: ${verb} ${device}${page}`)!;
  const answered = readAnswer(cursor, event, vocabulary);
  if (cursor.rest !== '') {
    throw new Complaint(`${quote(cursor.rest)} does not belong here`, cursor.place, {
      hint: NOTE_HINT,
    });
  }
  return {
    step: {
      event,
      ...(answered === undefined ? {} : { answer: answered.answer }),
      ...(line.note ? { note: line.note } : {}),
    },
    places: { event: place, ...(answered === undefined ? {} : { answer: answered.place }) },
  };
}
