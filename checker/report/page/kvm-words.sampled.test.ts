/** Of KVM nothing is told in the words of PCIe: a vCPU has a TLB and sends no ATS request. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samples } from '../../../properties/samples.ts';
import { anyTrace } from '../../trace/any-trace.ts';
import { becauseOf } from '../../trace/explain.ts';
import { momentsOf } from '../../trace/moment.ts';
import { replay } from '../../trace/replay.ts';
import { parseSystem } from '../../trace/setup.ts';
import { sequenceOf } from '../sequence/sequence.ts';
import { Exploration } from './exploration.ts';
import { eventsIn } from './link.ts';

const PCIE = /\b(?:ATC|ATS|PRI|PCIe|IOMMU|IOTLB|DMA|quer(?:y|ies)|device)\b/;

const explore = (events: string, scope = 'mail'): Exploration => {
  const system = parseSystem({ driver: 'kvm', scope });
  return new Exploration(system, eventsIn(system, events));
};
const told = ({ replayed }: Exploration) => [...momentsOf(replayed)].map(becauseOf);

describe('what is told of KVM', () => {
  it('is told of a vCPU', () => {
    const events = 'dev0.read.A,kswapd.folio_referenced.A,dev0.read.A';
    expect(told(explore(events))).toEqual([
      {
        note: 'a secondary fault sets young',
        sentence:
          'dev0, a vCPU, wants to access A; its TLB has no entry, and the hardware walks the EPT ' +
          'or stage 2 and finds no spte of A, so KVM handles the fault: there is no PTE, so a ' +
          'page fault maps A and sets the PTE young; KVM fills the spte, young; the entry is ' +
          "cached in the vCPU's TLB.",
      },
      { note: 'clears young, flushes vCPU TLB', sentence: expect.any(String) },
      {
        note: 'spte hit; the PTE stays old',
        sentence:
          'dev0, a vCPU, wants to access A; its TLB has no entry, and the hardware walks the EPT ' +
          'or stage 2 and sets the spte young, so the PTE stays old; the entry is cached in the ' +
          "vCPU's TLB.",
      },
    ]);
  });

  it('is told of a walk, in steps', () => {
    const events = 'dev0.request-read.A,iommu.translate.dev0.A,dev0.complete.A,dev0.read.A';
    const exploration = explore(events, 'granularity=fine');
    expect(told(exploration).map(({ note }) => note)).toEqual([
      'vCPU TLB miss; a walk begins',
      'a secondary fault sets young',
      'the TLB entry is installed',
      'vCPU TLB hit; the PTE is young',
    ]);
    const [read] = exploration.moves.filter(({ text }) => text === 'dev0: read A');
    expect(read.source).toBe('CPU architecture manuals: EPT, NPT, stage 2');
  });

  it('has no word of PCIe in any run', () => {
    const traces = anyTrace({ pages: 2, cpus: 2, devices: 2 });
    const kvm = traces.filter(({ system }) => system.driver.secondary === 'shadow');
    fc.assert(
      fc.property(kvm, (trace) => {
        const exploration = new Exploration(
          trace.system,
          trace.steps.map(({ event }) => event),
        );
        const { lanes, rows } = sequenceOf(replay(trace));
        const words = [
          ...told(exploration).flatMap(({ note, sentence }) => [note, sentence]),
          ...exploration.moves.flatMap(({ source, sentence }) => [source, sentence]),
          ...exploration.impossible.map(({ why }) => why),
          ...lanes.flatMap(({ title, holds }) => [title, holds ?? '']),
          ...rows.flatMap(({ arrows }) => arrows.map(({ label }) => label)),
        ];
        expect(words.filter((text) => PCIE.test(text))).toEqual([]);
      }),
      { numRuns: samples(40), seed: 20190131 },
    );
  });
});
