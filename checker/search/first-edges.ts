/** The first edges that violate or witness each property. */
import { SHOWN_END, shownOf } from '../../model/shown.ts';
import type { Property } from '../../properties/index.ts';

/** An edge that violates or witnesses: the state it leaves, and its event. */
export interface Edge {
  readonly parent: number;
  readonly event: number;
  /** The number of events of a run that ends with this edge. */
  readonly length: number;
}

/** The length of a run that no search comes to. */
export const NEVER = 0xffff;

export class FirstEdges {
  readonly violations = new Map<Property, Edge>();
  readonly witnesses = new Map<Property, Edge>();
  /**
   * The combinations of flags that transitions can show, each with NEVER less the length of the run
   * that was judged last, or 0. A combination is judged when it is first seen. It is judged again
   * if a later run is shorter, as an event can stand for several. The table is large and little of
   * it is used, so nothing is written to it at its beginning.
   */
  readonly judged = new Uint16Array(SHOWN_END);
  private readonly properties: readonly Property[];

  constructor(properties: readonly Property[]) {
    this.properties = properties;
  }

  /** The combinations of flags that were judged. */
  get shownKinds(): number[] {
    return [...this.judged.keys()].filter((shown) => this.judged[shown] !== 0);
  }

  /** Judges an edge. It is called where `judged` has less than for the edge's length. */
  judge(shown: number, edge: Edge): void {
    this.judged[shown] = NEVER - edge.length;
    const seen = shownOf(shown);
    for (const property of this.properties) {
      if (property.violated(seen)) keepShortest(this.violations, property, edge);
      if (property.witnessed(seen)) keepShortest(this.witnesses, property, edge);
    }
  }
}

/** Keeps the shorter of two edges, and the first of two that are as long. */
function keepShortest(edges: Map<Property, Edge>, property: Property, edge: Edge): void {
  const known = edges.get(property);
  if (known === undefined || edge.length < known.length) edges.set(property, edge);
}
