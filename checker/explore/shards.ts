/** Reads the documents of all shards of one random search, and joins them. */
import { eventsOf } from '../../model/events.ts';
import { operationsOf } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { Bias, Counts } from '../../properties/generators/index.ts';
import { DEFAULT_BIAS, Distinct, addCounts } from '../../properties/generators/index.ts';
import type { Property } from '../../properties/index.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { Complaint, quote } from '../trace/complaint.ts';
import { Trial } from './trial.ts';
import { PART_NAMES, PRESETS, parseSystem, printPart } from '../trace/setup.ts';
import { ChunkRunner } from './chunk.ts';
import type { Document } from './exploration-json.ts';
import type { Explored } from './random-search.ts';
import type { SavedFailure } from './saved.ts';
import type { Settings } from './settings.ts';
import { SEEDS, runsOf } from './settings.ts';
import { versionOfPackage } from '../trace/package.ts';

/** One shard, as read from its document. */
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
  const { shard } = document;
  if (shard === undefined) throw complain(file, 'this is a whole search, not a shard');
  const version = versionOfPackage();
  if (shard?.version !== version) {
    const from = quote(String(shard?.version));
    throw complain(file, `made by version ${from}, whose runs differ from those of ${version}`);
  }
  try {
    return partOf(document, shard);
  } catch (error) {
    if (error instanceof Complaint) throw error;
    throw complain(file, 'fields are missing, or are not what they should be');
  }
}

function propertyOf(name: string): Property {
  const property = PROPERTIES.find((known) => known.name === name);
  if (property === undefined) throw new Complaint(`unknown property ${quote(name)}`);
  return property;
}

/** Throws an error without a place. The caller adds the name of the file. */
function insist(isSo: boolean): asserts isSo {
  if (!isSo) throw new TypeError();
}

function wholeNumber(value: number, least = 0, most = Number.MAX_SAFE_INTEGER): number {
  insist(Number.isSafeInteger(value) && value >= least && value <= most);
  return value;
}

function wholeNumbers(values: readonly number[], length: number): number[] {
  insist(values.length === length);
  return values.map((value) => wholeNumber(value));
}

function partOf(document: Document, shard: NonNullable<Document['shard']>): Part {
  const texts = Object.fromEntries(
    PART_NAMES.map((name) => [name, (document.system[name] as { text: string }).text] as const),
  );
  const parsed = parseSystem(texts);
  // The document gives the text of a scope field by field.
  const scope = PRESETS.scope.find(({ name }) => name === shard.names.scope)?.name;
  const system = scope === undefined ? parsed : { ...parsed, names: { ...parsed.names, scope } };
  const properties = document.properties.map(({ name }) => propertyOf(name));
  const settings = settingsIn(document, shard);
  return {
    system,
    properties,
    settings,
    explored: exploredIn(document, shard, { system, properties, settings }),
    saved: shard.saved.map(({ property, file, scope: own, run, onTheWay }) => {
      const judged = parseSystem({ ...texts, scope: own });
      const events = eventsOf(judged, operationsOf(judged));
      return {
        property: propertyOf(property),
        file: String(file),
        system: judged,
        run: run.map((place) => events[wholeNumber(place, 0, events.length - 1)]),
        onTheWay: onTheWay === true,
      };
    }),
  };
}

function settingsIn({ search }: Document, shard: NonNullable<Document['shard']>): Settings {
  const count = wholeNumber(shard.count, 2);
  const names = Object.keys(DEFAULT_BIAS) as (keyof Bias)[];
  insist(names.every((name) => search.bias[name] >= 0 && search.bias[name] <= 1));
  return {
    seed: wholeNumber(search.seed, SEEDS.least, SEEDS.most),
    first: wholeNumber(search.first),
    runs: wholeNumber(search.asked),
    length: wholeNumber(search.length, 1),
    bias: search.bias,
    beginnings: String(search.beginnings ?? ''),
    learn: false,
    shard: { index: wholeNumber(shard.index, 0, count - 1), count },
  };
}

function exploredIn(
  { search: { stopped, seconds } }: Document,
  { counts, hashes }: NonNullable<Document['shard']>,
  { system, properties, settings }: Pick<Part, 'system' | 'properties' | 'settings'>,
): Explored {
  const all = runsOf(settings);
  const runs = wholeNumber(counts.runs, stopped === undefined ? all : 0, all);
  const events = eventsOf(system, operationsOf(system));
  const violating = wholeNumbers(counts.violating, properties.length);
  insist(counts.first.length === properties.length);
  const first = counts.first.map((run) => (run === null ? undefined : wholeNumber(run)));
  insist(violating.every((n, i) => n <= runs && n > 0 === (first[i] !== undefined)));
  const kept = new Float64Array(new Uint8Array(Buffer.from(hashes, 'base64')).buffer);
  insist(kept.every(Number.isSafeInteger) && Number.isFinite(seconds));
  insist(stopped === undefined || stopped === 'time-limit' || stopped === 'interrupted');
  return {
    counts: {
      runs,
      events: wholeNumber(counts.events),
      byEvent: wholeNumbers(counts.byEvent, events.length),
      witnesses: wholeNumbers(counts.witnesses, properties.length),
      violating,
      first,
    },
    hashes: kept,
    ...(stopped === undefined ? {} : { stopped }),
    seconds,
  };
}

/** A part, and the file from which it was read. */
interface Read {
  readonly file: string;
  readonly part: Part;
}

/** Joins all shards of one search into the whole search. */
export function joinParts(parts: readonly Read[]): Joined {
  const [{ part: one, file: first }] = parts;
  for (const { file, part } of parts) {
    if (searchOf(part) !== searchOf(one)) {
      const what = 'system, properties or settings differ';
      throw complain(file, `not of the same search as ${first}: ${what}`);
    }
  }
  checkComplete(parts, one.settings.shard.count);
  parts.forEach(checkFailures);
  const inOrder = parts
    .map(({ part }) => part)
    .toSorted((a, b) => a.settings.shard.index - b.settings.shard.index);
  return {
    ...one,
    settings: { ...one.settings, shard: { index: 0, count: 1 } },
    explored: joinExplored(inOrder.map(({ explored }) => explored)),
    saved: inOrder
      .flatMap(({ saved }) => saved)
      .toSorted((a, b) => Number(a.onTheWay) - Number(b.onTheWay)),
  };
}

/** What all shards of a search have in common. */
const searchOf = ({ system, properties, settings }: Part): string =>
  JSON.stringify([
    PART_NAMES.map((name) => printPart(system, name)),
    properties.map(({ name }) => name),
    { ...settings, shard: settings.shard.count },
  ]);

function checkComplete(parts: readonly Read[], count: number): void {
  const seen = new Map<number, string>();
  for (const { file, part } of parts) {
    const { index } = part.settings.shard;
    const before = seen.get(index);
    if (before !== undefined) throw complain(file, `shard ${index + 1}/${count}, as is ${before}`);
    seen.set(index, file);
  }
  const missing = Array.from({ length: count }, (_, i) => i).filter((i) => !seen.has(i));
  if (missing.length === 0) return;
  const names = missing.map((i) => `${i + 1}/${count}`).join(', ');
  throw complain(parts[0].file, `not all shards are here: ${names} missing`);
}

/**
 * Checks that each violating run does violate its property. If it does not, another state of the
 * model made it.
 */
function checkFailures({ file, part }: Read): void {
  const { system, properties, settings, explored, saved } = part;
  const runner = new ChunkRunner(system, properties, settings);
  const runs = properties.flatMap((property, i) => {
    const first = explored.counts.first[i];
    if (first === undefined) return [];
    return [{ property, system, run: runner.runOf(first).events, what: `run ${first}` }];
  });
  const traces = saved.map((failure) => ({ ...failure, what: failure.file }));
  for (const { property, system: judged, run, what } of [...runs, ...traces]) {
    const trial = new Trial(judged, property);
    if (trial.violating(trial.places(run)) !== undefined) continue;
    throw complain(file, `${what} does not violate ${property.name} here`);
  }
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
