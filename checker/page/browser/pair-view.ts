/**
 * Steps through one run on two systems: the picture of both, the state of each, and the lists of
 * steps that each runs. What the other side does not have is marked.
 */
import type { Beside, SideBySide } from '../../tell/pair.ts';
import { sideBySideSvg } from '../../tell/svg-pair.ts';
import { fieldsAt, firstApart, stepsAfter } from '../state-fields.ts';
import { Diagram } from './diagram.ts';
import { button, h } from './h.ts';
import { listsShown } from './lists-shown.ts';
import { StateTable } from './state-table.ts';
import { Stepper } from './stepper.ts';

/** Pixels that stay visible above and below the marked row. */
const AROUND = 28;

const SIDES = ['left', 'right'] as const;
type Side = (typeof SIDES)[number];

/** What is shown of one side. */
class SideView {
  readonly state: StateTable;
  readonly lists = h('div', { class: 'lists' });
  readonly because = h('p', { class: 'because' });
  readonly element: HTMLElement;

  constructor(side: Side) {
    const title = side === 'left' ? 'Left' : 'Right';
    this.state = new StateTable(side === 'left' ? 'right' : 'left');
    this.element = h(
      'section',
      { class: 'side-view', 'aria-label': title },
      h('h2', {}, title),
      this.because,
      this.lists,
      this.state.element,
    );
  }
}

export class PairView {
  readonly element: HTMLElement;
  private readonly diagram = new Diagram({ most: 1190, onDrawn: () => this.mark() });
  private readonly stepper: Stepper;
  private readonly since = h('p', { class: 'since' });
  private readonly sides = { left: new SideView('left'), right: new SideView('right') };
  private pair: SideBySide | undefined;

  /** `onStep` is called when the reader goes to another row. */
  constructor(onStep: (row: number) => void) {
    this.stepper = new Stepper((row) => {
      this.show(row, true);
      onStep(row);
    });
    this.diagram.element.classList.add('wide');
    new ResizeObserver(() => this.scroll()).observe(this.diagram.element);
    this.diagram.element.addEventListener('click', ({ target }) => this.pick(target));
    this.element = h(
      'section',
      { class: 'pair', 'aria-label': 'The run on both' },
      this.since,
      this.diagram.element,
      this.stepper.element,
      h('div', { class: 'sides' }, this.sides.left.element, this.sides.right.element),
    );
  }

  /** Shows a pair, and the row after which one wants to see it. */
  load(pair: SideBySide | undefined, row: number): void {
    this.pair = pair;
    this.element.hidden = pair === undefined;
    this.diagram.load((options) => pair && sideBySideSvg(pair, options));
    if (pair === undefined) return;
    for (const side of SIDES) this.sides[side].state.load(pair[side]);
    this.since.replaceChildren(...this.sinceWhen(pair));
    this.show(row, false);
  }

  press(key: string): boolean {
    return this.pair !== undefined && this.stepper.press(key);
  }

  private show(row: number, asked: boolean): void {
    const { pair } = this;
    if (pair === undefined) return;
    this.stepper.show(row, pair.rows.length);
    const steps = stepsAfter(pair, row);
    const now: Beside = pair.rows[row - 1] ?? {};
    for (const [side, other] of [SIDES, SIDES.toReversed()]) {
      const view = this.sides[side];
      view.state.show(steps[side], fieldsAt(pair[other], steps[other]));
      view.lists.replaceChildren(...listsShown(now[side]?.lists ?? [], now[other]?.lists));
      view.because.replaceChildren(...becauseOf(now, side, row));
    }
    this.mark();
    this.scroll();
    if (asked) this.element.scrollIntoView({ block: 'nearest' });
  }

  /** Scrolls the box, and nothing else, until the marked row is in it. */
  private scroll(): void {
    const { element } = this.diagram;
    const rows = [...element.querySelectorAll('.row.now')].map((row) =>
      row.getBoundingClientRect(),
    );
    if (rows.length === 0) return;
    const box = element.getBoundingClientRect();
    const above = box.top - Math.min(...rows.map(({ top }) => top));
    const below = Math.max(...rows.map(({ bottom }) => bottom)) - box.bottom;
    if (above > 0) element.scrollTop -= above + AROUND;
    else if (below > 0) element.scrollTop += below + AROUND;
  }

  /** Marks the row in the picture of each side, and makes the later ones pale. */
  private mark(): void {
    const { pair } = this;
    if (pair === undefined) return;
    const { step } = this.stepper;
    const now: Beside = pair.rows[step - 1] ?? {};
    const steps = stepsAfter(pair, step);
    for (const side of SIDES) {
      for (const row of this.diagram.element.querySelectorAll(`[id*="${side}-step-"]`)) {
        const number = Number(row.getAttribute('data-step'));
        row.classList.toggle('now', number === now[side]?.number);
        row.classList.toggle('later', number > steps[side]);
      }
    }
  }

  /** Goes to the row on which the reader has clicked. */
  private pick(target: EventTarget | null): void {
    const row = target instanceof Element ? target.closest('[data-step]') : null;
    if (row === null || this.pair === undefined) return;
    const side = row.id.includes('right-step-') ? 'right' : 'left';
    const number = Number(row.getAttribute('data-step'));
    this.stepper.go(this.pair.rows.findIndex((one) => one[side]?.number === number) + 1);
  }

  /** Says what made the states differ, before the systems parted. */
  private sinceWhen(pair: SideBySide): (Node | string)[] {
    const apart = firstApart(pair);
    if (apart === undefined) return [];
    const fields = apart.fields.map(
      ({ name, texts: [left, right] }) => `${name} is ${left} on the left, ${right} on the right`,
    );
    const { left, right, absent = 'nothing' } = pair.rows[apart.row - 1];
    const what = left?.text ?? right?.text ?? absent;
    return [
      `What makes them part: since ${what}, ${fields.join('; ')}. `,
      button('Go there', () => this.stepper.go(apart.row)),
    ];
  }
}

function becauseOf(row: Beside, side: Side, number: number): (Node | string)[] {
  if (number === 0) return ['Before the first event everything is empty.'];
  const own = row[side];
  if (own === undefined) return [side === 'right' && row.absent ? row.absent : 'Nothing here.'];
  const why = `(${own.number}) ${own.sentence}`;
  if (own.violates.length === 0) return [why];
  return [`${why} `, h('strong', {}, `violates ${own.violates.join(', ')}`)];
}
