/** Shows a picture as wide as there is room. */
import type { SvgOptions } from '../../tell/svg.ts';
import { h, picture } from './h.ts';

/** Draws within the given width. Undefined if there is nothing to draw. */
export type Draw = (options: SvgOptions) => string | undefined;

/** Pixels. A narrower picture can be scrolled; a wider one gains nothing. */
const [LEAST, MOST] = [340, 960];

interface Widths {
  readonly least?: number;
  readonly most?: number;
}

interface DiagramOptions extends Widths {
  /** Is called when the picture was drawn anew, for another width too. */
  readonly onDrawn?: () => void;
}

let pictures = 0;

/** The width in pixels for a picture in an element. */
export const roomIn = (element: HTMLElement, { least = LEAST, most = MOST }: Widths = {}): number =>
  Math.max(least, Math.min(most, element.clientWidth || most));

/** A new prefix for the ids of a picture, as ids are unique in a document. */
export const newPrefix = (): string => `p${pictures++}-`;

export class Diagram {
  readonly element: HTMLElement;
  private readonly prefix = newPrefix();
  private readonly options: DiagramOptions;
  private drawer: Draw = () => undefined;
  private width = 0;

  constructor(options: DiagramOptions = {}) {
    this.options = options;
    this.element = h('div', {
      class: 'figure',
      role: 'region',
      'aria-label': 'Sequence diagram',
      tabindex: 0,
    });
    new ResizeObserver(() => {
      if (roomIn(this.element, this.options) !== this.width) this.draw();
    }).observe(this.element);
  }

  load(draw: Draw): void {
    this.drawer = draw;
    this.draw();
  }

  private draw(): void {
    this.width = roomIn(this.element, this.options);
    const svg = this.drawer({ prefix: this.prefix, width: this.width });
    const drawn = svg === undefined ? h('p', { class: 'quiet' }, 'Nothing yet.') : picture(svg);
    this.element.replaceChildren(drawn);
    this.options.onDrawn?.();
  }
}
