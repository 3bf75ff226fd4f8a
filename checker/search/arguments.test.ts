/** Each argument is a section of docs/reductions.md, and each system has the one that is for it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../trace/setup.ts';
import { argumentsFor } from './arguments.ts';

const DOCUMENT = readFileSync(new URL('../../docs/reductions.md', import.meta.url), 'utf8');

const batched = 'unmap=pte,invalidate@mm,flush-tlb';
const fine = 'any observers=reclaim granularity=fine';
const alone = 'Pages that do not meet';
type Texts = Parameters<typeof parseSystem>[0];

describe('the arguments for every number', () => {
  it.each<[string, Texts, pages: string, devices: string, coversAll: boolean]>([
    ['in atomic', { scope: 'any granularity=atomic' }, alone, 'In `atomic`', true],
    ['in steps', { scope: `${fine} events=none` }, alone, 'In `fine`', true],
    [
      'without an ATC',
      { hardware: 'ats=false', scope: fine },
      alone,
      'Devices that remember nothing',
      true,
    ],
    [
      'where an unmap covers the mm',
      { kernel: batched, driver: 'amd-iommu-v2', scope: `${fine} events=unmap` },
      '`@mm` in unmaps alone',
      'In `fine`',
      true,
    ],
    [
      'where a look covers the next page',
      { kernel: 'v6.12-x86-damon', driver: 'kvm', scope: 'any granularity=fine' },
      'Other ranges',
      'In `fine`',
      false,
    ],
  ])('%s are sections of docs/reductions.md', (_, texts, pages, devices, coversAll) => {
    const found = argumentsFor(parseSystem(texts));
    expect(found).toEqual({
      pages: { section: pages, coversAll },
      cpus: { section: 'CPUs', coversAll: true },
      devices: { section: devices, coversAll: true },
    });
    for (const { section } of Object.values(found)) {
      expect(DOCUMENT).toMatch(new RegExp(`^##+ ${section.replaceAll('`', '\\`')}$`, 'm'));
    }
  });
});
