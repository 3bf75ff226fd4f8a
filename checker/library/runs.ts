/** What a property-based test of a driver needs beside runs: a model, and what must hold in it. */
import type { Event } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { Trial } from '../explore/trial.ts';
import { traceText } from '../tell/trace-of.ts';
import { refuseMany } from '../trace/numbers.ts';
import { spelledOut } from './options.ts';
import type { SystemInput } from './system-input.ts';
import { propertiesFrom, systemFrom } from './system-input.ts';

/** A run up to this length is printed as a trace. A longer one will be shrunk first. */
const PRINTED = 60;

/** The model of a system. Its events are what anyRun() generates. */
export function modelOf(system: SystemInput): Model {
  return spelledOut(() => {
    const whole = systemFrom(system);
    refuseMany('a model', whole);
    return new Model(whole);
  });
}

/**
 * A predicate for fc.property(): it throws if the run of the model violates the property. A name
 * may leave out the observer. The error's message has the property's sentence and the trace.
 */
export function holdsIn(
  { parts }: Model,
  property: Property | string,
): (run: readonly Event[]) => void {
  const whole: System = { names: {}, ...parts };
  const properties = spelledOut(() => propertiesFrom([property], whole));
  const trials = properties.map((each) => new Trial(whole, each));
  return (run) => {
    for (const trial of trials) {
      const violating = trial.violating(trial.places(run));
      if (violating !== undefined) throw new Error(messageOf(trial, violating));
    }
  };
}

function messageOf(trial: Trial, violating: readonly number[]): string {
  const { property, system } = trial;
  const trace =
    violating.length <= PRINTED
      ? traceText(system, trial.events(violating), property).trimEnd()
      : `a run of ${violating.length} events, which was not shrunk`;
  return `violated: ${property.sentence}\n\n${trace}`;
}
