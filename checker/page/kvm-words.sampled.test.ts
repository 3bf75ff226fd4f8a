/**
 * KVM is never explained in PCIe's terms: a vCPU has a TLB and sends no ATS request. A GPU or a NIC
 * with a page table of its own is explained neither so, nor as KVM.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { System } from '../../model/system.ts';
import { CALLBACKS } from '../../model/system.ts';
import { anyTrace } from '../../suites/any-trace.ts';
import { samples } from '../../suites/samples.ts';
import { becauseOf } from '../tell/because.ts';
import { momentsOf } from '../tell/moment.ts';
import { deviceWords } from '../trace/device-words.ts';
import { replay } from '../trace/replay.ts';
import { parseSystem } from '../trace/setup.ts';
import { sequenceOf } from '../tell/sequence.ts';
import { ExploredRun } from './explored-run.ts';
import { eventsIn } from './link.ts';

const PCIE = /\b(?:ATC|ATS|PRI|PCIe|IOMMU|IOTLB|DMA|quer(?:y|ies)|device)\b/;

const explore = (events: string, scope = 'mail'): ExploredRun => {
  const system = parseSystem({ driver: 'kvm', scope });
  return new ExploredRun(system, eventsIn(system, events));
};
const told = ({ replayed }: ExploredRun) => [...momentsOf(replayed)].map(becauseOf);

/** The same system with a page table of the secondary's own. Only KVM keeps young bits there. */
const withShadow =
  (isKvm: boolean) =>
  ({ driver, ...drawn }: System): System => {
    const callbacks = CALLBACKS.map((name) => {
      const { actions, returns } = driver[name];
      return [name, { actions: actions.filter((each) => each.name !== 'harvest'), returns }];
    });
    const quiet = { ...Object.fromEntries(callbacks), marksAccessed: [] };
    return { ...drawn, driver: { ...driver, ...(isKvm ? {} : quiet), secondary: 'shadow' } };
  };

describe('what is told of KVM', () => {
  it('is told of a vCPU', () => {
    const events = 'dev0.read.A,kswapd.folio_referenced.A,dev0.read.A';
    expect(told(explore(events))).toEqual([
      {
        note: 'a secondary fault sets young',
        sentence:
          'dev0, a vCPU, wants to access A, but its TLB has no entry. The hardware walks the EPT ' +
          'or stage 2 and finds no spte of A, so KVM handles the fault. There is no PTE, so a ' +
          'page fault maps A and sets the PTE young. KVM fills the spte, young. KVM marks A ' +
          "accessed. The vCPU's TLB caches the translation.",
      },
      { note: 'clears young, flushes vCPU TLB', sentence: expect.any(String) },
      {
        note: 'spte hit; the PTE stays old',
        sentence:
          'dev0, a vCPU, wants to access A, but its TLB has no entry. The hardware walks the EPT ' +
          'or stage 2 and sets the spte young, so the PTE stays old. ' +
          "The vCPU's TLB caches the translation.",
      },
    ]);
  });

  it('is told of a walk, in steps', () => {
    const events = 'dev0.request-read.A,iommu.translate.dev0.A,dev0.complete.A,dev0.read.A';
    const explored = explore(events, 'granularity=fine');
    expect(told(explored).map(({ note }) => note)).toEqual([
      'vCPU TLB miss; a walk begins',
      'a secondary fault sets young',
      'the TLB entry is installed',
      'vCPU TLB hit; the PTE is young',
    ]);
    const [read] = explored.possible.filter(({ text }) => text === 'dev0: read A');
    expect(read.source).toBe('CPU architecture manuals: EPT, NPT, stage 2');
  });

  it.each([
    ['KVM', true, PCIE],
    [
      'a device with a page table of its own',
      false,
      /\b(?:ATC|ATS|PRI|IOTLB|vCPUs?|EPT|KVM|sptes?)\b/,
    ],
  ])('has no word of another kind in any run of %s', (_, isKvm, others) => {
    const traces = anyTrace({ pages: 2, cpus: 2, devices: 2 }, withShadow(isKvm));
    const shadows = traces.filter(
      ({ system }) => (deviceWords(system).aDevice === 'a vCPU') === isKvm,
    );
    fc.assert(
      fc.property(shadows, (trace) => {
        const explored = new ExploredRun(
          trace.system,
          trace.steps.map(({ event }) => event),
        );
        const { lanes, rows } = sequenceOf(replay(trace));
        const words = [
          ...told(explored).flatMap(({ note, sentence }) => [note, sentence]),
          ...explored.possible.flatMap(({ source, sentence }) => [source, sentence]),
          ...explored.impossible.map(({ why }) => why),
          ...lanes.flatMap(({ title, holds }) => [title, holds ?? '']),
          ...rows.flatMap(({ arrows }) => arrows.map(({ label }) => label)),
        ];
        expect(words.filter((text) => others.test(text))).toEqual([]);
      }),
      { numRuns: samples(20), seed: 20190131 },
    );
  });
});
