/** youngcheck list explains every word that can be written, and names a source for each. */
import { describe, expect, it } from 'vitest';
import { KERNEL_WORDS, NOT_MODELLED } from '../checker/trace/kernel-words.ts';
import { PART_NAMES, PRESETS, printPart } from '../checker/trace/setup.ts';
import { systemWith } from '../checker/trace/system-with.ts';
import type { Parts } from '../model/system.ts';
import { DEFAULTS, fieldsOf } from '../model/system.ts';
import { expectedOf } from '../model/text.ts';
import { youngcheck } from './in-process.ts';
import { TOPICS, sectionsOf } from './terms.ts';

const listed = async (word: string): Promise<string> => (await youngcheck('list', word)).stdout;

/** The text of a preset with all of its fields as pairs. */
const pairsOf = (part: keyof Parts, name: string): string[] =>
  printPart({ ...systemWith(part, name), names: {} }, part).split(' ');

describe('list', () => {
  it.each(PART_NAMES.flatMap((part) => PRESETS[part].map(({ name }) => [part, name] as const)))(
    'answers for every word of %s %s',
    async (part, name) => {
      expect(await listed(name)).toContain(`${part}:\n  ${name}`);
      for (const pair of pairsOf(part, name)) {
        const text = await listed(pair);
        const words = pair.match(/[@?]?[^=,@?]+/g)!.filter((word) => !/^\d+$/.test(word));
        for (const word of words) expect(text, pair).toMatch(lineOf(word));
      }
    },
  );

  it.each(PART_NAMES)('answers for every field and every value of %s', async (part) => {
    for (const [name, field] of Object.entries(fieldsOf(part))) {
      expect(await listed(name)).toContain(`${part} field:\n  ${name}\n      ${field.about}`);
      for (const value of expectedOf(name, field)) {
        if (!value.startsWith('a number')) expect(await listed(value)).toMatch(lineOf(value));
      }
    }
    expect(Object.keys(DEFAULTS[part])).toEqual(Object.keys(fieldsOf(part)));
  });

  it('has a sentence and a source for each word, and no word twice in a section', () => {
    for (const { head, terms } of TOPICS.flatMap(sectionsOf)) {
      const names = terms.map(({ name, mark }) => name + mark);
      expect(new Set(names).size, head).toBe(names.length);
      for (const { name, about } of terms) {
        expect(about.length, name).toBeGreaterThan(1);
        for (const line of about) expect(line, name).not.toBe('');
      }
    }
  });

  it.each([
    ['kswapd', 'kswapd: folio_referenced A == 1'],
    ['madvise-cold', 'user: madvise-cold A'],
    ['handle-invalidation', 'KVM: The vCPU flushes the entry from its TLB.'],
    ['idle', 'scope value:\n  idle  [observers]'],
    ['return-harvested', 'what a callback returns:\n'],
    ['ocxl', 'with hardware: nest-mmu\n'],
    ['end', 'page_vma_mkclean_one(); mm/vmscan.c walk_pte_range()\n'],
    ['none', 'no machine: driver none is a yardstick\n'],
    ['steps', 'condition of a step:\n'],
    ['busy', 'word of a trace:\n  == busy\n'],
    ['idle', 'word of a trace:\n  == idle\n'],
    ['dev0', 'word of a trace:\n  dev0\n'],
    ['dev2', 'word of a trace:\n  dev0\n'],
    ['cpu0', 'word of a trace:\n  cpu0\n'],
    ['A', 'word of a trace:\n  A\n'],
    ['violates', 'word of a trace:\n  violates\n'],
    ['ends', 'word of a trace:\n  ends\n'],
    ['page', 'range of a step:\n  @page\n'],
    ['age', 'kernel field:\n  age\n      Reclaim looks'],
    ['age', '= a list of: pte, flush-tlb,'],
    ['upgrade', '= none, or a list of: flush-tlb,'],
    ['events', '= none, or a list of: evict,'],
    ['granularity', '= atomic | fine\n'],
  ])('tells of %s', async (word, expected) => {
    expect(await listed(word)).toContain(expected);
  });

  it.each([
    ['==', "nothing to list under '=='"],
    ['@', "nothing to list under '@'"],
    ['?', "nothing to list under '?'"],
    [',', "nothing to list under ','"],
    ['agingHelper', 'hint: since the second edition: age=pte,clear_flush_young; or'],
    [
      'agingHelper=ptep_clear_young_notify',
      'hint: since the second edition: age=pte,clear_young\n',
    ],
    ['flush-atc-nowait', 'hint: since the second edition: post-atc\n'],
    ['clear_young=flush-atc-nowait', 'hint: since the second edition: post-atc\n'],
    ['post-invalidation', 'hint: since the second edition: post-atc\n'],
  ])('refuses %s', async (word, expected) => {
    const { status, stdout, stderr } = await youngcheck('list', word);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(expected);
  });

  it('ends, for driver, with what to write for callbacks and for commands', async () => {
    const text = await listed('driver');
    const heads = [...text.matchAll(/^(\S.*):$/gm)].map(([, head]) => head);
    expect(heads.slice(-2)).toEqual([
      'your C callback -> these words',
      'your invalidation descriptors -> these words',
    ]);
    expect(await listed('drivers')).toBe(text);
  });

  it('answers for every name of a word of the kernel', async () => {
    for (const { name, also, sentence } of KERNEL_WORDS) {
      for (const word of [name, ...also]) {
        const text = (await listed(word)).replaceAll(/\s+/g, ' ');
        expect(text, word).toContain(`${name} `);
        expect(text, word).toContain(sentence);
      }
    }
  });

  it('says of all that is not modelled why, behind one word and where somebody asks', async () => {
    const text = await listed(NOT_MODELLED);
    const missing = KERNEL_WORDS.filter(({ write }) => write === undefined);
    const names = [...text.matchAll(/^ {2}(\S.*?)(?: {2}\[.*)?$/gm)].map(([, name]) => name);
    expect(new Set(names)).toEqual(new Set(missing.map(({ name }) => name)));
    expect(await listed('kernel')).toMatch(/\nwhat is not modelled:\n[^]*\n {2}time\n[^]*$/);
    for (const { name, also, sentence } of missing) {
      const [word = name] = also.filter((one) => /^[\w-]+$/.test(one));
      const { status, stderr } = await youngcheck('check', '--driver', `${word}=true`);
      expect(status, word).toBe(2);
      expect(stderr, word).toContain(`hint: ${name}: not modelled. ${sentence}\n`);
    }
  });

  it.each(['kvm', 'kvm-x86-4.20', 'kvm-x86-6.13', 'kvm-arm64'])(
    'says for %s what is not modelled',
    async (preset) => {
      const text = await listed(preset);
      expect(text).toContain(`driver:\n  ${preset}\n`);
      for (const name of ['memslot moves', 'nested guests', 'dirty logging']) {
        expect(text).toContain(`  ${name}\n      -> not modelled\n`);
      }
    },
  );

  it('says which word of several it does not know', async () => {
    const one = await youngcheck('list', 'age=pte,flush-tbl');
    expect(one.stderr).toContain("'flush-tbl'; did you mean 'flush-tlb'?");
    expect(one.status).toBe(2);
    expect((await youngcheck('list', '@page,@many')).stderr).toContain("under '@many'");
  });
});

/** Matches a line that has only the word, or the word and a mark. */
function lineOf(word: string): RegExp {
  const escaped = word.replaceAll(/[.?+*]/g, String.raw`\$&`);
  return new RegExp(String.raw`^ {2}${escaped}(?: .*)?$`, 'm');
}
