/** Reads the bits of a PTE, and of an spte as KVM prints it, on x86. */
import { lowBits } from './ftrace/index.ts';

const PRESENT = 1;
const READ_WRITE_EXECUTE = 7;
/** SPTE_MMU_PRESENT_MASK. An access-tracked spte has lost the bits by which hardware sees it. */
const MMU_PRESENT = 0x800;
/** The accessed bit. AMD has it where a PTE has it; EPT has another bit. */
const YOUNG = [0x20, 0x100];
const WRITABLE = 2;
/** The dirty bits of AMD and of EPT. */
const DIRTY = 0x240;

/** The frame number in a PTE or an spte of x86, as printed in hex: bits 12 to 47. */
export function frameOf(value: string | undefined): number | undefined {
  const digits = /^(?:0x)?([0-9a-f]{4,16})$/.exec(value ?? '')?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits.slice(-12, -3), 16);
}

/** Whether a PTE of x86, as printed in hex, has the accessed bit. */
export const isYoungPte = (pte: string | undefined): boolean =>
  ((lowBits(pte) ?? 0) & YOUNG[0]) !== 0;

/**
 * Whether a PMD leads to a table of PTEs, and maps no huge page: on x86 without the page-size bit,
 * on arm64 as a descriptor of a table.
 */
export const isTablePmd = (pmd: string | undefined): boolean =>
  ((lowBits(pmd) ?? 0) & 0x83) === 0x3;

export const isPresent = (spte: number): boolean => (spte & (PRESENT | MMU_PRESENT)) !== 0;
export const isWritable = (spte: number): boolean => (spte & WRITABLE) !== 0;
/**
 * Whether a present spte above the lowest level leads to a table, and maps no memory itself. As
 * make_nonleaf_spte() makes it, it has all access, and but for its accessed bit nothing else.
 */
export const isTable = (spte: number): boolean =>
  (spte & 0xfff & ~(YOUNG[0] | YOUNG[1])) === (MMU_PRESENT | READ_WRITE_EXECUTE);

/**
 * Whether KVM has taken the accessed bit of an spte. Without accessed bits (EPT of old processors)
 * it takes all access instead, and the next one faults.
 */
export function isAged(before: number, after: number): boolean {
  if (!isPresent(before) || !isPresent(after)) return false;
  const isTracked = !!(before & READ_WRITE_EXECUTE) && !(after & READ_WRITE_EXECUTE);
  return isTracked || YOUNG.includes(before & ~after & 0xfff);
}

/** The memory type of ordinary memory in EPT, where AMD has bits that are 0 for such memory. */
const TYPE = 0x38;
const WRITE_BACK = 0x30;

/**
 * Whether an spte shows a use since KVM last took its accessed bit, as it is printed in hex. EPT
 * without accessed bits says so in bits 52 and 53, and then access itself shows it.
 */
export function isYoung(value: string | undefined): boolean {
  const digits = value ?? '0';
  const low = Number.parseInt(digits.slice(-8), 16);
  if (!isPresent(low)) return false;
  if (Number.parseInt(digits.at(-14) ?? '0', 16) % 4 === 1) return (low & READ_WRITE_EXECUTE) !== 0;
  if ((low & TYPE) === WRITE_BACK) return (low & YOUNG[1]) !== 0;
  return (low & TYPE & ~YOUNG[0]) === 0 && (low & YOUNG[0]) !== 0;
}

/** Whether an spte that stays loses what a dirty log takes: write access, or a dirty bit. */
export const losesWrites = (before: number, after: number): boolean =>
  isPresent(before) &&
  !!(after & READ_WRITE_EXECUTE) &&
  (before & ~after & (WRITABLE | DIRTY)) !== 0;
