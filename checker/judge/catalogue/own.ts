/**
 * A catalogue of a user's own. FOLDER/systems/NAME is a system, written as a setup block, and NAME
 * is its preset in that folder. The folder's tables and traces are about these systems.
 */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { manyOf } from '../../../model/many.ts';
import { misfitOf } from '../../../model/misfit.ts';
import type { PartName, System } from '../../../model/system.ts';
import { presetNames } from '../../../model/systems/machines.ts';
import { propertiesFor } from '../../../properties/index.ts';
import { Complaint, quote } from '../../trace/complaint.ts';
import { parseSystemFile } from '../../trace/read-setup.ts';
import type { WrittenParts } from '../../trace/setup.ts';
import { PART_NAMES, PRESETS, parsePart } from '../../trace/setup.ts';
import { boundless } from '../default-scopes.ts';
import type { TableSystem } from './matrix.ts';
import { SCOPES_ANY } from './matrix-any.ts';
import type { NamedScope } from './scopes.ts';
import { USUAL } from './scopes.ts';
import type { TableName } from './table.ts';
import { TABLES } from './tables.ts';

/** The folder of the systems, below that of the catalogue. */
export const SYSTEMS = 'systems';

/** The name of a system: a trace that shows it is called DEFECT+NAME. */
const NAME = /^[a-z0-9][a-z0-9.-]*$/;

/** Files of editors and of version control. */
const isNoSystem = (file: string): boolean => file.startsWith('.') || file.endsWith('~');

/** Whether a folder is a catalogue of a user's own, with systems or with a place for them. */
export const hasSystems = (folder: string): boolean =>
  existsSync(join(folder, SYSTEMS)) && statSync(join(folder, SYSTEMS)).isDirectory();

export const systemPath = (folder: string, name: string): string => join(folder, SYSTEMS, name);

/** The part of a system that has a preset of this name. */
const presetPart = (name: string): PartName | undefined =>
  PART_NAMES.find((part) => PRESETS[part].some((preset) => preset.name === name));

function checkName(folder: string, name: string): void {
  const path = systemPath(folder, name);
  if (!NAME.test(name)) {
    const hint = "its name has small letters, digits, '-' and '.', as in my-driver-2.1";
    throw new Complaint(`${path}: ${quote(name)} is no name of a system`, undefined, { hint });
  }
  const part = presetPart(name);
  if (part === undefined) return;
  const hint = `youngcheck list ${name}`;
  throw new Complaint(`${path}: ${part} ${name} is a preset already`, undefined, { hint });
}

/** The names of the systems of a folder, sorted. A folder without systems has none. */
export function systemNames(folder: string): string[] {
  if (!existsSync(folder)) {
    const hint = '--folder DIR: the folder of a catalogue';
    throw new Complaint(`${folder}: no such folder`, undefined, { hint });
  }
  if (!hasSystems(folder)) return [];
  const names = readdirSync(join(folder, SYSTEMS)).filter((file) => !isNoSystem(file));
  for (const name of names) checkName(folder, name);
  return names.sort();
}

/** The parts that a system of the folder names. */
function writtenIn(folder: string, name: string): WrittenParts {
  const path = systemPath(folder, name);
  if (!statSync(path).isFile()) throw new Complaint(`${path}: no file, and so no setup block`);
  return parseSystemFile(readFileSync(path, 'utf8'), path);
}

/** A system of the folder as its file has it. */
export const ownSystem = (folder: string, name: string): System =>
  boundless(writtenIn(folder, name));

/**
 * The first columns of a system in a table. The name of the system stands for a part that is no
 * preset. Where all are presets it stands for the driver, so that it can be found.
 */
function columnsOf(name: string, system: System): readonly [string, string, string] {
  const { kernel = name, driver = name, hardware = name } = presetNames(system);
  const isThere = [kernel, driver, hardware].includes(name);
  return [kernel, isThere ? driver : name, hardware];
}

const sameScope = (a: System, b: System): boolean =>
  JSON.stringify(a.scope) === JSON.stringify(b.scope);

/**
 * One system of the folder in the scopes of a table, and in one that it names itself. A scope in
 * which it is refused is left out.
 */
function entriesOf(folder: string, name: string, table: TableName): TableSystem[] {
  const written = writtenIn(folder, name);
  const own = boundless(written);
  const inScope = ({ name: scope, text }: NamedScope) => {
    const { value, name: preset } = parsePart('scope', text);
    const names = { ...own.names, ...(preset === undefined ? {} : { scope: preset }) };
    return { scope, system: { ...own, scope: value, names } };
  };
  const usual = (table === 'VERDICTS' ? USUAL : SCOPES_ANY)
    .map(inScope)
    .filter(({ system }) => misfitOf(system) === undefined);
  const belongs = manyOf(own).length > 0 === (table === 'VERDICTS-ANY');
  const isNew = written.scope !== undefined && !usual.some(({ system }) => sameScope(system, own));
  const all = belongs && isNew ? [...usual, { scope: name, system: own }] : usual;
  return all.map(({ scope, system }) => ({
    names: [...columnsOf(name, system), scope],
    system,
    properties: propertiesFor(system),
  }));
}

/** The systems of a user's own table. */
export const ownEntries = (folder: string, table: TableName): TableSystem[] =>
  systemNames(folder).flatMap((name) => entriesOf(folder, name, table));

/** The systems of a table in a folder: the user's own, or those of this package. */
export const systemsOf = (folder: string, table: TableName): TableSystem[] =>
  hasSystems(folder) ? ownEntries(folder, table) : TABLES[table]();
