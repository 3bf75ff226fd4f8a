/**
 * Systems in which a smaller reduction would be wrong. docs/reductions.md says why none is smaller
 * than it is.
 */
import { describe, expect, it } from 'vitest';
import { Model } from '../../model/model.ts';
import { NOBODY } from '../../model/others.ts';
import type { System } from '../../model/system.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { driver, hardware, kernel, scope } from '../../model/text.ts';
import type { Verdict } from './check.ts';
import { Checking } from './checking.ts';
import { sized } from './reach.ts';
import { Search } from './search.ts';

const FLUSHES = 'invalidate_secondary=flush-iotlb,flush-atc';
const KVM =
  'secondary=shadow clear_flush_young=harvest,flush-atc?harvested,return-harvested ' +
  'clear_young=harvest,return-harvested';

const system = (texts: Record<'kernel' | 'driver' | 'hardware' | 'scope', string>): System => ({
  kernel: kernel(texts.kernel),
  driver: driver(texts.driver),
  hardware: hardware(texts.hardware),
  scope: scope(`pages=1 cpus=0 devices=1 granularity=fine ${texts.scope}`),
  names: {},
});
const propertyOf = (name: string) => PROPERTIES.find((property) => property.name === name)!;

/** The verdict on one property. */
function verdictOf(parts: System, name: string): Verdict {
  const checking = new Checking(parts, [propertyOf(name)]);
  checking.run();
  return checking.result().verdicts[0];
}
/** The length of a shortest violation in a full search, with devices beside the tracked ones. */
function fullLength(parts: System, name: string, devices = false): number | undefined {
  const search = new Search(parts, [propertyOf(name)], {}, { others: { ...NOBODY, devices } });
  search.run();
  expect(search.complete).toBe(true);
  return search.lengthOf(propertyOf(name));
}
const MANY = Infinity;

describe('a smaller reduction would be wrong', () => {
  it('as a repeated miss may need two devices that remember', () => {
    const name = 'no-repeated-miss(reclaim)';
    const parts = system({
      kernel: '',
      driver: `${FLUSHES} clear_flush_young=flush-iotlb,flush-atc`,
      hardware: 'dropsOvertakenCompletions=false',
      scope: 'observers=reclaim',
    });
    expect(fullLength(parts, name, true)).toBeUndefined();
    const verdict = verdictOf(sized(parts, { devices: MANY }), name);
    expect(verdict).toMatchObject({ verdict: 'violated', where: { scope: { devices: 2 } } });
    expect(verdict.run).toHaveLength(fullLength(sized(parts, { devices: 2 }), name)!);
  });

  it('as a device more makes a run longer', () => {
    const name = 'no-missed-device-reference(reclaim)';
    const parts = system({
      kernel: '',
      driver: `${FLUSHES} clear_flush_young=flush-atc,flush-iotlb`,
      hardware: '',
      scope: 'observers=reclaim',
    });
    expect(fullLength(parts, name)).toBe(16);
    expect(fullLength(sized(parts, { devices: 2 }), name)).toBe(18);
    const verdict = verdictOf(sized(parts, { devices: MANY }), name);
    expect(verdict).toMatchObject({ where: { scope: { devices: 1 } } });
    expect(verdict.run).toHaveLength(16);
    expect(verdictOf(sized(parts, { devices: 2 }), name).run).toHaveLength(18);
  });

  it('as a device more makes a run shorter', () => {
    const name = 'fault-makes-progress';
    const parts = system({
      kernel: '',
      driver: FLUSHES,
      hardware: 'rewalksOnPermissionFault=false',
      scope: 'observers=none events=protect,write',
    });
    expect(fullLength(parts, name)).toBe(5);
    const verdict = verdictOf(sized(parts, { devices: MANY }), name);
    expect(verdict).toMatchObject({ where: { scope: { devices: 2 } } });
    expect(verdict.run).toHaveLength(4);
  });

  it('as a look with @next can find what another page kept young', () => {
    const name = 'no-false-reference';
    const parts = system({
      kernel: 'idle=pte,clear_young@next',
      driver: `${KVM} invalidate_secondary=zap,flush-atc marksAccessed=fault,zap`,
      hardware: '',
      scope: 'observers=idle',
    });
    expect(verdictOf(parts, name).verdict).toBe('holds');
    const verdict = verdictOf(sized(parts, { pages: MANY }), name);
    expect(verdict).toMatchObject({ verdict: 'violated', where: { scope: { pages: 2 } } });
    expect(verdict.run).toHaveLength(10);
  });

  it('as an unmap with @mm can take the young bit of another page', () => {
    const name = 'no-missed-device-reference(reclaim)';
    const parts = system({
      kernel: '',
      driver: `${KVM} invalidate_secondary=zap@mm,flush-atc@mm`,
      hardware: '',
      scope: 'observers=reclaim events=unmap',
    });
    expect(verdictOf(parts, name).verdict).toBe('holds');
    const verdict = verdictOf(sized(parts, { pages: MANY }), name);
    expect(verdict).toMatchObject({ verdict: 'violated', where: { scope: { pages: 2 } } });
    expect(verdict.run).toHaveLength(fullLength(sized(parts, { pages: 2 }), name)!);
  });

  it.each([
    ['', 1],
    [',clear-refs', 2],
    [',cold', 2],
  ])('with events=unmap%s another page is unmapped in %i ways', (events, ways) => {
    const parts = sized(
      system({
        kernel: 'unmap=pte,invalidate@mm?young',
        driver: FLUSHES,
        hardware: '',
        scope: `observers=none events=unmap${events}`,
      }),
      { pages: 2 },
    );
    const { events: all } = new Model(parts, [], { others: { ...NOBODY, page: true } });
    const begun = all.filter(({ verb, page }) => verb === 'unmap' && page === 1);
    expect(begun).toHaveLength(ways);
  });

  it('as a CPU more makes a run shorter', () => {
    const name = 'no-stale-access';
    const parts = sized(
      system({
        kernel: 'fork=pte',
        driver: FLUSHES,
        hardware: '',
        scope: 'observers=none events=fork,write',
      }),
      { cpus: 1 },
    );
    expect(fullLength(parts, name)).toBe(5);
    const verdict = verdictOf(sized(parts, { cpus: MANY }), name);
    expect(verdict).toMatchObject({ verdict: 'violated', where: { scope: { cpus: 2 } } });
    expect(verdict.run).toHaveLength(4);
    expect(verdictOf(sized(parts, { cpus: 2 }), name).run).toHaveLength(4);
  });
});
