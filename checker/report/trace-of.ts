/** A run of events as a trace: what each event answers is what the model says. */
import type { Event } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { annotate } from '../trace/explain.ts';
import { printTrace } from '../trace/print.ts';
import { replay } from '../trace/replay.ts';
import type { Trace, TraceStep } from '../trace/trace.ts';
import { answersOf } from '../trace/trace.ts';

/** A name in the manner of the catalogue: what goes wrong, under which driver. */
export const traceName = (property: Property, system: System): string =>
  `${property.defect}+${system.names.driver ?? 'a-driver'}`;

/** The trace of a run that violates a property with its last event. */
export function traceOf(system: System, run: readonly Event[], property: Property): Trace {
  const model = new Model(system);
  let state = model.initial;
  const steps = run.map((event): TraceStep => {
    const transition = model.step(state, event);
    if (transition === undefined) throw new Error('a run that the model does not allow');
    state = transition.state;
    const { answer } = transition.shown;
    const answers = answersOf(event, system.scope) !== undefined && answer !== undefined;
    return answers ? { event, answer } : { event };
  });
  return {
    name: traceName(property, system),
    result: 'Sometimes',
    story: property.story,
    system,
    steps,
    verdict: property,
  };
}

/** The text of such a trace, with a note behind each event that says why. */
export const traceText = (system: System, run: readonly Event[], property: Property): string =>
  printTrace(annotate(replay(traceOf(system, run, property))));
