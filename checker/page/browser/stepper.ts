/** The buttons, the slider and the keys that step through something. */
import { button, h } from './h.ts';

/** The keys that step, and where each leads. */
const STEPS: Readonly<Record<string, (step: number, last: number) => number>> = {
  ArrowLeft: (step) => step - 1,
  ArrowRight: (step) => step + 1,
  Home: () => 0,
  End: (_, last) => last,
};

export class Stepper {
  readonly element: HTMLElement;
  step = 0;
  last = 0;
  private readonly slider = h('input', { type: 'range', min: 0, step: 1, 'aria-label': 'Step' });
  private readonly count = h('output', {});
  private readonly onStep: (step: number) => void;

  /** `onStep` is called when the reader goes to another step. */
  constructor(onStep: (step: number) => void) {
    this.onStep = onStep;
    this.slider.addEventListener('input', () => this.go(Number(this.slider.value)));
    const to = (sign: string, name: string, key: keyof typeof STEPS) =>
      button(sign, () => this.press(key), { 'aria-label': name, title: name });
    this.element = h(
      'div',
      { class: 'controls', role: 'group', 'aria-label': 'Steps' },
      to('\u21e4', 'First (Home)', 'Home'),
      to('\u2190', 'Back (left arrow)', 'ArrowLeft'),
      this.slider,
      to('\u2192', 'Forward (right arrow)', 'ArrowRight'),
      to('\u21e5', 'Last (End)', 'End'),
      this.count,
    );
  }

  /** Shows a step of so many, without a call of onStep(). */
  show(step: number, last: number): void {
    this.step = step;
    this.last = last;
    this.slider.max = String(last);
    this.slider.value = String(step);
    this.slider.setAttribute('aria-valuetext', `step ${step} of ${last}`);
    this.count.value = `${step} of ${last}`;
  }

  /** Goes to a step, or to the end of them that is nearest. */
  go(step: number): void {
    const next = Math.max(0, Math.min(this.last, step));
    if (next === this.step) return;
    this.show(next, this.last);
    this.onStep(next);
  }

  /** Handles the keys that step. */
  press(key: string): boolean {
    const to = STEPS[key]?.(this.step, this.last);
    if (to === undefined) return false;
    this.go(to);
    return true;
  }
}
