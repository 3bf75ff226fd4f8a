/** Which trace of the catalogue is that of a cell, and which cell is that of a trace. */
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { TableLine } from '../judge/catalogue/table.ts';
import { parsePart } from '../trace/setup.ts';
import type { Trace } from '../trace/trace.ts';
import { COLUMN_PARTS, systemOfRow } from './data.ts';
import type { PageData } from './data.ts';

const NAMED = ['kernel', 'driver', 'hardware'] as const;

const sameFields = (a: System, b: System): boolean =>
  COLUMN_PARTS.every((part) => JSON.stringify(a[part]) === JSON.stringify(b[part]));

/** Two presets can be equal in every field, as two drivers that never had a notifier. */
const sameNames = (a: System, b: System): boolean =>
  NAMED.every((part) => a.names[part] === b.names[part]);

/** The traces of the catalogue about a property of a system. */
export interface TracesAbout {
  /** The one of this very system. */
  readonly own?: Trace;
  /** One of a system with other names that is equal in every field, if there is none of its own. */
  readonly alike?: Trace;
}

export function tracesAbout(
  traces: Iterable<Trace>,
  system: System,
  property: Property,
): TracesAbout {
  const about = [...traces].filter(
    (trace) =>
      trace.verdict !== 'ends' &&
      trace.verdict.name === property.name &&
      sameFields(trace.system, system),
  );
  const own = about.find((trace) => sameNames(trace.system, system));
  if (own !== undefined) return { own };
  return about.length === 0 ? {} : { alike: about[0] };
}

/** The name of a part: that of its preset, as long as the part is still equal to the preset. */
function nameOf(system: System, part: (typeof NAMED)[number]): string | undefined {
  const name = system.names[part];
  if (name === undefined) return undefined;
  const { value } = parsePart(part, name);
  return JSON.stringify(value) === JSON.stringify(system[part]) ? name : undefined;
}

/** The rows of the table about the system of a trace, for each property that was asked of it. */
export function rowsAbout(
  { own }: PageData,
  rows: readonly TableLine[],
  system: System,
): readonly TableLine[] {
  const names = NAMED.map((part) => nameOf(system, part));
  const named = rows.filter(({ key }) => names.every((name, i) => name === key[i]));
  const scopes = [...new Set(named.map(({ key }) => key[3]))];
  const scope = scopes.find((known) => {
    const { key } = named.find((row) => row.key[3] === known)!;
    return sameFields(systemOfRow(own, key.slice(0, 4)), system);
  });
  return named.filter(({ key }) => key[3] === scope);
}

/** The name of a trace that the page finds itself: what goes wrong, and in which system. */
export const foundName = ({ defect }: Property, [kernel, driver]: readonly string[]): string =>
  `${defect}+${driver}-on-${kernel}`.replace(/\s+/g, ',');
