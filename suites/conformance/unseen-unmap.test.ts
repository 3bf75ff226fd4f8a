/**
 * A line shows that a page is not mapped, and no line shows who unmapped it. The uses before that
 * are of no page any more, and no later look can miss them.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readWhole } from '../../checker/conform/conform.ts';

const LINES = readFileSync(new URL('6.1-M1-noflush.log', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');
/** The device has used the page, and the look that will miss that has not begun. */
const BEFORE_LOOK = LINES.findIndex((line) => line.includes(': AGE begin 2 '));
const PID = /-(\d+) /.exec(LINES[BEFORE_LOOK])![1];

async function missedIn(inserted: readonly string[]): Promise<unknown[]> {
  const events = inserted.map((text) => `        agetrace-${PID}     [000] .....    99.0: ${text}`);
  const lines = LINES.toSpliced(BEFORE_LOOK, 0, ...events);
  const { log } = await readWhole([`${lines.join('\n')}\n`], 'log');
  return log.pages.flatMap(({ uses }) => uses.missed.map(({ kind }) => kind));
}

const ADDRESS = '0x10000000';
const faultOf = (code: number): string[] => [
  `page_fault_user: address=${ADDRESS} ip=0x401c20 error_code=0x${code.toString(16)}`,
  `handle_mm_fault: (handle_mm_fault+0x0/0x1a0) addr=${ADDRESS} flags=0x1254`,
  'handle_mm_fault_ret: (do_user_addr_fault+0x1bc/0x5a0 <- handle_mm_fault) ret=0x0',
];

describe('a use before a line that finds the page unmapped', () => {
  it.each([
    ['a CPU fault on a missing page', faultOf(6)],
    ['a marker', [`tracing_mark_write: STATE then P0 va=${ADDRESS} present=0`]],
    ['a marker that reads the PTE', ['tracing_mark_write: PTE then P0 pte=0x0 (not present)']],
  ])('is forgotten: %s', async (_, inserted) => {
    expect(await missedIn(inserted)).toEqual([]);
  });

  it.each([
    ['nothing', []],
    ['a CPU fault on a mapped page', faultOf(7)],
    ['a marker', [`tracing_mark_write: STATE then P0 va=${ADDRESS} present=1`]],
  ])('is not forgotten otherwise: %s', async (_, inserted) => {
    expect(await missedIn(inserted)).toEqual(['unreferenced', 'evicted']);
  });
});
