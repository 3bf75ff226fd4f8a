/** The data of a report for tests: a table, and nothing else unless a test adds it. */
import { traceFile, traceNames } from '../checker/judge/catalogue/catalogue.ts';
import { catalogueFolder, readCatalogueFile } from '../checker/judge/catalogue/folder.ts';
import type { TableLine } from '../checker/judge/catalogue/table.ts';
import type { NamedText, PageData } from '../checker/page/data.ts';
import { packTable } from '../checker/page/data.ts';

export const pageDataOf = (rows: readonly TableLine[], more: Partial<PageData> = {}): PageData => ({
  version: '0',
  table: packTable(rows),
  own: [],
  streaks: [],
  order: '',
  traces: [],
  plots: [],
  ...more,
});

/** Every trace of the catalogue, as a report has it. */
export const catalogueTraces = (): NamedText[] =>
  traceNames(catalogueFolder()).map((name) => ({
    name,
    text: readCatalogueFile(catalogueFolder(), traceFile(name), ''),
  }));
