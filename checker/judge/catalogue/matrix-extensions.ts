/**
 * The systems of counterexamples/VERDICTS for the parts of the model that are off by default. Each
 * part has the kernels or the hardware that had a bug, and most have one without it.
 */
import type { Block } from './scopes.ts';
import {
  BLOCK,
  COPIES,
  DMA,
  FILLS,
  FILLS_2,
  PENDING,
  RACES,
  RECHECKS,
  REWRITES,
  RUN,
} from './scopes.ts';

export const EXTENSIONS: readonly Block[] = [
  {
    why: 'runs of pages, and blocks of pages behind one PTE',
    kernels: ['v4.20-x86'],
    drivers: ['amd-iommu-v2', 'amd-iommu-v2-patched', 'kvm-x86-4.20'],
    hardware: ['ats'],
    scopes: [RUN, BLOCK],
  },
  {
    why: 'unmaps that flush after the lock is gone',
    kernels: ['invalidate-page-4.12', 'mprotect-unaware', 'migrate-device-2022'],
    drivers: ['intel-svm'],
    hardware: ['ats'],
    scopes: [PENDING],
  },
  {
    why: 'a PTE that is written back from an earlier read, and one that is taken meanwhile',
    kernels: ['lossy-pmdp-invalidate', 'v4.20-x86'],
    drivers: ['amd-iommu-v2'],
    hardware: ['ats'],
    scopes: [REWRITES],
  },
  {
    why: 'no machine: an IOMMU that may answer the two invalidations of amd-sva in any order',
    kernels: ['v7.1-x86'],
    drivers: ['amd-sva'],
    hardware: ['queued'],
    scopes: [DMA],
  },
  {
    why: 'no machine: invalidations that are acknowledged too early, or in vain',
    kernels: ['v7.1-x86'],
    drivers: ['intel-svm'],
    hardware: ['undrained', 'acknowledges-in-vain'],
    scopes: [DMA],
  },
  {
    why: 'pages that are copied, by a migration or on write',
    kernels: ['thp-migration-4.19', 'v4.20-x86'],
    drivers: ['intel-svm'],
    hardware: ['ats'],
    scopes: [COPIES],
  },
  {
    why: 'no machine: a copy on write of 2012, with a driver that came later',
    kernels: ['cow-2012'],
    drivers: ['intel-svm'],
    hardware: ['ats'],
    scopes: [COPIES],
  },
  {
    why: 'the last look of an unmap; granularity=atomic has none, so it is left out',
    kernels: ['v4.20-x86-rechecks'],
    drivers: ['amd-iommu-v2-patched', 'kvm-x86-4.20'],
    hardware: ['ats'],
    scopes: [RACES, RECHECKS],
  },
  {
    why: 'no machine: the same after range_start, with a KVM that came later; no atomic either',
    kernels: ['young-check-2014'],
    drivers: ['kvm-x86-4.20'],
    hardware: ['ats'],
    scopes: [RECHECKS],
  },
  ...(
    [
      ['v4.20-x86', 'kvm-x86-4.20'],
      ['v6.12-x86', 'kvm'],
      ['v7.1-x86', 'kvm-x86-6.13'],
      ['v6.12-arm64', 'kvm-arm64'],
    ] as const
  ).map(([kernel, driver]) => ({
    why: 'each KVM with its fills in two steps, for one vCPU and for two',
    kernels: [kernel],
    drivers: [driver],
    hardware: ['ats'],
    scopes: [FILLS, FILLS_2],
  })),
];
