/** The graph of the states of a system where they are few, and what a search of it exercises. */
import type { Event } from '../../../model/events.ts';
import type { System } from '../../../model/system.ts';
import { PROPERTIES, propertiesFor } from '../../../properties/index.ts';
import { count } from '../../tell/verdict-text.ts';
import { follow } from '../../trace/replay.ts';
import { PART_NAMES, writtenPart } from '../../trace/setup.ts';
import { carriedOver } from '../explored-run.ts';
import type { ViewLink } from '../link.ts';
import { eventsIn, linkTo, systemIn, systemSettings, wordsOf } from '../link.ts';
import type { StateGraph } from '../state-graph.ts';
import { MOST_DRAWN, stateGraph } from '../state-graph.ts';
import { stateGraphSvg } from '../state-svg.ts';
import { copyButtons, linkToHere } from './copy.ts';
import { CoverageShown } from './coverage-shown.ts';
import { Diagram } from './diagram.ts';
import { h, select } from './h.ts';
import type { Page, Screen } from './page.ts';
import { setAddress } from './page.ts';
import { systemForm } from './system-form.ts';
import { propertyNamed } from './verdict-screen.ts';

const LEDE =
  'Where a system has few states they can all be seen: what each holds, and where each event ' +
  'leads. The shortest violation is a walk through them.';
/** The choice of a property is left to the page. */
const ANY = 'the first that is violated';

export function statesScreen(page: Page, { settings }: ViewLink): Screen {
  const system = systemIn(settings);
  const written = settings.get('events');
  const events = written === undefined ? undefined : eventsIn(system, written);
  // A link may name events that cannot happen, and then says so.
  if (events !== undefined) follow(system, events);
  const property = settings.get('property');
  if (property !== undefined) propertyNamed(property);
  const counted = settings.get('counted');
  const states = new States(page, { system, wanted: property, events, counted });
  return { title: 'The states of a system', content: states.content, leave: () => states.leave() };
}

/** What a link asks for. */
interface Asked {
  readonly system: System;
  readonly wanted: string | undefined;
  readonly events: readonly Event[] | undefined;
  readonly counted: string | undefined;
}

class States {
  readonly content: readonly Node[];
  private system: System;
  private wanted: string | undefined;
  /** The walk that a link names. */
  private events: readonly Event[] | undefined;
  private counted: string | undefined;
  private readonly chosen = h('summary', {});
  private readonly form = h('div', {});
  private readonly judged = h('form', { class: 'filters' });
  private readonly said = h('p', { role: 'status' });
  private readonly diagram = new Diagram({ least: 300 });
  private readonly tools = h('div', { class: 'tools' });
  private readonly coverage: CoverageShown;

  constructor(page: Page, { system, wanted, events, counted }: Asked) {
    this.system = system;
    this.wanted = wanted;
    this.events = events;
    this.counted = counted;
    this.coverage = new CoverageShown(page, counted, (over) => {
      this.counted = over;
      this.setAddress();
    });
    this.diagram.element.classList.add('graph');
    this.diagram.element.setAttribute('aria-label', 'Graph of states');
    this.judged.addEventListener('submit', (event) => event.preventDefault());
    this.content = [
      h('p', { class: 'lede' }, LEDE),
      h('details', { class: 'chosen' }, this.chosen, this.form),
      this.judged,
      this.said,
      this.diagram.element,
      this.tools,
      this.coverage.element,
    ];
    this.form.replaceChildren(
      systemForm('System', system, PART_NAMES, (chosen) => {
        this.events = this.events && carriedOver(chosen, this.events);
        this.system = chosen;
        this.show();
      }),
    );
    this.show();
  }

  leave(): void {
    this.coverage.stop();
  }

  private setAddress(): void {
    const { system, wanted: property, events, counted } = this;
    setAddress(
      linkTo('states', {
        ...systemSettings(system),
        property,
        events: events && wordsOf(events),
        counted,
      }),
    );
  }

  private show(): void {
    const { system } = this;
    const texts = PART_NAMES.map((part) => writtenPart(system, part));
    this.chosen.textContent = `System: ${texts.join(', ')}`;
    const names = propertiesFor(system).map(({ name }) => name);
    if (this.wanted !== undefined && !names.includes(this.wanted)) this.wanted = undefined;
    this.judged.replaceChildren(
      select('as a property sees them', [['', ANY], ...names], this.wanted ?? '', (name) => {
        this.wanted = name || undefined;
        this.draw();
      }),
    );
    this.draw();
    this.coverage.load(system);
  }

  private draw(): void {
    const { system, wanted, events } = this;
    const property = PROPERTIES.find(({ name }) => name === wanted);
    const graph = stateGraph(system, property, events);
    this.setAddress();
    this.diagram.element.hidden = graph === undefined;
    if (graph === undefined) {
      this.said.replaceChildren(tooMany(system));
      this.tools.replaceChildren();
      return;
    }
    this.said.replaceChildren(graphText(graph));
    this.diagram.load((options) => stateGraphSvg(graph, options));
    this.tools.replaceChildren(
      copyButtons([
        ['link', linkToHere],
        ['SVG', () => stateGraphSvg(graph)],
      ]),
      playLinks(system, graph),
    );
  }
}

const tooMany = (system: System): string =>
  propertiesFor(system).length === 0
    ? 'No property makes sense in this scope.'
    : `There are more than ${MOST_DRAWN} states, and a picture of them would show nothing. ` +
      'A smaller scope has fewer.';

function graphText({ property, states, edges, walk, isViolated }: StateGraph): string {
  const end = edges.some(isWalkEnd(walk)) ? ' to a violation' : '';
  const verdict = isViolated
    ? `The thick line is a walk of ${count(walk.length, 'event')}${end}.`
    : `No event violates ${property.name}.`;
  return (
    `${states.length} states, as ${property.name} sees them. ${verdict} ` +
    'What stands in italics is a ghost, which no kernel knows.'
  );
}

const isWalkEnd =
  ({ length }: readonly Event[]) =>
  ({ steps, isViolating }: StateGraph['edges'][number]): boolean =>
    isViolating && steps.includes(length);

/** Links to the explorer, with the run to each state and with the walk. */
function playLinks(system: System, { states, walk }: StateGraph): HTMLElement {
  const link = (text: string, run: readonly Event[]) =>
    h('a', { href: linkTo('explore', { ...systemSettings(system), events: wordsOf(run) }) }, text);
  return h(
    'p',
    { class: 'ways' },
    'Play on from ',
    ...states.flatMap(({ run }, i) => [i === 0 ? '' : ', ', link(`state ${i + 1}`, run)]),
    walk.length > 0 && ', or ',
    walk.length > 0 && link('the end of the walk', walk),
  );
}
