import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { anySystem } from '../../properties/generators/any-system.ts';
import type { PartName, System } from '../../model/system.ts';
import { Complaint } from './complaint.ts';
import { parseSystemFile } from './read-setup.ts';
import { PART_NAMES, PRESETS, parsePart, parseSystem, printPart, printSetup } from './setup.ts';

const parsed = (part: PartName, system: System) => parsePart(part, printPart(system, part)).value;

describe('a part of a system', () => {
  it('is read as what was printed', () => {
    fc.assert(
      fc.property(anySystem({ pages: 4, cpus: 2, devices: 2 }), (system) => {
        for (const part of PART_NAMES) expect(parsed(part, system)).toEqual(system[part]);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the name that it was written from', () => {
    fc.assert(
      fc.property(
        fc.record({
          system: anySystem({ pages: 4, cpus: 2, devices: 2 }),
          kernel: fc.constantFrom(...PRESETS.kernel.map(({ name }) => name)),
          driver: fc.constantFrom(...PRESETS.driver.map(({ name }) => name)),
          hardware: fc.constantFrom(...PRESETS.hardware.map(({ name }) => name)),
        }),
        ({ system, ...names }) => {
          const named = { ...system, names };
          for (const part of ['kernel', 'driver', 'hardware'] as const) {
            const text = printPart(named, part);
            expect(text.split(' ')[0]).toBe(names[part]);
            const parsed = parsePart(part, text);
            expect([parsed.value, parsed.name]).toEqual([system[part], names[part]]);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('complains about an option as it does about a line of a trace', () => {
    let complaint = '';
    try {
      parseSystem({ scope: 'mail pages=9' });
    } catch (error) {
      complaint = error instanceof Complaint ? error.format() : '';
    }
    expect(complaint).toBe(
      [
        "--scope:1:12: error: pages cannot be '9'",
        '  mail pages=9',
        '             ^',
        'possible:',
        '  a number from 1 to 4',
        '  many',
      ].join('\n'),
    );
  });
});

describe('a file with a system', () => {
  const said = (text: string): string => {
    try {
      return Object.keys(parseSystemFile(text, 'x.system')).join(' ');
    } catch (error) {
      return error instanceof Complaint ? error.format().split('\n')[0] : String(error);
    }
  };

  it.each([
    ['kernel v6.6-x86\ndriver kvm\n', 'kernel driver'],
    ['// mine\n{\n  kernel v6.6-x86\n  driver kvm\n}\n', 'kernel driver'],
    ['> { driver kvm } // mine\n\n', 'driver'],
    ['{\nkernel v6.6-x86\n', "x.system:1:1: error: this setup block has no '}'"],
    ['kernel v6.6-x86\n}\n', "x.system:2:1: error: '}' with no '{' before it"],
    ['kernel v6.6-x86 {\n}\n', "x.system:1:17: error: '{' with a part before it"],
    [
      '{ driver kvm }\nscope mail\n',
      "x.system:2:1: error: 'scope mail' does not belong behind '}'",
    ],
    ['{}', 'x.system:1:3: error: this names no kernel, driver, hardware or scope'],
    [
      'Trace x\n{ driver kvm }\n\n(1) dev0: read A\nends\n',
      'x.system:4:1: error: an event: this is a trace, and a system is its setup block alone',
    ],
  ])('%j', (text, expected) => {
    expect(said(text)).toBe(expected);
  });
});

describe('a setup block', () => {
  it.each([
    [
      {},
      [
        'kernel   v4.20-x86',
        'driver   amd-iommu-v2-patched',
        'scope    pages=1 cpus=0 devices=1 observers=reclaim granularity=atomic',
      ],
    ],
    [
      { driver: 'clear_young=none', hardware: 'qat', scope: 'observers=reclaim,idle' },
      [
        'kernel   v4.20-x86',
        'driver   none',
        'hardware qat',
        // All fields do not fit into a line. The fields that are left out are the default anyway.
        'scope    observers=reclaim,idle',
      ],
    ],
    [
      { kernel: 'v6.6-arm64 upgrade=none', hardware: 'ats=false', scope: 'small' },
      [
        'kernel   v6.6-arm64 upgrade=none',
        'driver   amd-iommu-v2-patched',
        'hardware ats=false',
        'scope    small',
      ],
    ],
    [
      { scope: 'pages=2 cpus=2 observers=reclaim,idle events=evict,unmap,protect,clear-refs' },
      [
        'kernel   v4.20-x86',
        'driver   amd-iommu-v2-patched',
        'scope    pages=2 cpus=2 devices=1 observers=reclaim,idle',
        '         granularity=atomic events=evict,unmap,protect,clear-refs',
      ],
    ],
  ])('%j', (texts, lines) => {
    expect(printSetup(parseSystem(texts))).toEqual(lines);
  });
});
