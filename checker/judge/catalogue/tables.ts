/** The tables of verdicts in the folder of the catalogue, and the systems of each. */
import type { TableSystem } from './matrix.ts';
import { entries } from './matrix.ts';
import { entriesAny } from './matrix-any.ts';
import type { TableName } from './table.ts';

export const TABLES: Readonly<Record<TableName, () => TableSystem[]>> = {
  VERDICTS: entries,
  'VERDICTS-ANY': entriesAny,
};

export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[];

/** The systems of all tables. */
export const allEntries = (): TableSystem[] => Object.values(TABLES).flatMap((of) => of());
