/**
 * Makes logs of a guest whose memory the host maps by huge pages. No such kernel ran: the lines
 * have the forms of the real captures and of the capture script, and the values are made up.
 */
const MM = '0xffff888004900000';
const VMA = '0xffff888006a5d980';
export const PAGE = 0x1000_0000;
export const HUGE = 0x20_0000;
const SMALL = 0x1000;
/** The guest frame of PAGE. */
const GFN = 0x200;

const hex = (value: number): string => `0x${value.toString(16)}`;
const AT = `addr=${hex(PAGE)}`;

type Lines = readonly string[];
/** Lines, each with the task that writes it. */
type Part = readonly { readonly pid: number; readonly text: string }[];
const VCPU = 136;
const RECLAIM = 139;

const by = (pid: number, ...texts: Lines): Part => texts.map((text) => ({ pid, text }));

/** A vCPU faults, and KVM installs an entry of a level for the page with a number. */
export const faults = (level: 1 | 2, number = 0, bits = level === 2 ? 'ee7' : 'e67'): Part => {
  const gfn = GFN + number;
  const at = (level === 2 ? GFN : gfn).toString(16);
  return by(
    VCPU,
    `kvm_page_fault: vcpu 0 rip 0x1000 address ${hex(gfn * SMALL)} error_code 0x100000004`,
    `kvm_tdp_mmu_spte_changed: as id 0 gfn ${at} level ${level} old_spte 0 ` +
      `new_spte ${frameOf(level === 2 ? 0 : number)}${bits}`,
    'kvm_entry: vcpu 0, rip 0x1000',
  );
};
const frameOf = (number: number): string => (0x4200 + number).toString(16);

/** An entry of KVM that a call changes: its level, the number of its page, and its bits. */
export interface Change {
  readonly level: number;
  readonly number?: number;
  readonly from: string;
  readonly to: string;
}
const changeText = ({ level, number = 0, from, to }: Change): string => {
  const frame = frameOf(number);
  const next = to === '0' ? '0' : `${frame}${to}`;
  return (
    `kvm_tdp_mmu_spte_changed: as id 0 gfn ${(GFN + number).toString(16)} level ${level} ` +
    `old_spte ${frame}${from} new_spte ${next}`
  );
};
export const AGED: Change = { level: 2, from: 'ee7', to: 'ec7' };

const range = (start = PAGE, end = start + HUGE): string =>
  `mm=${MM} start=${hex(start)} end=${hex(end)}`;

/** A call of a notifier that clears young bits. */
export const asks = (call: string, told: string, changes: readonly Change[]): Part => {
  const young = changes.length > 0 ? 1 : 0;
  return by(
    RECLAIM,
    `${call}: (__mmu_notifier_${call}+0x0/0x90) ${told}`,
    ...changes.map(changeText),
    `age_gfn_ret: (kvm_mmu_notifier_${call}+0x1/0x2 [kvm] <- kvm_age_gfn) ret=${young}`,
    ...(young && call === 'clear_flush_young' ? ['flush_remote_tlbs: (x+0x0/0x1)'] : []),
    `${call}_ret: (folio_referenced_one+0x1fc/0x460 <- __mmu_notifier_${call}) ret=${young}`,
  );
};

/** A look of reclaim at the huge page, which finds its PMD young or not. */
export function looks(changes: readonly Change[], pmd: 0 | 1 = 0): Part {
  const value = `0x80000000042008${pmd ? 'e7' : 'c7'}`;
  const answer = changes.length + pmd > 0 ? 1 : 0;
  return [
    ...by(
      RECLAIM,
      'folio_referenced: (folio_referenced+0x0/0x1b0) folio=0x1 is_locked=1',
      `folio_referenced_one: (folio_referenced_one+0x0/0x260) folio=0x1 vma=${VMA} ${AT}`,
      `pmdp_clear_flush_young: (pmdp_clear_flush_young+0x0/0x90) ${AT} pmd=${value}`,
      'pmdp_clear_flush_young_ret: ' +
        `(folio_referenced_one+0x1d5/0x460 <- pmdp_clear_flush_young) ret=${pmd}`,
    ),
    ...asks('clear_flush_young', range(), changes),
    ...by(
      RECLAIM,
      `folio_referenced_ret: (shrink_folio_list+0x8ed/0xd70 <- folio_referenced) ret=${answer}`,
    ),
  ];
}

/** An invalidation by a task, with what it does inside. */
export const invalidates = (pid: number, told: string, ...inside: readonly Part[]): Part => [
  ...by(pid, `invalidate_range_start: (x+0x0/0x1) ${told} flags=1 event=1`),
  ...inside.flat().map(({ text }) => ({ pid, text })),
  ...by(pid, `invalidate_range_end: (x+0x0/0x1) ${told} flags=1 event=1`),
];

export const zaps = (changes: readonly Change[]): Part =>
  by(
    RECLAIM,
    ...changes.map(changeText),
    `unmap_gfn_range_ret: (kvm+0x1/0x2 [kvm] <- kvm_unmap_gfn_range) ret=${changes.length && 1}`,
    ...(changes.length > 0 ? ['flush_remote_tlbs: (x+0x0/0x1)'] : []),
    'invalidate_range_start_ret: (x+0x1/0x2 <- __mmu_notifier_invalidate_range_start) ret=0',
  );

/** Reclaim swaps the whole page out, whose PMD it splits. KVM drops these entries. */
export const evicts = (changes: readonly Change[]): Part => [
  ...by(RECLAIM, `try_to_unmap_one: (try_to_unmap_one+0x0/0xd00) folio=0x1 vma=${VMA} ${AT}`),
  ...invalidates(RECLAIM, range(), zaps(changes)),
  ...by(RECLAIM, 'try_to_unmap_one_ret: (rmap_walk_anon+0xda/0x1f0 <- try_to_unmap_one) ret=1'),
];

/** The process splits the PMD. */
export const splits = (changes: readonly Change[], pmd: string, freeze = 0): Part => [
  ...by(
    VCPU,
    `split_huge_pmd: (__split_huge_pmd+0x0/0x1) vma=${VMA} addr=${hex(PAGE + SMALL)} ` +
      `pmd=0x80000000042008${pmd} freeze=${freeze}`,
  ),
  ...invalidates(VCPU, range(), zaps(changes)),
];

/** MADV_COLLAPSE makes a huge page, or it fails. */
export const collapses = (changes: readonly Change[], status: string): Part => [
  ...invalidates(
    VCPU,
    range(),
    zaps(changes),
    by(VCPU, `pmdp_collapse_flush: (pmdp_collapse_flush+0x0/0x80) ${AT}`),
  ),
  ...by(VCPU, `mm_collapse_huge_page: mm=00000000a154fc76, isolated=1, status=${status}`),
];

/** A line of the program. */
export const marks = (...texts: Lines): Part =>
  by(VCPU, ...texts.map((text) => `tracing_mark_write: ${text}`));

/** Reclaim looks at a page of another process. The log shows whatever clears a young bit. */
const ELSEWHERE = by(
  RECLAIM,
  'ptep_clear_flush_young: (ptep_clear_flush_young+0x0/0x30) addr=0x70000000 pte=0x847',
  'ptep_clear_flush_young_ret: (folio_referenced_one+0xb6/0x260 <- ptep_clear_flush_young) ret=0',
);

/** The whole log of a kernel. */
export function hugeLog(...parts: readonly Part[]): string {
  const body = [...ELSEWHERE, ...parts.flat()].map(({ pid, text }, i) => {
    const task = pid === VCPU ? 'qemu' : 'kswapd0';
    return `     ${task}-${pid}     [000] .....     ${(6 + i / 1000).toFixed(6)}: ${text}`;
  });
  return ['# tracer: nop', '# youngcheck: kernel 6.12.95-amd64 x86_64', ...body, ''].join('\n');
}

export { range as rangeText };
