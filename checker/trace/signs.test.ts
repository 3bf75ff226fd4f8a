/** A sign of another language gets a hint that says what would have been right. */
import { describe, expect, it } from 'vitest';
import { complaintOf } from '../../suites/complaint-of.ts';
import { parsePart } from './setup.ts';
import { parseSystemFile } from './read-setup.ts';
import { Complaint } from './complaint.ts';

const SIGNS = [':=', '+=', '?=', '==', '===', '=>', '->', ':'];
const EVENTS = '(1) dev0: read A\nends';

/** The first line of a complaint without its file, and its hint. */
function told(run: () => unknown): (string | undefined)[] {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    const { place, message, advice } = error;
    return [`${place!.line}:${place!.column}: ${message}`, advice.hint];
  }
  return ['no complaint'];
}

describe('a field', () => {
  it.each(SIGNS)('has its value behind =, not behind %s', (sign) => {
    const message = `a field has its value behind '=', not behind '${sign}'`;
    for (const [text, column, right] of [
      [`pages${sign}2`, 6, 'pages=2'],
      [`mail pages${sign}2 cpus=1`, 11, 'pages=2'],
      [`pages${sign} 2`, 6, 'pages=2'],
      [`cpus=1 pages ${sign} 2`, 14, 'pages=2'],
      [`events${sign}unmap,clear-refs`, 7, 'events=unmap,clear-refs'],
      [`pages${sign}`, 6, 'pages=VALUE'],
    ] as const) {
      expect(
        told(() => parsePart('scope', text)),
        text,
      ).toEqual([`1:${column}: ${message}`, `write ${right}`]);
    }
  });

  it.each(SIGNS)('of a trace, too: %s', (sign) => {
    const complaint = complaintOf(`{\n  kernel v6.6-x86\n  age${sign}pte\n}\n${EVENTS}`);
    expect(complaint).toContain(`a field has its value behind '=', not behind '${sign}'`);
    expect(complaint).toContain('\nhint: write age=pte');
  });

  it.each([
    ['pages=2,cpus=1', '1:7', 'fields have blanks between them: pages=2 cpus=1'],
    ['events=unmap;cpus=1', '1:8', 'fields have blanks between them: events=unmap cpus=1'],
    ['events=unmap,pages=2', '1:14', 'fields have blanks between them: events=unmap pages=2'],
  ])('is parted from the next by a blank: %s', (text, at, hint) => {
    const [message, said] = told(() => parsePart('scope', text));
    expect([message!.slice(0, at.length), said]).toEqual([at, hint]);
  });
});

describe('a list', () => {
  it.each([
    [
      'kernel',
      'age=pte->flush-tlb?young->clear_flush_young',
      'age=pte,flush-tlb?young,clear_flush_young',
    ],
    ['kernel', 'upgrade=invalidate;flush-tlb', 'upgrade=invalidate,flush-tlb'],
    ['driver', 'clear_young=harvest|return-harvested', 'clear_young=harvest,return-harvested'],
    ['driver', 'clear_young=harvest=>zap', 'clear_young=harvest,zap'],
    ['scope', 'events=unmap+write', 'events=unmap,write'],
    ['scope', 'events=unmap,write;evict', 'events=unmap,write,evict'],
  ] as const)('of %s has commas: %s', (part, text, right) => {
    expect(told(() => parsePart(part, text)).at(1)).toBe(`a list has commas: ${right}`);
  });

  it.each([
    ['scope', 'events=unmap,umap'],
    ['scope', 'events=unmap+umap'],
    ['kernel', 'age=pte,pte'],
  ] as const)('of %s gets no such hint for another fault: %s', (part, text) => {
    expect(told(() => parsePart(part, text)).at(1) ?? '').not.toContain('commas:');
  });
});

describe('a part', () => {
  it.each([...SIGNS, '='])('has its text behind a blank, not behind %s', (sign) => {
    for (const [text, at] of [
      [`driver${sign}kvm`, '1:7'],
      [`driver${sign} kvm`, '1:7'],
      [`driver ${sign} kvm`, '1:8'],
      [`scope pages=2\ndriver${sign}kvm`, '2:7'],
    ]) {
      expect(
        told(() => parseSystemFile(text, 'a')),
        text,
      ).toEqual([
        `${at}: driver has its text behind a blank, not behind '${sign}'`,
        'write driver kvm',
      ]);
    }
  });
});

describe('an answer', () => {
  it.each(['=', ...SIGNS.filter((sign) => sign !== '==')])('is written with ==, not %s', (sign) => {
    for (const event of [`A ${sign} 1`, `A${sign}1`]) {
      const complaint = complaintOf(`{}\n(1) kswapd: folio_referenced ${event}\nends`);
      expect(complaint.split('\n')[0]).toContain("an answer is written '== value'");
      expect(complaint).toContain('\nhint: write == 1');
    }
  });

  it('is no word behind a colon', () => {
    const complaint = complaintOf('{}\n(1) dev0: read A: the walk sets young\nends');
    expect(complaint).toContain("': the walk sets young' does not belong here");
    expect(complaint).toContain("hint: a note begins with '//' or '#'");
  });
});

describe('the same key twice', () => {
  it.each([
    ['scope', 'pages=1 pages=2', "1:9: 'pages' is given twice"],
    ['scope', 'pages=2 cpus=1 pages=2', "1:16: 'pages' is given twice"],
    ['kernel', 'v6.6-x86 age=pte age=pte', "1:18: 'age' is given twice"],
    ['driver', 'kvm clear_young=none clear_young=zap', "1:22: 'clear_young' is given twice"],
    ['hardware', 'ats ats=true ats=false', "1:14: 'ats' is given twice"],
    ['driver', 'kvm kvm', "1:5: 'kvm' is neither field=value nor the first word"],
  ] as const)('is refused in the text of %s: %s', (part, text, message) => {
    expect(told(() => parsePart(part, text))[0]).toBe(message);
  });

  it.each([
    ['scope mail\nscope mail', '2:1: scope is given twice'],
    ['scope pages=1\n  pages=1', "2:3: 'pages' is given twice"],
  ])('is refused in a file: %j', (text, message) => {
    expect(told(() => parseSystemFile(text, 'a'))[0]).toBe(message);
  });
});
