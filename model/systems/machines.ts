/**
 * Which kernels a driver was built with. A kernel goes with the drivers of its time and its
 * architecture; the table has those drivers of which that matters to a verdict.
 */
import { KERNELS } from './kernels.ts';

/** A driver, and the kernels of its time and architecture; `*` stands for any end of a name. */
const MACHINES: Readonly<Record<string, readonly string[]>> = {
  'kvm-x86-4.20': ['v4.20-x86*', 'flush-young-proposal', 'v5.15-x86', 'khugepaged-before-6.1'],
  kvm: ['v6.1-x86*', 'v6.6-x86*', 'v6.12-x86*'],
  'kvm-x86-6.13': ['v7.1-x86*', 'v7.1-riscv'],
  'kvm-arm64': ['v5.15-arm64', 'v6.1-arm64*', 'v6.6-arm64*', 'v6.12-arm64*', 'v7.1-arm64*'],
};

const fits = (name: string, pattern: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/** The drivers of the table, in its order. */
export const TIMED_DRIVERS: readonly string[] = Object.keys(MACHINES);

/** The presets of kernels that a driver of the table was built with. */
export const kernelsOf = (driver: string): string[] =>
  KERNELS.map(({ name }) => name).filter((name) =>
    MACHINES[driver].some((pattern) => fits(name, pattern)),
  );
