/** Shows one cell of the matrix: the shortest trace or the proof, found anew by the same search. */
import { manyOf } from '../../../model/many.ts';
import type { System } from '../../../model/system.ts';
import { PROPERTIES } from '../../../properties/index.ts';
import type { Property } from '../../../properties/index.ts';
import { Complaint, didYouMean, quote } from '../../trace/complaint.ts';
import { follow } from '../../trace/replay.ts';
import type { Trace } from '../../trace/trace.ts';
import { DEFAULTS, parseSystem, printSetup } from '../../trace/setup.ts';
import type { TableLine } from '../../judge/catalogue/table.ts';
import { sequenceOf } from '../../tell/sequence.ts';
import type { Found } from '../answer.ts';
import { MAX_STATES, textsOf } from '../answer.ts';
import { foundName, tracesAbout } from '../cell-trace.ts';
import { COLUMN_PARTS, systemOfRow } from '../data.ts';
import type { ViewLink } from '../link.ts';
import { toldVerdict } from '../verdict-matrix.ts';
import { linkTo, systemSettings } from '../link.ts';
import type { Notes } from '../notes.ts';
import { parseNotes, printNotes } from '../notes.ts';
import { eventsOf } from '../../../model/events.ts';
import { operationsOf } from '../../../model/events.ts';
import { complaintBox } from './complaint.ts';
import { button, h } from './h.ts';
import type { Page, Screen } from './page.ts';
import { setAddress } from './page.ts';
import { Player } from './player.ts';
import { SearchLine } from './search-line.ts';
import { Tools, stepIn } from './traces-screen.ts';
import { ask } from './worker.ts';

/**
 * How many states a browser searches in a second or two. So many are searched without being asked
 * for.
 */
const FEW_STATES = 200_000;

export function propertyNamed(name: string): Property {
  const property = PROPERTIES.find((known) => known.name === name);
  if (property !== undefined) return property;
  const names = PROPERTIES.map((known) => known.name);
  const message = `there is no property ${quote(name)}${didYouMean(name, names)}`;
  throw new Complaint(message, undefined, { possible: names });
}

export function verdictScreen(page: Page, { settings }: ViewLink): Screen {
  const names = COLUMN_PARTS.map((part) => settings.get(part) || DEFAULTS[part]);
  const system = systemOfRow(page.data.own, names);
  const property = propertyNamed(settings.get('property') ?? '');
  if (!property.applies(system)) {
    throw new Complaint(`${property.name} does not apply: this system cannot violate it`);
  }
  const key = [...names, property.name].join(' ');
  const row = page.rows.find((known) => known.key.join(' ') === key);
  const inquiry = new Inquiry(system, property, foundName(property, names), settings);
  const { own, alike } = tracesAbout(page.traces(), system, property);
  // The table does not have the depth of a proof; only a new search has.
  const few = row === undefined || (row.states ?? Infinity) <= FEW_STATES;
  if (few || row.verdict.startsWith('Sometimes')) inquiry.search();
  return {
    title: `${names[1]} on ${names[0]}: ${property.name}`,
    subtitle: `hardware ${names[2]}, scope ${names[3]}`,
    content: [
      h('p', { class: 'story' }, property.sentence),
      h(
        'pre',
        { class: 'setup', tabindex: 0, 'aria-label': 'System' },
        printSetup(system).join('\n'),
      ),
      ...(row === undefined ? [] : [statement(row, property)]),
      ...(own === undefined ? [] : [inCatalogue('In the catalogue, with its story: ', own)]),
      ...(alike === undefined ? [] : [inCatalogue(ALIKE, alike)]),
      inquiry.element,
      ...waysOn(system, row),
    ],
    onKey: (key) => inquiry.player?.press(key) ?? false,
    print: (onPaper) => inquiry.player?.print(onPaper),
    leave: () => inquiry.cancel(),
  };
}

/** Links to the explorer with this system and, if the system is in the table, to its matrix. */
function waysOn(system: System, row: TableLine | undefined): HTMLElement[] {
  const way = (href: string, text: string) => h('p', { class: 'tools' }, h('a', { href }, text));
  const hasMany = manyOf(system).length > 0;
  const settings = systemSettings(system);
  const explore = hasMany ? [] : [way(linkTo('explore', settings), 'Explore this system')];
  if (row === undefined) return explore;
  const [kernel, , , scope] = row.key;
  return [...explore, way(linkTo('verdicts', { scope, kernel }), `The matrix of ${kernel}`)];
}

const ALIKE = 'In the catalogue, of a system that differs only in the names of its parts: ';

const inCatalogue = (text: string, { name = '' }: Trace) =>
  h('p', {}, text, h('a', { href: linkTo('trace', {}, name) }, name));

/** Says in words what the table says. */
function statement(row: TableLine, property: Property): HTMLElement {
  const { verdict, states } = row;
  const count = states === undefined ? '' : `, ${states.toLocaleString('en')} states`;
  const { kind, label } = toldVerdict(row);
  if (kind === 'sometimes') {
    const all = verdict.startsWith('Sometimes') ? ' All shorter runs were searched.' : '';
    return h('p', { class: 'verdict bad' }, `Sometimes: ${label}.${all}`);
  }
  if (kind === 'never') {
    const every = states === undefined ? ', for every number of pages, CPUs and devices' : '';
    const text = `Never: everything reachable was searched${count}${every}. That is the proof.`;
    return h('p', { class: 'verdict good' }, text);
  }
  const text =
    verdict === 'Vacuous'
      ? `Vacuous: there was never ${property.antecedent}${count}.`
      : `${label}.`;
  return h('p', { class: 'verdict quiet' }, text);
}

/** A search in a worker, and its result. */
class Inquiry {
  readonly element = h('div', { class: 'inquiry' });
  player: Player | undefined;
  private readonly system: System;
  private readonly property: Property;
  private readonly name: string;
  private readonly button = button('Search again, here in this page', () => this.search());
  private readonly line = new SearchLine(this.button);
  private readonly found = h('div', {});
  private readonly settings: Map<string, string>;
  private stop = () => {};

  /** `name` is that of a trace; `settings` are those of the link, with the step to show. */
  constructor(system: System, property: Property, name: string, settings: ViewLink['settings']) {
    this.system = system;
    this.property = property;
    this.name = name;
    this.settings = new Map(settings);
    this.element.append(this.button, this.line.element, this.found);
  }

  cancel(): void {
    this.line.say('');
    this.stop();
  }

  search(): void {
    this.stop();
    const question = {
      ask: 'find',
      system: textsOf(this.system),
      properties: [this.property.name],
      after: [],
    } as const;
    this.line.ask(question, (found) => {
      try {
        this.show(found);
      } catch (error) {
        // The link names a step that the trace does not have.
        if (!(error instanceof Complaint)) throw error;
        this.found.replaceChildren(complaintBox(error));
      }
    });
  }

  private show(found: Found): void {
    const count = (value: number) => value.toLocaleString('en');
    const size =
      `${count(found.states)} states, ${count(found.transitions)} transitions, ` +
      `depth ${found.depth}`;
    const { said, where } = found;
    if (found.run === undefined && said !== undefined) return this.line.say(`${said}: ${size}.`);
    if (found.run === undefined) {
      const proved = found.witnessed[0]
        ? 'It is never violated.'
        : `There was never ${this.property.antecedent}.`;
      const text = found.complete
        ? `Searched everything reachable: ${size}. ${proved}`
        : `Unfinished: given up at ${count(MAX_STATES)} states: ${size}.`;
      return this.line.say(text);
    }
    const { property } = this;
    const system = where === undefined ? this.system : parseSystem(where);
    const events = eventsOf(system, operationsOf(system));
    const run = found.run.map((index) => events[index]);
    const replayed = follow(system, run, {
      name: this.name,
      result: 'Sometimes',
      story: property.story,
      verdict: property,
    });
    const sequence = sequenceOf(replayed);
    const step = stepIn(this.settings, run.length);
    const notes = parseNotes(this.settings.get('notes') ?? '', run.length);
    const tools = new Tools(replayed, sequence, step, notes);
    const onChange = (next: number, noted: Notes) => {
      this.settings.set('step', String(next)).set('notes', printNotes(noted));
      setAddress(linkTo('verdict', Object.fromEntries(this.settings)));
      tools.show(next, noted);
    };
    this.player = new Player(sequence, step, { notes, onChange });
    const streak = h('p', { role: 'status', class: 'quiet' });
    this.line.say(`Found in this page${said === undefined ? '' : `, ${said}`}: ${size}.`);
    this.found.replaceChildren(this.player.element, streak, tools.element);
    if (where === undefined) this.askStreak(found.run, streak);
    else streak.replaceChildren(`The scope of this trace: ${where.scope}.`);
  }

  /** The streak needs the whole graph, so that it is shown later than the trace. */
  private askStreak(run: readonly number[], place: HTMLElement): void {
    const { system, property } = this;
    const asked = ask({ ask: 'streak', system: textsOf(system), property: property.name, run });
    this.stop = asked.cancel;
    asked.answered.then(
      (text) =>
        place.replaceChildren(`How long it can go on: ${text ?? 'too many states to tell'}.`),
      (error: Error) => place.replaceChildren(`How long it can go on: ${error.message}.`),
    );
  }
}
