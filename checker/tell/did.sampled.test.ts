/**
 * The arrows and sentences of a step agree with what the model says that it did. What the model
 * says agrees with the change of the state. Random runs of random systems test both.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Did, StepTaken } from '../../model/did.ts';
import { OPERATIONS } from '../../model/events.ts';
import { THREADS } from '../../model/operation.ts';
import { anyTrace } from '../../suites/any-trace.ts';
import { samples } from '../../suites/samples.ts';
import { replay } from '../trace/replay.ts';
import { parseTrace } from '../trace/parse.ts';
import type { Arrow } from './arrow.ts';
import { arrowsOf } from './arrows.ts';
import { becauseOf } from './because.ts';
import type { Moment } from './moment.ts';
import { momentsOf, notesOf } from './moment.ts';
import { OPERATION_ARROWS } from './operation-arrows.ts';

/** The texts in sorted order, so that two lists can be compared. */
const sorted = (texts: readonly string[]): string[] => texts.toSorted();

const steps = (did: readonly Did[], ...verbs: readonly string[]): StepTaken[] =>
  notesOf(did, 'step').filter(({ step }) => verbs.includes(step));

const drawn = (arrows: readonly Arrow[], is: (arrow: Arrow) => boolean): string[] =>
  sorted(arrows.filter(is).map(({ to, page }) => `${to} ${page}`));

/** For each kind of note: what must be drawn when the model makes such a note. */
const DRAWN: Readonly<Record<string, (m: Moment, arrows: readonly Arrow[]) => void>> = {
  'an invalidation that is sent': ({ did, was }, arrows) => {
    const sent = steps(did, 'post-atc')
      .filter(({ atOnce }) => !atOnce)
      .flatMap(({ covers }) => covers.flatMap((page) => was.atc.map((_, i) => `atc${i} ${page}`)));
    const isSent = ({ kind, to, arrives }: Arrow) =>
      kind === 'invalidation' && to.startsWith('atc') && arrives !== undefined;
    expect(drawn(arrows, isSent)).toEqual(sorted(sent));
  },
  'an invalidation that a device handles': ({ did }, arrows) => {
    const handled = notesOf(did, 'invalidation').map(({ unit, page }) => `atc${unit} ${page}`);
    const isHandled = ({ kind, to, arrives }: Arrow) =>
      kind === 'invalidation' && to.startsWith('atc') && arrives === undefined;
    expect(drawn(arrows, isHandled)).toEqual(sorted(handled));
  },
  'a flush of the IOTLB, a zap and a harvest': ({ did }, arrows) => {
    const flushed = steps(did, 'flush-iotlb', 'zap', 'harvest').flatMap(({ covers }) =>
      covers.map((page) => `iommu ${page}`),
    );
    const isFlush = ({ kind, to }: Arrow) =>
      to === 'iommu' && (kind === 'flush' || kind === 'look');
    expect(drawn(arrows, isFlush)).toEqual(sorted(flushed));
  },
  'a flush of the TLBs': ({ did, was }, arrows) => {
    const flushed = steps(did, 'flush-tlb').flatMap(({ covers }) =>
      covers.flatMap((page) => was.tlb.map((_, i) => `cpu${i} ${page}`)),
    );
    const isFlush = ({ kind, to }: Arrow) => kind === 'flush' && to.startsWith('cpu');
    expect(drawn(arrows, isFlush)).toEqual(sorted(flushed));
  },
  'a walk, by hardware or by the fault handler': ({ did }, arrows) => {
    const walks = [...notesOf(did, 'walk'), ...notesOf(did, 'stuck')].map(
      ({ page }) => `table ${page}`,
    );
    const isWalk = ({ kind, to }: Arrow) => to === 'table' && (kind === 'walk' || kind === 'fault');
    expect(drawn(arrows, isWalk)).toEqual(sorted(walks));
  },
  'a wait that is an event': ({ did }, arrows) => {
    const waits = steps(did, 'await-atc', 'await-iotlb').filter(({ atOnce }) => !atOnce);
    expect(arrows.filter(({ kind }) => kind === 'await')).toHaveLength(waits.length);
  },
  'a request and a completion': ({ did }, arrows) => {
    const again = [...notesOf(did, 'overtaken'), ...notesOf(did, 'retry')];
    const asked = [...notesOf(did, 'request'), ...again];
    const answered = [...notesOf(did, 'completion'), ...notesOf(did, 'overtaken')];
    expect(arrows.filter(({ kind }) => kind === 'request')).toHaveLength(asked.length);
    expect(arrows.filter(({ kind }) => kind === 'completion')).toHaveLength(answered.length);
  },
};

/** The events that map a page without a walk. */
const MAPS: readonly string[] = ['cow', 'set', 'put', 'remap'];

/** For each kind of note: what the notes must say about a change of the state. */
const DONE: Readonly<Record<string, (m: Moment) => void>> = {
  'an ATC entry that goes or comes': ({ did, before, after }) => {
    for (const [page, is] of after.pages.entries()) {
      for (const [unit, { present }] of is.atc.entries()) {
        const had = before.pages[page].atc[unit].present;
        const on = (one: { unit: number; page: number }) => one.unit === unit && one.page === page;
        const invalidated = notesOf(did, 'invalidation').filter((one) => on(one) && one.found);
        const evicted = notesOf(did, 'evict').filter((one) => one.cache === 'atc' && on(one));
        const filled = notesOf(did, 'fill').filter((one) => one.cache === 'atc' && on(one));
        if (had && !present) expect(invalidated.length + evicted.length).toBe(1);
        if (!had) expect([invalidated, evicted]).toEqual([[], []]);
        expect(filled).toHaveLength(filled.length > 0 || (!had && present) ? 1 : 0);
        if (filled.length > 0) expect(present).toBe(1);
      }
    }
  },
  'an IOTLB entry that goes': ({ did, before, after }) => {
    for (const [page, { iotlb }] of after.pages.entries()) {
      const went = before.pages[page].iotlb.present > iotlb.present;
      const told =
        steps(did, 'flush-iotlb').some(({ found }) => found.includes(page)) ||
        steps(did, 'post-iotlb').some(({ found, atOnce }) => atOnce && found.includes(page)) ||
        notesOf(did, 'command').some((one) => one.found && one.page === page) ||
        notesOf(did, 'evict').some((one) => one.cache === 'iotlb' && one.page === page);
      if (went) expect(told).toBe(true);
      const fills = notesOf(did, 'fill').some((one) => one.cache === 'iotlb' && one.page === page);
      if (told && !fills) expect(iotlb.present).toBe(0);
    }
  },
  'an invalidation that becomes pending': ({ did, before, after }) => {
    for (const [page, { link }] of after.pages.entries()) {
      const sent = steps(did, 'post-atc').some(
        ({ covers, atOnce }) => !atOnce && covers.includes(page),
      );
      for (const [unit, { invalidation }] of link.entries()) {
        if (sent) expect(invalidation).toBe(1);
        if (!sent)
          expect(invalidation).toBeLessThanOrEqual(before.pages[page].link[unit].invalidation);
      }
    }
  },
  'what a walk sets': ({ did, was, is, event }) => {
    if (event.actor === 'khugepaged' || MAPS.includes(event.verb)) return;
    const sets = notesOf(did, 'walk').flatMap((walk) => walk.sets);
    for (const bit of ['young', 'dirty'] as const) {
      expect(sets.includes(bit), bit).toBe(is.pte[bit] > was.pte[bit]);
    }
  },
  'a young spte that is found': ({ did, before, after }) => {
    for (const [page, { spte }] of after.pages.entries()) {
      const lost = before.pages[page].spte.young > spte.young;
      const found = steps(did, 'harvest', 'zap').some((step) => step.found.includes(page));
      if (lost) expect(found).toBe(true);
    }
  },
  'a young spte that is set': ({ did, before, after }) => {
    for (const [page, { spte }] of after.pages.entries()) {
      const on = (one: { cache: string; page: number }) =>
        one.cache === 'spte' && one.page === page;
      const sets =
        notesOf(did, 'fill').some(on) ||
        notesOf(did, 'hit').some((one) => on(one) && one.sets.includes('young'));
      expect(sets).toBe(
        spte.young > before.pages[page].spte.young || notesOf(did, 'fill').some(on),
      );
      if (sets) expect(spte.young).toBe(1);
    }
  },
  'a TLB entry that goes': ({ did, before, after }) => {
    for (const [page, { tlb }] of after.pages.entries()) {
      const flushed = steps(did, 'flush-tlb').some(({ found }) => found.includes(page));
      for (const [unit, { present }] of tlb.entries()) {
        const evicted = notesOf(did, 'evict').some(
          (one) => one.cache === 'tlb' && one.unit === unit && one.page === page,
        );
        if (before.pages[page].tlb[unit].present > present) expect(flushed || evicted).toBe(true);
      }
    }
  },
  'a callback that returns 1': ({ did, before, after }) => {
    for (const thread of THREADS) {
      const hears = after[thread].secondaryYoung > before[thread].secondaryYoung;
      if (hears) expect(notesOf(did, 'return').some(({ value }) => value === 1)).toBe(true);
    }
  },
  'a spurious invalidation': ({ did, shown }) => {
    expect(notesOf(did, 'step').some(({ spurious }) => spurious)).toBe(shown.spurious);
  },
  'a page that is marked accessed': ({ did, was, is }) => {
    const clears = notesOf(did, 'mark-accessed').some(({ clearsIdle }) => clearsIdle);
    const ends = ['end', 'copy', 'set', 'pte'].some((what) =>
      did.some((note) => note.what === what),
    );
    if (was.flags.PG_idle > is.flags.PG_idle && !ends) expect(clears).toBe(true);
  },
};

const WORDS = /[^\s]+/g;

describe('what the model says that it did', () => {
  it.each(Object.entries({ ...DRAWN, ...DONE }))('%s', (_, rule) => {
    fc.assert(
      fc.property(anyTrace({ pages: 2, cpus: 2, devices: 2 }), (trace) => {
        for (const m of momentsOf(replay(trace))) rule(m, arrowsOf(m));
      }),
      { numRuns: samples(20) },
    );
  });

  it('is told in sentences of at most 30 words, each with a note that fits', () => {
    fc.assert(
      fc.property(anyTrace({ pages: 3, cpus: 2, devices: 2 }), (trace) => {
        for (const m of momentsOf(replay(trace))) {
          const { note, sentence } = becauseOf(m);
          for (const one of sentence.split(/(?<=\.) /)) {
            expect(one.match(WORDS)!.length, one).toBeLessThanOrEqual(30);
            expect(one).toMatch(/^\S.*\.$/);
          }
          expect(note).toMatch(/^[ -~]{1,45}$/);
        }
      }),
      { numRuns: samples(20) },
    );
  });
});

it('knows the arrows of every operation', () => {
  const names = OPERATIONS.map(({ name }) => name);
  expect(sorted(Object.keys(OPERATION_ARROWS))).toEqual(sorted(names));
});

it('does not draw an invalidation where a zap has left nothing to harvest', () => {
  const text = `{
  driver secondary=shadow clear_young=zap,harvest,flush-atc?harvested
  scope  observers=idle
}
(1) dev0: read A
(2) page_idle: mark A
ends
`;
  const [, mark] = [...momentsOf(replay(parseTrace(text, 'x')))];
  expect(arrowsOf(mark).map(({ kind, label }) => `${kind}: ${label}`)).toEqual([
    'look: clears young',
    'flush: zap',
    'look: not young',
    'end: marks idle',
  ]);
  expect(becauseOf(mark).note).toBe('clears young; the vCPU caches it');
});
