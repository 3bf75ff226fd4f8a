/** Shows a picture as wide as there is room, and marks the current step. */
import type { SvgOptions } from '../../tell/svg.ts';
import { h, picture } from './h.ts';

/** Draws within the given width. Undefined if there is nothing to draw. */
export type Draw = (options: SvgOptions) => string | undefined;

/** Pixels. A wider picture gains nothing. */
const MOST = 960;

let pictures = 0;

interface DiagramOptions {
  /** Is called when a row was clicked. */
  readonly onPick?: (step: number) => void;
  /** The least width. With less room the picture can be scrolled. */
  readonly least?: number;
  readonly most?: number;
}

export class Diagram {
  readonly element: HTMLElement;
  /** Ids are unique in a document, so that each picture has a prefix of its own. */
  private readonly prefix = `p${pictures++}-`;
  private readonly least: number;
  private readonly most: number;
  private drawer: Draw = () => undefined;
  private step = Infinity;
  private width = 0;

  constructor({ onPick, least = 340, most = MOST }: DiagramOptions = {}) {
    this.least = least;
    this.most = most;
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
    return Math.max(this.least, Math.min(this.most, this.element.clientWidth || this.most));
  }

  load(draw: Draw): void {
    this.drawer = draw;
    this.draw();
  }

  private draw(): void {
    this.width = this.room();
    const svg = this.drawer({ prefix: this.prefix, width: this.width });
    const drawn = svg === undefined ? h('p', { class: 'quiet' }, 'Nothing yet.') : picture(svg);
    this.element.replaceChildren(drawn);
    this.show(this.step);
  }

  /** Marks a step, and makes the later ones pale. */
  show(step: number): void {
    this.step = step;
    for (const row of this.element.querySelectorAll('[data-step]')) {
      const number = Number(row.getAttribute('data-step'));
      row.classList.toggle('now', number === step);
      row.classList.toggle('later', number > step);
    }
  }
}
