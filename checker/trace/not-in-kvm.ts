/** What a user of KVM may look for: what is left out, and what is said in another way. */
import type { KernelWord } from './kernel-word.ts';

/** The presets that are KVM. */
export const KVM: readonly string[] = ['kvm', 'kvm-x86-4.20', 'kvm-x86-6.13', 'kvm-arm64'];

/** What a user of KVM looks for, and does not find, or finds to be otherwise. */
export const NOT_IN_KVM: readonly KernelWord[] = [
  {
    name: 'a fill in two steps',
    also: ['mmu_invalidate_retry', 'mmu_notifier_retry', 'kvm_faultin_pfn', ...KVM],
    write: ['fill=sequence'],
    sentence:
      'In truth KVM looks a page up, installs it later, and tries again if an invalidation came ' +
      'in between. In the presets a fill is one event, which waits for the lock of the page. ' +
      'With fill=sequence it is as in truth, and VERDICTS has the same verdicts (scope fills).',
    source: 'virt/kvm/kvm_main.c mmu_invalidate_retry_gfn(); arch/x86/kvm/mmu/mmu.c',
  },
  {
    name: 'memslot moves',
    also: ['memslot', 'memslots', 'memslot-move', 'KVM_SET_USER_MEMORY_REGION', ...KVM],
    write: undefined,
    sentence:
      'A guest page keeps its host page. To move or delete a memslot drops its sptes outside of ' +
      'any notifier; whether a young bit is lost with them is not searched.',
    source: 'virt/kvm/kvm_main.c kvm_set_memslot(), kvm_arch_flush_shadow_memslot()',
  },
  {
    name: 'nested guests',
    also: ['nested', 'nested-guest', 'L2', 'nEPT', ...KVM],
    write: undefined,
    sentence:
      'A page has one spte. On x86 the sptes that L0 shadows for L2 are aged with the others. On ' +
      'arm64 kvm_age_gfn() does not look at them, so a use by L2 alone can be missed, and ' +
      'nothing here shows it.',
    source: 'arch/x86/kvm/mmu/mmu.c kvm_age_gfn(); arch/arm64/kvm/mmu.c kvm_age_gfn()',
  },
  {
    name: 'dirty logging',
    also: ['dirty-log', 'dirty-logging', 'dirty_log', 'PML', 'KVM_GET_DIRTY_LOG', ...KVM],
    write: undefined,
    sentence:
      'It write-protects sptes or clears their dirty bits, and leaves the accessed bits alone. ' +
      'That it splits huge sptes is not modelled either.',
    source: 'arch/x86/kvm/mmu/mmu.c kvm_arch_mmu_enable_log_dirty_pt_masked()',
  },
];
