/**
 * The explorer: the reader chooses the events of the device, the kernel and the IOMMU. The model
 * runs them.
 */
import type { Event } from '../../../model/events.ts';
import type { System } from '../../../model/system.ts';
import { PART_NAMES } from '../../trace/setup.ts';
import { sequenceOf } from '../../tell/sequence.ts';
import { textsOf } from '../answer.ts';
import type { PossibleEvent, PropertyStanding } from '../explored-run.ts';
import { ExploredRun, carriedOver } from '../explored-run.ts';
import type { ViewLink } from '../link.ts';
import { eventsIn, linkTo, systemIn, systemSettings, wordsOf } from '../link.ts';
import { copyButtons } from './copy.ts';
import { button, h, select, setAttribute } from './h.ts';
import type { Page, Screen } from './page.ts';
import { setAddress } from './page.ts';
import { Player } from './player.ts';
import { SearchLine } from './search-line.ts';
import { systemForm } from './system-form.ts';
import { compareLink, copiesOf, stepIn } from './traces-screen.ts';

const ANY = 'any property';
const FIND = 'Find the shortest violation from here';

export function exploreScreen(_page: Page, { settings }: ViewLink): Screen {
  const system = systemIn(settings);
  const events = eventsIn(system, settings.get('events'));
  const explorer = new Explorer(system, events, stepIn(settings, events.length));
  return {
    title: 'Explore',
    content: explorer.content,
    onKey: (key) => explorer.press(key),
    leave: () => explorer.leave(),
  };
}

class Explorer {
  readonly content: readonly Node[];
  private system: System;
  private now: ExploredRun;
  /** The events that redo brings back, the next one last. */
  private undone: Event[] = [];
  private readonly player: Player;
  private readonly moves = h('div', { class: 'moves' });
  private readonly standings = h('div', { class: 'standings' });
  private readonly hunt = h('div', { class: 'hunt' });
  private readonly tools = h('div', {});
  private readonly undoButton = button('Undo', () => this.undo());
  private readonly redoButton = button('Redo', () => this.redo());
  private readonly restartButton = button('Start over', () => this.restart());
  private readonly findButton = button(FIND, () => this.find());
  private readonly search = new SearchLine(this.findButton);
  /** The properties that can be violated here, for the choice of one. */
  private names: readonly string[] | undefined;
  private wanted = ANY;

  constructor(system: System, events: readonly Event[], step: number) {
    this.system = system;
    this.now = new ExploredRun(system, events);
    const sequence = sequenceOf(this.now.replayed);
    this.player = new Player(sequence, step, (shown) => this.keepAddress(shown));
    const form = systemForm('System', system, PART_NAMES, (chosen) => this.choose(chosen));
    this.content = [
      h(
        'p',
        { class: 'lede' },
        'Play the device, the kernel and the IOMMU against the model: the very code that the ' +
          'search runs. The address holds all that happened; send it, and others see what you saw.',
      ),
      form,
      h(
        'div',
        { class: 'explore' },
        h(
          'section',
          { class: 'next', 'aria-label': 'What happens next' },
          h('h2', {}, 'What happens next'),
          h('div', { class: 'buttons' }, this.undoButton, this.redoButton, this.restartButton),
          this.moves,
        ),
        h(
          'section',
          { 'aria-label': 'Verdicts so far' },
          h('h2', {}, 'Verdicts so far'),
          this.standings,
          this.hunt,
          this.search.element,
        ),
      ),
      h('h2', {}, 'What has happened'),
      this.player.element,
      this.tools,
    ];
    this.show(step);
  }

  press(key: string): boolean {
    return this.player.press(key);
  }

  leave(): void {
    this.search.say('');
  }

  /** Takes another system. The run is repeated in it as far as possible. */
  private choose(system: System): void {
    const run = carriedOver(system, this.now.events);
    const lost = this.now.events.length - run.length;
    this.system = system;
    this.undone = [];
    this.to(run);
    const dropped = lost === 1 ? 'One event was' : `${lost} events were`;
    if (lost > 0) this.search.say(`${dropped} dropped: not possible here.`);
  }

  /** Goes to a run. The events for redo are kept if they still fit. */
  private to(events: readonly Event[], undone: Event[] = []): void {
    this.search.say('');
    this.now = new ExploredRun(this.system, events);
    this.undone = undone;
    this.show();
  }

  private undo(): void {
    const { events } = this.now;
    if (events.length === 0) return;
    this.to(events.slice(0, -1), [...this.undone, events.at(-1)!]);
  }

  private redo(): void {
    if (this.undone.length === 0) return;
    this.to([...this.now.events, this.undone.at(-1)!], this.undone.slice(0, -1));
  }

  private restart(): void {
    if (this.now.events.length > 0) this.to([]);
  }

  /** A link without a step means the last one. */
  private keepAddress(step: number): void {
    const { events } = this.now;
    setAddress(
      linkTo('explore', {
        ...systemSettings(this.system),
        events: wordsOf(events),
        step: step === events.length ? undefined : String(step),
      }),
    );
  }

  private show(step = this.now.events.length): void {
    const { events, replayed } = this.now;
    const sequence = sequenceOf(replayed);
    this.keepAddress(step);
    // It does not use `disabled`, as that would take the focus from the button that was just
    // pressed.
    setAttribute(this.undoButton, 'aria-disabled', events.length === 0 && 'true');
    setAttribute(this.redoButton, 'aria-disabled', this.undone.length === 0 && 'true');
    setAttribute(this.restartButton, 'aria-disabled', events.length === 0 && 'true');
    this.showPossible();
    this.standings.replaceChildren(standingTable(this.now.standings));
    this.showHunt();
    this.player.load(sequence, step);
    const copies = events.length > 0 ? copiesOf(replayed, sequence) : [];
    this.tools.replaceChildren(
      copyButtons([['link', () => location.href], ...copies]),
      h('p', {}, compareLink(this.system, events)),
    );
  }

  /**
   * Makes a button for each event that can happen. The keyboard's focus keeps its place among them.
   */
  private showPossible(): void {
    const focused = document.activeElement?.getAttribute('data-event');
    const { possible, impossible } = this.now;
    const groups = new Map<string, PossibleEvent[]>();
    for (const event of possible) {
      const actor = event.text.split(':')[0];
      groups.set(actor, [...(groups.get(actor) ?? []), event]);
    }
    const drawn = [...groups].map(([actor, list]) =>
      h(
        'div',
        { class: 'actor', role: 'group', 'aria-label': actor },
        h('h3', {}, actor),
        ...list.map((event) => this.eventButton(event)),
      ),
    );
    const cannot = h(
      'details',
      {},
      h('summary', {}, `${impossible.length} events cannot happen now`),
      h(
        'ul',
        {},
        ...impossible.map(({ text, why }) => h('li', {}, h('code', {}, text), ` ${why}`)),
      ),
    );
    this.moves.replaceChildren(
      h('div', { class: 'actors' }, ...drawn),
      ...(impossible.length > 0 ? [cannot] : []),
    );
    if (focused === undefined || focused === null) return;
    const same = this.moves.querySelector<HTMLElement>(`[data-event="${CSS.escape(focused)}"]`);
    (same ?? this.moves.querySelector<HTMLElement>('button'))?.focus();
  }

  private eventButton({ event, text, source, sentence }: PossibleEvent): HTMLElement {
    const verb = text.slice(text.indexOf(': ') + 2);
    return h(
      'button',
      {
        type: 'button',
        class: 'move',
        title: sentence,
        'data-event': text,
        onclick: () => this.to([...this.now.events, event]),
      },
      h('span', { class: 'verb' }, verb),
      h('small', {}, source),
    );
  }

  /** It is redrawn only for another system, so that the keyboard's focus stays on the button. */
  private showHunt(): void {
    const names = this.now.standings.map(({ property }) => property.name);
    if (names.join() === this.names?.join()) return;
    this.names = names;
    if (!names.includes(this.wanted)) this.wanted = ANY;
    if (names.length === 0) {
      this.hunt.replaceChildren(h('p', {}, 'No property makes sense in this scope.'));
      return;
    }
    this.hunt.replaceChildren(
      select('that violates', [ANY, ...names], this.wanted, (name) => (this.wanted = name)),
      this.findButton,
    );
  }

  /** Searches in a worker from the present state on. */
  private find(): void {
    const { events } = this.now;
    const question = {
      ask: 'find',
      system: textsOf(this.system),
      properties: this.wanted === ANY ? this.names! : [this.wanted],
      after: events.map(({ index }) => index),
    } as const;
    this.search.ask(question, (found) => {
      if (found.run !== undefined) return this.take(events, found.run, found.property!);
      const states = found.states.toLocaleString('en');
      this.search.say(
        found.complete
          ? `None: everything reachable from here was searched, ${states} states.`
          : `Unfinished: no violation in up to ${found.depth} events, ${states} states.`,
      );
    });
  }

  private take(events: readonly Event[], run: readonly number[], property: string): void {
    const all = this.now.replayed.model.events;
    this.to([...events, ...run.map((index) => all[index])]);
    const count = run.length === 1 ? '1 event' : `${run.length} events`;
    this.search.say(
      `Shortest from there: ${count}, to a violation of ${property}. ` +
        'All shorter runs were searched.',
    );
  }
}

function standingTable(standings: readonly PropertyStanding[]): HTMLElement {
  const rows = standings.map(({ property, violatedAt, reachedAt }) => {
    const wrong = violatedAt !== undefined;
    const text = wrong
      ? `violated at (${violatedAt})`
      : reachedAt === undefined
        ? 'not put to the test'
        : `holds so far, tested at (${reachedAt})`;
    return h(
      'tr',
      { title: property.sentence },
      h('th', { scope: 'row' }, property.name),
      h('td', { class: wrong ? 'bad' : reachedAt === undefined ? 'quiet' : 'good' }, text),
    );
  });
  return h(
    'table',
    { class: 'fields' },
    h('caption', { class: 'hidden' }, 'Verdicts so far'),
    h('tbody', {}, ...rows),
  );
}
