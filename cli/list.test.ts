/** youngcheck list answers for every word that can be written, and says where each comes from. */
import { describe, expect, it, vi } from 'vitest';
import { PART_NAMES, PRESETS, parseSystem, printPart } from '../checker/trace/setup.ts';
import type { Parts } from '../model/system.ts';
import { DEFAULTS, fieldsOf } from '../model/system.ts';
import { expectedOf } from '../model/text.ts';
import { list } from './list.ts';
import { TOPICS, sectionsOf } from './terms.ts';

function listed(...words: string[]): string {
  const parts: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    parts.push(String(part));
    return true;
  });
  try {
    void list.run(words);
  } finally {
    write.mockRestore();
  }
  return parts.join('');
}

/** The texts of a preset: its fields, all of them, as pairs. */
const pairsOf = (part: keyof Parts, name: string): string[] => {
  const bare = { ...parseSystem({ [part]: name }), names: {} };
  return printPart(bare, part).split(' ');
};

describe('list', () => {
  it.each(PART_NAMES.flatMap((part) => PRESETS[part].map(({ name }) => [part, name] as const)))(
    'answers for every word of %s %s',
    (part, name) => {
      expect(listed(name)).toContain(`${part}:\n  ${name}`);
      for (const pair of pairsOf(part, name)) {
        const text = listed(pair);
        const words = pair.match(/[@?]?[^=,@?]+/g)!.filter((word) => !/^\d+$/.test(word));
        for (const word of words) expect(text, pair).toMatch(lineOf(word));
      }
    },
  );

  it.each(PART_NAMES)('answers for every field and every value of %s', (part) => {
    for (const [name, field] of Object.entries(fieldsOf(part))) {
      expect(listed(name)).toContain(`${part} field:\n  ${name}\n      ${field.about}`);
      for (const value of expectedOf(field)) {
        if (!value.startsWith('a number')) expect(listed(value)).toMatch(lineOf(value));
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
    ['none', 'no machine: driver none is a yardstick\n'],
    ['steps', 'condition of a step:\n'],
  ])('tells of %s', (word, expected) => {
    expect(listed(word)).toContain(expected);
  });

  it('says which word of several it does not know', () => {
    expect(() => listed('age=pte,flush-tbl')).toThrow("'flush-tbl'; did you mean 'flush-tlb'?");
    expect(() => listed('@page,@many')).toThrow("under '@many'");
  });
});

/** A line that names a word alone, or with a mark behind it. */
function lineOf(word: string): RegExp {
  const escaped = word.replaceAll(/[.?+*]/g, String.raw`\$&`);
  return new RegExp(String.raw`^ {2}${escaped}(?: .*)?$`, 'm');
}
