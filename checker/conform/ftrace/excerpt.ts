/**
 * Cuts a log down to the lines about some pages, and leaves these lines as they were. It drops
 * calls on other addresses, events of other folios, and the shrinkers of slab.
 */
import type { LogEvent } from './event.ts';
import { MARKER, entryOf, field, isReturn, numberField } from './event.ts';
import { readLine } from './line.ts';

/** User addresses. The end is exclusive. */
export interface Region {
  readonly start: number;
  readonly end: number;
}

/** Calls about one page or one folio. They are kept or dropped with everything inside. */
const ABOUT_A_PAGE = [
  'folio_referenced',
  'try_to_unmap_one',
  'ptep_clear_flush_young',
  'ptep_test_and_clear_young',
];
/** Events of a folio outside such a call. */
const ABOUT_A_FOLIO = [
  'workingset_eviction',
  'workingset_eviction_ret',
  'workingset_activation',
  'mm_vmscan_write_folio',
  'folio_mark_accessed',
  'folio_activate',
];
const OF_SLAB = ['mm_shrink_slab_start', 'mm_shrink_slab_end'];

/** The last line that is kept. */
const END = /^SCENARIO \S+ end$/;

/** The lines about a region with their numbers, from the head to the end of the scenario. */
export function excerpt(text: string, region: Region): { line: number; source: string }[] {
  const cutter = new Cutter(region);
  const lines = text.split('\n');
  for (const [index, source] of lines.entries()) {
    if (source === '') continue;
    if (cutter.take(index + 1, source)) break;
  }
  // A call is kept when it returns, after what other tasks did meanwhile.
  return cutter.kept.toSorted((a, b) => a.line - b.line);
}

class Cutter {
  readonly kept: { line: number; source: string }[] = [];
  private readonly region: Region;
  /** The frames that the region's pages have had so far, as the log spells them. */
  private readonly folios = new Set<string>();
  /** An open call with all its lines, which are kept or dropped together. */
  private call: { name: string; pid: number; lines: LogEvent[]; sources: string[] } | undefined;
  /** Whether the last eviction was of such a folio. */
  private evicts = false;

  constructor(region: Region) {
    this.region = region;
  }

  /** Takes a line, and says whether the scenario is over. */
  take(line: number, source: string): boolean {
    const event = readLine(source, line);
    if (event === undefined) this.kept.push({ line, source });
    else if (this.call !== undefined && event.pid === this.call.pid) this.inside(event, source);
    else if (ABOUT_A_PAGE.includes(event.name))
      this.call = { name: event.name, pid: event.pid, lines: [event], sources: [source] };
    else if (this.concerns(event)) this.kept.push({ line, source });
    return event !== undefined && END.test(event.text);
  }

  private inside(event: LogEvent, source: string): void {
    const { name, lines, sources } = this.call!;
    lines.push(event);
    sources.push(source);
    if (!isReturn(event) || entryOf(event.name) !== name) return;
    this.call = undefined;
    if (!lines.some((each) => this.within(each))) return;
    for (const each of lines) {
      const folio = field(each, 'folio');
      if (folio !== undefined) this.know(folio);
    }
    this.kept.push(...lines.map(({ line }, index) => ({ line, source: sources[index] })));
  }

  private concerns(event: LogEvent): boolean {
    if (OF_SLAB.includes(event.name)) return false;
    const folio = field(event, 'folio');
    // STATE lines, which the captures' own programs write, name the frame of a page.
    if (event.name === MARKER && folio !== undefined) this.know(folio);
    if (!ABOUT_A_FOLIO.includes(event.name)) return true;
    // The return comes next, and names no folio.
    if (event.name === 'workingset_eviction_ret') return this.evicts;
    const pfn = field(event, 'pfn');
    const known = this.folios.has(folio ?? '') || this.folios.has(pfn ?? '');
    if (event.name === 'workingset_eviction') this.evicts = known;
    return known;
  }

  /**
   * Remembers a folio by its struct page and by its frame number. With nokaslr a struct page has 64
   * bytes, and the first is at 0xffffea0000000000.
   */
  private know(folio: string): void {
    this.folios.add(folio);
    if (!folio.startsWith('0xffffea')) return;
    this.folios.add(`0x${(Number.parseInt(folio.slice(8), 16) / 64).toString(16)}`);
  }

  private within(event: LogEvent): boolean {
    const at = numberField(event, 'addr') ?? numberField(event, 'start');
    if (at === undefined) return false;
    const end = numberField(event, 'end') ?? at + 1;
    return at < this.region.end && end > this.region.start;
  }
}
