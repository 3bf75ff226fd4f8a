/** youngcheck verdicts: checks whether counterexamples/VERDICTS is still right. */
import { join } from 'node:path';
import { Complaint, quote } from '../checker/trace/complaint.ts';
import { catalogueFolder, readCatalogueFile } from '../checker/judge/catalogue/folder.ts';
import { SYSTEMS, systemsOf } from '../checker/judge/catalogue/own.ts';
import type { TableSystem } from '../checker/judge/catalogue/matrix.ts';
import { recompute } from '../checker/judge/catalogue/recompute.ts';
import type { TableName } from '../checker/judge/catalogue/table.ts';
import { differenceText, differences, parseTable } from '../checker/judge/catalogue/table.ts';
import { documentText } from '../checker/trace/document.ts';
import { processMemory } from '../checker/search/memory.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs } from './command.ts';
import { tally } from './drive.ts';
import { interruptOfProcess } from './interrupt.ts';
import { print } from './output.ts';
import { SEARCH_HELP, SEARCH_OPTIONS, tellShortage, useSearchOptions } from './search-options.ts';

const HELP = `youngcheck verdicts: recompute counterexamples/VERDICTS, and compare

usage: youngcheck verdicts [NAME...] [OPTION...]

The command searches every kernel, driver and hardware that belong together, in
every scope of the table, on all cores. It prints a line for each verdict that
differs: old -> new. With names it searches only the lines that have them all,
such as: kvm races. Where pages are copies of one that never meet, one is
searched, and the states of all are counted from it.

${SEARCH_HELP}
  --any             VERDICTS-ANY instead: every number of pages, CPUs and devices,
                    which takes minutes
  --json            print one JSON document
  --folder DIR      the folder that VERDICTS is in. With DIR/systems it is a
                    catalogue of your own, about these (docs/own-catalogue.md)

When a verdict has changed on purpose, run youngcheck promote VERDICTS, and put
the reason beside the difference that git shows.

Ctrl-C compares the lines that were searched so far.

exit status: 0 nothing differs, 1 something does, 2 bad input, 3 interrupted
or too little memory, and nothing that was compared differs
`;

const OPTIONS = {
  ...SEARCH_OPTIONS,
  any: { type: 'boolean' },
  json: { type: 'boolean' },
  folder: { type: 'string' },
} as const;

/** Whether a row has every name that was asked for. */
const hasAll = (key: readonly string[], asked: readonly string[]): boolean =>
  asked.every((name) => key.includes(name));

/** The systems of a folder's table. An empty table would have no line that differs. */
function systemsIn(folder: string, table: TableName): TableSystem[] {
  const systems = systemsOf(folder, table);
  if (systems.length > 0) return systems;
  const path = join(folder, SYSTEMS);
  throw new Complaint(`${path}: there is no system, and so no verdict`, undefined, {
    hint: `write a setup block into ${join(path, 'NAME')}: docs/own-catalogue.md`,
  });
}

/** The systems of the lines that have all the names. Only these lines are checked. */
function choose(all: readonly TableSystem[], asked: readonly string[]): TableSystem[] {
  const chosen = all.map((entry) => ({
    ...entry,
    properties: entry.properties.filter(({ name }) => hasAll([...entry.names, name], asked)),
  }));
  const some = chosen.filter(({ properties }) => properties.length > 0);
  if (some.length > 0) return some;
  const known = new Set(all.flatMap(({ names }) => names));
  throw new Complaint(`no line of the table has ${asked.map(quote).join(' and ')}`, undefined, {
    hint: 'youngcheck list',
    possible: [...known],
  });
}

/** The rows of these systems. When interrupted it returns the rows that are known. */
async function searched(chosen: readonly TableSystem[]) {
  const { signal: stop } = interruptOfProcess();
  const progress = tally('searches');
  const rows = await recompute(chosen, progress.show, { stop }).finally(() => progress.end());
  const lacked = processMemory().shortage !== undefined;
  return { rows, interrupted: stop.aborted, unfinished: stop.aborted || lacked };
}

export const verdicts: Command = {
  name: 'verdicts',
  summary: 'recompute counterexamples/VERDICTS on all cores, and compare',
  help: HELP,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = readArgs('verdicts', args, OPTIONS);
    const file: TableName = values.any ? 'VERDICTS-ANY' : 'VERDICTS';
    const folder = values.folder ?? catalogueFolder();
    const chosen = choose(systemsIn(folder, file), positionals);
    const where = values.folder === undefined ? '' : `--folder ${folder} `;
    const text = readCatalogueFile(folder, file, `youngcheck promote ${where}${file}`);
    const table = parseTable(text, join(folder, file));
    const start = performance.now();
    useSearchOptions(values);
    const { rows: now, interrupted, unfinished } = await searched(chosen);
    const seconds = (performance.now() - start) / 1000;
    const known = new Set(now.map(({ key }) => key.join(' ')));
    const old = table.filter(({ key }) =>
      unfinished ? known.has(key.join(' ')) : hasAll(key, positionals),
    );
    const found = differences(old, now);
    if (values.json) {
      const document = { lines: now.length, seconds, interrupted, differences: found };
      print(documentText(document));
    } else {
      for (const difference of found) print(`${differenceText(difference)}\n`);
      const count = found.length === 0 ? 'none differs' : `${found.length} differ`;
      if (unfinished) {
        const all = chosen.flatMap(({ properties }) => properties).length;
        const why = interrupted ? 'interrupted' : 'unfinished';
        print(`${why}: ${now.length} of ${all} lines were compared\n`);
      }
      print(`${now.length} lines in ${seconds.toFixed(1)} s, ${count}\n`);
    }
    tellShortage();
    if (found.length > 0) return STATUS.violated;
    return unfinished ? STATUS.unfinished : STATUS.holds;
  },
};
