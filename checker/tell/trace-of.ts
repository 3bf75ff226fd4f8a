/** Makes a trace in the catalogue's form from a run that violates a property. */
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { annotate } from './explain.ts';
import { printTrace } from '../trace/print.ts';
import { replay, traceOf } from '../trace/replay.ts';
import type { Trace } from '../trace/trace.ts';

/** A name in the form of the catalogue: what goes wrong, and under which driver. */
export const traceName = (property: Property, system: System): string =>
  `${property.defect}+${system.names.driver ?? 'a-driver'}`;

/** What a trace says about itself whose last event violates a property. */
export const aboutViolation = (property: Property, system: System) =>
  ({
    name: traceName(property, system),
    result: 'Sometimes',
    story: property.story,
    verdict: property,
  }) as const;

/** The trace of a run that violates a property with its last event. */
export const violationTrace = (system: System, run: readonly Event[], property: Property): Trace =>
  traceOf(system, run, aboutViolation(property, system));

/** The text of such a trace. A note behind each event explains it. */
export const traceText = (system: System, run: readonly Event[], property: Property): string =>
  printTrace(annotate(replay(violationTrace(system, run, property))));
