/**
 * Tests the sequence diagrams of all traces in the catalogue, and of random runs, against the
 * states.
 */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasAtc } from '../model/play.ts';
import { anyTrace } from './any-trace.ts';
import { samples } from './samples.ts';
import { momentsOf } from '../checker/tell/moment.ts';
import type { Moment } from '../checker/tell/moment.ts';
import type { Replay } from '../checker/trace/replay.ts';
import { replay } from '../checker/trace/replay.ts';
import type { Snapshot } from '../checker/trace/snapshot.ts';
import { readCatalogueTrace, traceNames } from '../checker/judge/catalogue/catalogue.ts';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import type { Arrow, ArrowKind } from '../checker/tell/arrow.ts';
import type { Row } from '../checker/tell/sequence.ts';
import { sequenceOf } from '../checker/tell/sequence.ts';
import { sequenceSvg } from '../checker/tell/svg.ts';

const folder = catalogueFolder();

/** A row of a diagram, and the moment that it describes. */
interface Told {
  readonly row: Row;
  readonly m: Moment;
}

const told = (replayed: Replay): Told[] => {
  const moments = [...momentsOf(replayed)];
  return sequenceOf(replayed).rows.map((row, i) => ({ row, m: moments[i] }));
};

const has = ({ arrows }: Row, ...kinds: ArrowKind[]): boolean =>
  arrows.some(({ kind }) => kinds.includes(kind));
const toTable = ({ arrows }: Row): Arrow[] =>
  arrows.filter(({ kind, to }) => to === 'table' && (kind === 'walk' || kind === 'fault'));

/** Events that map a page, or write its PTE back, without a walk. */
const MAPS: readonly string[] = ['cow', 'set', 'remap', 'put'];

/** What must hold for every row. */
const RULES: Readonly<Record<string, (told: Told) => void>> = {
  'the PTE gains what a walk or a fault to the page table says, and nothing else gains': ({
    row,
    m: { was, is, event },
  }) => {
    // khugepaged, a copy and a rewrite map pages without a walk.
    if (event.actor === 'khugepaged' || MAPS.includes(event.verb)) return;
    const gains = (['present', 'young', 'dirty', 'writable'] as const).filter(
      (bit) => is.pte[bit] > was.pte[bit],
    );
    const said = toTable(row).map(({ label }) => label);
    if (gains.length > 0) expect(said).not.toEqual([]);
    for (const bit of ['young', 'dirty'] as const) {
      const sets = said.some((label) => new RegExp(`sets .*${bit}`).test(label));
      expect(sets, said.join()).toBe(gains.includes(bit));
    }
  },
  'an access that hits an ATC or a TLB reaches nothing else': ({ row, m: { was, is } }) => {
    const hits = row.arrows.filter(({ kind, to }) => kind === 'hit' && /^(atc|cpu)/.test(to));
    if (hits.length === 0) return;
    expect(row.arrows.filter(({ kind }) => kind !== 'hit' && kind !== 'posted-write')).toEqual([]);
    expect(is.pte).toEqual(was.pte);
  },
  'an ATC entry goes with an invalidation or an eviction, and comes with a completion': ({
    row,
    m,
  }) => {
    for (const [page, is] of m.after.pages.entries()) {
      for (const [unit, entry] of is.atc.entries()) {
        const had = m.before.pages[page].atc[unit].present;
        const here = row.arrows.filter((a) => a.to === `atc${unit}` && a.page === page);
        const kinds = here.filter(({ arrives }) => arrives === undefined).map(({ kind }) => kind);
        if (had && !entry.present) expect(kinds.join()).toMatch(/invalidation|evict/);
        if (!had && entry.present) expect(kinds).toContain('completion');
      }
    }
  },
  'an invalidation is sent where one becomes pending, and arrives where one is handled': ({
    row,
    m,
  }) => {
    for (const [page, is] of m.after.pages.entries()) {
      for (const [unit, { invalidation }] of is.link.entries()) {
        const was = m.before.pages[page].link[unit].invalidation;
        const here = row.arrows.filter(
          ({ kind, to, page: p }) => kind === 'invalidation' && to === `atc${unit}` && p === page,
        );
        if (invalidation > was) expect(here.map(({ arrives }) => arrives)).not.toContain(undefined);
        if (invalidation > was) expect(here).toHaveLength(1);
        if (invalidation < was) expect(here.every(({ sent }) => sent! < row.number)).toBe(true);
        if (invalidation < was) expect(here).not.toEqual([]);
      }
    }
  },
  'a spurious invalidation is sent, where there is an ATC to send it to': ({ row, m }) => {
    const sent = row.arrows.some(({ kind, to }) => kind === 'invalidation' && to.startsWith('atc'));
    if (m.shown.spurious) expect(sent).toBe(true);
    if (!hasAtc(m.parts)) expect(sent).toBe(false);
  },
  'a young bit is cleared by a look, an unmap, a zap or a write-back': ({
    row,
    m: { before, after, event },
  }) => {
    const writesBack = event.verb === 'put' && has(row, 'end');
    for (const [page, { pte, spte }] of after.pages.entries()) {
      const was = before.pages[page];
      if (was.pte.young > pte.young) expect(writesBack || has(row, 'look', 'unmap')).toBe(true);
      if (was.spte.young > spte.young) expect(has(row, 'look', 'flush')).toBe(true);
    }
  },
  'a PTE loses write permission before anything is flushed': ({ row, m: { was, is, event } }) => {
    if (!is.pte.present || was.pte.writable <= is.pte.writable) return;
    expect(row.arrows[0].kind).toBe('write-protect');
    const change = row.changes.find((c) => c.lane === 'table' && c.page === event.page);
    // If `protect` is not in scope, the entry looks the same.
    if (change !== undefined) expect(change.at).toBe(0);
  },
  'every entry that changes goes with an arrow': ({ row, m: { event, parts } }) => {
    const blockOf = (page: number) => Math.floor(page / Number(parts.scope.block));
    for (const change of row.changes) {
      const arrow = row.arrows[change.at];
      expect(arrow, JSON.stringify(change)).toBeDefined();
      // The arrows of a run or a block of pages stand at its first page.
      const isOfRun = event.page <= change.page && change.page <= event.to;
      const isAtFirst = isOfRun && arrow.page === event.page;
      if (!isAtFirst) expect(blockOf(arrow.page)).toBe(blockOf(change.page));
    }
  },
  'every field that changed is marked': ({ row, m: { before, after } }) => {
    // The diagram shows a thread's program counter by the name of the step, and two steps may share
    // a name.
    const shown = (state: Snapshot) =>
      JSON.stringify(state, (key, value: unknown) => (key === 'at' ? value !== 0 : value));
    const changed = row.fields.some(({ was }) => was !== undefined);
    if (shown(before) !== shown(after)) expect(changed).toBe(true);
    if (JSON.stringify(before) === JSON.stringify(after)) expect(changed).toBe(false);
  },
  'what arrives was sent, and what was sent arrives once or never': ({ row }) => {
    for (const { arrives, sent } of row.arrows) {
      if (typeof arrives === 'number') expect(arrives).toBeGreaterThan(row.number);
      if (sent !== undefined) expect(sent).toBeGreaterThan(0);
      if (sent !== undefined) expect(sent).toBeLessThan(row.number);
    }
  },
};

describe('each row', () => {
  const catalogue = traceNames(folder).map((name) =>
    told(replay(readCatalogueTrace(folder, name))),
  );

  it.each(Object.entries(RULES))('in the catalogue: %s', (_, rule) => {
    for (const rows of catalogue) rows.forEach(rule);
  });

  it('in random runs of random systems', () => {
    const rules = Object.values(RULES);
    fc.assert(
      fc.property(anyTrace({ pages: 2, cpus: 2, devices: 2 }), (trace) => {
        for (const one of told(replay(trace))) for (const rule of rules) rule(one);
      }),
      { numRuns: samples(20), seed: 20190131 },
    );
  });
});

describe("the mail's trace", () => {
  const text = readFileSync(`${folder}/old-while-cached+patched-amd.trace`, 'utf8');
  const sequence = sequenceOf(replay(readCatalogueTrace(folder, 'old-while-cached+patched-amd')));

  it('has a lane for each participant', () => {
    expect(sequence.lanes.map(({ id }) => id)).toEqual([
      'kswapd',
      'table',
      'iommu',
      'atc0',
      'dev0',
    ]);
    for (const { text: event } of sequence.rows) expect(text).toContain(event);
  });

  it('shows that the last access stops at the ATC, while the entry hides it', () => {
    const [, , third] = sequence.rows;
    expect(third.arrows.map(({ from, to }) => [from, to])).toEqual([['dev0', 'atc0']]);
    expect(third.entries.map(({ lane, look }) => `${lane} ${look}`)).toEqual([
      'table old',
      'iommu unseen',
      'atc0 unseen',
    ]);
  });

  it('is a picture', () => {
    expect(sequenceSvg(sequence)).toContain('</svg>');
  });
});
