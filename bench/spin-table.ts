/** The systems of VERDICTS that Spin searches: those that are exported as the same text are one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promelaText } from '../checker/export/file.ts';
import { searchesOf } from '../checker/judge/catalogue/expected.ts';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import type { TableSystem } from '../checker/judge/catalogue/matrix.ts';
import { parseTable } from '../checker/judge/catalogue/table.ts';
import type { Property } from '../properties/index.ts';

/** The scope whose searches are long; it is compared by hand. */
export const LONG = 'small';

/** Systems that are exported as the same text, and the properties for which they are. */
export interface TableText {
  readonly systems: readonly TableSystem[];
  readonly properties: readonly Property[];
}

const withoutComments = (text: string): string => text.replaceAll(/\/\*[^]*?\*\//g, '');

/**
 * The different texts of systems. In the long scope properties that read other ghosts have texts of
 * their own, as the lines of VERDICTS have. With all ghosts at once there are up to forty times as
 * many states.
 */
export function textsOfTable(systems: readonly TableSystem[]): TableText[] {
  const texts = new Map<string, { systems: TableSystem[]; properties: readonly Property[] }>();
  for (const each of systems) {
    const { system, names, properties: all } = each;
    for (const properties of names[3] === LONG ? searchesOf(all) : [all]) {
      const text = withoutComments(promelaText(system, properties));
      const known = texts.get(text);
      if (known === undefined) texts.set(text, { systems: [each], properties });
      else known.systems.push(each);
    }
  }
  return [...texts.values()];
}

let rows: ReadonlyMap<string, string> | undefined;

function rowsOf(): ReadonlyMap<string, string> {
  const text = readFileSync(join(catalogueFolder(), 'VERDICTS'), 'utf8');
  return new Map(parseTable(text, 'VERDICTS').map(({ key, verdict }) => [key.join(' '), verdict]));
}

/** What VERDICTS says of a system, a line for each of these properties that is violated. */
export function toldOf(names: readonly string[], properties: readonly Property[]): Set<string> {
  rows ??= rowsOf();
  const lines = properties.flatMap(({ name }) => {
    const verdict = rows!.get([...names, name].join(' '));
    if (verdict === undefined) return [`${name} has no line`];
    return verdict.startsWith('Sometimes') ? [`${name} violated ${verdict.split(' ')[1]}`] : [];
  });
  return new Set(lines);
}
