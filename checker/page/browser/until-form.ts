/** The field that says until what a trace is run, and the buttons that run it on or back. */
import type { Row } from '../../tell/sequence.ts';
import { Complaint } from '../../trace/complaint.ts';
import { OFFERED, parseUntil } from '../until.ts';
import { h } from './h.ts';

/** What the form has to know of the trace beside it. */
export interface UntilPlace {
  readonly rows: () => readonly Row[];
  readonly step: () => number;
  readonly go: (step: number) => void;
}

let forms = 0;

export class UntilForm {
  readonly element: HTMLElement;
  private readonly said = h('p', { class: 'quiet', role: 'status' });
  private readonly text: HTMLInputElement;
  private readonly place: UntilPlace;

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
      this.said,
    );
  }

  focus(): void {
    this.text.focus();
    this.text.select();
  }

  /** Goes to the nearest step before or behind the current one that is as the text says. */
  private run(direction: 1 | -1): void {
    try {
      this.said.replaceChildren(this.find(direction));
    } catch (error) {
      if (!(error instanceof Complaint)) throw error;
      this.said.replaceChildren(`${error.message}.`);
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
}
