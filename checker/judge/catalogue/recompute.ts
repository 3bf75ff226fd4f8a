/** Runs every search that the table needs, on all cores. */
import { availableParallelism } from 'node:os';
import { behaviourOf } from '../../../model/alike.ts';
import { MANY } from '../../../model/field.ts';
import { manyOf } from '../../../model/many.ts';
import type { System } from '../../../model/system.ts';
import type { Property } from '../../../properties/index.ts';
import type { Effort, Expected } from './expected.ts';
import { searchesOf } from './expected.ts';
import { threadsThatFit } from '../../search/machine-memory.ts';
import { processMemory } from '../../search/memory.ts';
import { Pool } from '../../search/pool.ts';
import type { Progress } from '../../search/progress.ts';
import { Interrupted } from '../../search/progress.ts';
import type { TableSystem } from './matrix.ts';
import type { TableLine } from './table.ts';
import type { Reply, Request, Settings } from './worker.ts';

/** One search, and every line of the table that it answers. */
interface Task {
  readonly request: Request;
  readonly answers: { readonly entry: TableSystem; readonly properties: readonly Property[] }[];
  readonly cost: number;
}

/** The searches that the entries need. */
function tasksOf(entries: readonly TableSystem[], effort: Effort): Task[] {
  const tasks = new Map<string, Task>();
  for (const entry of entries) {
    const { scope } = entry.system;
    const behaviour = likenessOf(entry.system, effort);
    for (const properties of groupsOf(entry)) {
      const names = properties.map(({ name }) => name);
      const key = JSON.stringify([behaviour, names]);
      const known = tasks.get(key);
      if (known !== undefined) {
        known.answers.push({ entry, properties });
        continue;
      }
      const system = { ...entry.system, names: {} };
      const request = { system, properties: names, effort };
      tasks.set(key, {
        request,
        answers: [{ entry, properties }],
        cost: costOf(properties, scope),
      });
    }
  }
  return [...tasks.values()].sort((a, b) => b.cost - a.cost);
}

/** A text. Systems with the same one share their searches, as they behave alike. */
function likenessOf(system: System, effort: Effort): string {
  if (effort === 'least' && manyOf(system).length === 0) return behaviourOf(system);
  const { kernel, driver, hardware, scope } = system;
  return JSON.stringify([kernel, driver, hardware, scope]);
}

/** Properties that are judged together. With `many` the searches are chosen for all of them. */
const groupsOf = ({ system, properties }: TableSystem): (readonly Property[])[] =>
  manyOf(system).length > 0 ? [properties] : searchesOf(properties);

/**
 * Estimates the size of a search, first by pages and then by ghosts. Large ones begin first, so
 * that no large one runs alone at the end.
 */
const costOf = (
  [property]: readonly Property[],
  { pages, granularity }: TableSystem['system']['scope'],
): number =>
  (pages === MANY ? Number(granularity === 'fine') : 10 * pages) + property.ghosts.length;

/**
 * The table's rows for these entries, in their order. If told to stop, it returns the rows that it
 * has. A search that lacked memory gives no row, and the memory of this process says so.
 */
export async function recompute(
  entries: readonly TableSystem[],
  progress: Progress = () => {},
  { effort = 'least', stop }: { effort?: Effort; stop?: AbortSignal } = {},
): Promise<TableLine[]> {
  const queue = tasksOf(entries, effort);
  const all = queue.length;
  const found = new Map<TableSystem, Map<Property, Expected>>(
    entries.map((entry) => [entry, new Map()]),
  );
  let done = 0;
  const take = ({ answers }: Task, answer: Reply) => {
    progress(++done, all);
    if ('shortage' in answer) {
      processMemory().shortage = answer.shortage;
      return;
    }
    for (const { entry, properties } of answers) {
      for (const [i, property] of properties.entries()) found.get(entry)!.set(property, answer[i]);
    }
  };
  const settings: Settings = { memory: processMemory().set };
  const threads = threadsThatFit(Math.min(availableParallelism(), all));
  const pool = new Pool<Request, Reply>('checker/judge/catalogue/worker', settings, threads, stop);
  const work = queue.map(async (task) => take(task, await pool.ask(task.request)));
  try {
    await Promise.all(work);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    await pool.end();
  }
  return entries.flatMap((entry) =>
    entry.properties.flatMap((property) => {
      const expected = found.get(entry)!.get(property);
      return expected === undefined ? [] : [{ key: [...entry.names, property.name], ...expected }];
    }),
  );
}
