/**
 * The reference results in reference.tsv, on which independent implementations of docs/model.md
 * agree. Each line has a system by its fields, with `-` for a part that is all defaults. It then
 * has the number of states, and the length of the shortest counterexample of every violated
 * property.
 */
import { readFileSync } from 'node:fs';
import { Search } from '../checker/search/search.ts';
import { Model } from '../model/model.ts';
import type { System } from '../model/system.ts';
import { driver, hardware, kernel, scope } from '../model/text.ts';
import type { Property } from '../properties/index.ts';
import { PROPERTIES, ghostsOf } from '../properties/index.ts';
import type { Explored } from './plain-search.ts';
import { explore, shortest } from './plain-search.ts';

/**
 * The results for a system: the number of states with every ghost but `missed` tracked, and what is
 * violated.
 */
export interface Results {
  readonly states: number;
  readonly violated: string;
}
export interface Reference extends Results {
  /** The texts of the parts of the system. */
  readonly name: string;
  readonly system: System;
}

const HEADER = 'kernel\tdriver\thardware\tscope\tstates\tviolated';

function referenceOf(line: string): Reference {
  const cells = line.split('\t');
  if (cells.length !== 6) throw new Error(`reference.tsv: ${line}`);
  const [kernelText, driverText, hardwareText, scopeText] = cells
    .slice(0, 4)
    .map((text) => (text === '-' ? '' : text));
  return {
    name: cells.slice(0, 4).join('; '),
    system: {
      kernel: kernel(kernelText),
      driver: driver(driverText),
      hardware: hardware(hardwareText),
      scope: scope(scopeText),
      names: {},
    },
    states: Number(cells[4]),
    violated: cells[5],
  };
}

/** Reads every line of the file. */
export function references(): readonly Reference[] {
  const text = readFileSync(new URL('reference.tsv', import.meta.url), 'utf8');
  const [header, ...lines] = text.trimEnd().split('\n');
  if (header !== HEADER) throw new Error(`reference.tsv begins with: ${header}`);
  return lines.map(referenceOf);
}

/** A system with more states takes seconds. */
const MANY_STATES = 20_000;
export const isLarge = ({ states }: Results): boolean => states > MANY_STATES;

const UNCOUNTED = PROPERTIES.filter(({ ghosts }) => !ghosts.includes('missed'));

const violatedBy = (lengthOf: (property: Property) => number | undefined): string =>
  PROPERTIES.flatMap((property) => {
    const length = lengthOf(property);
    return length === undefined ? [] : [`${property.name} ${length}`];
  }).join(', ') || 'none';

function searched(system: System, properties: readonly Property[]): Search {
  const search = new Search(system, properties);
  search.run();
  return search;
}

/** The results of the exhaustive search for a system. */
export function resultsOf(system: System): Results {
  const search = searched(system, PROPERTIES);
  return {
    states: searched(system, UNCOUNTED).size,
    violated: violatedBy((property) => search.violation(property)?.length),
  };
}

function explored(system: System, properties: readonly Property[]): Explored {
  const found = explore(new Model(system, ghostsOf(properties)), MANY_STATES);
  if (!found.complete) throw new Error(`more than ${MANY_STATES} states`);
  return found;
}

/** The results of the simplest search for a system. */
export function plainResultsOf(system: System): Results {
  const found = explored(system, PROPERTIES);
  return {
    states: explored(system, UNCOUNTED).states.length,
    violated: violatedBy((property) => shortest(found, property.violated)),
  };
}
