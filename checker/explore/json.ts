/** A random search as one JSON document, and the documents of all its shards read again. */
import { eventsOf } from '../../model/events.ts';
import { operationsOf } from '../../model/operations.ts';
import type { System } from '../../model/system.ts';
import type { Counts } from '../../properties/generators/index.ts';
import { Distinct, addCounts } from '../../properties/generators/index.ts';
import type { Property } from '../../properties/index.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { Complaint } from '../complaint.ts';
import { systemJson } from '../report/json.ts';
import { violationTrace } from '../report/trace-of.ts';
import { printStep } from '../trace/print.ts';
import { PART_NAMES, parseSystem, printPart } from '../trace/setup.ts';
import type { Exploration, Finding } from './conclude.ts';
import type { Explored } from './run.ts';
import type { SavedFailure } from './saved.ts';
import type { Settings } from './settings.ts';

function findingJson({ property, verdict, witnesses, violating, failure, chance }: Finding) {
  const counted = { name: property.name, verdict, witnesses, violatingRuns: violating };
  if (failure === undefined) {
    if (chance === undefined) return counted;
    const { known, of, runs, found, missed } = chance;
    return { ...counted, chance: { known, of, runs, found, missed } };
  }
  const { system, run, certificate, from } = failure;
  const { steps } = violationTrace(system, run, property);
  return {
    ...counted,
    ...(typeof from === 'string' ? { saved: from } : { run: from }),
    length: run.length,
    scope: printPart(system, 'scope'),
    trace: steps.map((step, i) => printStep(i + 1, step, system.scope)),
    certificate: certificate.kind,
  };
}

const base64 = (hashes: Float64Array): string =>
  Buffer.from(hashes.buffer, hashes.byteOffset, hashes.byteLength).toString('base64');

/** What a shard has to add to the others, number by number. */
function shardJson({ settings, explored, saved }: Exploration) {
  const { counts, hashes } = explored;
  return {
    index: settings.shard.index,
    count: settings.shard.count,
    counts: { ...counts, first: counts.first.map((run) => run ?? null) },
    hashes: base64(hashes),
    saved: saved.map(({ property, file, system, run, onTheWay }) => ({
      property: property.name,
      file,
      scope: printPart(system, 'scope'),
      run: run.map(({ index }) => index),
      onTheWay,
    })),
  };
}

/** The document of `youngcheck explore --json`: that of check, with what is random in `search`. */
export function explorationJson(exploration: Exploration) {
  const { system, settings, explored, findings } = exploration;
  const { seed, length, first, runs, bias, shard } = settings;
  const { counts, stopped, seconds } = explored;
  return {
    system: systemJson(system),
    search: {
      complete: stopped === undefined,
      ...(stopped === undefined ? {} : { stopped }),
      ...(exploration.cutShort ? { cutShort: true } : {}),
      random: true,
      seed,
      first,
      asked: runs,
      length,
      bias,
      runs: counts.runs,
      events: counts.events,
      distinctStates: exploration.distinctStates,
      distinctExact: exploration.distinctExact,
      ...(exploration.reachable === undefined ? {} : { reachableStates: exploration.reachable }),
      seconds,
    },
    properties: findings.map(findingJson),
    ...(shard.count === 1 ? {} : { shard: shardJson(exploration) }),
  };
}
type Document = ReturnType<typeof explorationJson>;

/** One shard, as its document tells. */
interface Part {
  readonly system: System;
  readonly properties: readonly Property[];
  readonly settings: Settings;
  readonly explored: Explored;
  readonly saved: readonly SavedFailure[];
}

export type Joined = Part;

function complain(file: string, what: string): Complaint {
  return new Complaint(`${file}: ${what}`, undefined, {
    hint: 'youngcheck explore --json --shard k/n writes what can be merged',
  });
}

/** Reads the document of a shard. */
export function readPart(text: string, file: string): Part {
  let document: Document;
  try {
    document = JSON.parse(text) as Document;
  } catch {
    throw complain(file, 'not one JSON document');
  }
  if (document?.search?.random !== true) throw complain(file, 'no document of explore --json');
  if (document.shard === undefined) throw complain(file, 'no shard, but a whole search');
  try {
    return partOf(document, document.shard);
  } catch (error) {
    if (error instanceof Complaint) throw error;
    throw complain(file, 'fields are missing, or are not what they should be');
  }
}

function propertyOf(name: string): Property {
  const property = PROPERTIES.find((known) => known.name === name);
  if (property === undefined) throw new Complaint(`unknown property '${name.slice(0, 60)}'`);
  return property;
}

function partOf(
  { system: parts, search, properties }: Document,
  shard: NonNullable<Document['shard']>,
): Part {
  const texts = PART_NAMES.map((part) => [part, (parts[part] as { text: string }).text] as const);
  const system = parseSystem(Object.fromEntries(texts));
  const named = properties.map(({ name }) => propertyOf(name));
  const bytes = Buffer.from(shard.hashes, 'base64');
  const counts = { ...shard.counts, first: shard.counts.first.map((run) => run ?? undefined) };
  const { seed, first, asked: runs, length, bias, seconds, stopped } = search;
  return {
    system,
    properties: named,
    settings: {
      seed,
      first,
      runs,
      length,
      bias,
      shard: { index: shard.index, count: shard.count },
    },
    explored: {
      counts,
      hashes: new Float64Array(new Uint8Array(bytes).buffer),
      ...(stopped === undefined ? {} : { stopped }),
      seconds,
    },
    saved: shard.saved.map(({ property, file, scope, run, onTheWay }) => {
      const judged = parseSystem({ ...Object.fromEntries(texts), scope });
      const possible = eventsOf(judged, operationsOf(judged));
      return {
        property: propertyOf(property),
        file,
        system: judged,
        run: run.map((place) => possible[place]),
        onTheWay,
      };
    }),
  };
}

/** Joins all shards of one search into the search that they are parts of. */
export function joinParts(
  parts: readonly { readonly file: string; readonly part: Part }[],
): Joined {
  const [{ part: one, file: first }] = parts;
  const same = ({ system, properties, settings }: Part) =>
    JSON.stringify([
      PART_NAMES.map((name) => printPart(system, name)),
      properties.map(({ name }) => name),
      { ...settings, shard: settings.shard.count },
    ]);
  for (const { file, part } of parts) {
    if (same(part) === same(one)) continue;
    throw complain(
      file,
      `not of the same search as ${first}: system, properties or settings differ`,
    );
  }
  const { count } = one.settings.shard;
  const seen = new Map<number, string>();
  for (const { file, part } of parts) {
    const { index } = part.settings.shard;
    const before = seen.get(index);
    if (before !== undefined) throw complain(file, `shard ${index + 1}/${count}, as is ${before}`);
    seen.set(index, file);
  }
  const missing = Array.from({ length: count }, (_, i) => i).filter((i) => !seen.has(i));
  if (missing.length > 0) {
    const names = missing.map((i) => `${i + 1}/${count}`).join(', ');
    throw complain(first, `not all shards are here: ${names} missing`);
  }
  const inOrder = parts
    .map(({ part }) => part)
    .toSorted((a, b) => a.settings.shard.index - b.settings.shard.index);
  return {
    ...one,
    settings: { ...one.settings, shard: { index: 0, count: 1 } },
    explored: joinExplored(inOrder.map(({ explored }) => explored)),
    saved: inOrder[0].saved,
  };
}

function joinExplored(parts: readonly Explored[]): Explored {
  const distinct = new Distinct();
  for (const { hashes } of parts) distinct.join(hashes);
  const counts = parts.map((part) => part.counts).reduce((a: Counts, b) => addCounts(a, b));
  const stopped = parts.find((part) => part.stopped !== undefined)?.stopped;
  return {
    counts,
    hashes: distinct.hashes(),
    ...(stopped === undefined ? {} : { stopped }),
    seconds: Math.max(...parts.map(({ seconds }) => seconds)),
  };
}
