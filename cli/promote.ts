/** youngcheck promote: the only writer of the catalogue and of the expected verdicts. */
import { basename } from 'node:path';
import { Complaint, closest, quote } from '../checker/trace/complaint.ts';
import { parseTrace } from '../checker/trace/parse.ts';
import type { Trace } from '../checker/trace/trace.ts';
import { BUGS_PAGE } from '../checker/judge/catalogue/bugs-page.ts';
import {
  canonicalText,
  readCatalogueTrace,
  traceNames,
  tracePath,
} from '../checker/judge/catalogue/catalogue.ts';
import {
  catalogueFolder,
  isInstalled,
  readCatalogueFile,
} from '../checker/judge/catalogue/folder.ts';
import { withOwnSystem } from '../checker/judge/catalogue/own-traces.ts';
import { hasSystems } from '../checker/judge/catalogue/own.ts';
import { NAME, ORDER, README, listed } from '../checker/judge/catalogue/readme.ts';
import type { TableName } from '../checker/judge/catalogue/table.ts';
import { TABLE_NAMES } from '../checker/judge/catalogue/tables.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs } from './command.ts';
import { isCatalogue, nameInOrder, promoteOwn } from './promote-own.ts';
import { SEARCH_HELP, SEARCH_OPTIONS, useSearchOptions } from './search-options.ts';
import { readText } from './system-options.ts';
import { promoteBugs, promotePictures, promoteReadme, searchTable } from './write-catalogue.ts';
import { done, write, writeTable } from './write-catalogue.ts';

const HELP = `youngcheck promote: write the catalogue anew from what the search says

usage: youngcheck promote [NAME...] [OPTION...]

  VERDICTS          what is expected of every system that belongs together
  VERDICTS-ANY      the same for every number of pages, CPUs and devices: minutes
  NAME              a trace of the catalogue: the shortest run to its last line;
                    of a trace that says Never, the proof. Its story is kept.
  FILE.trace        a trace from elsewhere, under its name into the catalogue
  README.md         the list of the catalogue, in the order of the file ORDER,
                    and pictures/ of one trace of each class
  bugs.md           docs/bugs.md, the table of the bugs that really happened

Without a name all but VERDICTS-ANY are written. README.md, pictures/ and bugs.md
follow every trace. Each file is written beside the old one and renamed over it. So every file
is the old one or the new one, whole, even if the command is killed or runs
several times at once.

  --folder DIR      the folder of the catalogue. A folder that is empty, or that
                    has only DIR/systems in it, becomes one: each of DIR/systems
                    is a system, written as a setup block. VERDICTS and the traces
                    are then about these (docs/own-catalogue.md). The catalogue of
                    an installed package is never written
${SEARCH_HELP}

exit status: 0 written or nothing to change, 2 bad input: a trace that claims
what is not so is left as it is, 3 interrupted, or too little memory: nothing is
written that needs more
`;

const OPTIONS = { ...SEARCH_OPTIONS, folder: { type: 'string' } } as const;

/** Takes in a trace from elsewhere. It must have a name, under which it is kept. */
async function adopt(folder: string, path: string): Promise<void> {
  const trace = parseTrace(readText(path), path);
  const { name } = trace;
  if (name === undefined || !NAME.test(name)) {
    const message = `${path}: a trace of the catalogue needs a name such as old-while-cached+amd`;
    throw new Complaint(message, undefined, { hint: "its first line: 'Trace DEFECT+SYSTEM'" });
  }
  // A trace without a place in ORDER would keep README.md from being written.
  const order = readCatalogueFile(folder, ORDER, `youngcheck promote --folder ${folder}`);
  if (!hasSystems(folder) && !listed(order).includes(name)) {
    throw new Complaint(`${ORDER} does not name ${quote(name)}`, undefined, {
      hint: `write it on a line of its own where it belongs in ${ORDER}, then promote again`,
    });
  }
  await writeTrace(folder, name, trace, path);
}

/** Writes a trace under its name, as the search finds it. */
async function writeTrace(folder: string, name: string, trace: Trace, file: string): Promise<void> {
  const text = await done(canonicalText(withOwnSystem(folder, trace), file));
  await write(folder, basename(tracePath(folder, name)), text);
}

async function promoteTrace(folder: string, written: string): Promise<void> {
  const name = written.replace(/\.trace$/, '');
  const names = traceNames(folder);
  if (names.includes(name)) {
    const file = basename(tracePath(folder, name));
    return writeTrace(folder, name, readCatalogueTrace(folder, name), file);
  }
  if (written.endsWith('.trace')) return adopt(folder, written);
  const known = [...TABLE_NAMES, ...PAGES, ...names];
  const guess = closest(written, known);
  const meant = guess === undefined ? '' : `; did you mean '${guess}'?`;
  throw new Complaint(`the catalogue has no ${quote(written)}${meant}`, undefined, {
    hint: 'youngcheck promote --help',
    possible: known,
  });
}

/** The pages that are made of traces. Their names are no traces. */
const PAGES: readonly string[] = [README, basename(BUGS_PAGE)];

const isTable = (name: string): name is TableName => TABLE_NAMES.includes(name as TableName);

function refuseInstalled(folder: string, asked: readonly string[]): void {
  if (!isInstalled(folder)) return;
  const message = `${folder}: this belongs to the installed package, and is not written`;
  const hint = ['youngcheck promote --folder DIR', ...asked].join(' ');
  throw new Complaint(message, undefined, { hint: `${hint}, with a folder of your own` });
}

/** Writes what was asked for by name. README.md and the pictures follow the traces. */
async function promoteNamed(folder: string, asked: readonly string[]): Promise<void> {
  for (const name of new Set(asked)) {
    if (isTable(name)) await writeTable(folder, name, await searchTable(folder, name));
    else if (!PAGES.includes(name)) await promoteTrace(folder, name);
  }
  if (asked.every(isTable)) return;
  if (hasSystems(folder)) await nameInOrder(folder);
  await promoteReadme(folder);
  await promotePictures(folder);
  if (folder === catalogueFolder()) await promoteBugs(folder);
}

export const promote: Command = {
  name: 'promote',
  summary: 'write the catalogue and VERDICTS anew',
  help: HELP,
  options: OPTIONS,
  async run(args) {
    const { values, positionals: asked } = readArgs('promote', args, OPTIONS);
    const folder = values.folder ?? catalogueFolder();
    refuseInstalled(folder, asked);
    useSearchOptions(values);
    const names = traceNames(folder);
    const isOwn = hasSystems(folder) || !isCatalogue(folder);
    if (asked.length > 0) await promoteNamed(folder, asked);
    else if (isOwn) await promoteOwn(folder);
    else await promoteNamed(folder, [...names, 'VERDICTS']);
    return STATUS.holds;
  },
};
