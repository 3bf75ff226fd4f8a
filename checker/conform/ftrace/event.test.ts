/** The fields of an event are read from its text. */
import { describe, expect, it } from 'vitest';
import type { LogEvent } from './index.ts';
import {
  entryOf,
  field,
  hvaRange,
  isReturn,
  lowBits,
  numberField,
  numberOf,
  probedFunction,
  returned,
  word,
} from './index.ts';

const event = (text: string, name = 'x'): LogEvent => ({
  line: 1,
  task: 'a',
  pid: 1,
  cpu: 0,
  time: 0,
  flags: '',
  group: '',
  name,
  text,
});

describe('a field', () => {
  const odd = event(
    '(f+0x0/0x9) end=1 xend=2 addr=0x10 a= pte=(fault) s="two words" l={0x1,0x2} z',
  );

  it.each([
    ['end', '1'],
    ['xend', '2'],
    ['addr', '0x10'],
    ['a', ''],
    ['pte', '(fault)'],
    ['s', 'two words'],
    ['l', '{0x1'],
    ['z', undefined],
    ['dr', undefined],
    ['words', undefined],
  ])('%s is %s', (key, value) => {
    expect(field(odd, key)).toBe(value);
  });

  it('may be quoted and cut', () => {
    expect(field(event('s="two'), 's')).toBe('two');
    expect(field(event('s="'), 's')).toBe('');
  });

  it.each([
    ['0x10', 16],
    ['0XFF', 255],
    ['-1', -1],
    ['10', 10],
    ['0xffffffffffffffff', 2 ** 64],
    ['', undefined],
    ['(fault)', undefined],
    ['0x', undefined],
    ['1e3', undefined],
    ['5a98e67', undefined],
    [undefined, undefined],
  ])('%j is the number %s', (value, number) => {
    expect(numberOf(value)).toBe(number);
  });

  it('is a number', () => {
    expect(numberField(odd, 'addr')).toBe(16);
    expect(numberField(odd, 'pte')).toBeUndefined();
  });

  it.each([
    ['0x8000000003057867', 0x03057867],
    ['5a98e67', 0x5a98e67],
    ['85d1827', 0x85d1827],
    ['0xffffffffffffffff', 0xffffffff],
    ['(fault)', undefined],
    ['', undefined],
    ['-1', undefined],
    [undefined, undefined],
  ])('%j has the low bits %s', (value, bits) => {
    expect(lowBits(value)).toBe(bits);
  });

  it('may have no =', () => {
    const changed = event('as id 0 gfn 201 level 1 old_spte 5a98e67 new_spte 5a98e47');
    expect(word(changed, 'new_spte')).toBe('5a98e47');
    expect(word(changed, 'gfn')).toBe('201');
    expect(word(changed, '5a98e47')).toBeUndefined();
    expect(word(changed, 'pte')).toBeUndefined();
    expect(word(event('vcpu 0, rip 0x1000'), 'vcpu')).toBe('0');
  });
});

describe('a probe', () => {
  it.each([
    ['(folio_referenced+0x0/0x1b0) folio=0x1', 'folio_referenced'],
    ['(folio_referenced+0x4/0x1b0) folio=0x1', 'folio_referenced'],
    ['(folio_referenced) folio=0x1', 'folio_referenced'],
    ['(kvm_age_gfn+0x0/0x100 [kvm])', 'kvm_age_gfn'],
    ['(isra.0.part.1+0x0/0x100)', 'isra.0.part.1'],
    ['folio=0x1', undefined],
    ['(a <- b)', undefined],
  ])('%s is on %s', (text, symbol) => {
    expect(probedFunction(event(text))).toBe(symbol);
  });

  it.each([
    ['(a+0xb6/0x260 <- b) ret=1', { caller: 'a', callee: 'b' }],
    [
      '(kvm_faultin_pfn+0x13a/0x620 [kvm] <- hva_to_pfn) ret=0x5',
      { caller: 'kvm_faultin_pfn', callee: 'hva_to_pfn' },
    ],
    ['(a+0xb6/0x260 [m] <- b+0x0/0x10 [kvm]) ret=1', { caller: 'a', callee: 'b' }],
    ['(0xffffffffc0a01234 <- b) ret=1', { caller: '0xffffffffc0a01234', callee: 'b' }],
    ['(ffffffff812c4e11 <- ffffffff813a9bd0) ret=1', undefined],
    ['(a+0x0/0x10)', undefined],
    ['(a+0xb6/0x260 <-', undefined],
    ['', undefined],
  ])('%s', (text, who) => {
    expect(returned(event(text))).toEqual(who);
  });

  it('has a return', () => {
    expect(isReturn(event('', 'clear_young_ret'))).toBe(true);
    expect(isReturn(event('', 'clear_young'))).toBe(false);
    expect(entryOf('clear_young_ret')).toBe('clear_young');
  });
});

it.each([
  [
    'mmu notifier age hva: 0x0000000010000000 -- 0x0000000010001000',
    { start: 0x10000000, end: 0x10001000 },
  ],
  ['mmu notifier test age hva: 0x0000000010000000', { start: 0x10000000, end: 0x10000001 }],
  ['mmu notifier age hva:', undefined],
])('%s', (text, range) => {
  expect(hvaRange(event(text))).toEqual(range);
});
