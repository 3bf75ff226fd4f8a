/**
 * Finds strongly connected components of a part of a graph, by Tarjan's algorithm without
 * recursion.
 */
import type { Pieces } from '../search/progress.ts';
import { STEPS } from '../search/progress.ts';
import type { Graph } from './graph.ts';

/** The kind of an edge: not in the part, in the part, or in it and counted. */
export const LEFT_OUT = 0;
export const PASSED = 1;
export const COUNTED = 2;

/**
 * The component of every state. Only edges that are not LEFT_OUT are followed. Components are
 * numbered so that every edge leads to the same or a lower number. Undefined if the work was told
 * to stop.
 */
export const componentsOf = (graph: Graph, edges: Uint8Array): Pieces<Components | undefined> =>
  new Tarjan(graph, edges).find();

export interface Components {
  /** For each state the number of its component. */
  readonly of: Uint32Array;
  readonly count: number;
}

class Tarjan {
  private readonly components: Uint32Array;
  private readonly graph: Graph;
  private readonly edges: Uint8Array;
  /**
   * When each state was first met, counted from 1, and the earliest state known to be in its
   * component.
   */
  private readonly met: Uint32Array;
  private readonly low: Uint32Array;
  /** The next edge to follow, for each state. */
  private readonly next: Uint32Array;
  private readonly path: number[] = [];
  private readonly open: number[] = [];
  private readonly isOpen: Uint8Array;
  private time = 0;
  private count = 0;

  constructor(graph: Graph, edges: Uint8Array) {
    const { states } = graph;
    this.graph = graph;
    this.edges = edges;
    this.components = new Uint32Array(states);
    this.met = new Uint32Array(states);
    this.low = new Uint32Array(states);
    this.next = new Uint32Array(states);
    this.isOpen = new Uint8Array(states);
  }

  *find(): Pieces<Components | undefined> {
    const { met, components } = this;
    for (let state = 0; state < met.length; state++) {
      if (state % STEPS === STEPS - 1 && (yield [state, met.length])) return undefined;
      if (met[state] === 0 && !(yield* this.visit(state))) return undefined;
    }
    return { of: components, count: this.count };
  }

  /** Finds the components of all that the state reaches. Returns false if told to stop. */
  private *visit(root: number): Pieces<boolean> {
    const { path, low, met } = this;
    this.enter(root);
    for (let step = 1; path.length > 0; step++) {
      if (step % STEPS === 0 && (yield [this.time, met.length])) return false;
      const state = path.at(-1)!;
      const into = this.follow(state);
      if (into !== undefined) {
        this.enter(into);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) low[parent] = Math.min(low[parent], low[state]);
      if (low[state] === met[state]) this.close(state);
    }
    return true;
  }

  private enter(state: number): void {
    this.met[state] = this.low[state] = ++this.time;
    this.next[state] = this.graph.first.at(state);
    this.path.push(state);
    this.open.push(state);
    this.isOpen[state] = 1;
  }

  /** The next state to visit that was never met. */
  private follow(state: number): number | undefined {
    const { graph, edges, met, low, next, isOpen } = this;
    const end = graph.first.at(state + 1);
    while (next[state] < end) {
      const edge = next[state]++;
      if (edges[edge] === LEFT_OUT) continue;
      const to = graph.to.at(edge);
      if (met[to] === 0) return to;
      if (isOpen[to] === 1) low[state] = Math.min(low[state], met[to]);
    }
    return undefined;
  }

  private close(state: number): void {
    for (;;) {
      const member = this.open.pop()!;
      this.isOpen[member] = 0;
      this.components[member] = this.count;
      if (member === state) break;
    }
    this.count++;
  }
}
