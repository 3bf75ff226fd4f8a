/** A log that no preset can have written is refused, with the lines that tell so. */
import { describe, expect, it } from 'vitest';
import type { Given } from '../../checker/conform/candidates.ts';
import { conform, outcomeOf } from '../../checker/conform/conform.ts';
import { Complaint } from '../../checker/trace/complaint.ts';
import { KERNELS } from '../../model/systems/kernels.ts';

const lineOf = (word: string, i: number): string =>
  ` a-1 [000] ..... 1.00000${i}: ${word}: (x+0x0/0x10) mm=0x1 start=0x1000 end=0x2000\n`;

/** What conform says of a log that has these words, one in each line. */
async function saidOf(words: readonly string[], given: Given = {}): Promise<string> {
  async function* source() {
    yield await Promise.resolve(Buffer.from(words.map(lineOf).join('')));
  }
  try {
    return outcomeOf(await conform(source(), 'a.log', given));
  } catch (error) {
    if (error instanceof Complaint) return error.format();
    throw error;
  }
}

describe('a log with the words of two kernels', () => {
  it('is refused, and both lines are named', async () => {
    const words = ['release', 'invalidate_range', 'release', 'arch_invalidate_secondary_tlbs'];
    expect(await saidOf(words)).toBe(
      "a.log:4:1: error: the log has the words of two kernels: 'invalidate_range' (until 6.5) at " +
        "line 2, and 'arch_invalidate_secondary_tlbs' (since 6.6) at line 4\n" +
        'hint: hold the log of one kernel at a time, or name the kernel: --kernel NAME',
    );
    expect(await saidOf(words.toReversed())).toContain(
      "'arch_invalidate_secondary_tlbs' (since 6.6) at line 1, and 'invalidate_range' (until 6.5)",
    );
  });

  it('is refused where they are of two architectures', async () => {
    expect(await saidOf(['kvm_guest_fault', 'page_fault_user'])).toContain(
      "a.log:2:1: error: the log has the words of two kernels: 'kvm_guest_fault' (on arm64) at " +
        "line 1, and 'page_fault_user' (on x86) at line 2",
    );
  });

  it('is held against the kernel that its reader names', async () => {
    const words = ['invalidate_range', 'arch_invalidate_secondary_tlbs'];
    expect(await saidOf(words, { kernel: 'v6.1-x86' })).toBe('nothing judged');
  });
});

describe('a kernel that is named', () => {
  it('without a driver that fits the log is refused, and no kernel is an error', async () => {
    const refused = new Set<string>();
    for (const { name } of KERNELS) {
      const said = await saidOf(['kvm_age_hva'], { kernel: name });
      if (said !== 'nothing judged') refused.add(said);
    }
    expect([...refused]).toContain(
      "a.log:1:1: error: 'kvm_age_hva' is a word of KVM, and no preset of KVM was in kernel " +
        "'v4.20-arm64'\nhint: name the driver, too: --driver NAME (youngcheck list driver)",
    );
    for (const said of refused) expect(said).toMatch(/^a\.log:1:1: error: 'kvm_age_hva' is a word/);
  });
});
