/**
 * The explorer: the reader chooses the events of the device, the kernel and the IOMMU. The model
 * runs them.
 */
import type { Event } from '../../../model/events.ts';
import type { System } from '../../../model/system.ts';
import { PART_NAMES, writtenPart } from '../../trace/setup.ts';
import type { Sequence } from '../../tell/sequence.ts';
import { SequenceTeller } from '../../tell/sequence.ts';
import { count } from '../../tell/verdict-text.ts';
import { textsOf } from '../answer.ts';
import type { PropertyStanding } from '../explored-run.ts';
import { ExploredRun, carriedOver, violatedFirst } from '../explored-run.ts';
import type { ViewLink } from '../link.ts';
import { eventsIn, linkTo, systemIn, systemSettings, wordsOf } from '../link.ts';
import type { Notes } from '../notes.ts';
import { notesUpTo, parseNotes, printNotes } from '../notes.ts';
import type { Position } from '../positions.ts';
import { Positions } from '../positions.ts';
import { copyButtons, linkToHere } from './copy.ts';
import { button, h, select, setAttribute } from './h.ts';
import type { Page, Screen } from './page.ts';
import { goToAddress, setAddress } from './page.ts';
import { Moves } from './moves.ts';
import { Player } from './player.ts';
import { SearchLine } from './search-line.ts';
import { listEditor } from './list-editor.ts';
import { replaced, systemForm } from './system-form.ts';
import { compareLink, copiesOf, statesLink, stepIn } from './traces-screen.ts';

const LEDE =
  'Play the device, the kernel and the IOMMU against the model: the very code that the search ' +
  'runs. The address holds all that happened; send it, and others see what you saw.';
const ANY = 'any property';
const FIND = 'Find the shortest violation from here';

export function exploreScreen(_page: Page, { settings }: ViewLink): Screen {
  const position = positionIn(settings);
  const last = position.events.length;
  const notes = parseNotes(settings.get('notes') ?? '', last);
  const explorer = new Explorer(position, stepIn(settings, last), notes);
  return {
    title: 'Explore',
    content: explorer.content,
    onKey: (key) => explorer.press(key),
    undo: () => explorer.undo(),
    redo: () => explorer.redo(),
    follow: (link) => explorer.follow(link),
    print: (onPaper) => explorer.print(onPaper),
    leave: () => explorer.leave(),
  };
}

function positionIn(settings: ViewLink['settings']): Position {
  const system = systemIn(settings);
  return { system, events: eventsIn(system, settings.get('events')) };
}

/** The address of a position. A link without a step means the last one. */
const addressOf = ({ system, events }: Position, notes: Notes, step = events.length): string =>
  linkTo('explore', {
    ...systemSettings(system),
    events: wordsOf(events),
    step: step === events.length ? undefined : String(step),
    notes: printNotes(notesUpTo(notes, events.length)),
  });

class Explorer {
  readonly content: readonly Node[];
  private readonly positions: Positions;
  private now: ExploredRun;
  /** Those on steps that were taken back are kept, as the steps may be done again. */
  private notes: Notes;
  private readonly teller = new SequenceTeller();
  private sequence: Sequence;
  private readonly player: Player;
  private readonly moves = new Moves((event) => this.add(event));
  private readonly form = h('div', {});
  private readonly lists = h('div', {});
  /** The lists are made for a reader who opens them, as all that they may become is tried out. */
  private readonly programs = h(
    'details',
    { class: 'programs', ontoggle: () => this.showLists() },
    h('summary', {}, 'Lists of steps'),
    this.lists,
  );
  private readonly chosen = h('summary', {});
  private readonly standings = h('div', { class: 'standings' });
  private readonly hunt = h('div', { class: 'hunt' });
  private readonly tools = h('div', { class: 'tools' });
  private readonly undoButton = button('Undo', () => this.undo(), { title: 'Ctrl+Z' });
  private readonly redoButton = button('Redo', () => this.redo(), { title: 'Ctrl+Shift+Z' });
  private readonly restartButton = button('Start over', () => this.restart());
  private readonly findButton = button(FIND, () => this.find());
  private readonly search = new SearchLine(this.findButton);
  /** The properties that can be violated here, for the choice of one. */
  private names: readonly string[] | undefined;
  private wanted = ANY;

  constructor(position: Position, step: number, notes: Notes) {
    this.notes = notes;
    this.positions = new Positions(position);
    this.now = new ExploredRun(position.system, position.events);
    const verdicts = h(
      'section',
      { 'aria-label': 'Verdicts so far' },
      h('h2', {}, 'Verdicts so far'),
      this.standings,
      this.hunt,
      this.search.element,
    );
    this.sequence = this.teller.tell(this.now.replayed);
    this.player = new Player(this.sequence, step, {
      notes,
      onChange: (shown, noted) => {
        this.notes = noted;
        setAddress(addressOf(this.positions.now, noted, shown));
      },
      next: this.nextSection(),
      beside: [verdicts],
      onward: {
        now: () => this.now,
        take: (run) => this.take(this.now.events, run),
      },
    });
    this.content = [
      h('p', { class: 'lede' }, LEDE),
      h('details', { class: 'chosen' }, this.chosen, this.form, this.programs),
      this.player.element,
      this.tools,
    ];
    this.showForm();
    this.show(step);
  }

  private nextSection(): HTMLElement {
    return h(
      'section',
      { class: 'next', 'aria-label': 'What happens next' },
      h('h2', {}, 'What happens next'),
      h('div', { class: 'buttons' }, this.undoButton, this.redoButton, this.restartButton),
      this.moves.element,
    );
  }

  press(key: string): boolean {
    return this.player.press(key);
  }

  print(onPaper: boolean): void {
    this.player.print(onPaper);
  }

  leave(): void {
    this.search.say('');
    this.player.leave();
  }

  /** Goes where the browser's Back and Forward lead, as long as that is in the explorer. */
  follow({ view, settings }: ViewLink): boolean {
    if (view !== 'explore') return false;
    const position = positionIn(settings);
    const step = stepIn(settings, position.events.length);
    this.positions.to(position);
    this.arrive(step);
    return true;
  }

  /** Takes another system. The run is repeated in it as far as possible. */
  private choose(system: System): void {
    const run = carriedOver(system, this.now.events);
    const lost = this.now.events.length - run.length;
    this.go({ system, events: run });
    const dropped = lost === 1 ? 'One event was' : `${lost} events were`;
    if (lost > 0) this.search.say(`${dropped} dropped: not possible here.`);
  }

  /** Goes through these positions to the last of them. */
  private go(...positions: readonly Position[]): void {
    this.positions.go(...positions);
    goToAddress(addressOf(this.positions.now, this.notes));
    this.arrive();
  }

  private add(event: Event): void {
    const { system, events } = this.positions.now;
    this.notes = notesUpTo(this.notes, events.length);
    this.go({ system, events: [...events, event] });
  }

  undo(): void {
    if (this.positions.before === undefined) return;
    this.positions.undo();
    goToAddress(addressOf(this.positions.now, this.notes));
    this.arrive();
  }

  redo(): void {
    if (this.positions.after === undefined) return;
    this.positions.redo();
    goToAddress(addressOf(this.positions.now, this.notes));
    this.arrive();
  }

  private restart(): void {
    const { system, events } = this.positions.now;
    if (events.length > 0) this.go({ system, events: [] });
  }

  /** Shows the position to which the reader went. */
  private arrive(step = this.positions.now.events.length): void {
    this.leave();
    const { system, events } = this.positions.now;
    const moved = system !== this.now.system;
    this.now = new ExploredRun(system, events, this.now);
    if (moved) this.showForm();
    this.sequence = this.teller.tell(this.now.replayed);
    this.player.load(this.sequence, step, true, this.notes);
    this.show(step);
  }

  private showForm(): void {
    const { system } = this.now;
    const texts = PART_NAMES.map((part) => writtenPart(system, part));
    this.chosen.textContent = `System: ${texts.join(', ')}`;
    const focused = document.activeElement?.getAttribute('name');
    this.form.replaceChildren(
      systemForm('System', system, PART_NAMES, (chosen) => this.choose(chosen)),
    );
    this.lists.replaceChildren();
    this.showLists();
    if (!focused) return;
    const all = [...document.querySelectorAll<HTMLElement>('.chosen [name]')];
    all.find((field) => field.getAttribute('name') === focused)?.focus();
  }

  private showLists(): void {
    if (!this.programs.open || this.lists.hasChildNodes()) return;
    const { system } = this.now;
    const editor = listEditor(system, (part, text) => this.choose(replaced(system, part, text)));
    this.lists.replaceChildren(editor);
  }

  private show(step: number): void {
    const { events, replayed, system } = this.now;
    setAddress(addressOf(this.positions.now, this.notes, step));
    // It does not use `disabled`, as that would take the focus from the button that was just
    // pressed.
    const { before, after } = this.positions;
    setAttribute(this.undoButton, 'aria-disabled', before === undefined && 'true');
    setAttribute(this.redoButton, 'aria-disabled', after === undefined && 'true');
    setAttribute(this.restartButton, 'aria-disabled', events.length === 0 && 'true');
    this.moves.show(this.now);
    this.standings.replaceChildren(standingTable(this.now.standings));
    this.showHunt();
    const copies = events.length > 0 ? copiesOf(replayed, this.sequence, () => this.notes) : [];
    this.tools.replaceChildren(
      copyButtons([['link', linkToHere], ...copies]),
      h('p', {}, compareLink(system, events)),
      h('p', {}, statesLink(system, events)),
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
      system: textsOf(this.now.system),
      properties: this.wanted === ANY ? this.names! : [this.wanted],
      after: events.map(({ index }) => index),
    } as const;
    this.search.ask(question, (found) => {
      if (found.run !== undefined) {
        this.take(events, found.run);
        const length = count(found.run.length, 'event');
        return this.search.say(
          `Shortest from there: ${length}, to a violation of ${found.property!}. ` +
            'All shorter runs were searched.',
        );
      }
      const states = found.states.toLocaleString('en');
      this.search.say(
        found.complete
          ? `None: everything reachable from here was searched, ${states} states.`
          : `Unfinished: no violation in up to ${found.depth} events, ${states} states.`,
      );
    });
  }

  /** Goes on by the events that a search has found. Each can be taken back by itself. */
  private take(events: readonly Event[], run: readonly number[]): void {
    const { system } = this.now;
    const all = this.now.replayed.model.events;
    const found = [...events, ...run.map((index) => all[index])];
    const ends = run.map((_, i) => events.length + i + 1);
    this.notes = notesUpTo(this.notes, events.length);
    this.go(...ends.map((end) => ({ system, events: found.slice(0, end) })));
  }
}

function standingTable(standings: readonly PropertyStanding[]): HTMLElement {
  const rows = violatedFirst(standings).map(({ property, violatedAt, reachedAt }) => {
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
