/** The events of huge pages that needed.ts lists. */
import type { NeededEvent } from './probe.ts';
import { entry, fixed, returns, same } from './probe.ts';

const PMD = 'vma=$arg1:x64 addr=$arg2:x64 pmd=+0($arg3):x64';

export const HUGE: readonly NeededEvent[] = [
  ...(
    [
      ['pmdp_clear_flush_young', 'a look of reclaim'],
      ['pmdp_test_and_clear_young', 'clear_refs, MGLRU, DAMON or page_idle'],
    ] as const
  ).flatMap(([symbol, who]) => [
    entry(`pt/${symbol}`, same(symbol, PMD), {
      weight: 'useful',
      of: 'thp',
      gives: `the PMD of a huge page, before ${who} clears its young bit`,
      without: `whether ${who} found a huge page young is known where it decides an answer`,
    }),
    returns(`pt/${symbol}_ret`, same(symbol, 'ret=$retval:u8'), {
      weight: 'useful',
      of: 'thp',
      gives: 'what it found',
      without: `what ${who} found in the PMD of a huge page is not known`,
    }),
  ]),
  entry(
    'thp/split_huge_pmd',
    same('__split_huge_pmd', 'vma=$arg1:x64 addr=$arg3:x64 pmd=+0($arg2):x64 freeze=$arg4:u8'),
    {
      weight: 'useful',
      of: 'thp',
      gives: 'the PMD of a huge page is split into PTEs',
      without: 'a split is known by the next line that tells of a part of the page',
    },
  ),
  entry(
    'thp/split_huge_pmd_locked',
    same('split_huge_pmd_locked', 'vma=$arg1:x64 addr=$arg2:x64 pmd=+0($arg3):x64 freeze=$arg4:u8'),
    {
      weight: 'useful',
      of: 'thp',
      gives: 'the same, by who holds the lock of the page table; since 6.10',
      without: 'a split inside of a migration is taken for an unmap',
    },
  ),
  entry('thp/pmdp_collapse_flush', same('pmdp_collapse_flush', 'addr=$arg2:x64'), {
    weight: 'useful',
    of: 'thp',
    gives: 'khugepaged or MADV_COLLAPSE takes the table of 512 PTEs away',
    without: 'a collapse by MADV_COLLAPSE is taken for an unmap',
  }),
  fixed('huge_memory/mm_collapse_huge_page', {
    weight: 'useful',
    of: 'thp',
    gives: 'whether pages of 4 KiB have become a huge page',
    without: 'a huge page is known by the next line that tells of its PMD',
  }),
  entry('idle/damon_pmdp_mkold', same('damon_pmdp_mkold', 'addr=$arg3:x64'), {
    weight: 'useful',
    of: 'idle',
    gives: 'DAMON marks a huge page',
    without: 'a mark of DAMON is known by the caller of pmdp_test_and_clear_young alone',
  }),
];
