/**
 * Tests which presets were a machine together: the table names every preset, and gives known
 * answers.
 */
import { describe, expect, it } from 'vitest';
import { DRIVERS } from '../model/systems/drivers.ts';
import { HARDWARE } from '../model/systems/hardware.ts';
import { KERNELS } from '../model/systems/kernels.ts';
import { MACHINES, NO_MACHINE, noSuchMachine, presetNames } from '../model/systems/machines.ts';
import { parseSystem } from '../checker/trace/setup.ts';

const namesOf = (presets: readonly { readonly name: string }[]) => presets.map(({ name }) => name);

/** For each part, its presets and the patterns that the table has for them. */
const PARTS = [
  { part: 'kernel', presets: namesOf(KERNELS), named: MACHINES.flatMap((each) => each.kernels) },
  { part: 'driver', presets: namesOf(DRIVERS), named: MACHINES.flatMap((each) => each.drivers) },
  {
    part: 'hardware',
    presets: namesOf(HARDWARE),
    named: MACHINES.flatMap((each) => each.hardware),
  },
];
const fits = (name: string, pattern: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

describe('the table of machines', () => {
  it.each(PARTS)(
    'has every $part in some machine, or says that it is in none',
    ({ presets, named }) => {
      for (const name of presets) {
        const isIn = named.some((pattern) => fits(name, pattern));
        expect(isIn, name).toBe(!Object.hasOwn(NO_MACHINE, name));
      }
    },
  );

  it.each(PARTS)('names no $part that is not there', ({ presets, named }) => {
    for (const pattern of named) {
      expect(
        presets.some((name) => fits(name, pattern)),
        pattern,
      ).toBe(true);
    }
  });

  it('lists as never in a machine only presets that exist', () => {
    const known = PARTS.flatMap(({ presets }) => presets);
    for (const name of Object.keys(NO_MACHINE)) expect(known).toContain(name);
  });
});

const why = (texts: Parameters<typeof parseSystem>[0]) =>
  noSuchMachine(presetNames(parseSystem(texts)));

describe('a machine', () => {
  it.each([
    {},
    { driver: 'amd-iommu-v2' },
    { kernel: 'v6.12-x86-damon', driver: 'kvm' },
    { kernel: 'v6.6-arm64', driver: 'arm-smmu-v3-sva', hardware: 'smmu-v3-stall' },
    { kernel: 'v6.6-ppc-radix', driver: 'ocxl', hardware: 'nest-mmu' },
    { kernel: 'v5.15-x86', driver: 'intel-svm', hardware: 'qat' },
    { kernel: 'flush-young-proposal', driver: 'sva-flush-young' },
    { kernel: 'v6.12-x86', driver: 'intel-svm' },
    { kernel: 'v6.12-x86-mglru', driver: 'intel-svm' },
    { kernel: 'v6.12-x86-damon', driver: 'intel-svm' },
    { kernel: 'v6.12-x86-batched', driver: 'intel-svm-6.12-flush-all' },
    { kernel: 'v6.12-x86-thp', driver: 'intel-svm-6.12-flush-all' },
    { kernel: 'v7.1-x86-thp', driver: 'intel-svm' },
    { kernel: 'v7.1-riscv', driver: 'interval-notifier' },
    { kernel: 'v6.6-ppc-radix', driver: 'interval-notifier' },
    { kernel: 'invalidate-page-4.12', driver: 'intel-svm' },
    { kernel: 'thp-migration-4.19', driver: 'amd-iommu-v2' },
    { kernel: 'migrate-device-2022', driver: 'intel-svm' },
    { kernel: 'mprotect-unaware', driver: 'amd-iommu-v2' },
  ])('was %j', (texts) => expect(why(texts)).toBeUndefined());

  it.each([
    [{ driver: 'none' }, 'driver none is a yardstick'],
    [{ hardware: 'walk-always' }, 'hardware walk-always is a yardstick'],
    [
      { kernel: 'v6.6-x86', driver: 'kvm-x86-6.13' },
      'driver kvm-x86-6.13 was not in kernel v6.6-x86',
    ],
    [
      { kernel: 'v6.12-x86-batched', driver: 'intel-svm' },
      'driver intel-svm was not in kernel v6.12-x86-batched',
    ],
    [
      { kernel: 'v6.12-x86-thp', driver: 'intel-svm' },
      'driver intel-svm was not in kernel v6.12-x86-thp',
    ],
    [
      { kernel: 'v6.12-x86', driver: 'intel-svm-6.12-flush-all' },
      'driver intel-svm-6.12-flush-all was not in kernel v6.12-x86',
    ],
    [
      { kernel: 'v7.1-x86', driver: 'vtd-6.18-wrong-descriptor' },
      'driver vtd-6.18-wrong-descriptor was not in kernel v7.1-x86',
    ],
    [
      { kernel: 'soft-dirty-before-3.11', driver: 'kvm-x86-4.20' },
      'driver kvm-x86-4.20 was not in kernel soft-dirty-before-3.11',
    ],
    [{ driver: 'kvm' }, 'driver kvm was not in kernel v4.20-x86'],
    [
      { kernel: 'v4.20-arm64', driver: 'arm-smmu-v3-sva' },
      'driver arm-smmu-v3-sva was not in kernel v4.20-arm64',
    ],
    [{ hardware: 'qat' }, 'driver amd-iommu-v2-patched does not serve hardware qat'],
    [
      { kernel: 'v6.6-x86', driver: 'intel-svm', hardware: 'qat' },
      'hardware qat was not served by intel-svm in kernel v6.6-x86',
    ],
    [
      { kernel: 'v7.1-x86', driver: 'amd-sva', hardware: 'queued' },
      'whether the command queue of AMD keeps both invalidations in order is not known; ' +
        'hardware queued does not',
    ],
    [{ kernel: 'cow-2012' }, 'no driver here shared the page table in 2012'],
    [
      { kernel: 'migrate-device-2022', driver: 'amd-iommu-v2' },
      'driver amd-iommu-v2 was not in kernel migrate-device-2022',
    ],
  ])('was not %j', (texts, expected) => expect(why(texts)).toBe(expected));

  it('may have any part that a user wrote', () => {
    const own = 'invalidate_secondary=flush-atc';
    expect(why({ driver: own })).toBeUndefined();
    expect(why({ driver: `kvm ${own}` })).toBeUndefined();
    expect(why({ driver: 'kvm secondary=shadow' })).toBe('driver kvm was not in kernel v4.20-x86');
    expect(why({ driver: own, hardware: 'af-by-fault' })).toBe(
      'hardware af-by-fault was not in kernel v4.20-x86',
    );
  });
});
