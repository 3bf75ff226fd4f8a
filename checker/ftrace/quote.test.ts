/** Lines of a log, quoted by their numbers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { quoteLines } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'youngcheck-quote-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'log');
writeFileSync(file, `one\ntwo\n${'x'.repeat(5000)}\nfour`);

describe('a quotation', () => {
  it('is of the lines that were asked for, also of the last', async () => {
    expect([...(await quoteLines(file, [4, 2]))]).toEqual([
      [2, 'two'],
      [4, 'four'],
    ]);
  });

  it('of a long line is its beginning', async () => {
    expect((await quoteLines(file, [3])).get(3)).toBe('x'.repeat(200));
  });

  it('of a line that is not there is none, nor is one of standard input', async () => {
    expect((await quoteLines(file, [5])).size).toBe(0);
    expect((await quoteLines('-', [1])).size).toBe(0);
  });
});
