/** Collects what the page contains: the catalogue's files, severities, plots. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../search/check.ts';
import { assessSeverity, violationsOf } from '../judge/assess.ts';
import type { Pieces } from '../search/progress.ts';
import { going, insisting, partOf } from '../search/progress.ts';
import { traceFile, traceNames } from '../judge/catalogue/catalogue.ts';
import { catalogueFolder, readCatalogueFile } from '../judge/catalogue/folder.ts';
import type { TableSystem } from '../judge/catalogue/matrix.ts';
import { hasSystems, ownEntries, systemsOf } from '../judge/catalogue/own.ts';
import { ORDER } from '../judge/catalogue/readme.ts';
import type { TableLine } from '../judge/catalogue/table.ts';
import { parseTable } from '../judge/catalogue/table.ts';
import { TABLE_NAMES } from '../judge/catalogue/tables.ts';
import { versionOfPackage } from '../trace/package.ts';
import { streakText } from '../judge/severity-text.ts';
import { textsOf } from './answer.ts';
import { costPlots } from './cost-plot.ts';
import type { OwnSystem, PageData, StreakText } from './data.ts';
import { againstOf, packStreaks, packTable } from './data.ts';

const TABLE = 'VERDICTS';
/** The table for every number of agents. A folder of one's own need not have it. */
const ANY = 'VERDICTS-ANY';
/**
 * The most states of a system whose severity is computed in advance. The page computes the others
 * itself.
 */
const MAX_STATES = 3000;

interface Against {
  readonly file: string;
  readonly text: string;
}

/** The folders whose catalogues are shown: a user's own stands beside that of this package. */
const shownWith = (folder: string): string[] =>
  hasSystems(folder) ? [folder, catalogueFolder()] : [folder];

/** The files of one catalogue. */
function catalogueIn(folder: string) {
  const isOurs = folder === catalogueFolder();
  const hint = (name: string) => `youngcheck promote ${isOurs ? name : `--folder ${folder}`}`;
  const read = (name: string) => readCatalogueFile(folder, name, hint(name));
  const rows = parseTable(read(TABLE), join(folder, TABLE));
  const path = join(folder, ANY);
  const any = existsSync(path) ? parseTable(read(ANY), path) : [];
  const order = read(ORDER);
  const traces = traceNames(folder).map((name) => ({ name, text: read(traceFile(name)) }));
  return { rows, any, order, traces };
}

/** The systems of a user's own tables. The page finds those of this package by itself. */
const ownIn = (folder: string): OwnSystem[] =>
  hasSystems(folder)
    ? TABLE_NAMES.flatMap((table) => ownEntries(folder, table)).map(({ names, system }) => ({
        names,
        texts: textsOf(system),
      }))
    : [];

/**
 * Collects everything that the page contains for a folder of traces. `against` has the text of
 * another table of that folder.
 */
export function* collect(folder: string, against: Against | undefined): Pieces<PageData> {
  const catalogues = shownWith(folder).map(catalogueIn);
  const [{ rows: own }] = catalogues;
  const rows = catalogues.flatMap((catalogue) => catalogue.rows);
  // It is read first, so that an error is reported before long work.
  const old = against && parseTable(against.text, against.file);
  // Where both have a trace of one name, the user's own is shown.
  const traces = new Map(
    catalogues
      .toReversed()
      .flatMap((catalogue) => catalogue.traces)
      .map((trace) => [trace.name, trace]),
  );
  const table = packTable([...rows, ...catalogues.flatMap(({ any }) => any)]);
  return {
    version: versionOfPackage(),
    table,
    own: ownIn(folder),
    ...(old === undefined ? {} : { against: againstOf(against!.file, old, own) }),
    order: catalogues.map(({ order }) => order).join('\n'),
    traces: [...traces.values()],
    streaks: packStreaks(table, yield* streaksOf(systemsWith(folder), rows)),
    plots: yield* costPlots(),
  };
}

/** The systems of the tables of VERDICTS that are shown. */
const systemsWith = (folder: string): TableSystem[] =>
  shownWith(folder).flatMap((each) => systemsOf(each, TABLE));

/** How long wrong answers go on, for the small systems of the table. */
function* streaksOf(all: readonly TableSystem[], rows: readonly TableLine[]): Pieces<StreakText[]> {
  const asked = new Set(
    rows.filter(({ verdict }) => verdict.startsWith('Sometimes')).map(({ key }) => key.join(' ')),
  );
  const streaks: StreakText[] = [];
  for (const [i, { names, system, properties }] of all.entries()) {
    yield* going(i, all.length);
    const wanted = properties.filter(({ name }) => asked.has([...names, name].join(' ')));
    if (wanted.length === 0) continue;
    const { verdicts } = check(system, wanted, { maxStates: MAX_STATES });
    const work = assessSeverity(system, violationsOf(verdicts), MAX_STATES);
    const severities = (yield* partOf(insisting(work), [i, all.length])) ?? [];
    for (const severity of severities) {
      streaks.push({ key: [...names, severity.property.name], text: streakText(severity) });
    }
  }
  return streaks;
}
