/** The interface between the page and its views. */
import { parseTrace } from '../../trace/parse.ts';
import type { Trace } from '../../trace/trace.ts';
import type { TableLine } from '../../judge/catalogue/table.ts';
import type { PageData } from '../data.ts';
import { unpackTable } from '../data.ts';
import type { ViewLink } from '../link.ts';

/** One screen of the page. */
export interface Screen {
  /** The title of the browser's tab, and the heading. */
  readonly title: string;
  /** What stands below the heading, and in the tab's title: of which system all this is. */
  readonly subtitle?: string;
  readonly content: readonly Node[];
  /** Handles keys of this screen, unless they are typed into a field. */
  readonly onKey?: (key: string) => boolean;
  /** Takes back what the reader did, or does it again. */
  readonly undo?: () => void;
  readonly redo?: () => void;
  /** Goes to another address of the same view. Returns whether it could. */
  readonly follow?: (link: ViewLink) => boolean;
  /** Prepares for paper, or for the screen again. */
  readonly print?: (onPaper: boolean) => void;
  /** Ends what is still running. */
  readonly leave?: () => void;
}

export class Page {
  readonly data: PageData;
  readonly rows: readonly TableLine[];
  private readonly parsed = new Map<string, Trace>();

  constructor(data: PageData) {
    this.data = data;
    this.rows = unpackTable(data.table);
  }

  /** A trace of the catalogue. It is read when it is first needed; undefined if there is none. */
  trace(name: string): Trace | undefined {
    const known = this.parsed.get(name);
    if (known !== undefined) return known;
    const file = this.data.traces.find((trace) => trace.name === name);
    if (file === undefined) return undefined;
    const trace = parseTrace(file.text, `${name}.trace`);
    this.parsed.set(name, trace);
    return trace;
  }

  /** Every trace of the catalogue. */
  traces(): Trace[] {
    return this.data.traces.map(({ name }) => this.trace(name)!);
  }
}

/** Changes the address without a new screen. The browser's Back goes to what it was before. */
export const goToAddress = (hash: string): void => history.pushState(null, '', hash);

/** Changes the address without a new entry in the browser's history, and without a new screen. */
export const setAddress = (hash: string): void => history.replaceState(null, '', hash);
