/** The data of a report for tests: a table, and nothing else unless a test adds it. */
import type { PageData } from '../checker/page/data.ts';
import { packTable } from '../checker/page/data.ts';
import type { TableLine } from '../checker/judge/catalogue/table.ts';

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
