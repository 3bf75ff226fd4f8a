/** Prints a random search as one JSON document. Documents of shards can be merged (shards.ts). */
import { notAskedJson } from '../tell/not-asked-text.ts';
import { systemJson } from '../tell/verdict-json.ts';
import { violationTrace } from '../tell/trace-of.ts';
import { printStep } from '../trace/print.ts';
import { printPart } from '../trace/setup.ts';
import { CONFIDENCE } from './binomial.ts';
import type { Coverage } from './counted.ts';
import type { Exploration, Finding } from './conclude.ts';
import { versionOfPackage } from '../trace/package.ts';

function findingJson({ property, verdict, witnesses, violating, failure, chance }: Finding) {
  const counted = { name: property.name, verdict, witnesses, violatingRuns: violating };
  if (failure === undefined) {
    if (chance === undefined) return counted;
    const { property: _, ...measured } = chance;
    return { ...counted, chance: { ...measured, confidence: CONFIDENCE } };
  }
  const { system, run, certificate, from, path, beginnings } = failure;
  const { steps } = violationTrace(system, run, property);
  return {
    ...counted,
    ...(typeof from === 'string' ? { saved: from } : { run: from, path }),
    ...(beginnings === '' ? {} : { beginnings }),
    length: run.length,
    scope: printPart(system, 'scope'),
    trace: steps.map((step, i) => printStep(i + 1, step, system.scope)),
    certificate: certificate.kind,
  };
}

const base64 = (hashes: Float64Array): string =>
  Buffer.from(hashes.buffer, hashes.byteOffset, hashes.byteLength).toString('base64');

/** The numbers that a shard adds to those of the others. */
function shardJson({ system, settings, explored, saved }: Exploration) {
  const { counts, hashes } = explored;
  return {
    version: versionOfPackage(),
    index: settings.shard.index,
    count: settings.shard.count,
    names: system.names,
    counts: { ...counts, first: counts.first.map((run) => run ?? null) },
    hashes: base64(hashes),
    saved: saved.map(({ property, file, system: judged, run, onTheWay }) => ({
      property: property.name,
      file,
      scope: printPart(judged, 'scope'),
      run: run.map(({ index }) => index),
      onTheWay,
    })),
  };
}

/**
 * The document of `youngcheck explore --json`. It is like that of check; `search` has the settings
 * and counts of the random search.
 */
export function explorationJson(exploration: Exploration, coverage?: Coverage) {
  const { system, settings, explored, findings } = exploration;
  const { seed, length, first, runs, bias, beginnings, shard } = settings;
  const { counts, stopped, seconds, learned } = explored;
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
      ...(beginnings === '' ? {} : { beginnings }),
      ...(learned === undefined ? {} : { learned }),
      runs: counts.runs,
      events: counts.events,
      distinctStates: exploration.distinctStates,
      distinctExact: exploration.distinctExact,
      ...(exploration.reachable === undefined ? {} : { reachableStates: exploration.reachable }),
      seconds,
    },
    properties: findings.map(findingJson),
    ...(coverage === undefined ? {} : { coverage }),
    ...notAskedJson(system, exploration.properties),
    ...(shard.count === 1 ? {} : { shard: shardJson(exploration) }),
  };
}
export type Document = ReturnType<typeof explorationJson>;
