/** Holds an export against the model: on random walks both must do the same with every event. */
import type { ExportedEvent } from '../checker/export/event.ts';
import { exportedEvents } from '../checker/export/events.ts';
import { World, propertyWord } from '../checker/export/world.ts';
import { printEvent } from '../checker/trace/print.ts';
import type { Event } from '../model/events.ts';
import type { Packed } from '../model/model.ts';
import { Model } from '../model/model.ts';
import type { State } from '../model/state.ts';
import type { Parts } from '../model/system.ts';
import type { Property } from '../properties/index.ts';
import { ghostsOf, observersOf } from '../properties/index.ts';
import { PromelaRun } from './promela-run.ts';

const copy = (state: State): State => JSON.parse(JSON.stringify(state)) as State;

/** What an event does: the state after it, its line of a trace, and the properties violated. */
interface Done {
  readonly state: string;
  readonly text: string;
  readonly violated: string;
}

class Both {
  readonly model: Model;
  private readonly exported: readonly ExportedEvent[];
  private readonly parts: Parts;
  private readonly properties: readonly Property[];

  constructor(parts: Parts, properties: readonly Property[]) {
    this.parts = parts;
    this.properties = properties;
    this.exported = exportedEvents(new World(parts, properties));
    this.model = new Model(parts, ghostsOf(properties), { seenBy: observersOf(properties) });
  }

  /** What the model says of an event. Undefined if it cannot happen. */
  modelled(state: Packed, event: Event): Done | undefined {
    const made = this.model.step(state, event);
    if (made === undefined) return undefined;
    return {
      state: JSON.stringify(this.model.view(made.state)),
      text: printEvent(event, this.parts.scope, made.shown.answer),
      violated: wordsOf(
        this.properties.filter((one) => one.violated(made.shown)).map(propertyWord),
      ),
    };
  }

  /** What the export says of it. In one state at most one of its events is this event. */
  exportedAs(state: Packed, event: Event): (Done | undefined)[] {
    const before = this.model.view(state);
    const done = this.exported
      .filter(({ actor, verb }) => actor === event.actor && verb === event.verb)
      .flatMap((one) =>
        one.instances
          .map((args) => ({
            args,
            numbers: args.map((arg) => (arg.is === 'number' ? arg.value : -1)),
          }))
          .filter(({ numbers }) => numbers.at(-1) === event.page)
          .filter(({ numbers }) => numbers.length === 1 || numbers[0] === event.unit)
          .flatMap(({ args }): Done[] => {
            const after = copy(before);
            const ran = new PromelaRun(after).fire(one, args);
            if (ran === undefined) return [];
            const { text, violated } = ran;
            return [{ state: JSON.stringify(after), text, violated: wordsOf([...violated]) }];
          }),
      );
    return done.length === 0 ? [undefined] : done;
  }
}

const wordsOf = (names: readonly string[]): string => names.toSorted().join(' ');

/**
 * Asks some properties of a system. Takes a walk of `length` events, each chosen by `choose` among
 * those that can happen. In every state it tries every event. Returns the first event with which
 * the two do different things.
 */
export function exportDiffers(
  parts: Parts,
  properties: readonly Property[],
  length: number,
  choose: (count: number) => number,
): string | undefined {
  const both = new Both(parts, properties);
  let state = both.model.initial;
  for (let step = 0; step < length; step++) {
    for (const event of both.model.events) {
      const [ours, theirs] = [[both.modelled(state, event)], both.exportedAs(state, event)];
      const [a, b] = [ours, theirs].map((all) => JSON.stringify(all));
      if (a !== b) return `${printEvent(event, parts.scope)}: the model ${a}, the export ${b}`;
    }
    const enabled = both.model.enabled(state);
    state = both.model.step(state, enabled[choose(enabled.length)])!.state;
  }
  return undefined;
}
