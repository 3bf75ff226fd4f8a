/** The picture of a trace, as wide as there is room, with the step that is looked at marked. */
import type { Sequence } from '../../sequence/sequence.ts';
import { sequenceSvg } from '../../sequence/svg.ts';
import { h, picture } from './h.ts';

/** Narrower the words stand above the arrows; wider nothing is gained. */
const LEAST = 340;
const MOST = 960;

let pictures = 0;

export class Diagram {
  readonly element: HTMLElement;
  /** Ids are the document's: each picture has its own. */
  private readonly prefix = `p${pictures++}-`;
  private sequence: Sequence | undefined;
  private step = 0;
  private width = 0;

  /** `onPick`: a row was clicked. */
  constructor(onPick?: (step: number) => void) {
    this.element = h('div', {
      class: 'figure',
      role: 'region',
      'aria-label': 'Sequence diagram',
      tabindex: 0,
    });
    if (onPick !== undefined) this.listen(onPick);
    new ResizeObserver(() => {
      if (this.room() !== this.width) this.draw();
    }).observe(this.element);
  }

  private listen(onPick: (step: number) => void): void {
    this.element.classList.add('steps');
    this.element.addEventListener('click', ({ target }) => {
      const row = target instanceof Element ? target.closest('[data-step]') : null;
      if (row !== null) onPick(Number(row.getAttribute('data-step')));
    });
  }

  private room(): number {
    return Math.max(LEAST, Math.min(MOST, this.element.clientWidth || MOST));
  }

  load(sequence: Sequence): void {
    this.sequence = sequence;
    this.step = sequence.rows.length;
    this.draw();
  }

  private draw(): void {
    if (this.sequence === undefined) return;
    this.width = this.room();
    const { prefix, width } = this;
    // The page says above the picture what the trace is called and of which system it is.
    const { name: _, ...sequence } = this.sequence;
    const empty = h('p', { class: 'quiet' }, 'Nothing has happened yet.');
    const drawn =
      sequence.rows.length === 0
        ? empty
        : picture(sequenceSvg({ ...sequence, setup: [] }, { prefix, width }));
    this.element.replaceChildren(drawn);
    this.show(this.step);
  }

  /** Marks a step; what comes after it is pale. */
  show(step: number): void {
    this.step = step;
    for (const row of this.element.querySelectorAll('[data-step]')) {
      const number = Number(row.getAttribute('data-step'));
      row.classList.toggle('now', number === step);
      row.classList.toggle('later', number > step);
    }
  }
}
