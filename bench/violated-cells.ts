/**
 * The violated lines of VERDICTS, each with its shortest trace, and the runs that show them. Many
 * lines have the same events on the same programs, so that one run stands for all of these.
 */
import { createHash } from 'node:crypto';
import { behaviourOf } from '../model/alike.ts';
import { entries } from '../checker/judge/catalogue/matrix.ts';
import type { TableSystem } from '../checker/judge/catalogue/matrix.ts';
import { catalogueFolder, readCatalogueFile } from '../checker/judge/catalogue/folder.ts';
import { parseTable } from '../checker/judge/catalogue/table.ts';
import type { Plan } from '../checker/reproduce/plan.ts';
import { planOf } from '../checker/reproduce/plan.ts';
import { programText } from '../checker/reproduce/program.ts';
import { Checking } from '../checker/search/checking.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import type { Replay } from '../checker/trace/replay.ts';
import { follow } from '../checker/trace/replay.ts';

const TABLE = 'VERDICTS';

/** A violated line: its names, and the run that violates its property. */
export interface Cell {
  readonly key: readonly string[];
  readonly replay: Replay;
}

/** How many events the shortest trace of each violated line has, by the names of the line. */
function lengths(): Map<string, number> {
  const text = readCatalogueFile(catalogueFolder(), TABLE, `youngcheck promote ${TABLE}`);
  const violated = parseTable(text, TABLE).filter(({ verdict }) => verdict.startsWith('Sometimes'));
  return new Map(
    violated.map(({ key, verdict }) => [key.join(' '), Number(verdict.split(' ').at(-1))]),
  );
}

/** The violated lines of a system. The search certifies that no trace is shorter. */
function cellsOf({ names, system, properties }: TableSystem, known: Map<string, number>): Cell[] {
  const keyOf = ({ name }: { readonly name: string }): string[] => [...names, name];
  const asked = properties.filter((property) => known.has(keyOf(property).join(' ')));
  if (asked.length === 0) return [];
  const checking = new Checking(system, asked);
  checking.run();
  return checking.result().verdicts.map(({ property, run = [] }) => {
    const key = keyOf(property);
    if (run.length !== known.get(key.join(' '))) {
      throw new Error(`${key.join(' ')}: the search finds ${run.length} events: promote ${TABLE}`);
    }
    return { key, replay: follow(system, run, { verdict: property }) };
  });
}

export function violatedCells(): Cell[] {
  const known = lengths();
  return entries().flatMap((entry) => cellsOf(entry, known));
}

/** A run that shows some cells: one program on one kernel. */
export interface CellRun {
  /** It is the same in every version that drives the same events in the same way. */
  readonly id: string;
  /** What its log is held against: a plan for each trace with a system of its own. */
  readonly plans: readonly Plan[];
  readonly cells: readonly Cell[];
}

/** Cells that are not driven, for one reason. */
export interface Undriven {
  readonly why: string;
  readonly cells: readonly Cell[];
}

/** A plan, or why there is none. */
export function plannedOf(replay: Replay): Plan | string {
  try {
    return planOf(replay);
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    return [error.message, error.advice.possible?.[0] ?? []].flat().join(': ');
  }
}

/** What makes two runs the same: the kernel, and the program, which names the answers as well. */
function idOf(plan: Plan): string {
  const all = [plan.bootable, programText(plan)];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 10);
}

/** Adds a plan to others, unless one of them is given the same to judge by. */
function withPlan(plans: readonly Plan[], plan: Plan): readonly Plan[] {
  const behaviour = ({ replay }: Plan): string => behaviourOf(replay.trace.system);
  const isKnown = plans.some((known) => behaviour(known) === behaviour(plan));
  return isKnown ? plans : [...plans, plan];
}

/** The reason without what differs from trace to trace: the step and its page. */
const kindOfReason = (why: string): string =>
  why
    .replace(/^this trace cannot be reproduced: /, '')
    .replace(/^\(\d+\) (\w+?)\d?: ([\w-]+)[^:]* cannot be reproduced: /, '`$1: $2`: ')
    .replaceAll(/\(\d+\) /g, 'a step ');

/** The runs that show the cells, and the cells of which none does. */
export function runsOf(cells: readonly Cell[]): { runs: CellRun[]; undriven: Undriven[] } {
  const runs = new Map<string, CellRun>();
  const undriven = new Map<string, Undriven>();
  for (const cell of cells) {
    const plan = plannedOf(cell.replay);
    if (typeof plan === 'string') {
      const why = kindOfReason(plan);
      undriven.set(why, { why, cells: [...(undriven.get(why)?.cells ?? []), cell] });
      continue;
    }
    const id = idOf(plan);
    const { plans, cells: others } = runs.get(id) ?? { plans: [], cells: [] };
    runs.set(id, { id, plans: withPlan(plans, plan), cells: [...others, cell] });
  }
  return { runs: [...runs.values()], undriven: [...undriven.values()] };
}
