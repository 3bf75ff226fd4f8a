/** Shows a running search: its progress, a button that ends it, and in the end its result. */
import type { Answers, SearchedSoFar, Question } from '../answer.ts';
import { sentence } from './complaint.ts';
import { button, h, setAttribute } from './h.ts';
import { ask } from './worker.ts';

export class SearchLine {
  readonly element: HTMLElement;
  /**
   * It is the first in the line and never redrawn: a button that moves or is replaced cannot be
   * pressed.
   */
  private readonly cancel = button('Cancel', () => this.say('Cancelled.'), { hidden: true });
  /** A screen reader speaks this text, so that it changes only at the begin and at the end. */
  private readonly said = h('p', { role: 'status' });
  /** The progress, updated ten times a second. */
  private readonly far = h('p', { class: 'quiet' });
  /** The keyboard's focus goes here from the Cancel button. */
  private readonly home: HTMLElement;
  private stop = () => {};

  constructor(home: HTMLElement) {
    this.home = home;
    this.element = h('div', { class: 'search' }, this.cancel, this.said, this.far);
  }

  /** Asks a worker. `take` gets the answer, unless another question or text comes first. */
  ask<A extends keyof Answers>(
    question: Question & { readonly ask: A },
    take: (answer: Answers[A]) => void,
  ): void {
    this.say('Searching\u2026');
    setAttribute(this.cancel, 'hidden', false);
    const asked = ask<A>(question, (progress) => {
      this.far.textContent = farText(progress);
    });
    this.stop = asked.cancel;
    asked.answered.then(
      (answer) => {
        this.say('');
        take(answer);
      },
      (error: Error) => this.say(`No search. ${sentence(error.message)}`),
    );
  }

  /** Ends what is running, and shows a text. */
  say(text: string): void {
    this.stop();
    this.stop = () => {};
    this.said.textContent = text;
    this.far.textContent = '';
    const focused = document.activeElement === this.cancel;
    setAttribute(this.cancel, 'hidden', true);
    if (focused) this.home.focus();
  }
}

function farText({ states, depth }: SearchedSoFar): string {
  const count = states.toLocaleString('en');
  return depth === undefined ? `${count} pairs of states` : `${count} states, depth ${depth}`;
}
