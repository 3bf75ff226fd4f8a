/** Steps through a trace. The picture, the explanation and the state change together. */
import type { Sequence } from '../../tell/sequence.ts';
import { sequenceSvg } from '../../tell/svg.ts';
import type { Draw } from './diagram.ts';
import type { Notes } from '../notes.ts';
import { h } from './h.ts';
import { NoteField } from './note-field.ts';
import { listsShown } from './lists-shown.ts';
import { StateTable } from './state-table.ts';
import { Stepper } from './stepper.ts';
import { TraceView } from './trace-view.ts';
import type { Onward } from './until-form.ts';
import { UntilForm } from './until-form.ts';

export interface PlayerOptions {
  /** Is called when the reader goes to another step, or makes a note. */
  readonly onChange?: (step: number, notes: Notes) => void;
  /** What else stands beside the picture: what can happen next, and what is true so far. */
  readonly next?: HTMLElement;
  readonly beside?: readonly HTMLElement[];
  /** Where a reader plays: what has not happened yet can be searched for. */
  readonly onward?: Onward;
  /** The notes that a reader has made. */
  readonly notes?: Notes;
}

export class Player {
  readonly element: HTMLElement;
  private readonly view = new TraceView((step) => this.stepper.go(step));
  private readonly because = h('p', { class: 'because', 'aria-live': 'polite' });
  /** The whole explanation for paper, where nobody can step through a trace. */
  private readonly told = h('ol', { class: 'paper' });
  private readonly stepper = new Stepper((step) => this.arrive(step));
  private readonly state = new StateTable();
  private readonly lists = h('div', { class: 'lists' });
  private readonly note: NoteField;
  private readonly until: UntilForm;
  private readonly onChange: (step: number, notes: Notes) => void;
  private sequence: Sequence;

  /** `step` is the step to show; 0 is the state before the first. */
  constructor(sequence: Sequence, step: number, options: PlayerOptions = {}) {
    const { onChange = () => {}, next, beside = [], notes = new Map(), onward } = options;
    this.note = new NoteField(notes, (noted) => onChange(this.step, noted));
    this.until = new UntilForm({
      rows: () => this.sequence.rows,
      step: () => this.step,
      go: (to) => this.stepper.go(to),
      onward,
    });
    this.sequence = sequence;
    this.onChange = onChange;
    const side = h(
      'div',
      { class: 'side' },
      this.note.element,
      this.state.element,
      this.lists,
      this.until.element,
      ...beside,
      keysHelp(),
    );
    this.element = h(
      'section',
      { class: next === undefined ? 'player' : 'player playing', 'aria-label': 'Trace' },
      this.view.element,
      h('div', { class: 'beside' }, this.stepper.element, this.because, side),
      next,
      this.told,
    );
    this.load(sequence, step);
  }

  private get step(): number {
    return this.stepper.step;
  }

  /** Shows another trace. `asked` says that the reader made it, and wants to see the step. */
  load(sequence: Sequence, step: number, asked = false, notes = this.note.notes): void {
    this.sequence = sequence;
    this.note.load(notes);
    this.view.load(sequence);
    this.state.load(sequence);
    this.show(step, asked);
  }

  /** Shows the step to which the reader went. */
  private arrive(step: number): void {
    this.show(step, true);
    this.onChange(step, this.note.notes);
  }

  private show(step: number, asked: boolean): void {
    this.stepper.show(step, this.sequence.rows.length);
    this.because.replaceChildren(...this.reason());
    this.state.show(step);
    this.note.show(step);
    this.lists.replaceChildren(...listsShown(this.sequence.rows[step - 1]?.lists ?? []));
    this.view.show(step, asked);
  }

  private reason(): (Node | string)[] {
    const row = this.sequence.rows[this.step - 1];
    if (row === undefined) return ['Before the first event everything is empty.'];
    const why = `(${row.number}) ${row.sentence}`;
    if (row.violates.length === 0) return [why];
    return [`${why} `, h('strong', {}, `violates ${row.violates.join(', ')}`)];
  }

  /** Handles the keys that step through the trace. */
  press(key: string): boolean {
    if (key === '/') {
      this.until.focus();
      return true;
    }
    return this.stepper.press(key);
  }

  /** Ends what is still running. */
  leave(): void {
    this.until.stop();
  }

  /** Prepares for paper, or for the screen again. */
  print(onPaper: boolean): void {
    const rows = onPaper ? this.sequence.rows : [];
    const { notes } = this.note;
    const said = rows.map(({ number, sentence }) => {
      const note = notes.get(number);
      return h('li', {}, sentence, note !== undefined && ` Note: ${note}`);
    });
    this.told.replaceChildren(...said);
    this.view.print(onPaper);
  }
}

/** Draws a trace without its name and system, as the page shows these above the picture. */
export function drawerOf(sequence: Sequence): Draw {
  const { name: _, ...drawn } = sequence;
  if (drawn.rows.length === 0) return () => undefined;
  return (options) => sequenceSvg({ ...drawn, setup: [] }, options);
}

/** The keys that the page knows. Those of the explorer do nothing elsewhere. */
const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['\u2190', '\u2192'], 'one step back, one step on'],
  [['Home', 'End'], 'before the first step, to the last'],
  [['/'], 'to the field that says until what to run'],
  [['Ctrl+Z', 'Ctrl+Shift+Z'], 'take back what was done, and do it again (Explore)'],
];

function keysHelp(): HTMLElement {
  const items = KEYS.flatMap(([keys, what]) => [
    h('dt', {}, ...keys.map((key) => h('kbd', {}, key))),
    h('dd', {}, what),
  ]);
  return h('details', { class: 'keys' }, h('summary', {}, 'Keys'), h('dl', {}, ...items));
}
