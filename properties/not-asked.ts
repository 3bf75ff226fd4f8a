/** Which properties a scope does not ask, what they need, and the nearest scope that asks them. */
import type { Need } from '../model/needs.ts';
import { lacking } from '../model/needs.ts';
import type { Parts, Scope } from '../model/system.ts';
import { PROPERTIES } from './index.ts';
import type { Property } from './property.ts';

export interface NotAsked {
  readonly property: Property;
  /**
   * What the system lacks for the property to make sense: what its scope lacks, or where no scope
   * would do, what is missing beside. Empty if it makes sense and was left out.
   */
  readonly needs: readonly string[];
  /** The scope with what is missing, and no more; undefined if no scope of the system has it. */
  readonly scope: Scope | undefined;
}

/** The scope with all that a scope can add to meet the needs. */
function extended(parts: Parts, needs: readonly Need[]): Scope {
  const lacks = needs.map((need) => need(parts));
  const adds = lacks.find((lack) => lack?.adds !== undefined)?.adds;
  if (adds === undefined) return parts.scope;
  return extended({ ...parts, scope: { ...parts.scope, ...adds } }, needs);
}

/** All properties but those that were asked. */
export const notAsked = (parts: Parts, asked: readonly Property[]): NotAsked[] =>
  PROPERTIES.filter((property) => !asked.includes(property)).map((property) => {
    const scope = extended(parts, property.needs);
    const beyond = lacking({ ...parts, scope }, property.needs);
    return beyond.length > 0
      ? { property, needs: beyond, scope: undefined }
      : { property, needs: lacking(parts, property.needs), scope };
  });
