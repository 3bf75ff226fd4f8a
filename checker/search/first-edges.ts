/** The first edges that violate or witness each property. */
import { SHOWN_END, shownOf } from '../../model/shown.ts';
import type { Property } from '../../properties/index.ts';

/** An edge that violates or witnesses: the state it leaves, and its event. */
export interface Edge {
  readonly parent: number;
  readonly event: number;
}

export class FirstEdges {
  readonly violations = new Map<Property, Edge>();
  readonly witnesses = new Map<Property, Edge>();
  /**
   * The combinations of flags that transitions have shown so far. Each is judged when it is first
   * seen: judge() is called where this has a 0.
   */
  readonly judged = new Uint8Array(SHOWN_END);
  private readonly properties: readonly Property[];

  constructor(properties: readonly Property[]) {
    this.properties = properties;
  }

  judge(shown: number, parent: number, event: number): void {
    this.judged[shown] = 1;
    const seen = shownOf(shown);
    for (const property of this.properties) {
      if (property.violated(seen) && !this.violations.has(property)) {
        this.violations.set(property, { parent, event });
      }
      if (property.witnessed(seen) && !this.witnesses.has(property)) {
        this.witnesses.set(property, { parent, event });
      }
    }
  }
}
