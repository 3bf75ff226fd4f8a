/** Lines of a log are quoted by their numbers. */
import { execFileSync } from 'node:child_process';
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

  it('is of the same line as the reader has it: a carriage return ends none', async () => {
    const odd = join(folder, 'odd');
    writeFileSync(odd, 'one\rmore\u2028\ntwo \u00e9\n');
    expect((await quoteLines(odd, [2])).get(2)).toBe('two \u00e9');
  });

  it('is found where a line goes on in the next piece of the file', async () => {
    const long = join(folder, 'long');
    writeFileSync(long, `${'a line\n'.repeat(100_000)}the last\n`);
    expect((await quoteLines(long, [37_450, 100_001])).size).toBe(2);
    expect((await quoteLines(long, [37_450])).get(37_450)).toBe('a line');
    expect((await quoteLines(long, [100_001])).get(100_001)).toBe('the last');
  });

  it('of a FIFO is none, and does not wait for one', async () => {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    expect((await quoteLines(fifo, [1])).size).toBe(0);
  });

  it('of a line that is not there is none, nor is one of standard input', async () => {
    expect((await quoteLines(file, [5])).size).toBe(0);
    expect((await quoteLines('-', [1])).size).toBe(0);
  });
});
