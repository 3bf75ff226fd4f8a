/** Shows the catalogue, or one of its traces. */
import type { Event } from '../../../model/events.ts';
import type { System } from '../../../model/system.ts';
import { Complaint, didYouMean, quote } from '../../trace/complaint.ts';
import { annotate, explain } from '../../tell/explain.ts';
import { printTrace } from '../../trace/print.ts';
import type { Replay } from '../../trace/replay.ts';
import { replay } from '../../trace/replay.ts';
import { printSetup } from '../../trace/setup.ts';
import type { Trace } from '../../trace/trace.ts';
import { verdictText } from '../../trace/trace.ts';
import type { Sequence } from '../../tell/sequence.ts';
import { sequenceOf } from '../../tell/sequence.ts';
import { sequenceMermaid } from '../../tell/mermaid.ts';
import { sequenceText } from '../../tell/sequence-text.ts';
import { sequenceSvg } from '../../tell/svg.ts';
import { chaptersOf } from '../data.ts';
import type { ViewLink } from '../link.ts';
import { linkTo, systemSettings, wordsOf } from '../link.ts';
import type { Copyable } from './copy.ts';
import { copyButtons } from './copy.ts';
import { h } from './h.ts';
import type { Page, Screen } from './page.ts';
import { setAddress } from './page.ts';
import { Player } from './player.ts';

export function tracesScreen({ data }: Page): Screen {
  const names = data.traces.map(({ name }) => name);
  const chapters = chaptersOf(data.order, names);
  const item = (name: string) => h('li', {}, h('a', { href: linkTo('trace', {}, name) }, name));
  const content = chapters.flatMap(({ heading, parts }) => [
    h('h2', {}, heading),
    ...groups(parts).map((group) =>
      typeof group === 'string'
        ? h('p', {}, group)
        : h('ul', { class: 'names' }, ...group.map(item)),
    ),
  ]);
  const listed = chapters.flatMap(({ parts }) =>
    parts.flatMap((part) => (typeof part === 'string' ? [] : [part.trace])),
  );
  const others = names.filter((name) => !listed.includes(name));
  if (others.length > 0) {
    content.push(h('h2', {}, 'Others'), h('ul', { class: 'names' }, ...others.map(item)));
  }
  return { title: `${names.length} traces`, content };
}

/** Joins neighbouring traces into one list. */
function groups(parts: readonly (string | { readonly trace: string })[]): (string | string[])[] {
  const found: (string | string[])[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (typeof part === 'string') found.push(part);
    else if (typeof last === 'object') last.push(part.trace);
    else found.push([part.trace]);
  }
  return found;
}

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
  const tools = new Tools(replayed, sequence, step);
  const onStep = (next: number) => {
    setAddress(linkTo('trace', { step: String(next) }, name));
    tools.show(next);
  };
  const player = new Player(sequence, step, { onStep });
  return {
    title: name,
    content: [...storyOf(trace), player.element, tools.element],
    onKey: (key) => player.press(key),
    print: (onPaper) => player.print(onPaper),
  };
}

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
      text.startsWith(' ') ? h('pre', {}, text) : h('p', { class: 'story' }, text),
    ),
    h(
      'pre',
      { class: 'setup', tabindex: 0, 'aria-label': 'System' },
      printSetup(system).join('\n'),
    ),
  ];
}

/** The forms in which a trace can be copied. */
export function copiesOf(replayed: Replay, sequence: Sequence): Copyable[] {
  return [
    ['mail text', () => explain(replayed)],
    ['diagram as text', () => sequenceText(sequence)],
    ['.trace', () => printTrace(annotate(replayed))],
    ['Mermaid', () => sequenceMermaid(sequence)],
    ['SVG', () => sequenceSvg(sequence)],
  ];
}

/** A link to the same run with a second system beside it. */
export function compareLink(system: System, events: readonly Event[]): HTMLElement {
  const href = linkTo('compare', { ...systemSettings(system), events: wordsOf(events) });
  return h('a', { href }, 'Compare with another system');
}

/** The actions for a trace: copy it, play on from the shown step, compare it. */
export class Tools {
  readonly element: HTMLElement;
  private readonly system: System;
  private readonly events: readonly Event[];
  private readonly explore = h('a', {}, 'Play on from here');

  constructor(replayed: Replay, sequence: Sequence, step: number) {
    this.system = replayed.trace.system;
    this.events = replayed.trace.steps.map(({ event }) => event);
    this.element = h(
      'div',
      { class: 'tools' },
      copyButtons(copiesOf(replayed, sequence)),
      h('p', {}, this.explore),
      h('p', {}, compareLink(this.system, this.events)),
    );
    this.show(step);
  }

  show(step: number): void {
    const events = wordsOf(this.events.slice(0, step));
    this.explore.href = linkTo('explore', { ...systemSettings(this.system), events });
  }
}
