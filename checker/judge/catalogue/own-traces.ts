/** The traces of a user's own catalogue: one for each system and each property that it violates. */
import { manyOf } from '../../../model/many.ts';
import type { Property } from '../../../properties/index.ts';
import { Complaint, quote } from '../../trace/complaint.ts';
import type { Pieces } from '../../search/progress.ts';
import type { Trace } from '../../trace/trace.ts';
import { OF_THE_KERNEL } from '../default-scopes.ts';
import { canonicalText, readCatalogueTrace, traceFile, traceNames } from './catalogue.ts';
import type { TableSystem } from './matrix.ts';
import { ORDER } from './readme.ts';
import { ownEntries, ownSystem, systemNames } from './own.ts';
import type { TableLine } from './table.ts';

/** The system of the folder that a trace DEFECT+NAME is about, if it is there. */
export const systemOfTrace = (trace: string, systems: readonly string[]): string | undefined =>
  systems.find((name) => name === trace.slice(trace.indexOf('+') + 1));

/**
 * A trace with the system that its name says, as the file of that system is now. The scope is that
 * of the trace. A trace spells its system out, so that it can be read without the folder.
 */
export function withOwnSystem(folder: string, trace: Trace): Trace {
  const name = trace.name && systemOfTrace(trace.name, systemNames(folder));
  if (name === undefined) return trace;
  const { kernel, driver, hardware, names } = ownSystem(folder, name);
  const { scope } = trace.system;
  const { scope: scopeName } = trace.system.names;
  const { scope: _, ...others } = names;
  const kept = scopeName === undefined ? others : { ...others, scope: scopeName };
  return { ...trace, system: { kernel, driver, hardware, scope, names: kept } };
}

/** A system and a property that it violates. */
interface Violated {
  readonly name: string;
  readonly entry: TableSystem;
  readonly property: Property;
}

/** What is violated, each in the first scope in which it is. A trace needs numbers. */
function violatedIn(folder: string, rows: readonly TableLine[]): Map<string, Violated> {
  const systems = systemNames(folder);
  const violated = new Set(
    rows.filter(({ verdict }) => verdict.startsWith('Sometimes')).map(({ key }) => key.join(' ')),
  );
  const found = new Map<string, Violated>();
  for (const entry of ownEntries(folder, 'VERDICTS')) {
    if (manyOf(entry.system).length > 0) continue;
    const system = systems.find((name) => entry.names.includes(name))!;
    for (const property of entry.properties) {
      // What the kernel accepts, whatever the driver does, would be a trace of every system.
      if (OF_THE_KERNEL.includes(property.name)) continue;
      const name = `${property.defect}+${system}`;
      if (found.has(name) || !violated.has([...entry.names, property.name].join(' '))) continue;
      found.set(name, { name, entry, property });
    }
  }
  return found;
}

const newTrace = ({ name, entry, property }: Violated): Trace => ({
  name,
  result: 'Sometimes',
  story: property.story,
  system: entry.system,
  steps: [],
  verdict: property,
});

/**
 * A trace that is there, in its own scope if it still happens there. Otherwise it takes the first
 * scope in which it does.
 */
function* renewed(folder: string, name: string, known: Violated | undefined): Pieces<string> {
  const file = traceFile(name);
  const trace = withOwnSystem(folder, readCatalogueTrace(folder, name));
  try {
    return yield* canonicalText(trace, file);
  } catch (error) {
    if (!(error instanceof Complaint) || trace.verdict === 'ends') throw error;
    if (known?.property === trace.verdict) {
      return yield* canonicalText({ ...trace, system: known.entry.system }, file);
    }
    const system = systemOfTrace(name, systemNames(folder));
    if (system === undefined) throw error;
    const message = `${file}: ${quote(system)} no longer violates ${trace.verdict.name}`;
    const hint = `remove the file, and its name from ${ORDER}; VERDICTS keeps the proof`;
    throw new Complaint(message, undefined, { hint });
  }
}

/**
 * The texts of all traces of the folder by their names: those that are there, and those that its
 * table has and the folder lacks.
 */
export function* ownTraces(
  folder: string,
  rows: readonly TableLine[],
): Pieces<Map<string, string>> {
  const violated = violatedIn(folder, rows);
  const there = traceNames(folder);
  const lacking = [...violated.values()].filter(({ name }) => !there.includes(name));
  const texts = new Map<string, string>();
  for (const name of there) texts.set(name, yield* renewed(folder, name, violated.get(name)));
  for (const each of lacking) {
    texts.set(each.name, yield* canonicalText(newTrace(each), traceFile(each.name)));
  }
  return texts;
}
