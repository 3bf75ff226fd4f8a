/** What to write for the words of the kernel, and the hints about them. */
import { describe, expect, it } from 'vitest';
import { complaintBy } from '../../suites/complaint-of.ts';
import { C_CALLBACKS, DESCRIPTORS, KERNEL_WORDS, kernelHint } from './kernel-words.ts';
import { parseTrace } from './parse.ts';
import { parsePart, parseSystem } from './setup.ts';

/** Every member of struct mmu_notifier_ops, of 4.12 up to 7.1. */
const MEMBERS = [
  'release',
  'clear_flush_young',
  'clear_young',
  'test_young',
  'change_pte',
  'invalidate_page',
  'invalidate_range_start',
  'invalidate_range_end',
  'invalidate_range',
  'arch_invalidate_secondary_tlbs',
  'alloc_notifier',
  'free_notifier',
];

const wordOf = (name: string) => KERNEL_WORDS.find(({ also }) => also.includes(name))!;

/** A driver whose flush-atc is spelled out, so that two spellings of one policy are equal. */
const driverOf = (text: string) =>
  JSON.stringify(
    parseSystem({ driver: text.replaceAll('flush-atc', 'post-atc,await-atc') }).driver,
  );
const presetOf = (name: string) => JSON.stringify(parseSystem({ driver: name }).driver);

describe('a callback of C', () => {
  it('is known, whatever member of mmu_notifier_ops it is', () => {
    const known = C_CALLBACKS.flatMap(({ also }) => also);
    expect(MEMBERS.filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each([
    ['arch_invalidate_secondary_tlbs', 'intel-svm'],
    ['invalidate_range', 'amd-iommu-v2-patched'],
    ['mmu_interval_notifier_ops', 'interval-notifier'],
  ])('%s is written as the preset %s has it', (name, preset) => {
    expect(
      wordOf(name).write!.map((text) => JSON.stringify(parseSystem({ driver: text }).driver)),
    ).toEqual([presetOf(preset)]);
  });

  it('is written as KVM has it, all members together', () => {
    const names = ['clear_flush_young', 'clear_young', 'invalidate_range_start'];
    const pairs = names.flatMap((name) => wordOf(name).write!.at(-1)!.split(' '));
    const { driver } = parseSystem({ driver: [...new Set(pairs)].join(' ') });
    expect(driver).toEqual(parseSystem({ driver: 'kvm marksAccessed=none' }).driver);
  });
});

describe('a queue of commands', () => {
  const CALLBACK = 'invalidate_secondary=';
  it.each([
    [['qi_flush_piotlb', 'qi_flush_dev_iotlb_pasid', 'qi_submit_sync'], 'intel-svm'],
    [['qi_flush_iotlb', 'qi_flush_dev_iotlb_pasid', 'qi_submit_sync'], 'vtd-6.18-wrong-descriptor'],
    [['qi_flush_piotlb', 'qi_flush_dev_iotlb'], 'intel-svm-6.12-flush-all'],
    [['CMD_INV_IOMMU_PAGES', 'CMD_INV_IOTLB_PAGES', 'CMD_COMPL_WAIT'], 'amd-sva'],
    [['TLBI_NH_VA', 'ATC_INV', 'CMD_SYNC'], 'arm-smmu-v3-sva'],
    [['ATC_INV', 'CMD_SYNC', 'TLBI_NH_VA'], 'smmu-5.2-reordered'],
  ])('%j is the preset %s', (commands, preset) => {
    const actions = commands.flatMap((name) => wordOf(name).write!).join(',');
    const { value } = parsePart('driver', preset);
    const same = driverOf(CALLBACK + value.invalidate_secondary.actions.map(({ name }) => name));
    expect(driverOf(CALLBACK + actions)).toBe(same);
  });

  it('is read, whatever is to be written', () => {
    for (const { name, write = [] } of DESCRIPTORS) {
      for (const text of write) expect(() => driverOf(CALLBACK + text), name).not.toThrow();
    }
  });
});

describe('a word of the kernel', () => {
  const inDriver = (text: string) => () => parsePart('driver', text);
  it.each<[string, () => unknown, RegExp]>([
    ['as a field', inDriver('release=flush-atc'), /^hint: \.release: not modelled\. /m],
    ['as another field', inDriver('invalidate_range=flush-iotlb'), /write invalidate_secondary=/],
    ['as a driver', inDriver('nested'), /^hint: nested guests: not modelled\. /m],
    ['behind a driver', inDriver('kvm memslots'), /^hint: memslot moves: not modelled\. /m],
    ['as an action', inDriver('clear_young=ATC_INV'), /^hint: SMMUv3: ATC_INV: write post-atc\. /m],
    [
      'as an optional event',
      () => parsePart('scope', 'events=dirty-log'),
      /^hint: dirty logging: not modelled\. /m,
    ],
    [
      'as an event of a trace',
      () => parseTrace('{}\n(1) user: memslot-move A\nends\n', 'mail'),
      /^hint: memslot moves: not modelled\. /m,
    ],
  ])('gets a hint %s', (_, read, hint) => {
    const complaint = complaintBy(read);
    expect(complaint).toMatch(hint);
    expect(complaint).not.toContain('did you mean');
  });

  it('is found with its dot, its parentheses and in any case', () => {
    const hint = kernelHint('.release');
    expect(hint).toMatch(/^\.release: not modelled/);
    expect([kernelHint('release'), kernelHint('Release()')]).toEqual([hint, hint]);
  });

  it.each(['kvm', 'kvm-arm64', 'flush-atc', 'relaese'])('is not %s', (word) => {
    expect(kernelHint(word)).toBeUndefined();
  });
});
