/** What the runs of one system violate, and the minimal traces of that. Each is made once. */
import { Model } from '../../model/model.ts';
import { shownOf } from '../../model/shown.ts';
import type { Parts, System } from '../../model/system.ts';
import type { Run } from '../../properties/generators/index.ts';
import type { Property } from '../../properties/index.ts';
import { propertiesFor } from '../../properties/index.ts';
import type { Pieces } from '../search/progress.ts';
import type { Minimal } from './minimize.ts';
import { minimizing } from './minimize.ts';

/** A property that a run violates, and the number of events up to the first violation. */
export interface Violation {
  readonly property: Property;
  readonly length: number;
}

export class Minimals {
  private readonly system: System;
  private readonly properties: readonly Property[];
  private readonly made = new Map<string, Minimal>();
  /** The violated properties by the flags of a transition. */
  private readonly judged = new Map<number, readonly Property[]>();
  private judge: Model | undefined;

  constructor(parts: Parts) {
    this.system = { names: {}, ...parts };
    this.properties = propertiesFor(parts);
  }

  /** The properties that a run violates, in their order. */
  violated(run: Run): Violation[] {
    // Made at the first failure, as most suites have none.
    const model = (this.judge ??= new Model(this.system));
    const lengths = new Map<Property, number>();
    model.load(model.initial, 0);
    for (const [i, event] of run.entries()) {
      for (const property of this.violatedBy(model.fire(event))) {
        if (!lengths.has(property)) lengths.set(property, i + 1);
      }
    }
    return this.properties.flatMap((property) => {
      const length = lengths.get(property);
      return length === undefined ? [] : [{ property, length }];
    });
  }

  private violatedBy(flags: number): readonly Property[] {
    let properties = this.judged.get(flags);
    if (properties === undefined) {
      const shown = shownOf(flags);
      properties = this.properties.filter((property) => property.violated(shown));
      this.judged.set(flags, properties);
    }
    return properties;
  }

  /** The minimal trace of a run that violates a property; undefined if it was not made yet. */
  known(property: Property, run: Run): Minimal | undefined {
    return this.made.get(keyOf(property, run));
  }

  /** Makes the minimal trace of a run. Told to stop, it makes a trace that is less than minimal. */
  *making(property: Property, run: Run): Pieces<Minimal> {
    const before = this.known(property, run);
    if (before !== undefined) return before;
    const minimal = yield* minimizing(this.system, property, run);
    // A minimal trace is its own.
    for (const of of [run, minimal.places]) this.made.set(keyOf(property, of), minimal);
    return minimal;
  }
}

const keyOf = ({ name }: Property, run: Run): string => `${name} ${run.join()}`;
