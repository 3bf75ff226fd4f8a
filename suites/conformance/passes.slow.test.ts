/**
 * A use between a look that returns 0 and the unmap. It is forgiven within one pass of reclaim, and
 * reported otherwise.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { conform } from '../../checker/conform/conform.ts';

const LOG = readFileSync(new URL('6.12-F-captured.log', import.meta.url), 'utf8').split('\n');
const USE = LOG.findIndex((line) => line.includes('DEV begin P0 w')) + 1;
const EVICTION = LOG.findIndex((line) => line.includes(': try_to_unmap_one: ')) + 1;

/** The lines of a look at the page of log F if neither young bit is set. */
const look = (pid: number, caller: string): string[] =>
  [
    'folio_referenced: (folio_referenced+0x4/0x1a0) folio=0xffffea0000166840 is_locked=0',
    'folio_referenced_one: (folio_referenced_one+0x4/0x460) folio=0xffffea0000166840 ' +
      'vma=0xffff88803fecf9a0 addr=0x10000000',
    'ptep_clear_flush_young: (ptep_clear_flush_young+0x4/0x40) addr=0x10000000 ' +
      'pte=0x80000000059a1847',
    'ptep_clear_flush_young_ret: ' +
      '(folio_referenced_one+0x14a/0x460 <- ptep_clear_flush_young) ret=0',
    'clear_flush_young: (__mmu_notifier_clear_flush_young+0x4/0x90) mm=0xffff88800406c780 ' +
      'start=0x10000000 end=0x10001000',
    'age_gfn_ret: (kvm_mmu_notifier_clear_flush_young+0x11b/0x310 [kvm] <- kvm_age_gfn) ret=0',
    'clear_flush_young_ret: ' +
      '(folio_referenced_one+0x35e/0x460 <- __mmu_notifier_clear_flush_young) ret=0',
    `folio_referenced_ret: (${caller}+0x8ed/0xd70 <- folio_referenced) ret=0`,
  ].map((text) => `        agetrace-${pid}     [000] .....    26.191000: ${text}`);

/** The missed pages of log F with these lines added. Task 344 evicts in it. */
const missedAfter = async (lines: readonly string[]) => {
  const text = LOG.toSpliced(USE - 1, 0, ...lines).join('\n');
  const { pages, missed } = await conform([text], 'passes.log', {});
  expect(pages.map(({ refusal }) => refusal)).toEqual([undefined]);
  return missed.map(({ kind, line, usedAtLine }) => [
    kind,
    line - lines.length,
    usedAtLine - lines.length,
  ]);
};

const EVICTED = [['evicted', EVICTION, USE]];

it('a use after the look is forgiven if the same pass evicts the page', async () => {
  expect(await missedAfter(look(344, 'shrink_folio_list'))).toEqual([]);
});

it.each([
  ['shrink_active_list', 344],
  ['shrink_folio_list', 99],
])('a use behind a look of %s by task %i is not', async (caller, pid) => {
  expect(await missedAfter(look(pid, caller))).toEqual(EVICTED);
});

it('a use after a look is not forgiven if the task has looked at another page since', async () => {
  const other = look(344, 'shrink_folio_list').map((line) => line.replaceAll('1000', '7777'));
  expect(await missedAfter([...look(344, 'shrink_folio_list'), ...other])).toEqual(EVICTED);
});

it('a look whose begin is not in the log may belong to the pass that evicts', async () => {
  expect(await missedAfter(look(344, 'shrink_folio_list').slice(-1))).toEqual([]);
});
