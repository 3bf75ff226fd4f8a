/** The traces of the catalogue: what each claims, and the one text that proves its claim. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Property } from '../../../properties/index.ts';
import { PROPERTIES, propertiesFor } from '../../../properties/index.ts';
import { Complaint, didYouMean, quote } from '../../trace/complaint.ts';
import { TooLittleMemory } from '../../search/memory.ts';
import type { Pieces } from '../../search/progress.ts';
import { going } from '../../search/progress.ts';
import { Search } from '../../search/search.ts';
import { annotate } from '../../tell/explain.ts';
import { parseTrace } from '../../trace/parse.ts';
import { printTrace } from '../../trace/print.ts';
import { replay, traceOf } from '../../trace/replay.ts';
import type { Trace } from '../../trace/trace.ts';
import { readCatalogueFile } from './folder.ts';

const SUFFIX = '.trace';

/** The names of all traces in a folder, sorted. */
export function traceNames(folder: string): string[] {
  if (!existsSync(folder)) {
    const hint = '--folder DIR: the folder of the catalogue';
    throw new Complaint(`${folder}: no such folder`, undefined, { hint });
  }
  return readdirSync(folder)
    .filter((file) => file.endsWith(SUFFIX) && !file.startsWith('.'))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

export const traceFile = (name: string): string => `${name}${SUFFIX}`;

/** Reads a trace of the catalogue as its file has it. */
export function readCatalogueTrace(folder: string, name: string): Trace {
  const file = traceFile(name);
  return parseTrace(readCatalogueFile(folder, file, 'youngcheck promote --help'), file);
}

/**
 * The properties that a trace with the result Never is about. A paragraph of its own in the story
 * names them: `Never: no-stale-access, no-write-after-write-protect`.
 */
export function neverViolated(trace: Trace, file: string): Property[] {
  const label = /^Never:\s*/;
  const paragraph = trace.story?.split('\n\n').find((text) => label.test(text));
  if (paragraph === undefined) {
    throw new Complaint(`${file}: the story does not say what never happens`, undefined, {
      hint: "a paragraph 'Never: PROPERTY, PROPERTY' names what the search has to prove",
    });
  }
  const possible = propertiesFor(trace.system).map(({ name }) => name);
  return paragraph
    .replace(label, '')
    .split(/,\s*/)
    .map((written) => {
      const property = PROPERTIES.find(({ name }) => name === written);
      if (property !== undefined && possible.includes(written)) return property;
      const message = `${file}: Never: ${quote(written)} is no property of this system`;
      throw new Complaint(message + didYouMean(written, possible), undefined, { possible });
    });
}

/** What a trace says besides its events. */
function aboutOf({ name, result, story }: Trace) {
  return {
    ...(name === undefined ? {} : { name }),
    ...(result === undefined ? {} : { result }),
    ...(story === undefined ? {} : { story }),
  };
}

/**
 * The first shortest run that violates the property of the trace. Every shorter run is searched.
 */
function* shortest(trace: Trace, property: Property, file: string): Pieces<Trace> {
  const search = new Search(trace.system, [property]);
  // The search stops after the slice that finds the first violation, which is a shortest one.
  while (search.violation(property) === undefined && !search.run(0)) yield* searched(search);
  const run = search.violation(property);
  if (run === undefined) {
    insistFinished(search, file);
    throw new Complaint(`${file}: ${property.name} holds in this system`, undefined, {
      hint: "make it a trace that 'ends', with 'Result: Never', or take it out",
    });
  }
  const about = { result: 'Sometimes' as const, ...aboutOf(trace), verdict: property };
  return traceOf(trace.system, run, about);
}

const searched = (search: Search): Pieces<void> => going(0, search.size, search);

function insistFinished({ shortage }: Search, file: string): void {
  if (shortage !== undefined) throw new TooLittleMemory(`${file}: ${shortage}`);
}

/** Proves what a trace says will never happen. */
function* prove(trace: Trace, file: string): Pieces<void> {
  const properties = neverViolated(trace, file);
  const search = new Search(trace.system, properties);
  while (!search.runPiece()) yield* searched(search);
  insistFinished(search, file);
  for (const property of properties) {
    const run = search.violation(property);
    if (run !== undefined) {
      const message = `${file}: not Never: ${property.name} is violated in ${run.length} events`;
      throw new Complaint(message, undefined, { hint: 'youngcheck check --system FILE' });
    }
    if (search.witness(property) === undefined) {
      const { name, antecedent } = property;
      throw new Complaint(`${file}: ${name} is vacuous: there was never ${antecedent}`);
    }
  }
}

/**
 * The text that the file of a trace must have. A trace with Sometimes gets its own story and
 * system, and the shortest run with notes. A trace with Never gets its own events, replayed, and
 * the search proves it.
 */
export function* canonicalText(trace: Trace, file: string): Pieces<string> {
  if (trace.verdict !== 'ends') {
    return printTrace(annotate(replay(yield* shortest(trace, trace.verdict, file))));
  }
  if (trace.result !== 'Never') {
    throw new Complaint(`${file}: a trace that ends needs 'Result: Never'`);
  }
  yield* prove(trace, file);
  return printTrace(annotate(replay(trace)));
}

/** The path of the trace with this name. */
export const tracePath = (folder: string, name: string): string => join(folder, traceFile(name));
