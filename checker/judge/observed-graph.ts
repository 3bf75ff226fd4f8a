/** The states of one system and the ways between them, explored only as far as needed. */
import type { Event } from '../../model/events.ts';
import { DISABLED, Model } from '../../model/model.ts';
import type { State } from '../../model/state.ts';
import type { Parts } from '../../model/system.ts';
import { StateNumbers } from './state-numbers.ts';
import type { Alphabet } from './observed.ts';
import { Labeller, UNOBSERVED } from './observed.ts';

/** No event happens, because an eviction finds nothing to evict. */
export const NOTHING = -1;

/** The ways on from a state, as numbers one after another. */
interface Ways {
  /** Observed ways: label, event, next state. They are in the order of events. */
  readonly observed: Int32Array;
  /** The system's own steps: event, next state. */
  readonly own: Int32Array;
}

export class ObservedGraph {
  readonly model: Model;
  private readonly labeller: Labeller;
  private readonly states: StateNumbers;
  private readonly known: Ways[] = [];
  private readonly source: Int32Array;
  private readonly target: Int32Array;
  private beyond: readonly number[] = [];
  private readonly alphabet: Alphabet;

  /**
   * The only ghosts that are tracked tell whether an access goes wrong. State 0 is the initial one.
   */
  constructor(parts: Parts, alphabet: Alphabet) {
    this.model = new Model(parts, ['health']);
    this.alphabet = alphabet;
    this.labeller = new Labeller(this.model, alphabet);
    this.states = new StateNumbers(this.model.size);
    this.source = new Int32Array(this.model.size);
    this.target = new Int32Array(this.model.size);
    this.states.of(this.source);
  }

  /** Call this when the alphabet has the events of both systems. */
  begin(): void {
    this.beyond = this.alphabet.evictionsBeyond(this.model);
  }

  /** How many states were met so far. */
  get size(): number {
    return this.states.size;
  }

  waysFrom(state: number): Ways {
    return (this.known[state] ??= this.explore(state));
  }

  private explore(state: number): Ways {
    const { model, source, target } = this;
    this.states.read(state, source);
    const wants = wantedWrites(model.view(source));
    const observed: number[] = [];
    const own: number[] = [];
    for (const event of model.events) {
      model.load(source, 0);
      const shown = model.fire(event.index);
      const isWrite = event.actor === 'dev' ? wants[event.page][event.unit] : 0;
      if (shown === DISABLED) {
        // Both systems can choose an eviction. If there is nothing to evict, it has no effect.
        if (event.verb === 'evict') {
          observed.push(this.labeller.label(event, 0, isWrite), NOTHING, state);
        }
        continue;
      }
      model.store(event.index, target, 0);
      const next = this.states.of(target);
      const label = this.labeller.label(event, shown, isWrite);
      if (label === UNOBSERVED) own.push(event.index, next);
      else observed.push(label, event.index, next);
    }
    for (const label of this.beyond) observed.push(label, NOTHING, state);
    return { observed: Int32Array.from(observed), own: Int32Array.from(own) };
  }

  event(index: number): Event {
    return this.model.events[index];
  }

  /** The SHOWN flags of an event that leads from one state to another. */
  shownOf(state: number, event: number): number {
    this.states.read(state, this.source);
    this.model.load(this.source, 0);
    return this.model.fire(event);
  }
}

/** For each page and device, whether the request in flight is for a write. */
const wantedWrites = ({ pages }: State): number[][] =>
  pages.map(({ link }) => link.map(({ isWrite }) => isWrite));
