/** Shows a picture as wide as there is room. */
import type { SvgOptions } from '../../tell/svg.ts';
import { h, picture } from './h.ts';

/** Draws within the given width. Undefined if there is nothing to draw. */
export type Draw = (options: SvgOptions) => string | undefined;

/** Pixels. A narrower picture can be scrolled; a wider one gains nothing. */
export const [LEAST, MOST] = [340, 960];

let pictures = 0;

/** The width in pixels for a picture in an element. */
export const roomIn = (element: HTMLElement, least = LEAST, most = MOST): number =>
  Math.max(least, Math.min(most, element.clientWidth || most));

interface DiagramOptions {
  /** The least width. With less room the picture can be scrolled. */
  readonly least?: number;
  readonly most?: number;
}

/** A new prefix for the ids of a picture, as ids are unique in a document. */
export const newPrefix = (): string => `p${pictures++}-`;

export class Diagram {
  readonly element: HTMLElement;
  private readonly prefix = newPrefix();
  private drawer: Draw = () => undefined;
  private width = 0;

  private readonly options: DiagramOptions;

  constructor(options: DiagramOptions = {}) {
    this.options = options;
    this.element = h('div', {
      class: 'figure',
      role: 'region',
      'aria-label': 'Sequence diagram',
      tabindex: 0,
    });
    new ResizeObserver(() => {
      if (this.room() !== this.width) this.draw();
    }).observe(this.element);
  }

  private room(): number {
    return roomIn(this.element, this.options.least, this.options.most);
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
  }
}
