/** Another process has another page at the same address. Its looks accuse nobody. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { conform } from '../../checker/conform/conform.ts';

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
