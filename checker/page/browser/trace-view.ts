/**
 * Shows the rows of a trace in a box that scrolls. It draws those that are in view, marks the
 * current step, and keeps that step in view.
 */
import type { Sequence } from '../../tell/sequence.ts';
import { headsSvg, placeRows, rowsSvg } from '../../tell/svg-part.ts';
import type { Placed } from '../../tell/svg-layout.ts';
import { newPrefix, roomIn } from './diagram.ts';
import { h, picture } from './h.ts';

/** Pixels that stay visible above and below the current row, so that one sees where it stands. */
const AROUND = 28;
/** Pixels between the box and the edge of the window. */
const EDGE = 12;
/** The least part of the window's height that the box may take. */
const LEAST_PART = 0.55;

export class TraceView {
  readonly element = h('div', {
    class: 'figure steps',
    role: 'region',
    'aria-label': 'Sequence diagram',
    tabindex: 0,
  });
  private readonly heads = h('div', { class: 'lanes' });
  private readonly rows = h('div', { class: 'rows' });
  private readonly prefix = newPrefix();
  private sequence: Sequence | undefined;
  private placed: Placed | undefined;
  private width = 0;
  /** The indices of the rows that are drawn: from the first up to the second. */
  private drawn: readonly [number, number] = [0, 0];
  private step = 0;
  private onPaper = false;

  constructor(onPick: (step: number) => void) {
    this.element.addEventListener('click', ({ target }) => {
      const row = target instanceof Element ? target.closest('[data-step]') : null;
      if (row !== null) onPick(Number(row.getAttribute('data-step')));
    });
    this.element.addEventListener('scroll', () => this.draw());
    new ResizeObserver(() => this.resize()).observe(this.element);
    new IntersectionObserver(() => this.fit()).observe(this.element);
  }

  load(sequence: Sequence): void {
    this.sequence = sequence;
    this.place();
  }

  private place(): void {
    const { sequence } = this;
    this.width = roomIn(this.element);
    this.drawn = [0, 0];
    if (sequence === undefined || sequence.rows.length === 0) {
      this.placed = undefined;
      this.element.replaceChildren(h('p', { class: 'quiet' }, 'Nothing yet.'));
      return;
    }
    this.placed = placeRows(sequence, this.width);
    this.heads.replaceChildren(picture(headsSvg(this.placed, `${this.prefix}heads-`)));
    this.rows.style.height = `${this.placed.bottom}px`;
    this.element.replaceChildren(this.heads, this.rows);
    this.draw();
  }

  /** The rows that are in view, and as many above and below. */
  private inView({ rows }: Placed): readonly [number, number] {
    if (this.onPaper) return [0, rows.length];
    const { scrollTop, clientHeight } = this.element;
    const room = clientHeight || innerHeight;
    const from = rows.findIndex(({ bottom }) => bottom > scrollTop - room);
    const to = rows.findIndex(({ top }) => top > scrollTop + 2 * room);
    return [Math.max(0, from), to < 0 ? rows.length : to];
  }

  private draw(): void {
    const { placed } = this;
    if (placed === undefined) return;
    const { scrollTop, clientHeight } = this.element;
    const [first, end] = this.drawn;
    const isThere =
      end > first &&
      placed.rows[first].top <= Math.max(0, scrollTop) &&
      placed.rows[end - 1].bottom >= Math.min(placed.bottom, scrollTop + clientHeight);
    if (isThere && !this.onPaper) return;
    const [from, to] = (this.drawn = this.inView(placed));
    const svg = picture(rowsSvg(placed, from, to, this.prefix));
    this.rows.style.paddingTop = `${placed.rows[from].top}px`;
    this.rows.replaceChildren(svg);
    this.mark();
  }

  /** Marks the current step, and makes the later ones pale. */
  private mark(): void {
    for (const row of this.rows.querySelectorAll('[data-step]')) {
      const number = Number(row.getAttribute('data-step'));
      row.classList.toggle('now', number === this.step);
      row.classList.toggle('later', number > this.step);
    }
  }

  /** Shows a step. `asked` says that the reader went there, and wants to see it. */
  show(step: number, asked: boolean): void {
    this.step = step;
    this.fit();
    this.scroll();
    this.draw();
    this.mark();
    if (asked) this.element.scrollIntoView({ block: 'nearest' });
  }

  /** Scrolls the box, and nothing else, until the current row is in it. */
  private scroll(): void {
    const { placed, element } = this;
    if (placed === undefined) return;
    const row = placed.rows[this.step - 1] ?? { top: 0, bottom: 0 };
    const room = element.clientHeight - this.heads.offsetHeight;
    const [top, bottom] = [row.top - AROUND, row.bottom + AROUND];
    if (element.scrollTop > top) element.scrollTop = top;
    else if (element.scrollTop + room < bottom) {
      element.scrollTop = Math.min(top, bottom - room) < 0 ? 0 : Math.max(0, bottom - room);
    }
  }

  /** Makes the box as high as the window lets it be, where the style does not say it. */
  private fit(): void {
    const { top } = this.element.getBoundingClientRect();
    const room = innerHeight - Math.max(EDGE, top) - EDGE;
    const height = Math.max(LEAST_PART * innerHeight, room);
    this.element.style.setProperty('--room', `${Math.round(height)}px`);
  }

  private resize(): void {
    if (roomIn(this.element) !== this.width) this.place();
    this.show(this.step, false);
  }

  /** On paper, all rows are in view. */
  print(onPaper: boolean): void {
    this.onPaper = onPaper;
    this.drawn = [0, 0];
    this.draw();
  }
}
