/** Collects what the page contains: the catalogue's files, severities, plots. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../search/check.ts';
import { assessSeverity, violationsOf } from '../judge/assess.ts';
import { whole } from '../search/progress.ts';
import { traceFile, traceNames } from '../judge/catalogue/catalogue.ts';
import { readCatalogueFile } from '../judge/catalogue/folder.ts';
import { entries } from '../judge/catalogue/matrix.ts';
import { ORDER } from '../judge/catalogue/readme.ts';
import type { TableLine } from '../judge/catalogue/table.ts';
import { parseTable } from '../judge/catalogue/table.ts';
import { versionOfPackage } from '../trace/package.ts';
import { streakText } from '../judge/severity-text.ts';
import { costPlots } from './cost-plot.ts';
import type { PageData, StreakText } from './data.ts';
import { againstOf, packTable } from './data.ts';

const TABLE = 'VERDICTS';
/** The table for every number of agents. A folder of one's own need not have it. */
const ANY = 'VERDICTS-ANY';
/**
 * The most states of a system whose severity is computed in advance. The page computes the others
 * itself.
 */
const MAX_STATES = 3000;

/** What is running, how much of it is done, and how much there is. */
export type CollectProgress = (what: string, done: number, all: number) => void;

interface Against {
  readonly file: string;
  readonly text: string;
}

/**
 * Collects everything that the page contains for a folder of traces. `against` has the text of
 * another table.
 */
export function collect(
  folder: string,
  against: Against | undefined,
  progress: CollectProgress = () => {},
): PageData {
  const read = (name: string) => readCatalogueFile(folder, name, `youngcheck promote ${name}`);
  const rows = parseTable(read(TABLE), join(folder, TABLE));
  const path = join(folder, ANY);
  const any = existsSync(path) ? parseTable(read(ANY), path) : [];
  // It is read first, so that an error is reported before long work.
  const old = against && parseTable(against.text, against.file);
  return {
    version: versionOfPackage(),
    table: packTable([...rows, ...any]),
    ...(old === undefined ? {} : { against: againstOf(against!.file, old, rows) }),
    order: read(ORDER),
    traces: traceNames(folder).map((name) => ({ name, text: read(traceFile(name)) })),
    streaks: streaksOf(rows, progress),
    plots: costPlots((done, all) => progress('plots', done, all)),
  };
}

/** How long wrong answers go on, for the small systems of the table. */
function streaksOf(rows: readonly TableLine[], progress: CollectProgress): StreakText[] {
  const asked = new Set(
    rows.filter(({ verdict }) => verdict.startsWith('Sometimes')).map(({ key }) => key.join(' ')),
  );
  const all = entries();
  return all.flatMap(({ names, system, properties }, i) => {
    progress('severities', i, all.length);
    const wanted = properties.filter(({ name }) => asked.has([...names, name].join(' ')));
    if (wanted.length === 0) return [];
    const { verdicts } = check(system, wanted, { maxStates: MAX_STATES });
    const severities = whole(assessSeverity(system, violationsOf(verdicts), MAX_STATES)) ?? [];
    return severities.map((severity) => ({
      key: [...names, severity.property.name],
      text: streakText(severity),
    }));
  });
}
