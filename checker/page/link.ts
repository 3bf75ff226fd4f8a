/**
 * Reads and writes the part of the page's address behind `#`. It has a view, the name of what is
 * shown, and settings. A person can read and write it:
 * `#/explore?driver=kvm&events=dev0.read.A,dev0.read.A`.
 */
import type { Event } from '../../model/events.ts';
import { eventText, eventsOf } from '../../model/events.ts';
import { operationsOf } from '../../model/events.ts';
import type { PartName, System } from '../../model/system.ts';
import { Complaint, didYouMean, quote } from '../trace/complaint.ts';
import { refuseMany } from '../trace/numbers.ts';
import { TRACE_FILTERS } from './trace-list.ts';
import { DEFAULTS, PART_NAMES, parseSystem, printPart } from '../trace/setup.ts';

export const VIEWS = [
  'verdicts',
  'verdict',
  'traces',
  'trace',
  'compare',
  'explore',
  'states',
  'cost',
  'coverage',
  'synthesis',
] as const;
export type View = (typeof VIEWS)[number];

export interface ViewLink {
  readonly view: View;
  /** The name of the trace that the view shows. */
  readonly name?: string;
  readonly settings: ReadonlyMap<string, string>;
}

/** The settings that each view knows. */
const SETTINGS: Readonly<Record<View, readonly string[]>> = {
  verdicts: ['scope', 'kernel', 'driver', 'hardware', 'property', 'changed'],
  verdict: [...PART_NAMES, 'property', 'step', 'notes'],
  traces: TRACE_FILTERS,
  trace: ['step', 'notes'],
  compare: [...PART_NAMES, 'other-kernel', 'other-driver', 'other-hardware', 'events', 'step'],
  explore: [...PART_NAMES, 'events', 'step', 'notes'],
  states: [...PART_NAMES, 'property', 'events', 'counted'],
  cost: [],
  coverage: [],
  synthesis: [],
};

type ViewSettings = Readonly<Record<string, string | undefined>>;

/** Escapes only what an address cannot hold. A blank becomes a plus. */
const escape = (text: string): string =>
  encodeURIComponent(text).replace(/%(2C|3D|3A|2F|20)/g, (code) => PLAIN[code]);
const PLAIN: Readonly<Record<string, string>> = {
  '%2C': ',',
  '%3D': '=',
  '%3A': ':',
  '%2F': '/',
  '%20': '+',
};

/** In a name a plus stays a plus: `old-while-cached+patched-amd`. */
const escapeName = (name: string): string => encodeURIComponent(name).replaceAll('%2B', '+');

/** The address of a view. Settings that are undefined or empty are left out. */
export function linkTo(view: View, settings: ViewSettings = {}, name?: string): string {
  const pairs = Object.entries(settings).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [`${key}=${escape(value)}`],
  );
  const path = `#/${view}${name === undefined ? '' : `/${escapeName(name)}`}`;
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

function unescape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Complaint(`${quote(text)} is cut off in the middle of a letter`);
  }
}

/** Reads an address. An error in it is a Complaint. */
export function parseLink(hash: string): ViewLink {
  const text = hash.replace(/^#?\/?/, '');
  if (text === '') return { view: 'verdicts', settings: new Map() };
  const [path, query] = splitAt(text, '?');
  const [first, name] = splitAt(path, '/');
  const view = VIEWS.find((known) => known === first);
  if (view === undefined) {
    const message = `this page has no view ${quote(first)}${didYouMean(first, VIEWS)}`;
    throw new Complaint(message, undefined, { possible: VIEWS });
  }
  if (name !== undefined && view !== 'trace') {
    throw new Complaint(`${view} has nothing below it: ${quote(name)}`);
  }
  const settings = readSettings(view, query);
  return name === undefined ? { view, settings } : { view, name: unescape(name), settings };
}

function splitAt(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function readSettings(view: View, query = ''): Map<string, string> {
  const settings = new Map<string, string>();
  for (const pair of query.split('&').filter((text) => text !== '')) {
    const [key, value = ''] = splitAt(pair, '=');
    if (!SETTINGS[view].includes(key)) {
      const message = `${view} has no setting ${quote(key)}${didYouMean(key, SETTINGS[view])}`;
      throw new Complaint(message, undefined, { possible: SETTINGS[view] });
    }
    if (settings.has(key)) throw new Complaint(`${key} is set twice`);
    settings.set(key, unescape(value.replaceAll('+', '%20')));
  }
  return settings;
}

/** The parts of a system as settings. Parts with their defaults are left out. */
export function systemSettings(system: System, prefix = ''): ViewSettings {
  const pairs = PART_NAMES.map((part) => {
    const text = scopeName(system, part) ?? printPart(system, part);
    return [prefix + part, text === DEFAULTS[part] ? undefined : text] as const;
  });
  return Object.fromEntries(pairs);
}

/** The name of a scope's preset, if it is one. */
function scopeName(system: System, part: PartName): string | undefined {
  const name = system.names[part];
  if (part !== 'scope' || name === undefined) return undefined;
  const { scope } = parseSystem({ scope: name });
  return JSON.stringify(scope) === JSON.stringify(system.scope) ? name : undefined;
}

const WITH_NUMBERS = 'scope=any+pages=1+cpus=1+devices=1, or the verdicts in the scope any';

/** The system that the settings name. Its events are numbered, so that it has no `many`. */
export function systemIn(settings: ViewLink['settings'], prefix = ''): System {
  const texts = PART_NAMES.map((part) => [part, settings.get(prefix + part)] as const);
  const system = parseSystem(Object.fromEntries(texts));
  refuseMany('a run in this page', system, undefined, WITH_NUMBERS);
  return system;
}

/** An event as one word: `kswapd.folio_referenced.A`. */
const wordOf = (event: Event): string => eventText(event).replace(/:? /g, '.');

export const wordsOf = (events: readonly Event[]): string => events.map(wordOf).join(',');

/** The events that a link names. */
export function eventsIn(system: System, words = ''): Event[] {
  const known = new Map(
    eventsOf(system, operationsOf(system)).map((event) => [wordOf(event), event]),
  );
  return words
    .split(',')
    .filter((word) => word !== '')
    .map((word, i) => {
      const event = known.get(word);
      if (event !== undefined) return event;
      const names = [...known.keys()];
      const message = `(${i + 1}) ${quote(word)} is no event of this system`;
      throw new Complaint(message + didYouMean(word, names), undefined, { possible: names });
    });
}
