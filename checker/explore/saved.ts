/** Saved traces: tried before anything random, and added to. */
import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { Complaint } from '../trace/complaint.ts';
import { traceName, violationTrace } from '../tell/trace-of.ts';
import { within } from './scope.ts';
import { Trial } from './trial.ts';
import { annotate } from '../tell/explain.ts';
import { parseTrace } from '../trace/parse.ts';
import { printTrace } from '../trace/print.ts';
import { replay } from '../trace/replay.ts';
import type { Trace } from '../trace/trace.ts';

/** The folder that is looked into, and added to, unless another is named. */
export const EXAMPLES = 'counterexamples';

/** What the file system calls the error; undefined if it is none of its own. */
const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

export interface SavedTrace {
  readonly file: string;
  readonly trace: Trace;
}

/**
 * The traces of a folder, by name; what is no file, cannot be read or does not parse is another
 * tool's to complain about.
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

/** The same kernel, driver, hardware and granularity; the scope of a saved trace is a small one. */
export function sameSystem(a: System, b: System): boolean {
  const essence = ({ kernel, driver, hardware, scope }: System) =>
    JSON.stringify([sorted(kernel), sorted(driver), sorted(hardware), scope.granularity]);
  return essence(a) === essence(b);
}

const sorted = (part: object) => Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1));

export interface SavedFailure {
  readonly property: Property;
  readonly file: string;
  /** The system at hand; or the same in the trace's own scope, where the run needs that. */
  readonly system: System;
  /** Events of this system. */
  readonly run: readonly Event[];
  /** The trace goes on, and violates another property. */
  readonly onTheWay: boolean;
}

/**
 * For each property the first saved trace of the system that violates it, here and now. Those that
 * were saved for the property come first.
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
 * What a trace violates in the system at hand. A scope that is larger than the trace's may need
 * more events of it, as CPUs need an operation to flush their TLBs; then it is judged in its own.
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

/** What makes two traces the same: the system, the events and the verdict, not the words. */
function essenceOf({ system, steps, verdict }: Trace): string {
  const plain: Trace = { system, steps: steps.map(({ event }) => ({ event })), verdict };
  return printTrace(plain);
}

/**
 * Saves the trace of a run under a name that is free. Returns the file, and whether it is new: a
 * trace that is there already, under whatever name, is left as it is. `story`: in other words than
 * the property's.
 */
export function saveTrace(
  folder: string,
  system: System,
  run: readonly Event[],
  property: Property,
  story = property.story,
): { readonly file: string; readonly isNew: boolean } {
  const trace: Trace = { ...violationTrace(system, run, property), story };
  const same = readSaved(folder).find((saved) => essenceOf(saved.trace) === essenceOf(trace));
  if (same !== undefined) return { file: same.file, isNew: false };
  try {
    makeFolder(folder);
    for (let number = 1; ; number++) {
      const name = traceName(property, system) + (number === 1 ? '' : `-${number}`);
      const file = join(folder, `${name}.trace`);
      if (create(file, printTrace(annotate(replay({ ...trace, name }))))) {
        return { file, isNew: true };
      }
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new Complaint(`${folder}: the trace cannot be saved (${code})`);
  }
}

/** A folder and those above it. With `recursive` node tries for ever where none can be made. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  mkdirSync(folder);
}

/** Puts a file there whole, or not at all. False if there is one of that name. */
function create(file: string, text: string): boolean {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  try {
    // A link, unlike a rename, never replaces what is there.
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}
