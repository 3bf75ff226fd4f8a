/** Saturate gives known answers beside the verdicts for every number, and tells if they differ. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROPERTIES } from '../../properties/index.ts';
import type { Verdict } from '../search/check.ts';
import { whole } from '../search/progress.ts';
import { parseSystem } from '../trace/setup.ts';
import type { Saturation } from './saturate.ts';
import { SIZES, disagreements, saturate, settledAt } from './saturate.ts';
import { saturationJson, saturationText } from './saturate-text.ts';

const BUDGET = { maxStates: 20_000, timeLimit: 30, maxMemory: Infinity };
const propertyOf = (name: string) => PROPERTIES.find((property) => property.name === name)!;
const MISSED = 'no-missed-device-reference(reclaim)';

describe('saturate', () => {
  it('counts what a search found that did not end, and settles on no Never beside it', () => {
    const scope = 'observers=idle events=clear-refs';
    const system = parseSystem({ kernel: 'v6.12-x86-damon', driver: 'kvm', scope });
    const found = whole(saturate(system, { maxStates: 3000 }));
    const property = propertyOf('no-false-reference');
    const falls = found.rows.filter(({ verdicts }) =>
      verdicts.some((v) => v.property === property && v.verdict === 'violated'),
    );
    expect(falls.some(({ complete }) => !complete)).toBe(true);
    // It needs two pages: the mkold of one page hands over what it finds on the next.
    expect(settledAt(found, property)).toEqual({ pages: 2, cpus: 0, devices: 1 });
    expect(saturationText(found)).toContain(
      '  no-false-reference\n' +
        '      4 events from pages=2 cpus=0 devices=1 on, as far as is known\n' +
        '      every number: at most 4 events, with pages=2 cpus=1 devices=1\n',
    );
    expect(saturationText(found)).toContain('  pages    Other ranges (no argument is known');
    expect(disagreements(found)).toEqual([]);
  });

  it('leaves out what is beyond a size that took the budget', () => {
    const scope = 'observers=reclaim,idle granularity=fine';
    const found = whole(saturate(parseSystem({ scope }), { ...BUDGET, maxStates: 2000 }));
    expect(found.skipped.length).toBeGreaterThan(0);
    expect(found.rows.some(({ complete }) => complete)).toBe(true);
    const text = saturationText(found);
    expect(text).toContain('a limit was reached');
    expect(found.everyNumber).toMatchObject({ complete: false });
    expect(text).toContain('states were searched for it, until a limit was reached.');
    expect(text).toContain('every number: at most 10 events, with');
  });
});

describe('saturate of the policy of the mail', () => {
  const found = whole(saturate(parseSystem({ driver: 'amd-iommu-v2-patched' }), BUDGET));
  const text = saturationText(found);

  it('shows that it needs one page, no CPU and one device', () => {
    expect(found.skipped).toEqual([]);
    expect(found.rows).toHaveLength(SIZES.length);
    expect(settledAt(found, propertyOf(MISSED))).toEqual({ pages: 1, cpus: 0, devices: 1 });
    expect(text).toContain('4 events in all 48 sizes');
  });

  it('has the verdict for every number beside it, and names the argument', () => {
    expect(text).toContain(
      '  no-missed-device-reference(reclaim)\n' +
        '      4 events in all 48 sizes that ask for it\n' +
        '      every number: 4 events, with pages=1 cpus=1 devices=1\n',
    );
    expect(text).toContain(
      '  no-false-reference\n' +
        '      Never in all 48 sizes that ask for it\n' +
        '      every number: Never\n',
    );
    expect(text).toMatch(
      / {2}pages +Pages that do not meet\n {2}cpus +CPUs\n {2}devices +In `atomic`\n$/,
    );
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(disagreements(found)).toEqual([]);
  });

  it('says the same in JSON', () => {
    const { settledAt: settled, everyNumber, disagreements: wrong } = saturationJson(found);
    expect(settled[MISSED]).toEqual({ pages: 1, cpus: 0, devices: 1 });
    expect(everyNumber).toMatchObject({
      scope: 'pages=many cpus=many devices=many observers=reclaim granularity=atomic',
      complete: true,
      arguments: { pages: { section: 'Pages that do not meet', coversAll: true } },
    });
    const [told] = everyNumber!.verdicts;
    expect(told).toMatchObject({ name: MISSED, verdict: 'violated', length: 4 });
    expect(told).toHaveProperty('trace');
    expect(wrong).toEqual([]);
  });

  it('has no key in JSON that docs/reductions.md does not explain', () => {
    const document = readFileSync(new URL('../../docs/reductions.md', import.meta.url), 'utf8');
    const json = saturationJson(found);
    const keys = [json, json.rows[0], json.everyNumber!].flatMap(Object.keys);
    expect(keys.length).toBeGreaterThan(15);
    for (const key of keys) expect(document).toMatch(new RegExp(`^\\|.*\\b${key}\\b.*\\|$`, 'm'));
  });

  it('says loudly where a size contradicts it', () => {
    const { everyNumber } = found;
    const verdicts = everyNumber!.verdicts.map((told): Verdict =>
      told.verdict === 'violated' ? { property: told.property, verdict: 'holds' } : told,
    );
    const wrong: Saturation = { ...found, everyNumber: { ...everyNumber!, verdicts } };
    const what = `${MISSED}: Never for every number, but pages=1 cpus=0 devices=1 violates it`;
    expect(disagreements(wrong)).toContain(`${what} in 4 events`);
    expect(saturationText(wrong)).toMatch(/\n\nERROR OF YOUNGCHECK ITSELF: [^]*Never for every/);
    expect(saturationJson(wrong).disagreements).toContain(`${what} in 4 events`);
  });
});
