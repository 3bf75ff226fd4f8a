/**
 * What random runs covered. Events and antecedents are counted in all runs. The steps of programs,
 * what the rules did, the lengths and how the number of distinct states grew come from a sample.
 */
import type { Did } from '../../model/did.ts';
import type { Event } from '../../model/events.ts';
import { eventsOf, operationsOf } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import { Distinct } from '../../properties/generators/index.ts';
import { ghostsOf } from '../../properties/index.ts';
import type { Pieces } from '../search/progress.ts';
import { going } from '../search/progress.ts';
import { ChunkRunner } from './chunk.ts';
import type { Exploration } from './conclude.ts';
import type { Counted, Coverage, Tallied } from './counted.ts';
import { COUNTED } from './counted.ts';

/** How many runs the sample has, and how many events at most. */
const SAMPLE_RUNS = 256;
const SAMPLE_EVENTS = 50_000;

/** Counts by name, in the order in which the names came first. */
class Tallies {
  private readonly counts = new Map<string, number>();

  add(name: string, count = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + count);
  }

  get all(): Tallied[] {
    return [...this.counts].map(([name, count]) => ({ name, count }));
  }
}

const mostFirst = (tallies: Tallies): Tallied[] =>
  tallies.all.toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));

/** The name of what a rule did. */
function ruleName(did: Did): string {
  const cache = 'cache' in did ? ` ${did.cache}` : '';
  const walk = did.what === 'walk' ? ` by ${did.by}` : '';
  const fault = did.what === 'walk' && did.fault !== undefined ? `, ${did.fault}` : '';
  return `${did.what}${cache}${walk}${fault}`;
}

/** The events and antecedents of all runs. */
function ofAllRuns({ system, properties, explored }: Exploration) {
  const { byEvent, witnesses } = explored.counts;
  const event = new Tallies();
  for (const { actor, verb, index } of eventsOf(system, operationsOf(system))) {
    event.add(`${actor}: ${verb}`, byEvent[index]);
  }
  const antecedent = properties.map(({ name }, i) => ({ name, count: witnesses[i] }));
  return { event: event.all, antecedent };
}

/** Sums up what a search covered, in pieces. The sample is the first runs of the search. */
export function* covering(exploration: Exploration): Pieces<Coverage> {
  const { system, properties, settings } = exploration;
  const runner = new ChunkRunner(system, properties, { ...settings, learn: false });
  const model = new Model(system, ghostsOf(properties));
  const [step, rule] = [new Tallies(), new Tallies()];
  const byLength = new Map<number, number>();
  const states: Tallied[] = [];
  const distinct = new Distinct();
  distinct.visit(model.initial);
  const fitting = Math.ceil(SAMPLE_EVENTS / settings.length);
  const runs = Math.min(SAMPLE_RUNS, fitting, exploration.explored.counts.runs);
  let [events, next] = [0, 1];
  for (let run = 0; run < runs; run++) {
    yield* going(run, runs);
    const made = runner.runOf(settings.first + run).events;
    byLength.set(made.length, (byLength.get(made.length) ?? 0) + 1);
    follow(model, made, distinct, (did) => {
      if (did.what === 'step') step.add(`${did.operation}: ${did.step}`);
      else rule.add(ruleName(did));
    });
    events += made.length;
    if (run + 1 < next && run + 1 < runs) continue;
    states.push({ name: String(events), count: distinct.size() });
    next *= 2;
  }
  const length = [...byLength]
    .toSorted(([a], [b]) => a - b)
    .map(([of, count]) => ({ name: String(of), count }));
  return {
    ...ofAllRuns(exploration),
    step: mostFirst(step),
    rule: mostFirst(rule),
    length,
    states,
  };
}

/** Makes a run happen, and passes on what each event did. */
function follow(
  model: Model,
  run: readonly Event[],
  distinct: Distinct,
  note: (did: Did) => void,
): void {
  let state = model.initial;
  for (const event of run) {
    for (const did of model.did(state, model.events[event.index])) note(did);
    state = model.step(state, model.events[event.index])!.state;
    distinct.visit(state);
  }
}

const grouped = (count: number): string => count.toLocaleString('en');

/** Prints one table. Counts of things that share a whole have their share beside them. */
function tableText(kind: Counted, rows: readonly Tallied[], whole: number | undefined): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const share = (count: number) =>
    whole === undefined || whole === 0
      ? ''
      : `  ${((100 * count) / whole).toFixed(1).padStart(5)} %`;
  const lines = rows.map(
    ({ name, count }) => `  ${name.padEnd(width)}  ${grouped(count).padStart(13)}${share(count)}`,
  );
  return [`${COUNTED[kind]}:`, ...lines].join('\n');
}

/** Prints all tables. */
export function coverageText(coverage: Coverage): string {
  const events = coverage.event.reduce((sum, { count }) => sum + count, 0);
  const kinds = Object.keys(COUNTED) as Counted[];
  return kinds
    .filter((kind) => coverage[kind].length > 0)
    .map((kind) => {
      const hasShares = kind === 'event' || kind === 'antecedent';
      return tableText(kind, coverage[kind], hasShares ? events : undefined);
    })
    .join('\n\n');
}

/** Prints it as JSON lines: one object for each thing that was counted. */
export function coverageLines(coverage: Coverage): string {
  const kinds = Object.keys(COUNTED) as Counted[];
  const lines = kinds.flatMap((kind) =>
    coverage[kind].map(({ name, count }) => JSON.stringify({ kind, name, count })),
  );
  return lines.map((line) => `${line}\n`).join('');
}
