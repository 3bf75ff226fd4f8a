/**
 * Misses where no helper that clears a young bit is a function. Only an ATC hit that left the PTE
 * old, or callbacks of page walks that were recorded, make a miss certain there.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { conform, outcomeOf, readWhole } from '../../checker/conform/conform.ts';
import { conformanceText } from '../../checker/conform/conformance-text.ts';
import { NEEDED } from '../../checker/conform/ftrace/index.ts';
import { KVM, isShadow } from '../../checker/conform/secondary.ts';

const linesOf = (name: string): string[] =>
  readFileSync(new URL(`arm64/${name}.log`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
const conformTo = (lines: readonly string[]) => conform([`${lines.join('\n')}\n`], 'log', {});

const MISSED = linesOf('6.1-M1-noflush-captured');
const BEFORE_LOOK = MISSED.findIndex((line) => line.includes(': AGE begin 2 '));
const WALKS = [
  'clear_refs_pte_range',
  'madvise_cold_or_pageout_pte_range',
  'walk_pud_range',
] as const;
const RECORDED = [...WALKS, 'lru_gen_look_around'].map((name) => `# youngcheck: has ${name}`);

/** Inserts a callback between the use and the look. */
const walkBy = (name: string, range = 'addr=0x10000000 end=0x10001000', event = name): string[] =>
  MISSED.toSpliced(
    BEFORE_LOOK,
    0,
    `        agetrace-389     [000] .....    54.000000: ${event}: (${name}+0x0/0x100) ${range}`,
  );
const pathless = (lines: readonly string[]): string[] =>
  lines.map((line) => line.replace(/ path=atc-(?:hit|miss)/, ''));
const readLines = (lines: readonly string[]) => readWhole([`${lines.join('\n')}\n`], 'log');
async function missedIn(lines: readonly string[]) {
  const { log } = await readLines(lines);
  return log.pages.flatMap(({ uses }) => uses.missed);
}
const kindsOf = async (lines: readonly string[]) => (await missedIn(lines)).map(({ kind }) => kind);
const BOTH = ['unreferenced', 'evicted'];

describe('a miss where no line reads a PTE', () => {
  it('is certain after an ATC hit that left the PTE old', async () => {
    const missed = await missedIn(MISSED);
    expect(missed.map(({ kind }) => kind)).toEqual(BOTH);
    const hit = MISSED.findIndex((line) => line.includes('path=atc-hit'));
    expect(missed[0].usedAtLine).toBe(hit);
    expect(missed[0].story.find(({ line }) => line === hit)!.text).toMatch(
      /^a device uses it, path=atc-hit, and the PTE stays old, as at line \d+$/,
    );
  });

  it('is none if the PTE is not known to be old', async () => {
    expect(await kindsOf(MISSED.filter((line) => !/: (?:PTE|STATE) /.test(line)))).toEqual([]);
  });

  it('is none if the device may have walked', async () => {
    expect(await kindsOf(pathless(MISSED))).toEqual([]);
    const walked = MISSED.map((line) => line.replace('path=atc-hit', 'path=atc-miss'));
    expect(await kindsOf(walked)).toEqual([]);
  });

  it('is none if a user has asked to forget in between', async () => {
    expect(await kindsOf(walkBy('clear_refs_pte_range'))).toEqual([]);
    const named = walkBy('clear_refs_pte_range', undefined, 'cb_clear_refs');
    expect(await kindsOf(named)).toEqual([]);
    const other = walkBy('clear_refs_pte_range', 'addr=0x20000000 end=0x20001000');
    expect(await kindsOf(other)).toEqual(BOTH);
  });

  it('stays if a walk comes in between, which finds the PTE old', async () => {
    expect(await kindsOf(walkBy('walk_pud_range'))).toEqual(BOTH);
  });

  it('is certain of any use if every callback is recorded, and none came', async () => {
    expect(await kindsOf(pathless([...RECORDED, ...MISSED]))).toEqual(BOTH);
    expect(await kindsOf(pathless([...RECORDED.slice(1), ...MISSED]))).toEqual([]);
  });

  it.each(WALKS)('is none if %s came, recorded with all others', async (name) => {
    expect(await kindsOf(pathless([...RECORDED, ...walkBy(name)]))).toEqual([]);
  });
});

describe('a contpte block', () => {
  it('is named, and its pages are not judged', async () => {
    const conformance = await conformTo(linesOf('6.12-X6'));
    expect(outcomeOf(conformance)).toBe('partly judged');
    expect(conformance.pages.map(({ page, refusal }) => [page.unjudged?.why, refusal])).toEqual(
      Array(16).fill(['contpte', undefined]),
    );
    const text = conformanceText(conformance);
    expect(text).toMatch(/^16 pages are not judged, from line 21 on: [^.]*contpte\s+block/);
    expect(text).toMatch(/^ {2}0x1000f000 .* not judged, by line 45$/m);
  });

  it('is known by the functions of contpte, too', async () => {
    const lines = linesOf('6.12-B');
    const at = lines.findIndex((line) => line.includes(' clear_flush_young: '));
    const read = lines[at].replace(
      / clear_flush_young: .*/,
      ' contpte_ptep_clear_flush_young: (contpte_ptep_clear_flush_young+0x0/0x78) addr=0x10000000',
    );
    const { pages, missed } = await conformTo(lines.toSpliced(at, 0, read));
    expect(pages[0].page.unjudged).toEqual({ line: at + 1, why: 'contpte' });
    expect(missed).toEqual([]);
  });

  it.each([
    ['its pages', { address: '0x10000000', pages: 1, isHuge: false }],
    ['the huge page that it becomes', { address: '0x10010000', pages: 32, isHuge: true }],
  ])('takes back what was found before of %s', async (_, { address, pages, isHuge }) => {
    const lines = linesOf('6.1-M1-noflush-captured').map((line) =>
      line.replace(' pages=1 ', ` pages=${pages} `),
    );
    const told: string[] = [];
    const follower = {
      found: ({ line }: { line: number }) => void told.push(`found ${line}`),
      takenBack: ({ line }: { line: number }) => void told.push(`taken ${line}`),
      harmed: () => {},
    };
    const event = lines.find((line) => line.includes(': folio_referenced: '))!;
    const name = 'contpte_ptep_clear_flush_young';
    const cont = event.replace(
      / folio_referenced: .*/,
      ` ${name}: (${name}+0x0/0x78) addr=${address}`,
    );
    const marker = lines.find((line) => line.includes(': PTE '))!;
    const huge = marker.replace(/: PTE .*/, ': PTE x P0 pmd=0x80000000010000e7 A=1');
    const text = `${[...lines, cont, ...(isHuge ? [huge] : [])].join('\n')}\n`;
    const { log } = await readWhole([text], 'log', false, () => follower);
    expect(told.length).toBeGreaterThan(0);
    const linesOfAll = (what: string) =>
      told.filter((one) => one.startsWith(what)).map((one) => one.split(' ')[1]);
    expect(linesOfAll('taken')).toEqual(linesOfAll('found'));
    expect(log.pages.map(({ uses, unjudged }) => [uses.misses, unjudged?.why])).toEqual([
      [0, 'contpte'],
    ]);
  });
});

describe('arm64', () => {
  it('has calls for the whole mm that are no exit', async () => {
    const lines = linesOf('6.12-B');
    const at = lines.findLastIndex((line) => line.includes(' try_to_unmap_one_ret: '));
    const whole = lines[at].replace(
      / try_to_unmap_one_ret: .*/,
      ' arch_invalidate_secondary_tlbs: (__mmu_notifier_arch_invalidate_secondary_tlbs+0x0/0xb8)' +
        ' mm=0x1 start=0x0 end=0xffffffffffffffff',
    );
    const { log: known } = await readLines(lines);
    const call = whole.replace('0x1 ', `${known.target!.mm} `);
    const { log } = await readLines(lines.toSpliced(at + 1, 0, call));
    expect(log.target!.closed).toBe(known.target!.closed);
    expect(log.pages.map(({ length }) => length)).toEqual(known.pages.map(({ length }) => length));
  });

  it.each(['kvm_test_age_hva', 'kvm_unmap_hva_range', 'kvm_guest_fault', 'kvm_access_fault'])(
    'shows KVM by %s, and a capture records it',
    (name) => {
      expect(KVM).toContain(name);
      expect(isShadow(new Set([name]))).toBe(true);
      expect(NEEDED.map((event) => event.name)).toContain(name);
    },
  );

  it('has functions of its own that a capture sets probes on', () => {
    const symbols = NEEDED.flatMap(({ probes }) => probes.map(({ symbol }) => symbol));
    for (const symbol of [
      ...WALKS,
      'kvm_arch_flush_remote_tlbs',
      'contpte_ptep_clear_flush_young',
      'contpte_ptep_test_and_clear_young',
    ]) {
      expect(symbols).toContain(symbol);
    }
  });
});
