/** Shows one trace of the catalogue. */
import type { Event } from '../../../model/events.ts';
import type { PartName, System } from '../../../model/system.ts';
import { Complaint, didYouMean, quote } from '../../trace/complaint.ts';
import { explain } from '../../tell/explain.ts';
import { printTrace } from '../../trace/print.ts';
import type { Replay } from '../../trace/replay.ts';
import { replay } from '../../trace/replay.ts';
import { printPart, printSetup } from '../../trace/setup.ts';
import type { Trace } from '../../trace/trace.ts';
import { verdictText } from '../../trace/trace.ts';
import type { Sequence } from '../../tell/sequence.ts';
import { sequenceOf } from '../../tell/sequence.ts';
import { sequenceMermaid } from '../../tell/mermaid.ts';
import { sequenceText } from '../../tell/sequence-text.ts';
import { sequenceSvg } from '../../tell/svg.ts';
import { rowsAbout } from '../cell-trace.ts';
import { chaptersWithAll, tracesOf } from '../data.ts';
import type { ViewLink } from '../link.ts';
import { linkTo, systemSettings, wordsOf } from '../link.ts';
import type { Notes } from '../notes.ts';
import { notedTrace, notesUpTo, parseNotes, printNotes, writtenNotes } from '../notes.ts';
import type { Copyable } from './copy.ts';
import { copyButtons } from './copy.ts';
import { h, proseNodes } from './h.ts';
import type { Page, Screen } from './page.ts';
import { setAddress } from './page.ts';
import { Player } from './player.ts';

export function traceScreen(page: Page, { name = '', settings }: ViewLink): Screen {
  const trace = page.trace(name);
  if (trace === undefined) {
    const names = page.data.traces.map((known) => known.name);
    const message = `there is no trace ${quote(name)}${didYouMean(name, names)}`;
    throw new Complaint(message, undefined, { possible: names });
  }
  const replayed = replay(trace);
  const sequence = sequenceOf(replayed);
  const step = stepIn(settings, sequence.rows.length);
  const written = settings.get('notes');
  const notes =
    written === undefined
      ? writtenNotes(trace, replayed)
      : parseNotes(written, sequence.rows.length);
  const tools = new Tools(replayed, sequence, step, notes);
  const onChange = (next: number, noted: Notes) => {
    setAddress(linkTo('trace', { step: String(next), notes: printNotes(noted) }, name));
    tools.show(next, noted);
  };
  const player = new Player(sequence, step, { notes, onChange });
  return {
    title: name,
    subtitle: systemNames(trace.system),
    content: [
      neighbours(page, name),
      ...storyOf(trace),
      player.element,
      cellLink(page, trace),
      tools.element,
    ],
    onKey: (key) => player.press(key),
    print: (onPaper) => player.print(onPaper),
  };
}

/** A system in one line. */
function systemNames(system: System): string {
  const of = (part: PartName) => system.names[part] ?? printPart(system, part);
  return `${of('driver')} on ${of('kernel')}, hardware ${of('hardware')}, scope ${of('scope')}`;
}

/** Links to the traces before and after this one, in the order of the catalogue. */
function neighbours({ data }: Page, name: string): HTMLElement {
  const all = data.traces.map((known) => known.name);
  const names = tracesOf(chaptersWithAll(data.order, all));
  const at = names.indexOf(name);
  const way = (to: string | undefined, text: string, rel: string) =>
    to === undefined ? '' : h('a', { href: linkTo('trace', {}, to), rel }, `${text}: ${to}`);
  return h(
    'nav',
    { class: 'neighbours', 'aria-label': 'Traces beside this one' },
    way(names[at - 1], 'Previous', 'prev'),
    h('a', { href: linkTo('traces') }, `${at + 1} of ${names.length}`),
    way(names[at + 1], 'Next', 'next'),
  );
}

/** A link to the verdict that the trace is of; without one, to the verdicts of its system. */
function cellLink(page: Page, { system, verdict }: Trace): HTMLElement {
  const rows = rowsAbout(page.data, page.rows, system);
  const row = rows.find(({ key }) => verdict !== 'ends' && key[4] === verdict.name);
  const link = (href: string, text: string) => h('p', { class: 'tools' }, h('a', { href }, text));
  if (row !== undefined) {
    const [kernel, driver, hardware, scope, property] = row.key;
    const href = linkTo('verdict', { kernel, driver, hardware, scope, property });
    return link(href, 'Its verdict in the matrix');
  }
  if (rows.length > 0) {
    const [kernel, driver, hardware, scope] = rows[0].key;
    return link(linkTo('verdicts', { scope, kernel, driver, hardware }), "Its system's verdicts");
  }
  if (verdict === 'ends') return h('p', { class: 'quiet' }, NO_CELL);
  const property = verdict.name;
  return link(linkTo('verdict', { ...systemSettings(system), property }), NOT_IN_TABLE);
}

const NO_CELL = 'The table of verdicts does not have this system in this scope.';
const NOT_IN_TABLE = 'Its verdict, which the table does not have: search for it in this page';

/**
 * The step that a link names. Without one it is the last step, which is what the trace is about.
 */
export function stepIn(settings: ViewLink['settings'], last: number): number {
  const written = settings.get('step');
  if (written === undefined) return last;
  if (/^\d+$/.test(written) && Number(written) <= last) return Number(written);
  throw new Complaint(`step cannot be ${quote(written)}`, undefined, {
    possible: [`a number from 0 to ${last}`],
  });
}

/** What a trace says about itself: the verdict, the story, the system. */
export function storyOf(trace: Trace): HTMLElement[] {
  const { verdict, story = '', result, system } = trace;
  const wrong = verdict !== 'ends';
  const paragraphs = story.split('\n\n').filter((text) => text !== '');
  return [
    h(
      'p',
      { class: wrong ? 'verdict bad' : 'verdict good' },
      result === undefined ? '' : `${result}: `,
      verdictText(verdict),
    ),
    ...paragraphs.map((text) =>
      text.startsWith(' ') ? h('pre', {}, text) : h('p', { class: 'story' }, ...proseNodes(text)),
    ),
    h(
      'pre',
      { class: 'setup', tabindex: 0, 'aria-label': 'System' },
      printSetup(system).join('\n'),
    ),
  ];
}

/** The forms in which a trace can be copied. */
export function copiesOf(
  replayed: Replay,
  sequence: Sequence,
  notes: () => Notes = () => new Map(),
): Copyable[] {
  return [
    ['mail text', () => explain(replayed)],
    ['diagram as text', () => sequenceText(sequence)],
    ['.trace', () => printTrace(notedTrace(replayed, notes()))],
    ['Mermaid', () => sequenceMermaid(sequence)],
    ['SVG', () => sequenceSvg(sequence)],
  ];
}

/** A link to the same run with a second system beside it. */
export function compareLink(system: System, events: readonly Event[]): HTMLElement {
  const href = linkTo('compare', { ...systemSettings(system), events: wordsOf(events) });
  return h('a', { href }, 'Compare with another system');
}

/** A link to the states of a system, with the run as a walk through them. */
export function statesLink(system: System, events: readonly Event[]): HTMLElement {
  const href = linkTo('states', { ...systemSettings(system), events: wordsOf(events) });
  return h('a', { href }, 'The graph of its states, and what a search exercises');
}

/** The actions for a trace: copy it, play on from the shown step, compare it. */
export class Tools {
  readonly element: HTMLElement;
  private readonly system: System;
  private readonly events: readonly Event[];
  private readonly explore = h('a', {}, 'Play on from here');

  private notes: Notes;

  constructor(replayed: Replay, sequence: Sequence, step: number, notes: Notes) {
    this.notes = notes;
    this.system = replayed.trace.system;
    this.events = replayed.trace.steps.map(({ event }) => event);
    this.element = h(
      'div',
      { class: 'tools' },
      copyButtons(copiesOf(replayed, sequence, () => this.notes)),
      h('p', {}, this.explore),
      h('p', {}, compareLink(this.system, this.events)),
      h('p', {}, statesLink(this.system, this.events)),
    );
    this.show(step, notes);
  }

  show(step: number, notes: Notes): void {
    this.notes = notes;
    const events = wordsOf(this.events.slice(0, step));
    const kept = printNotes(notesUpTo(notes, step));
    this.explore.href = linkTo('explore', {
      ...systemSettings(this.system),
      events,
      notes: kept,
    });
  }
}
