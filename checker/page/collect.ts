/** Gathers what the page holds: the catalogue's files, severities, plots. */
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
import { versionOfPackage } from '../trace/version.ts';
import { streakText } from '../judge/severity-text.ts';
import { costPlots } from './cost-plot.ts';
import type { PageData, StreakText } from './data.ts';
import { againstOf, packTable } from './data.ts';

const TABLE = 'VERDICTS';
/** States of a system whose severities are found beforehand: the page finds the others itself. */
const MAX_STATES = 3000;

/** What is under way, how much of it is done, and how much there is. */
export type CollectProgress = (what: string, done: number, all: number) => void;

interface Against {
  readonly file: string;
  readonly text: string;
}

/** All that the page holds of a folder of traces; `against`: the text of another table. */
export function collect(
  folder: string,
  against: Against | undefined,
  progress: CollectProgress = () => {},
): PageData {
  const read = (name: string) => readCatalogueFile(folder, name, `youngcheck promote ${name}`);
  const rows = parseTable(read(TABLE), join(folder, TABLE));
  // Read before anything takes long.
  const old = against && parseTable(against.text, against.file);
  return {
    version: versionOfPackage(),
    table: packTable(rows),
    ...(old === undefined ? {} : { against: againstOf(against!.file, old, rows) }),
    order: read(ORDER),
    traces: traceNames(folder).map((name) => ({ name, text: read(traceFile(name)) })),
    streaks: streaksOf(rows, progress),
    plots: costPlots((done, all) => progress('plots', done, all)),
  };
}

/** How long wrong answers go on, in the systems of the table that are small. */
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
