/**
 * The capture script sets the right probes on each kernel, and names the ones that it cannot set.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NEEDED } from '../ftrace/index.ts';
import type { Kernel } from './made-up.ts';
import { KERNELS, begin, end, run } from './made-up.ts';

beforeAll(begin);
afterAll(end);

/** The probes that a dry run would set, by the name of the event. */
function probesOf(kernel: Kernel, ...args: string[]): Map<string, string> {
  const { stdout } = run(kernel, ['--dry-run', ...args]);
  const lines = stdout.matchAll(
    /^echo '([pr]\d*):youngcheck\/(\S+) (.*)' >> \S+\/kprobe_events$/gm,
  );
  return new Map([...lines].map(([, how, name, rest]) => [name!, `${how} ${rest}`]));
}

describe('the probes', () => {
  it('of 5.15 are on pages, and have the vma in the range', () => {
    const probes = probesOf(KERNELS['5.15']);
    expect(probes.get('folio_referenced')).toBe(
      'p page_referenced folio=$arg1:x64 is_locked=$arg2:s32',
    );
    expect(probes.get('folio_referenced_ret')).toBe('r256 page_referenced ret=$retval:s32');
    expect(probes.get('folio_referenced_one')).toMatch(/^p page_referenced_one folio=\$arg1:x64 /);
    expect(probes.get('invalidate_range_start')).toMatch(
      /^p __mmu_notifier_invalidate_range_start mm=\+8\(\$arg1\):x64 start=\+16\(\$arg1\):x64 /,
    );
    expect(probes.get('invalidate_range_end')).toMatch(/ only_end=\$arg2:u8$/);
    expect(probes.get('intel_invalidate')).toMatch(/^p intel_invalidate_range start=\$arg3:x64 /);
    expect(probes.has('invalidate_range')).toBe(true);
    expect(probes.has('arch_invalidate_secondary_tlbs')).toBe(false);
  });

  it('of 6.1 are on folios', () => {
    const probes = probesOf(KERNELS['6.1']);
    expect(probes.get('folio_referenced_one')).toMatch(/^p folio_referenced_one /);
    expect(probes.get('lru_gen_look_around')).toBe('p lru_gen_look_around');
    expect(probes.get('age_gfn_ret')).toBe('r256 kvm:kvm_age_gfn ret=$retval:u8');
    expect(probes.get('ptep_clear_flush_young')).toBe(
      'p ptep_clear_flush_young vma=$arg1:x64 addr=$arg2:x64 pte=+0($arg3):x64',
    );
  });

  it('of 6.6 are on what arm64 has', () => {
    const probes = probesOf(KERNELS['6.6']);
    expect(probes.get('arch_invalidate_secondary_tlbs')).toMatch(/^p __mmu_notifier_arch_/);
    expect(probes.get('invalidate_range_end')).toMatch(/^p \S+ mm=\+0\(\$arg1\):x64 .*event=\S+$/);
    expect(probes.get('smmu_invalidate')).toMatch(/^p arm_smmu_mm_arch_invalidate/);
    expect(probes.get('age_gfn_ret')).toBe('r256 kvm_age_gfn ret=$retval:u8');
    expect(probes.has('ptep_clear_flush_young')).toBe(false);
  });

  it('of 6.12 and 7.1 are those that there are', () => {
    expect(probesOf(KERNELS['6.12']).get('damon_ptep_mkold')).toBe(
      'p damon_ptep_mkold addr=$arg3:x64',
    );
    expect(probesOf(KERNELS['7.1']).get('device_fault')).toBe('p iommu_sva_handle_mm mm=$arg2:x64');
  });

  it('of huge pages have the arguments in the order of their functions', () => {
    const probes = probesOf(KERNELS['6.12']);
    expect(probes.get('pmdp_clear_flush_young')).toBe(
      'p pmdp_clear_flush_young vma=$arg1:x64 addr=$arg2:x64 pmd=+0($arg3):x64',
    );
    // void __split_huge_pmd(vma, pmd, address, freeze, ...)
    expect(probes.get('split_huge_pmd')).toBe(
      'p __split_huge_pmd vma=$arg1:x64 addr=$arg3:x64 pmd=+0($arg2):x64 freeze=$arg4:u8',
    );
    // void split_huge_pmd_locked(vma, address, pmd, freeze, ...)
    expect(probes.get('split_huge_pmd_locked')).toBe(
      'p split_huge_pmd_locked vma=$arg1:x64 addr=$arg2:x64 pmd=+0($arg3):x64 freeze=$arg4:u8',
    );
    // It is inlined on arm64.
    const onArm64 = probesOf(KERNELS['6.6']);
    expect(onArm64.has('pmdp_clear_flush_young_ret')).toBe(true);
    expect(onArm64.has('pmdp_test_and_clear_young')).toBe(false);
  });

  it('of faults are asked for', () => {
    expect(probesOf(KERNELS['6.1']).has('handle_mm_fault')).toBe(false);
    expect(probesOf(KERNELS['6.1'], '-f').has('handle_mm_fault')).toBe(true);
  });

  it('take the result of a specialised copy, but not its arguments', () => {
    const functions = ['folio_referenced.isra.0', 'try_to_unmap_one.constprop.0 [m]'];
    const probes = probesOf({ release: '6.1', functions, events: [] });
    expect([...probes]).toEqual([
      ['folio_referenced_ret', 'r256 folio_referenced.isra.0 ret=$retval:s32'],
      ['try_to_unmap_one_ret', 'r256 m:try_to_unmap_one.constprop.0 ret=$retval:u8'],
    ]);
  });
});

describe('what is missing', () => {
  it('is said with what it costs', () => {
    const { stderr } = run(KERNELS['6.6'], ['--dry-run']);
    const without = NEEDED.find(({ name }) => name === 'ptep_clear_flush_young')!.without;
    expect(stderr).toContain(
      `lacks ptep_clear_flush_young (no function ptep_clear_flush_young): ${without}\n`,
    );
  });

  it('is not what another event tells, nor what the machine has none of', () => {
    const { stderr } = run(KERNELS['7.1'], ['--dry-run']);
    expect(stderr).not.toMatch(/lacks invalidate_range /);
    expect(stderr).not.toMatch(/lacks kvm_/);
    expect(stderr).toContain('nothing of kvm on this kernel');
  });

  it('is the end where it is everything', () => {
    const { status, stderr } = run({ release: '6.1', functions: [], events: [] }, ['--dry-run']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('not one probe could be set')]);
  });

  it('is said of kernels that nobody looked at', () => {
    for (const release of ['5.10.0', '7.2.0', '4.20']) {
      const { stderr } = run({ ...KERNELS['6.1'], release }, ['--dry-run']);
      expect(stderr).toContain('only 5.15 to 7.1 were looked at');
    }
    expect(run(KERNELS['7.1'], ['--dry-run']).stderr).not.toContain('looked at');
  });
});
