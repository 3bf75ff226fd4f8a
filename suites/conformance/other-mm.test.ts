/** Another process has another page at the same address. Its looks accuse nobody. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { conform, readWhole } from '../../checker/conform/conform.ts';

const LOG = readFileSync(new URL('6.1-A.log', import.meta.url), 'utf8').split('\n');
const READ = 'ptep_clear_flush_young: (ptep_clear_flush_young+0x0/0x30)';
const AT = 'vma=0xffff888005eeeeee addr=0x10000000';

/** A look that finds nothing, and an eviction, in a process without notifiers. */
const OTHER = [
  'folio_referenced: (folio_referenced+0x0/0x1b0) folio=0xffffea0000999999 is_locked=1',
  `folio_referenced_one: (folio_referenced_one+0x0/0x260) folio=0xffffea0000999999 ${AT}`,
  `${READ} addr=0x10000000 pte=0x8000000009999847`,
  'ptep_clear_flush_young_ret: (folio_referenced_one+0xb6/0x260 <- ptep_clear_flush_young) ret=0',
  'folio_referenced_ret: (shrink_folio_list+0x7a9/0xb60 <- folio_referenced) ret=0',
  `try_to_unmap_one: (try_to_unmap_one+0x0/0xd00) folio=0xffffea0000999999 ${AT}`,
  'ptep_clear_flush: (ptep_clear_flush+0x0/0x60) addr=0x10000000 pte=0x8000000009999847',
  'try_to_unmap_one_ret: (rmap_walk_anon+0xe0/0x310 <- try_to_unmap_one) ret=1',
].map((text) => `           other-999     [000] .....     5.490000: ${text}`);

const told = async (lines: readonly string[]) => {
  const { pages, missed } = await conform([lines.join('\n')], 'other.log', {});
  return {
    pages: pages.map(({ page, refusal }) => [page.uses.looks, refusal?.line]),
    missed: missed.map(({ kind }) => kind),
  };
};

it('pages are told apart by vma once a look with a notifier call has shown ours', async () => {
  const look = LOG.findIndex((line) => line.includes(': clear_flush_young_ret: '));
  const behind = LOG.findIndex((line, i) => i > look && line.includes(': folio_referenced_ret: '));
  expect(await told(LOG.toSpliced(behind + 1, 0, ...OTHER))).toEqual(await told(LOG));
});

it('a new vma of the page is recognized as ours if the notifier names our mm', async () => {
  let vmas = 0;
  const moved = LOG.map((line) =>
    line.includes(': folio_referenced_one: ')
      ? line.replace(/vma=0x[0-9a-f]+/, () => `vma=0xffff88800${++vmas}aaaaaa`)
      : line,
  );
  expect(vmas).toBeGreaterThan(1);
  expect(await told(moved)).toEqual(await told(LOG));
});

/** What another process does to a PTE at the same address, with a frame of its own. */
const WALKED = (vma: string, caller: string, young: 0 | 1, frame: string): string[] =>
  [
    'ptep_test_and_clear_young: (ptep_test_and_clear_young+0x0/0x30) ' +
      `${vma}addr=0x10000000 pte=0x8000000${frame}8${young ? '6' : '4'}7`,
    `ptep_test_and_clear_young_ret: (${caller}+0x1/0x5 <- ptep_test_and_clear_young) ret=${young}`,
  ].map((text) => `           other-999     [001] .....     6.361793: ${text}`);

describe('a stranger who reads a PTE at the same address, in a log without markers', () => {
  const M1 = readFileSync(new URL('6.1-M1-noflush.log', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => !line.includes(': tracing_mark_write: '));
  const ours = / vma=(0x[0-9a-f]+) addr=0x10000000/.exec(M1.join('\n'))![1];
  const used = M1.findLastIndex((line) => line.includes('ATC hit addr=0x10000000'));
  const STRANGER = 'vma=0xffff888005eeeeee ';
  const missedIn = async (lines: readonly string[]): Promise<string[]> => {
    const { log } = await readWhole([lines.join('\n')], 'other.log');
    return log.pages.flatMap(({ uses }) => uses.missed.map(({ kind }) => kind));
  };
  const withRead = (...read: Parameters<typeof WALKED>) =>
    missedIn(M1.toSpliced(used + 1, 0, ...WALKED(...read)));
  const CALLERS = [
    ['clear_refs_pte_range', 0],
    ['walk_pud_range', 1],
  ] as const;

  it.each(CALLERS)('by %s changes nothing where the log has the vma', async (caller, young) => {
    expect(await missedIn(M1)).toEqual(['unreferenced', 'evicted']);
    expect(await withRead(STRANGER, caller, young, '009999')).toEqual(['unreferenced', 'evicted']);
  });

  const frame = /pte=0x8000000(\w{6})8\d7/.exec(M1.join('\n'))![1];

  it('is no stranger if the vma is ours', async () => {
    expect(await withRead(`vma=${ours} `, 'clear_refs_pte_range', 0, frame)).toEqual([]);
  });

  it.each(CALLERS)('by %s may be ours if it has our frame, as a vma is split', async (...read) => {
    expect(await withRead(STRANGER, ...read, frame)).toEqual([]);
  });

  it('is taken for ours where the log has no vma, and that is said', async () => {
    const lines = M1.toSpliced(used + 1, 0, ...WALKED('', 'clear_refs_pte_range', 0, '009999'));
    expect(await missedIn(lines)).toEqual([]);
    const { log } = await readWhole([lines.join('\n')], 'other.log');
    expect(log.byAddress.gaps()).toEqual([
      expect.stringContaining(`by the address alone, first at line ${used + 3}: another process`),
    ]);
  });
});
