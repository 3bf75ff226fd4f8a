/** Writes the files of a catalogue, and tells what became of each. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, writeFile } from '../checker/files/write.ts';
import { BUGS_PAGE, bugsPage } from '../checker/judge/catalogue/bugs-page.ts';
import { hasSystems, systemsOf } from '../checker/judge/catalogue/own.ts';
import { PICTURES, pictureFile, pictureText } from '../checker/judge/catalogue/pictures.ts';
import { README, picturedIn, readmeText } from '../checker/judge/catalogue/readme.ts';
import { recompute } from '../checker/judge/catalogue/recompute.ts';
import type { TableLine, TableName } from '../checker/judge/catalogue/table.ts';
import { OWN_HEADERS, printTable } from '../checker/judge/catalogue/table.ts';
import { TooLittleMemory, processMemory } from '../checker/search/memory.ts';
import type { Pieces } from '../checker/search/progress.ts';
import { Interrupted } from '../checker/search/progress.ts';
import { packageFile } from '../checker/trace/package.ts';
import { printable } from '../checker/trace/printable.ts';
import { conduct, tally } from './drive.ts';
import { interruptOfProcess } from './interrupt.ts';
import { print } from './output.ts';

/** The result of work that can take long. */
export const done = async <T>(work: Pieces<T>): Promise<T> => (await conduct(work, 'traces')).value;

export async function write(folder: string, name: string, text: string): Promise<void> {
  const written = await writeFile(join(folder, name), text);
  print(`${printable(name)}: ${written}\n`);
}

/**
 * Writes README.md until it agrees with the traces. Another promote may have written a trace after
 * this one had read it.
 */
export async function promoteReadme(folder: string): Promise<void> {
  let text: string;
  do {
    text = await done(readmeText(folder));
    await write(folder, README, text);
  } while ((await done(readmeText(folder))) !== text);
}

/** Draws the pictures, also until each agrees with its trace. Names those that changed. */
export async function promotePictures(folder: string): Promise<void> {
  makeFolder(join(folder, PICTURES));
  for (const name of picturedIn(folder)) {
    const file = pictureFile(name);
    let text: string;
    do {
      text = pictureText(folder, name);
      const written = await writeFile(join(folder, file), text);
      if (written !== 'unchanged') print(`${printable(file)}: ${written}\n`);
    } while (pictureText(folder, name) !== text);
  }
}

/** Writes docs/bugs.md, which is about the traces of this package. */
export async function promoteBugs(folder: string): Promise<void> {
  const path = packageFile(BUGS_PAGE);
  const old = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const written = await writeFile(path, bugsPage(folder, old));
  print(`${BUGS_PAGE}: ${written}\n`);
}

/** The rows of a table, searched anew. Too little memory for one of them is an error. */
export async function searchTable(folder: string, name: TableName): Promise<TableLine[]> {
  const progress = tally('searches');
  const systems = systemsOf(folder, name);
  const { signal: stop } = interruptOfProcess();
  const work = recompute(systems, progress.show, { stop });
  const rows = await work.finally(() => progress.end());
  if (stop.aborted) throw new Interrupted();
  const { shortage } = processMemory();
  if (shortage !== undefined) throw new TooLittleMemory(`${name}: ${shortage}`);
  return rows;
}

export const writeTable = (
  folder: string,
  name: TableName,
  rows: readonly TableLine[],
): Promise<void> =>
  write(folder, name, printTable(rows, name, hasSystems(folder) ? OWN_HEADERS[name] : undefined));
