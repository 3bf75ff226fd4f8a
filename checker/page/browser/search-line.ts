/** A search under way: how far it is, a button that ends it, and at last what it found. */
import type { Answers, SearchedSoFar, Question } from '../answer.ts';
import { button, h, setAttribute } from './h.ts';
import { ask } from './worker.ts';

export class SearchLine {
  readonly element: HTMLElement;
  /** First in the line and never redrawn: a button that moves or is replaced cannot be pressed. */
  private readonly cancel = button('Cancel', () => this.say('Cancelled.'), { hidden: true });
  /** Spoken, so only the beginning and the end stand here. */
  private readonly said = h('p', { role: 'status' });
  /** How far it is, ten times a second. */
  private readonly far = h('p', { class: 'quiet' });
  /** Where the keyboard goes from the Cancel button. */
  private readonly home: HTMLElement;
  private stop = () => {};

  constructor(home: HTMLElement) {
    this.home = home;
    this.element = h('div', { class: 'search' }, this.cancel, this.said, this.far);
  }

  /** Asks a worker; `take` is given the answer, unless something else is asked or said first. */
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
      (error: Error) => this.say(`No search: ${error.message}.`),
    );
  }

  /** Ends what is under way, and says something else. */
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
