/**
 * Reads what tells of young bits where the helpers that clear them are inlined, as on arm64: the
 * callbacks of page walks, and the functions of contpte blocks.
 */
import { numberField, probedFunction } from './ftrace/index.ts';
import type { Log, LogLine } from './log.ts';
import { PAGE_SIZE, pageOf } from './page-log.ts';
import type { LookReader } from './read-looks.ts';

/** With pages of 4 KiB, a contpte block has 16 of them. */
const BLOCK = 16 * PAGE_SIZE;
/** lru_gen_look_around() stays within MIN_LRU_BATCH pages. */
const AROUND = 64 * PAGE_SIZE;

export class WalkReader {
  private readonly log: Log;
  private readonly looks: LookReader;

  constructor(log: Log, looks: LookReader) {
    this.log = log;
    this.looks = looks;
  }

  /* A contpte function of arm64 is entered: a block of 16 PTEs has one young bit for all. */
  ofBlock({ event }: LogLine): void {
    const address = numberField(event, 'addr');
    if (address === undefined) return;
    const start = address - (address % BLOCK);
    for (const page of this.log.trackedBetween(start, start + BLOCK)) {
      this.log.leave(page, event.line, 'contpte');
    }
  }

  /*
   * A page-walk callback is entered. Where the helpers that clear young bits are no functions, it
   * alone tells who may have cleared those of its range.
   */
  walks({ event }: LogLine): void {
    const [start, end] = ['addr', 'end'].map((name) => numberField(event, name));
    if (start === undefined || end === undefined) return;
    const name = probedFunction(event) ?? event.name;
    const asked = name === 'clear_refs_pte_range';
    for (const page of this.log.trackedBetween(start, end)) {
      page.uses.walked(event.line, `${name}() may clear the young bit of the PTE`, asked);
    }
  }

  /*
   * lru_gen_look_around(): a look of the multi-gen LRU goes on to the neighbours of its page. On
   * arm64 of 6.1 no line tells of their young bits.
   */
  looksAround(line: LogLine): void {
    const { event } = line;
    const at = this.looks.addressAt(line);
    if (at === undefined) return;
    for (const { address, uses } of this.log.trackedBetween(at - AROUND, at + AROUND)) {
      if (address === pageOf(at)) continue;
      uses.walked(event.line, 'a look at a neighbour may clear the young bit of the PTE', false);
    }
  }
}
