/** youngcheck promote: the only writer of the catalogue and of the expected verdicts. */
import { basename, join } from 'node:path';
import { makeFolder, writeFile } from '../checker/files/write.ts';
import { Complaint, closest, quote } from '../checker/trace/complaint.ts';
import { parseTrace } from '../checker/trace/parse.ts';
import { printable } from '../checker/trace/printable.ts';
import {
  canonicalText,
  readCatalogueTrace,
  traceNames,
  tracePath,
} from '../checker/judge/catalogue/catalogue.ts';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import { PICTURES, pictureFile, pictureText } from '../checker/judge/catalogue/pictures.ts';
import { README, picturedIn, readmeText } from '../checker/judge/catalogue/readme.ts';
import { recompute } from '../checker/judge/catalogue/recompute.ts';
import type { TableName } from '../checker/judge/catalogue/table.ts';
import { printTable } from '../checker/judge/catalogue/table.ts';
import { TABLES } from '../checker/judge/catalogue/tables.ts';
import type { Pieces } from '../checker/search/progress.ts';
import { Interrupted } from '../checker/search/progress.ts';
import { TooLittleMemory, processMemory } from '../checker/search/memory.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs } from './command.ts';
import { conduct, tally } from './drive.ts';
import { interruptOfProcess } from './interrupt.ts';
import { print } from './output.ts';
import { SEARCH_HELP, SEARCH_OPTIONS, useSearchOptions } from './search-options.ts';
import { readText } from './system-options.ts';

const HELP = `youngcheck promote: write the catalogue anew from what the search says

usage: youngcheck promote [NAME...] [OPTION...]

  VERDICTS          what is expected of every system that belongs together
  VERDICTS-ANY      the same for every number of pages, CPUs and devices: minutes
  NAME              a trace of the catalogue: the shortest run to its last line;
                    of a trace that says Never, the proof. Its story is kept.
  FILE.trace        a trace from elsewhere, under its name into the catalogue
  README.md         the list of the catalogue, in the order of the file ORDER,
                    and pictures/ of one trace of each class

Without a name all but VERDICTS-ANY are written. README.md and pictures/ follow
every trace. Each file is written beside the old one and renamed over it. So every file
is the old one or the new one, whole, even if the command is killed or runs
several times at once.

  --folder DIR      the folder of the catalogue
${SEARCH_HELP}

exit status: 0 written or nothing to change, 2 bad input: a trace that claims
what is not so is left as it is, 3 interrupted, or too little memory: nothing is
written that needs more
`;

const OPTIONS = { ...SEARCH_OPTIONS, folder: { type: 'string' } } as const;

/** The result of work that can take long. */
const done = async <T>(work: Pieces<T>): Promise<T> => (await conduct(work, 'traces')).value;

async function write(folder: string, name: string, text: string): Promise<void> {
  const written = await writeFile(join(folder, name), text);
  print(`${printable(name)}: ${written}\n`);
}

/** Takes in a trace from elsewhere. It must have a name, under which it is kept. */
async function adopt(folder: string, path: string): Promise<void> {
  const trace = parseTrace(readText(path), path);
  const { name } = trace;
  if (name === undefined || !/^[a-z0-9.-]+\+[a-z0-9.+-]+$/.test(name)) {
    const message = `${path}: a trace of the catalogue needs a name such as old-while-cached+amd`;
    throw new Complaint(message, undefined, { hint: "its first line: 'Trace DEFECT+SYSTEM'" });
  }
  await write(folder, basename(tracePath(folder, name)), await done(canonicalText(trace, path)));
}

async function promoteTrace(folder: string, written: string): Promise<void> {
  const name = written.replace(/\.trace$/, '');
  const names = traceNames(folder);
  if (names.includes(name)) {
    const file = basename(tracePath(folder, name));
    const text = await done(canonicalText(readCatalogueTrace(folder, name), file));
    await write(folder, file, text);
    return;
  }
  if (written.endsWith('.trace')) {
    await adopt(folder, written);
    return;
  }
  const known = [...Object.keys(TABLES), README, ...names];
  const guess = closest(written, known);
  const meant = guess === undefined ? '' : `; did you mean '${guess}'?`;
  throw new Complaint(`the catalogue has no ${quote(written)}${meant}`, undefined, {
    hint: 'youngcheck promote --help',
    possible: known,
  });
}

/**
 * Writes README.md until it agrees with the traces. Another promote may have written a trace after
 * this one had read it.
 */
async function promoteReadme(folder: string): Promise<void> {
  let text: string;
  do {
    text = await done(readmeText(folder));
    await write(folder, README, text);
  } while ((await done(readmeText(folder))) !== text);
}

/** Draws the pictures, also until each agrees with its trace. Names those that changed. */
async function promotePictures(folder: string): Promise<void> {
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

const isTable = (name: string): name is TableName => Object.hasOwn(TABLES, name);

async function promoteTable(folder: string, name: TableName): Promise<void> {
  const progress = tally('searches');
  const { signal: stop } = interruptOfProcess();
  const work = recompute(TABLES[name](), progress.show, { stop });
  const rows = await work.finally(() => progress.end());
  if (stop.aborted) throw new Interrupted();
  const { shortage } = processMemory();
  if (shortage !== undefined) throw new TooLittleMemory(`${name}: ${shortage}`);
  await write(folder, name, printTable(rows, name));
}

export const promote: Command = {
  name: 'promote',
  summary: 'write the catalogue and VERDICTS anew',
  help: HELP,
  async run(args) {
    const { values, positionals } = readArgs('promote', args, OPTIONS);
    const folder = values.folder ?? catalogueFolder();
    useSearchOptions(values);
    const asked = positionals.length > 0 ? positionals : [...traceNames(folder), 'VERDICTS'];
    for (const name of new Set(asked)) {
      if (isTable(name)) {
        await promoteTable(folder, name);
      } else if (name !== README) {
        await promoteTrace(folder, name);
      }
    }
    if (!asked.every(isTable)) {
      await promoteReadme(folder);
      await promotePictures(folder);
    }
    return STATUS.holds;
  },
};
