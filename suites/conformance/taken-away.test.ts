/** Logs of Intel SVA in which a device uses what was taken away from it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readWhole } from '../../checker/conform/conform.ts';

const linesOf = (name: string): string[] =>
  readFileSync(new URL(`sva/${name}.log`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');

async function logOf(lines: readonly string[]) {
  const { log } = await readWhole([`${lines.join('\n')}\n`], 'log');
  return log;
}
async function harmsOf(lines: readonly string[]) {
  const log = await logOf(lines);
  return log.pages.flatMap(({ uses }) => uses.harms);
}

describe('a use of what was taken away', () => {
  it('is a read of the old frame, with the lines that prove it', async () => {
    const lines = linesOf('6.12.57-S8-2cpu');
    const harms = await harmsOf(lines);
    expect(harms.map(({ kind }) => kind)).toEqual(['stale-read', 'stale-read']);
    const story = harms[0].story.map(({ line, text }) => [text, lines[line - 1]]);
    expect(story.slice(-4)).toEqual([
      ['dev_tlb_inv has no PASID, so that the ATC keeps the page', expect.stringMatching(/qi_sub/)],
      ['a CPU uses it, and writes 0x41', expect.stringMatching(/: CPU begin P0 w /)],
      ['the PTE maps the frame at 0x8361000', expect.stringMatching(/: STATE .* pfn=0x8361 /)],
      [
        'the device reads 0x40 at pa=0x8347000, path=atc-hit',
        expect.stringMatching(/: DEV end P0 value=0x40 path=atc-hit pa=0x8347000 /),
      ],
    ]);
  });

  it('is a write through a permission that a fork took', async () => {
    const harms = await harmsOf(linesOf('6.12.57-I'));
    expect(harms.map(({ kind }) => kind)).toEqual(['revoked-write']);
    expect(harms[0].story.slice(-3).map(({ text }) => text)).toEqual([
      'the PTE is read-only',
      'the device writes 0x42 at pa=0x3fd7000, path=atc-hit',
      'the child reads 0x42',
    ]);
  });

  /** How a log has to differ so that it proves no harm. */
  const INNOCENT: readonly (readonly [string, (lines: readonly string[]) => string[]])[] = [
    [
      'uses the frame that the PTE maps',
      (lines) => lines.map((line) => line.replace('pa=0x8347000', 'pa=0x8361000')),
    ],
    [
      'asks the IOMMU',
      (lines) => lines.map((line) => line.replace('path=atc-hit', 'path=atc-miss')),
    ],
    ['does not say how', (lines) => lines.map((line) => line.replace(' path=atc-hit', ''))],
    [
      'may still use the page, as no line says that its flush was called',
      (lines) => lines.filter((line) => !line.includes(' arch_invalidate_secondary_tlbs: ')),
    ],
    [
      'may still use the page, as its unmap is not over',
      (lines) => lines.filter((line) => !line.includes(' invalidate_range_end: ')),
    ],
    [
      'has a PTE that no marker has read since',
      (lines) => lines.filter((line) => !/: (?:PTE|STATE) /.test(line)),
    ],
    [
      'is in a log that has lost events',
      (lines) => [...lines.slice(0, 40), LOST, ...lines.slice(40)],
    ],
  ];
  const LOST = 'CPU:0 [LOST 3 EVENTS]';

  it.each(INNOCENT)('is none if the device %s', async (_, change) => {
    expect(await harmsOf(change(linesOf('6.12.57-S8-2cpu')))).toEqual([]);
  });

  it('is none if the PTE was never taken away', async () => {
    // The fork is cut out. A first write by an ATC hit is then no proof.
    const lines = linesOf('6.12.57-I').filter((line) => !/invalidate/.test(line));
    expect(await harmsOf(lines)).toEqual([]);
  });
});

describe('prq_report', () => {
  it('is a use by the device in a log without markers', async () => {
    const lines = linesOf('7.3.4-S1-2cpu').filter(
      (line) => !line.includes(': tracing_mark_write: '),
    );
    const at = lines.findIndex((line) => line.includes(': prq_report: '));
    const { pages } = await logOf(lines.slice(0, at + 1));
    expect(pages.map(({ uses }) => uses.unseen)).toEqual([
      [expect.objectContaining({ by: 'device', line: at + 1 })],
    ]);
  });
});
