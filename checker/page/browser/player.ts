/** Steps through a trace. The diagram, the explanation and the state change together. */
import type { Sequence } from '../../tell/sequence.ts';
import { sequenceSvg } from '../../tell/svg.ts';
import type { Draw } from './diagram.ts';
import { Diagram } from './diagram.ts';
import { button, h } from './h.ts';
import { StateTable } from './state-table.ts';

export class Player {
  readonly element: HTMLElement;
  private readonly diagram = new Diagram({ onPick: (step) => this.go(step) });
  private readonly because = h('p', { class: 'because', 'aria-live': 'polite' });
  /** The whole explanation for paper, where nobody can step through a trace. */
  private readonly told = h('ol', { class: 'paper' });
  private readonly slider = h('input', { type: 'range', min: 0, step: 1, 'aria-label': 'Step' });
  private readonly count = h('output', {});
  private readonly state = new StateTable();
  private readonly onStep: (step: number) => void;
  private sequence: Sequence;
  private step = 0;

  /** `step` is the step to show; 0 is the state before the first. */
  constructor(sequence: Sequence, step: number, onStep: (step: number) => void = () => {}) {
    this.sequence = sequence;
    this.onStep = onStep;
    this.slider.addEventListener('input', () => this.go(Number(this.slider.value)));
    this.element = h(
      'section',
      { class: 'player', 'aria-label': 'Trace' },
      this.diagram.element,
      h('div', { class: 'beside' }, this.controls(), this.because, this.state.element),
      this.told,
    );
    this.load(sequence, step);
  }

  private controls(): HTMLElement {
    const to = (sign: string, name: string, step: () => number) =>
      button(sign, () => this.go(step()), { 'aria-label': name, title: name });
    return h(
      'div',
      { class: 'controls', role: 'group', 'aria-label': 'Steps' },
      to('\u21e4', 'First (Home)', () => 0),
      to('\u2190', 'Back (left arrow)', () => this.step - 1),
      this.slider,
      to('\u2192', 'Forward (right arrow)', () => this.step + 1),
      to('\u21e5', 'Last (End)', () => this.last),
      this.count,
    );
  }

  private get last(): number {
    return this.sequence.rows.length;
  }

  /** Shows another trace. */
  load(sequence: Sequence, step: number): void {
    this.sequence = sequence;
    this.diagram.load(drawerOf(sequence));
    this.told.replaceChildren(...sequence.rows.map(({ sentence }) => h('li', {}, sentence)));
    this.slider.max = String(this.last);
    this.state.load(sequence);
    this.show(step);
  }

  private go(step: number): void {
    const next = Math.max(0, Math.min(this.last, step));
    if (next === this.step) return;
    this.show(next);
    this.onStep(next);
  }

  private show(step: number): void {
    this.step = step;
    this.slider.value = String(step);
    this.slider.setAttribute('aria-valuetext', `step ${step} of ${this.last}`);
    this.count.value = `${step} of ${this.last}`;
    this.diagram.show(step);
    this.because.replaceChildren(...this.reason());
    this.state.show(step);
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
    const to = STEPS[key]?.(this.step, this.last);
    if (to === undefined) return false;
    this.go(to);
    return true;
  }
}

/** Draws a trace without its name and system, as the page shows these above the picture. */
export function drawerOf(sequence: Sequence): Draw {
  const { name: _, ...drawn } = sequence;
  if (drawn.rows.length === 0) return () => undefined;
  return (options) => sequenceSvg({ ...drawn, setup: [] }, options);
}

const STEPS: Readonly<Record<string, (step: number, last: number) => number>> = {
  ArrowLeft: (step) => step - 1,
  ArrowRight: (step) => step + 1,
  Home: () => 0,
  End: (_, last) => last,
};
