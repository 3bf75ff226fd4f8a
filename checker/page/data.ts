/** The data of the page: the verdicts, the traces as text, and the measurements. */
import type { PartName, System } from '../../model/system.ts';
import { Complaint } from '../trace/complaint.ts';
import { parseSystem } from '../trace/setup.ts';
import type { Coverage } from '../explore/counted.ts';
import type { LineDifference, TableLine } from '../judge/catalogue/table.ts';
import { differences } from '../judge/catalogue/table.ts';
import { allEntries } from '../judge/catalogue/tables.ts';
import type { SynthesisDocument } from '../synthesize/document.ts';
import type { CostPlot } from './cost-plot.ts';

/** A file of the catalogue. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** How long the wrong answers of a row go on: `never twice in a row`, `can go on for ever`. */
export interface StreakText {
  readonly key: readonly string[];
  readonly text: string;
}

/** Another table. The page marks what changed since. */
export interface Against {
  readonly file: string;
  readonly changes: readonly LineDifference[];
}

/** A system of a user's own table: its first columns, and the texts of its parts. */
export interface OwnSystem {
  readonly names: readonly string[];
  readonly texts: Readonly<Record<PartName, string>>;
}

export interface PageData {
  readonly version: string;
  readonly table: PackedTable;
  /** The systems of the table that are a user's own. */
  readonly own: readonly OwnSystem[];
  readonly streaks: readonly PackedStreak[];
  readonly against?: Against;
  /** The text of ORDER, which gives the traces their order and headings. */
  readonly order: string;
  readonly traces: readonly NamedText[];
  readonly plots: readonly CostPlot[];
  /** What random runs covered, if the report was given that. */
  readonly coverage?: Coverage;
  /** The policies that a synthesis found, if the report was given that. */
  readonly synthesis?: SynthesisDocument;
}

/** The table in a form that has each name, each property and each verdict once. */
export interface PackedTable {
  readonly names: readonly string[];
  readonly properties: readonly string[];
  readonly verdicts: readonly string[];
  readonly systems: readonly PackedSystem[];
}
/** The places in `names` of kernel, driver, hardware and scope, and the rows of that system. */
type PackedSystem = readonly [names: readonly number[], ...rows: readonly PackedRow[]];

/** The places of a property and of its verdict, and the states if they were counted. */
type PackedRow = readonly [property: number, verdict: number, states?: number];

/** Gives each text a place, in the order of their first use. */
class Places {
  readonly texts: string[] = [];
  private readonly known = new Map<string, number>();

  of(text: string): number {
    const known = this.known.get(text) ?? this.texts.push(text) - 1;
    this.known.set(text, known);
    return known;
  }
}

/** Packs a table, so that it is small. */
export function packTable(rows: readonly TableLine[]): PackedTable {
  const [names, properties, verdicts] = [new Places(), new Places(), new Places()];
  const systems = new Map<string, [readonly number[], ...PackedRow[]]>();
  for (const { key, verdict, states } of rows) {
    const own = key.slice(0, 4);
    const id = own.join(' ');
    const system = systems.get(id) ?? [own.map((name) => names.of(name))];
    systems.set(id, system);
    const row = [properties.of(key[4]), verdicts.of(verdict)] as const;
    system.push(states === undefined ? row : [...row, states]);
  }
  return {
    names: names.texts,
    properties: properties.texts,
    verdicts: verdicts.texts,
    systems: [...systems.values()],
  };
}

/** The rows of a packed table, in their order. */
export const unpackTable = ({ names, properties, verdicts, systems }: PackedTable): TableLine[] =>
  systems.flatMap(([own, ...rows]) => {
    const system = own.map((name) => names[name]);
    return rows.map(([property, verdict, states]) => ({
      key: [...system, properties[property]],
      verdict: verdicts[verdict],
      ...(states === undefined ? {} : { states }),
    }));
  });

/** What is said of how long wrong answers go on, and the rows of the table that it is said of. */
export interface PackedStreak {
  readonly text: string;
  /** Indices into what unpackTable() returns. */
  readonly rows: readonly number[];
}

/** Packs the streaks of a table. Few texts are said of many rows. */
export function packStreaks(table: PackedTable, streaks: readonly StreakText[]): PackedStreak[] {
  const index = new Map(unpackTable(table).map(({ key }, i) => [key.join(' '), i]));
  const packed = new Map<string, number[]>();
  for (const { key, text } of streaks) {
    const row = index.get(key.join(' '));
    if (row === undefined) throw new Error(`the table has no row ${key.join(' ')}`);
    packed.set(text, [...(packed.get(text) ?? []), row]);
  }
  return [...packed].map(([text, rows]) => ({ text, rows }));
}

/** The streaks of a packed table. */
export function unpackStreaks(table: PackedTable, streaks: readonly PackedStreak[]): StreakText[] {
  const all = unpackTable(table);
  return streaks.flatMap(({ text, rows }) => rows.map((row) => ({ key: all[row].key, text })));
}

/** The parts of a system, in the order of the columns of a table. */
export const COLUMN_PARTS = ['kernel', 'driver', 'hardware', 'scope'] as const;

/** The systems of this package's tables, once they were asked for: they take a while to make. */
let inTables: ReadonlyMap<string, System> | undefined;

/**
 * The system of a row, by its first columns. If no row of a table has these names, they are read as
 * presets.
 */
export function systemOfRow(own: readonly OwnSystem[], names: readonly string[]): System {
  const id = names.join(' ');
  const mine = own.find((known) => known.names.join(' ') === id);
  if (mine !== undefined) return parseSystem(mine.texts);
  inTables ??= new Map(allEntries().map(({ names: of, system }) => [of.join(' '), system]));
  const known = inTables.get(id);
  if (known !== undefined) return known;
  return parseSystem(Object.fromEntries(COLUMN_PARTS.map((part, i) => [part, names[i]])));
}

/** The changes since another table. */
export const againstOf = (
  file: string,
  old: readonly TableLine[],
  now: readonly TableLine[],
): Against => ({
  file,
  changes: differences(old, now),
});

/** A heading of the catalogue, its prose, and the traces below it. */
export interface Chapter {
  readonly heading: string;
  readonly parts: readonly (string | { readonly trace: string })[];
}

/** Cuts the text of ORDER into chapters. `names` are the names of the traces. */
export function chaptersOf(order: string, names: readonly string[]): Chapter[] {
  const chapters: { heading: string; parts: (string | { trace: string })[] }[] = [];
  for (const paragraph of order.split(/\n{2,}/)) {
    const heading = /^##? (.*)/.exec(paragraph)?.[1];
    if (heading !== undefined) {
      chapters.push({ heading, parts: [] });
      continue;
    }
    const lines = paragraph.split('\n').filter((line) => line !== '');
    for (const line of groupLines(lines, names)) chapters.at(-1)?.parts.push(line);
  }
  return chapters.filter(({ parts }) => parts.some((part) => typeof part !== 'string'));
}

/** The chapters of the catalogue; the last one has the traces that ORDER does not name. */
export function chaptersWithAll(order: string, names: readonly string[]): Chapter[] {
  const chapters = chaptersOf(order, names);
  const listed = new Set(tracesOf(chapters));
  const others = names.filter((name) => !listed.has(name)).map((trace) => ({ trace }));
  return others.length === 0 ? chapters : [...chapters, { heading: 'Others', parts: others }];
}

/** The names of the traces in these chapters, in their order. */
export const tracesOf = (chapters: readonly Chapter[]): string[] =>
  chapters.flatMap(({ parts }) =>
    parts.flatMap((part) => (typeof part === 'string' ? [] : [part.trace])),
  );

function groupLines(lines: readonly string[], names: readonly string[]) {
  const prose = lines.filter((line) => !names.includes(line)).join(' ');
  const traces = lines.filter((line) => names.includes(line)).map((trace) => ({ trace }));
  return [...(prose === '' ? [] : [prose]), ...traces];
}

/** Reads the page's data from its document. Complains if the page is not complete. */
export function readData(text: string | null | undefined): PageData {
  try {
    return JSON.parse(text ?? '') as PageData;
  } catch {
    throw new Complaint('this page is not whole: its data cannot be read', undefined, {
      hint: 'youngcheck report writes a new one',
    });
  }
}
