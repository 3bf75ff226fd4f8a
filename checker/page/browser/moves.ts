/** The events that can happen next, as buttons, and those that cannot, with the reasons. */
import type { Event } from '../../../model/events.ts';
import type { ExploredRun, PossibleEvent } from '../explored-run.ts';
import { h } from './h.ts';

export class Moves {
  readonly element = h('div', { class: 'moves' });
  private readonly actors = h('div', { class: 'actors' });
  private readonly count = h('summary', {});
  private readonly reasons = h('ul', {});
  /** It is never made anew, so that it stays open. */
  private readonly cannot = h('details', {}, this.count, this.reasons);
  private readonly onMove: (event: Event) => void;
  private run: ExploredRun | undefined;

  constructor(onMove: (event: Event) => void) {
    this.onMove = onMove;
    this.cannot.addEventListener('toggle', () => this.showReasons());
    this.element.append(this.actors, this.cannot);
  }

  /** The keyboard's focus keeps its place among the buttons. */
  show(run: ExploredRun): void {
    this.run = run;
    const focused = document.activeElement?.getAttribute('data-event');
    const groups = new Map<string, PossibleEvent[]>();
    for (const event of run.possible) {
      const actor = event.text.split(':')[0];
      groups.set(actor, [...(groups.get(actor) ?? []), event]);
    }
    const drawn = [...groups].map(([actor, list]) =>
      h(
        'div',
        { class: 'actor', role: 'group', 'aria-label': actor },
        h('h3', {}, actor),
        ...list.map((event) => this.eventButton(event)),
      ),
    );
    this.actors.replaceChildren(...drawn);
    const count = run.impossibleEvents.length;
    this.cannot.hidden = count === 0;
    this.count.textContent = `${count === 1 ? '1 event' : `${count} events`} cannot happen now`;
    this.showReasons();
    if (focused === undefined || focused === null) return;
    const same = this.actors.querySelector<HTMLElement>(`[data-event="${CSS.escape(focused)}"]`);
    (same ?? this.actors.querySelector<HTMLElement>('button'))?.focus();
  }

  /** The reasons are found only for a reader who asks for them. */
  private showReasons(): void {
    if (!this.cannot.open || this.run === undefined) return;
    const items = this.run.impossible.map(({ text, why }) =>
      h('li', {}, h('code', {}, text), ` ${why}`),
    );
    this.reasons.replaceChildren(...items);
  }

  private eventButton({ event, text, source, sentence }: PossibleEvent): HTMLElement {
    const verb = text.slice(text.indexOf(': ') + 2);
    return h(
      'button',
      {
        type: 'button',
        class: 'move',
        title: sentence,
        'data-event': text,
        onclick: () => this.onMove(event),
      },
      h('span', { class: 'verb' }, verb),
      h('small', {}, source),
    );
  }
}
