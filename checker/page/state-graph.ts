/**
 * The graph of the states of a small system: what each state holds, where each event leads, and a
 * walk through it.
 */
import type { Event } from '../../model/events.ts';
import { operationsOf } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { ghostsOf, propertiesFor } from '../../properties/index.ts';
import type { Field } from '../tell/states.ts';
import { fieldsIn } from '../tell/states.ts';
import { printEvent } from '../trace/print.ts';
import { snapshot } from '../trace/snapshot.ts';
import { Reachable } from './reachable.ts';
import type { Edge } from './reachable.ts';
import { isBitOfPte } from './state-fields.ts';

/** A picture of more states than this shows lines and no graph. */
export const MOST_DRAWN = 16;

export interface DrawnState {
  /** The fields that are not the same in all states. */
  readonly fields: readonly Field[];
  /** The first shortest run to it. */
  readonly run: readonly Event[];
}

export interface DrawnEdge {
  readonly from: number;
  readonly to: number;
  /** The event and its answer. */
  readonly text: string;
  readonly isViolating: boolean;
  /** The steps of the walk that take this edge. */
  readonly steps: readonly number[];
}

export interface StateGraph {
  readonly property: Property;
  readonly states: readonly DrawnState[];
  readonly edges: readonly DrawnEdge[];
  /** The events of the walk: those that were given, or the first shortest violation. */
  readonly walk: readonly Event[];
  readonly isViolated: boolean;
}

/** The reachable graph, or undefined if it has too many states to be drawn. */
function explored(system: System, property: Property) {
  const reachable = new Reachable(new Model(system, ghostsOf([property])));
  const edges = [...reachable.edges(MOST_DRAWN)];
  return reachable.size > MOST_DRAWN ? undefined : { reachable, edges };
}

/**
 * The property to judge by, if none was asked for: the first that the graph shows to be violated,
 * or else the first whose graph can be drawn.
 */
function chosenProperty(system: System): Property | undefined {
  const drawable = propertiesFor(system).filter((p) => explored(system, p) !== undefined);
  const isViolated = (property: Property) =>
    explored(system, property)!.edges.some(({ shown }) => property.violated(shown));
  return drawable.find(isViolated) ?? drawable[0];
}

/**
 * The graph of a system with the ghosts that a property reads. Undefined if it has too many states.
 * `walk` is the run to mark, if it is not the first shortest violation.
 */
export function stateGraph(
  system: System,
  property: Property | undefined = chosenProperty(system),
  walk?: readonly Event[],
): StateGraph | undefined {
  const found = property && explored(system, property);
  if (property === undefined || found === undefined) return undefined;
  const { reachable, edges } = found;
  const violating = edges.find(({ shown }) => property.violated(shown));
  const shortest = violating && [...reachable.runTo(violating.from), violating.event];
  const taken = walk ?? shortest ?? [];
  const steps = stepsOf(edges, taken);
  return {
    property,
    states: drawnStates(system, reachable),
    edges: edges.map((edge, i) => ({
      from: edge.from,
      to: edge.to,
      text: printEvent(edge.event, system.scope, edge.shown.answer),
      isViolating: property.violated(edge.shown),
      steps: steps.get(i) ?? [],
    })),
    walk: taken,
    isViolated: violating !== undefined,
  };
}

/** The steps of a walk, by the edges that they take. */
function stepsOf(edges: readonly Edge[], walk: readonly Event[]): Map<number, number[]> {
  const steps = new Map<number, number[]>();
  let state = 0;
  for (const [i, { index }] of walk.entries()) {
    const at = edges.findIndex(({ from, event }) => from === state && event.index === index);
    steps.set(at, [...(steps.get(at) ?? []), i + 1]);
    state = edges[at].to;
  }
  return steps;
}

function drawnStates(system: System, reachable: Reachable): DrawnState[] {
  const operations = operationsOf(system);
  const all = Array.from({ length: reachable.size }, (_, number) =>
    fieldsIn(snapshot(reachable.model, reachable.state(number)), system, operations),
  );
  const values = (name: string) =>
    new Set(all.map((fields) => fields.find((field) => field.name === name)?.text));
  const differs = new Map(
    all.flat().map(({ name }) => [name, !isBitOfPte(name) && values(name).size > 1]),
  );
  return all.map((fields, number) => ({
    fields: fields.filter(({ name }) => differs.get(name)),
    run: reachable.runTo(number),
  }));
}
