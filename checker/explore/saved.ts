/**
 * Reads and writes saved traces. They are tried before any random run, and new failures are added.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { sweep } from '../files/temporary.ts';
import { createFile, makeFolder } from '../files/write.ts';
import { Complaint } from '../trace/complaint.ts';
import { traceName, violationTrace } from '../tell/trace-of.ts';
import { within } from './scope.ts';
import { Trial } from './trial.ts';
import { annotate } from '../tell/explain.ts';
import { parseTrace } from '../trace/parse.ts';
import { printTrace } from '../trace/print.ts';
import { replay } from '../trace/replay.ts';
import type { Trace } from '../trace/trace.ts';

/** The folder that is read and written unless another is named. */
export const EXAMPLES = 'counterexamples';

/** The error code of the file system; undefined if the error is of another kind. */
const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

export interface SavedTrace {
  readonly file: string;
  readonly trace: Trace;
}

/**
 * Reads the traces of a folder, by name. Files that cannot be read or parsed are skipped; other
 * commands complain about them.
 */
export function readSaved(folder: string): SavedTrace[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw new Complaint(`${folder}: cannot be read as a folder of traces`);
  }
  return names
    .filter((name) => name.endsWith('.trace'))
    .toSorted()
    .map((name) => join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
    .flatMap((file) => {
      try {
        return [{ file, trace: parseTrace(readFileSync(file, 'utf8'), file) }];
      } catch (error) {
        if (error instanceof Complaint || codeOf(error) !== undefined) return [];
        throw error;
      }
    });
}

/**
 * Whether two systems have the same kernel, driver, hardware and granularity. A saved trace has a
 * small scope, which is not compared.
 */
export function sameSystem(a: System, b: System): boolean {
  const essence = ({ kernel, driver, hardware, scope }: System) =>
    JSON.stringify([sorted(kernel), sorted(driver), sorted(hardware), scope.granularity]);
  return essence(a) === essence(b);
}

const sorted = (part: object) => Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1));

export interface SavedFailure {
  readonly property: Property;
  readonly file: string;
  /** The system of this search. If the run needs it, the system in the trace's own scope. */
  readonly system: System;
  /** Events of this system. */
  readonly run: readonly Event[];
  /** The trace violates the property on the way, and goes on to violate another one. */
  readonly onTheWay: boolean;
}

/**
 * Finds for each property the first saved trace of the system that violates it now. Traces that
 * were saved for that property come first.
 */
export function savedFailures(
  system: System,
  properties: readonly Property[],
  saved: readonly SavedTrace[],
): SavedFailure[] {
  const usable = saved.filter(({ trace }) => sameSystem(trace.system, system));
  if (usable.length === 0) return [];
  return properties.flatMap((property) => {
    const own = usable.filter(({ trace }) => trace.verdict === property);
    for (const { file, trace } of new Set([...own, ...usable])) {
      const found = violatedIn(system, property, trace);
      if (found === undefined) continue;
      return [{ property, file, ...found, onTheWay: trace.verdict !== property }];
    }
    return [];
  });
}

/**
 * Runs a trace in the system of this search. A larger scope may need more events, as CPUs need an
 * operation to flush their TLBs. Then the trace is judged in its own scope.
 */
function violatedIn(system: System, property: Property, trace: Trace) {
  const events = trace.steps.map(({ event }) => event);
  const own = within(trace.system.scope, system.scope) ? [trace.system] : [];
  for (const judged of [system, ...own].filter((candidate) => property.applies(candidate))) {
    const trial = new Trial(judged, property);
    const run = trial.violating(trial.places(events));
    if (run !== undefined) return { system: judged, run: trial.events(run) };
  }
  return undefined;
}

/** What makes two traces the same: the system, the events and the verdict, but not the words. */
function essenceOf({ system, steps, verdict }: Trace): string {
  const plain: Trace = { system, steps: steps.map(({ event }) => ({ event })), verdict };
  return printTrace(plain);
}

/**
 * Saves the trace of a run under a name that is free. Returns the file, and whether it is new. An
 * equal trace that is already there under any name is left as it is. `story` replaces the
 * property's sentence.
 */
export async function saveTrace(
  folder: string,
  system: System,
  run: readonly Event[],
  property: Property,
  story = property.story,
): Promise<{ readonly file: string; readonly isNew: boolean }> {
  const trace: Trace = { ...violationTrace(system, run, property), story };
  const same = readSaved(folder).find((saved) => essenceOf(saved.trace) === essenceOf(trace));
  if (same !== undefined) {
    sweep(folder);
    return { file: same.file, isNew: false };
  }
  makeFolder(folder);
  for (let number = 1; ; number++) {
    const name = traceName(property, system) + (number === 1 ? '' : `-${number}`);
    const file = join(folder, `${name}.trace`);
    if (await createFile(file, printTrace(annotate(replay({ ...trace, name }))))) {
      return { file, isNew: true };
    }
  }
}
