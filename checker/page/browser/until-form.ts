/**
 * The field that says until what a trace is run, and the buttons that run it on or back. Where a
 * reader plays, a third one searches for a way on to what has not happened yet.
 */
import type { Event as ModelEvent } from '../../../model/events.ts';
import type { System } from '../../../model/system.ts';
import type { Row } from '../../tell/sequence.ts';
import { count } from '../../tell/verdict-text.ts';
import { Complaint } from '../../trace/complaint.ts';
import { textsOf } from '../answer.ts';
import { OFFERED, parseUntil } from '../until.ts';
import type { WayOn } from '../way-on.ts';
import { sentence } from './complaint.ts';
import { button, h } from './h.ts';
import { SearchLine } from './search-line.ts';

/** Where a reader plays: what has happened, and how something more happens. */
export interface Onward {
  readonly now: () => { readonly system: System; readonly events: readonly ModelEvent[] };
  /** Goes on by the events of these places. */
  readonly take: (run: readonly number[]) => void;
}

/** What the form has to know of the trace beside it. */
interface UntilPlace {
  readonly rows: () => readonly Row[];
  readonly step: () => number;
  readonly go: (step: number) => void;
  readonly onward: Onward | undefined;
}

let forms = 0;

export class UntilForm {
  readonly element: HTMLElement;
  private readonly said = h('p', { class: 'quiet', role: 'status' });
  private readonly text: HTMLInputElement;
  private readonly place: UntilPlace;
  private readonly findButton = button('Find a way to it', () => this.search());
  private readonly searching = new SearchLine(this.findButton);

  constructor(place: UntilPlace) {
    this.place = place;
    const list = `until-${forms++}`;
    this.text = h('input', {
      type: 'text',
      list,
      placeholder: OFFERED[2],
      'aria-label': 'Run until',
      spellcheck: 'false',
      autocomplete: 'off',
    });
    const submit = (event: Event) => {
      event.preventDefault();
      this.run(1);
    };
    this.element = h(
      'form',
      { class: 'until', onsubmit: submit },
      h('label', { class: 'field' }, h('span', {}, 'Run until'), this.text),
      h('datalist', { id: list }, ...OFFERED.map((value) => h('option', { value }))),
      h('button', { type: 'button', onclick: () => this.run(-1) }, 'Back to it'),
      h('button', { type: 'submit' }, 'On to it'),
      place.onward !== undefined && this.findButton,
      this.said,
      place.onward !== undefined && this.searching.element,
    );
  }

  focus(): void {
    this.text.focus();
    this.text.select();
  }

  /** Ends a search that is running. */
  stop(): void {
    this.searching.say('');
  }

  /** Goes to the nearest step before or behind the current one that is as the text says. */
  private run(direction: 1 | -1): void {
    this.stop();
    try {
      this.said.replaceChildren(this.find(direction));
    } catch (error) {
      if (!(error instanceof Complaint)) throw error;
      this.said.replaceChildren(sentence(error.message));
    }
  }

  private find(direction: 1 | -1): string {
    const rows = this.place.rows();
    const names = [...new Set(rows.flatMap(({ fields }) => fields.map(({ name }) => name)))];
    if (rows.length === 0) return 'Nothing has happened yet.';
    const until = parseUntil(this.text.value, names);
    const step = this.place.step();
    const found =
      direction > 0
        ? rows.find((row) => row.number > step && until(row))
        : rows.findLast((row) => row.number < step && until(row));
    if (found === undefined)
      return `There is no such step ${direction > 0 ? 'behind' : 'before'} this one.`;
    this.place.go(found.number);
    return `(${found.number}) ${found.text}`;
  }

  /** Searches behind all that has happened for the shortest way to what the text says. */
  private search(): void {
    const { onward } = this.place;
    if (onward === undefined) return;
    this.said.replaceChildren();
    const { system, events } = onward.now();
    const question = {
      ask: 'way',
      system: textsOf(system),
      after: events.map(({ index }) => index),
      until: this.text.value,
    } as const;
    this.searching.ask(question, (way) => {
      if (way.run !== undefined) onward.take(way.run);
      this.said.replaceChildren(wayText(way));
    });
  }
}

function wayText({ run, complete, states, depth }: WayOn): string {
  const searched = `${states.toLocaleString('en')} states`;
  if (run !== undefined) return `${count(run.length, 'event')}: no way to it is shorter.`;
  return complete
    ? `Nothing leads to it: everything reachable from here was searched, ${searched}.`
    : `Unfinished: not within ${count(depth, 'event')}, ${searched}. The search ends there.`;
}
