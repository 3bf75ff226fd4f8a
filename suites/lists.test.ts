/**
 * Tests of lists of steps as text: which are read, how others are refused, and that printing loses
 * nothing.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_ACTIONS, MOST_STEPS } from '../model/field.ts';
import { ListFault, itemsOf } from '../model/program.ts';
import type { Parts, System } from '../model/system.ts';
import { CALLBACKS, FIELDS, PROGRAMS, fieldsOf } from '../model/system.ts';
import {
  ACTION_WORDS,
  PROGRAM_WORDS,
  RETURN_WORDS,
  driver,
  kernel,
  parseValue,
  valueText,
} from '../model/text.ts';
import { anySystem } from '../properties/generators/any-system.ts';

const PARTS = Object.keys(FIELDS) as (keyof Parts)[];
const fieldOf = (name: string) =>
  Object.hasOwn(FIELDS.kernel, name) ? fieldsOf('kernel')[name] : fieldsOf('driver')[name];
const read = (name: string, text: string) => parseValue(name, fieldOf(name), text);

/** What is wrong with a list: the member, and the rule that it breaks. */
function faultOf(name: string, text: string): string {
  const fault = read(name, text);
  if (!(fault instanceof ListFault)) return 'a list';
  // The position of the fault is that of its member.
  expect(text.slice(fault.at, fault.at + fault.member.length)).toBe(fault.member);
  return `${fault.member}: ${fault.rule ?? 'unknown'}`;
}

const times = (count: number, word: string) => Array.from({ length: count }, () => word).join(',');

const RANGES_SAID =
  'a range is one of @page, @first, @all-but-last, @next, @pow2, @pow2-short, @mm';

describe('a program', () => {
  const BEGINS = "it begins with 'pte'";
  const ONCE = "'pte' stands first, and once";
  const FORM = 'a step is written NAME@RANGE?CONDITION';

  it.each([
    ['age', 'none', `none: ${BEGINS}`],
    ['age', 'flush-tlb', `flush-tlb: ${BEGINS}`],
    ['age', 'flush-tlb,pte', `pte: ${ONCE}`],
    ['age', 'pte,flush-tlb,pte', `pte: ${ONCE}`],
    ['upgrade', 'pte', "pte: 'upgrade' has no 'pte'"],
    ['upgrade', 'invalidate,pte', "pte: 'upgrade' has no 'pte'"],
    ['age', 'pte?young', "pte?young: 'pte' takes no condition"],
    ['age', 'pte@mm', "pte@mm: 'pte' takes no range"],
    ['age', 'pte@page', "pte@page: 'pte' takes no range"],
    ['age', 'pte,flush-tlb@next', "flush-tlb@next: 'flush-tlb' takes no range"],
    ['age', 'pte,flush-tlb@page', "flush-tlb@page: 'flush-tlb' takes no range"],
    [
      'age',
      'pte,invalidate?harvested',
      'invalidate?harvested: ?harvested is for the actions of a driver',
    ],
    ['age', 'pte,invalidate@far', `invalidate@far: ${RANGES_SAID}`],
    ['age', 'pte,invalidate?old', 'invalidate?old: a condition is one of ?young, ?harvested'],
    ['age', 'pte,invalidate?young@mm', `invalidate?young@mm: ${FORM}`],
    ['age', 'pte,invalidate@mm@mm', `invalidate@mm@mm: ${FORM}`],
    ['age', 'pte,invalidate?young?young', `invalidate?young?young: ${FORM}`],
    ['age', 'pte,invalidate@', `invalidate@: ${RANGES_SAID}`],
    ['age', 'pte,invalidate?', 'invalidate?: a condition is one of ?young, ?harvested'],
    ['age', 'pte,zap', 'zap: unknown'],
    ['age', 'pte,return-one', 'return-one: unknown'],
    ['age', 'pte,Invalidate', 'Invalidate: unknown'],
    ['age', 'pte,', ': lists have commas and no blanks'],
    ['age', 'pte,,invalidate', ': lists have commas and no blanks'],
    ['age', '', ': unknown'],
    ['age', 'none,pte', "none: 'none' stands alone"],
    ['age', 'pte,none', "none: 'none' stands alone"],
    [
      'age',
      `pte,${times(MOST_STEPS, 'invalidate')}`,
      `invalidate: it has at most ${MOST_STEPS} steps`,
    ],
    [
      'upgrade',
      times(MOST_STEPS + 1, 'invalidate'),
      `invalidate: it has at most ${MOST_STEPS} steps`,
    ],
  ])('%s=%s is refused: %s', (name, text, fault) => {
    expect(faultOf(name, text)).toBe(fault);
  });

  it.each([
    ['age', 'pte'],
    ['age', 'pte,flush-tlb?young,invalidate@mm?young,clear_flush_young@next'],
    ['age', 'pte,clear_young,clear_young'],
    ['upgrade', 'none'],
    ['upgrade', 'invalidate?young'],
    ['fork', `pte,${times(MOST_STEPS - 1, 'flush-tlb')}`],
    ['upgrade', times(MOST_STEPS, 'flush-tlb')],
  ])('%s=%s is one, and printed as it was written', (name, text) => {
    expect(valueText(fieldOf(name), read(name, text))).toBe(text);
  });

  it.each([
    ['unmap', 'none', "none: it has a 'pte'"],
    ['unmap', 'flush-tlb,pte,pte', "pte: 'pte' stands once"],
    ['unmap', 'unlock,pte', "unlock: 'unlock' stands once, behind 'pte'"],
    ['unmap', 'pte,unlock,unlock', "unlock: 'unlock' stands once, behind 'pte'"],
    ['unmap', 'pte,unlock?young', "unlock?young: 'unlock' takes no condition"],
    ['unmap', 'look,invalidate,pte', "look: 'look' stands once, directly before 'pte'"],
    ['write-protect', 'pte,unlock', "unlock: 'unlock' is a step of unmap"],
    ['write-protect', 'look,pte', "look: 'look' is a step of unmap"],
    ['unmap', 'pte,copy', "copy: 'copy' is a step of migrate"],
    ['migrate', 'pte,remap', "pte,remap: it has a 'copy'"],
    ['migrate', 'pte,copy', "pte,copy: it has a 'remap'"],
    ['migrate', 'copy,pte,remap', "copy: 'copy' stands once, behind 'pte'"],
    ['migrate', 'pte,copy,remap,flush-tlb', "remap: 'remap' stands last, and once"],
    ['migrate', 'pte,copy?young,remap', "copy?young: 'copy' takes no condition"],
    ['cow', 'pte,flush-tlb', "pte,flush-tlb: it has a 'set'"],
    ['cow', 'flush-tlb,set', "set: without 'pte', 'set' stands first"],
    ['cow', 'flush-tlb,pte,set', "pte: 'pte' stands first, and once"],
    ['cow', 'pte,set,set', "set: 'set' stands once"],
    ['rewrite', 'take', "take: it is 'take,put' or 'read,put'"],
    ['rewrite', 'take,flush-tlb,put', "take,flush-tlb,put: it is 'take,put' or 'read,put'"],
    ['age', 'pte,put', "put: 'put' is a step of rewrite"],
  ])('%s=%s is refused: %s', (name, text, fault) => {
    expect(faultOf(name, text)).toBe(fault);
  });

  it.each([
    ['unmap', 'invalidate@all-but-last,look,pte,unlock,flush-tlb'],
    ['write-protect', 'invalidate,pte,flush-tlb'],
    ['migrate', 'invalidate,pte,copy,flush-tlb,remap'],
    ['cow', 'set,flush-tlb,invalidate'],
    ['cow', 'pte,set,flush-tlb'],
    ['rewrite', 'read,put'],
  ])('%s=%s is one, with steps of its own', (name, text) => {
    expect(valueText(fieldOf(name), read(name, text))).toBe(text);
  });

  it('may say @page, which changes nothing', () => {
    expect(read('age', 'pte,invalidate@page')).toEqual(read('age', 'pte,invalidate'));
  });

  it('may have 12 steps, and a callback 8 actions', () => {
    expect([MOST_STEPS, MOST_ACTIONS]).toEqual([12, 8]);
  });

  it('with an unknown word is refused with the words that are known', () => {
    const { possible } = read('age', 'pte,zap') as ListFault;
    expect(possible).toEqual([
      'pte',
      'flush-tlb',
      'invalidate',
      'clear_flush_young',
      'clear_young',
      'flush_young',
    ]);
  });
});

describe('a callback', () => {
  it.each([
    ['clear_young', 'return-one,harvest', "return-one: 'return-one' comes last"],
    ['clear_young', 'return-one,return-zero', 'return-one: it returns once'],
    ['clear_young', 'harvest,return-one,return-one', 'return-one: it returns once'],
    [
      'clear_young',
      'return-one@mm',
      "return-one@mm: 'return-one' takes neither a range nor a condition",
    ],
    [
      'clear_young',
      'harvest,return-harvested?harvested',
      "return-harvested?harvested: 'return-harvested' takes neither a range nor a condition",
    ],
    ['clear_young', 'flush-atc?young', 'flush-atc?young: ?young is for the steps of a kernel'],
    ['clear_young', 'pte', 'pte: unknown'],
    ['clear_young', 'flush-tlb', 'flush-tlb: unknown'],
    ['clear_young', 'flush-atc-nowait', 'flush-atc-nowait: unknown'],
    ['clear_young', 'return-two', 'return-two: unknown'],
    ['clear_young', 'harvest,none', "none: 'none' stands alone"],
    ['clear_young', 'zap,', ': lists have commas and no blanks'],
    ['clear_young', times(MOST_ACTIONS + 1, 'zap'), `zap: it has at most ${MOST_ACTIONS} actions`],
  ])('%s=%s is refused: %s', (name, text, fault) => {
    expect(faultOf(name, text)).toBe(fault);
  });

  it.each([
    'none',
    'return-one',
    'harvest,flush-atc?harvested,return-harvested',
    'flush-iotlb@next,post-atc@mm?harvested,await-atc,zap',
    `${times(MOST_ACTIONS, 'flush-atc')},return-one`,
  ])('%s is one, and printed as it was written', (text) => {
    expect(valueText(fieldOf('clear_young'), read('clear_young', text))).toBe(text);
  });

  it('returns 0 unless it says otherwise', () => {
    expect(read('clear_young', 'zap,return-zero')).toEqual(read('clear_young', 'zap'));
    expect(read('clear_young', 'none')).toEqual({ actions: [], returns: 'zero' });
  });
});

describe('a list in a part', () => {
  it('that is not one is refused there, too', () => {
    expect(() => kernel('age=none')).toThrow('kernel age=none?');
    expect(() => driver('clear_young=pte')).toThrow('driver clear_young=pte?');
    expect(() => kernel('ages=pte')).toThrow('kernel ages=pte?');
  });
});

describe('any system', () => {
  it('is the same when its fields are printed and read again', () => {
    const property = fc.property(anySystem({ pages: 4, cpus: 3, devices: 3 }), (system: System) => {
      for (const part of PARTS) {
        for (const [name, field] of Object.entries(fieldsOf(part))) {
          const value: unknown = system[part][name as never];
          expect(parseValue(name, field, valueText(field, value))).toEqual(value);
        }
      }
    });
    fc.assert(property, { seed: 20190131, numRuns: 200 });
  });
});

describe('any text', () => {
  const WORDS = [...PROGRAM_WORDS, ...ACTION_WORDS, ...RETURN_WORDS, 'none', 'young', ''];
  const anyText = fc
    .array(fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom('@', '?', ',', ',', 'mm', 'next')), {
      maxLength: 12,
    })
    .map((pieces) => pieces.join(''));
  const anyName = fc.constantFrom(...PROGRAMS, ...CALLBACKS);

  it('is refused with its place, or read as a list that is printed alike', () => {
    const seen = { list: 0, fault: 0 };
    const judge = (name: string, text: string) => {
      const value = read(name, text);
      if (value instanceof ListFault) {
        seen.fault++;
        expect(text.slice(value.at, value.at + value.member.length)).toBe(value.member);
        expect((value.rule ?? value.possible)?.length).toBeGreaterThan(0);
        return;
      }
      seen.list++;
      const printed = valueText(fieldOf(name), value);
      expect(read(name, printed)).toEqual(value);
      // Parts of the text without a meaning are not printed.
      expect(printed.replace(/^none$/, '').length).toBeLessThanOrEqual(text.length);
    };
    fc.assert(fc.property(anyName, anyText, judge), { seed: 20190131, numRuns: 3000 });
    expect(seen.list).toBeGreaterThan(20);
    expect(seen.fault).toBeGreaterThan(1000);
  });

  it('has the members that its commas separate', () => {
    expect(itemsOf('none')).toEqual([]);
    expect(itemsOf('pte,zap')).toEqual(['pte', 'zap']);
    expect(valueText(fieldOf('upgrade'), [])).toBe('none');
  });
});
