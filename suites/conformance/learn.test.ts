/** The lists of steps that the excerpts show are those of the presets of their kernels. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readWhole } from '../../checker/conform/conform.ts';
import { parseSystem } from '../../checker/trace/setup.ts';
import { KERNEL_FIELDS } from '../../model/system.ts';
import type { ProgramName } from '../../model/system.ts';
import { valueText } from '../../model/text.ts';

async function learnedOf(name: string, edit = (text: string): string => text) {
  const file = `suites/conformance/${name}.log`;
  const { learning } = await readWhole([edit(readFileSync(file, 'utf8'))], file, true);
  return learning!;
}

/** The first list of each operation or callback. */
const firsts = (all: readonly { readonly name: string; readonly texts: readonly string[] }[]) =>
  Object.fromEntries(all.map(({ name, texts }) => [name, texts[0]]));

const LOOK = 'pte,clear_flush_young';
const UNMAP = 'pte,flush-tlb,invalidate';

describe('the lists that an excerpt shows', () => {
  it.each([
    ['6.1-A', 'v6.1-x86', 2],
    ['6.1-B', 'v6.1-x86', 3],
    ['6.1-C', 'v6.1-x86', 3],
    ['6.1-D', 'v6.1-x86', 3],
    ['6.1-F-captured', 'v6.1-x86', 3],
    ['6.1-G', 'v6.1-x86-mglru', 3],
    ['6.1-H', 'v6.1-x86', 3],
    ['6.1-I-captured', 'v6.1-x86', 1],
    ['6.1-M1-noflush', 'v6.1-x86', 3],
    ['6.12-A-classic', 'v6.12-x86', 2],
    ['6.12-A-mglru', 'v6.12-x86-mglru', 3],
    ['6.12-G-mglru', 'v6.12-x86-mglru', 3],
    ['6.12-Q-classic', 'v6.12-x86-damon', 4],
    ['6.12-R-classic', 'v6.12-x86', 3],
  ])('%s: those of %s are among them', async (name, preset, count) => {
    const { kernel } = await learnedOf(name);
    const system = parseSystem({ kernel: preset });
    expect(kernel.length).toBe(count);
    for (const { name: operation, texts, others } of kernel) {
      const program = operation as ProgramName;
      expect(texts).toContain(valueText(KERNEL_FIELDS[program], system.kernel[program]));
      expect(others).toEqual([]);
    }
  });

  it.each([
    ['6.1-B', { age: LOOK, unmap: UNMAP, cold: UNMAP }],
    ['6.1-G', { age: LOOK, unmap: UNMAP, walk: 'pte' }],
    ['6.12-G-mglru', { age: 'pte,clear_young', unmap: UNMAP, walk: 'pte,clear_young' }],
    ['6.12-Q-classic', { age: LOOK, idle: 'pte,clear_young@next', unmap: UNMAP, cold: UNMAP }],
  ])('%s: the first of each has what the log shows', async (name, lists) => {
    expect(firsts((await learnedOf(name)).kernel)).toEqual(lists);
  });

  it.each([
    ['6.1-M1-noflush', { clear_flush_young: 'none', invalidate_secondary: 'flush-atc' }],
    ['6.1-M2-flush', { clear_flush_young: 'flush-atc' }],
    [
      '6.1-H',
      {
        clear_flush_young: 'harvest,flush-atc?harvested,return-harvested',
        invalidate_secondary: 'zap,flush-atc',
      },
    ],
  ])('%s: the callbacks do what the log shows', async (name, lists) => {
    expect(firsts((await learnedOf(name)).driver)).toEqual(lists);
  });

  it('leave open what was not recorded', async () => {
    const edit = (text: string) => text.replace(/^.*: (?:invalidate_range|tlb_flush): .*\n/gm, '');
    const { kernel } = await learnedOf('6.1-C', edit);
    const age = kernel.find(({ name }) => name === 'age')!;
    expect(age.open.join()).toContain('invalidate: the log has no invalidate_range');
    expect(age.texts).toContain('pte,invalidate?young,clear_flush_young');
    expect((await learnedOf('6.1-C')).kernel[0]!.texts).not.toContain(
      'pte,invalidate?young,clear_flush_young',
    );
  });

  it('name each of two lists where runs disagree', async () => {
    const call = /^.*\bclear_flush_young(?:_ret)?: \(.*\n/gm;
    let times = 0;
    const { kernel } = await learnedOf('6.1-C', (text) =>
      text.replace(call, (line) => (times++ < 2 ? '' : line)),
    );
    const age = kernel.find(({ name }) => name === 'age')!;
    expect([age.times, age.texts[0], age.others]).toEqual([2, LOOK, [{ text: 'pte', times: 1 }]]);
  });
});
