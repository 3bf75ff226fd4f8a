/** The field for a reader's note on the step that is shown. */
import type { Notes } from '../notes.ts';
import { withNote } from '../notes.ts';
import { h, setAttribute } from './h.ts';

export class NoteField {
  readonly element: HTMLElement;
  private readonly text = h('input', { type: 'text', autocomplete: 'off' });
  private readonly label = h('span', {});
  private step = 0;
  private kept: Notes;

  /** `changed` gets the notes after every change. */
  constructor(notes: Notes, changed: (notes: Notes) => void) {
    this.kept = notes;
    this.text.addEventListener('change', () => {
      this.kept = withNote(this.kept, this.step, this.text.value);
      changed(this.kept);
    });
    this.element = h('label', { class: 'field note' }, this.label, this.text);
  }

  get notes(): Notes {
    return this.kept;
  }

  load(notes: Notes): void {
    this.kept = notes;
  }

  show(step: number): void {
    this.step = step;
    setAttribute(this.element, 'hidden', step === 0);
    this.label.textContent = `Your note on (${step}), kept in the link and in .trace`;
    this.text.value = this.kept.get(step) ?? '';
  }
}
