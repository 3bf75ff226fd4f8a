/** The library and its matcher, as a program uses them. */
import { describe, expect, it, vi } from 'vitest';
import { Complaint, check, expectHolds, explore, holding } from './index.ts';
import { Model, PROPERTIES, Search, propertiesNamed, system } from './index.ts';
import { parseTrace, replay } from './index.ts';
import { run } from '../explore/random-search.ts';
import { settingsOf } from '../explore/settings.ts';
import { parseSystem } from '../trace/setup.ts';
import { propertiesFor } from '../../properties/index.ts';
import type { PartInputs } from './system-input.ts';
import { toHold } from './vitest.ts';

expect.extend({ toHold });

/** The error that is thrown, or else the value that is returned. */
function outcome(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
const messageOf = (act: () => unknown): string => (outcome(act) as Error).message;

describe('system', () => {
  it('reads the lines of a setup block, with or without braces', () => {
    const kvm = parseSystem({ driver: 'kvm', scope: 'pages=2' });
    expect(system('driver kvm\n  scope pages=2')).toEqual(kvm);
    expect(system('{\n  driver kvm\n  scope pages=2\n}')).toEqual(kvm);
  });

  it('reads parts as text, as fields and as values', () => {
    const text = 'clear_flush_young=flush-iotlb,flush-atc,return-one';
    const expected = parseSystem({ driver: text, scope: 'pages=2' });
    const fields = { clear_flush_young: 'flush-iotlb,flush-atc,return-one' };
    const value = expected.driver;
    for (const driver of [text, fields, value, { clear_flush_young: value.clear_flush_young }]) {
      expect(system({ driver, scope: { pages: 2 } })).toEqual(expected);
    }
    expect(system({})).toEqual(parseSystem({}));
  });

  it.each<[string, string | PartInputs]>([
    ["unknown driver 'kvn'; did you mean 'kvm'?", 'driver kvn'],
    ["unknown part 'drivr' of a system; did you mean 'driver'?", { drivr: 'kvm' } as PartInputs],
    ["unknown field 'page' of scope; did you mean 'pages'?", { scope: { page: 1 } } as PartInputs],
    ["pages cannot be '9'", { scope: { pages: 9 } }],
    ['this names no kernel, driver, hardware or scope', '{}'],
  ])('complains: %s', (message, written) => {
    expect(outcome(() => system(written))).toBeInstanceOf(Complaint);
    expect(
      messageOf(() => system(written))
        .split('\n')[0]
        .replace(/^.*: error: /, ''),
    ).toBe(message);
  });

  it('reads lists of names in place of their text', () => {
    const [driver, events] = [{ clear_flush_young: ['flush-atc'] }, ['unmap'] as const];
    const expected = system('driver clear_flush_young=flush-atc\nscope events=unmap');
    expect(system({ driver, scope: { events } } as never)).toEqual(expected);
  });

  it('complains in words that say all of it, and of no option that nobody typed', () => {
    const complaint = outcome(() => system({ scope: 'pages=1 cpus=x' })) as Complaint;
    expect(complaint.message).toBe(`scope:1:14: error: cpus cannot be 'x'
  pages=1 cpus=x
               ^
possible:
  a number from 0 to 3
  many`);
    expect(complaint.format()).toBe(complaint.message);
    expect(messageOf(() => system('driver kvn'))).toContain('\nhint: youngcheck list driver\n');
  });

  it.each<[unknown, string]>([
    [undefined, "a system cannot be 'undefined'"],
    [null, "a system cannot be 'null'"],
    [[], "a system cannot be '[]'"],
    [{ driver: null }, "driver cannot be 'null'"],
    [{ driver: { clear_flush_young: 5 } }, "clear_flush_young cannot be '5'"],
    [{ driver: { clear_flush_young: null } }, "clear_flush_young cannot be 'null'"],
    [{ scope: { events: ['unmapp'] } }, "events cannot be 'unmapp'; did you mean 'unmap'?"],
  ])('complains of %j', (written, message) => {
    expect(outcome(() => system(written as never))).toBeInstanceOf(Complaint);
    expect(messageOf(() => system(written as never))).toContain(message);
  });
});

describe('a property', () => {
  const names = (name: string, scope: string) =>
    propertiesNamed(name, system({ scope })).map((property) => property.name);

  it('stands for each observer in scope where its name leaves that out', () => {
    const [reclaim, idle] = ['no-repeated-miss(reclaim)', 'no-repeated-miss(idle)'];
    expect(names('no-repeated-miss', 'mail')).toEqual([reclaim]);
    expect(names('no-repeated-miss', 'small')).toEqual([reclaim, idle]);
    expect(names('no-repeated-miss(idle)', 'mail')).toEqual([idle]);
    expect(names('no-stale-access', 'mail')).toEqual(['no-stale-access']);
  });

  it('that does not exist is complained about', () => {
    expect(messageOf(() => names('no-stale-acess', 'mail'))).toBe(
      "unknown property 'no-stale-acess'; did you mean 'no-stale-access'?",
    );
  });
});

describe('check', () => {
  it('takes names, or all that make sense', () => {
    const named = check('driver kvm', ['no-missed-device-reference']);
    expect(named.verdicts.map(({ verdict }) => verdict)).toEqual(['holds']);
    expect(messageOf(() => check('driver kvm', 'no-stale-access' as never))).toContain(
      "properties cannot be 'no-stale-access'",
    );
    const all = check('driver kvm').verdicts.map(({ property }) => property);
    expect(all).toEqual(propertiesFor(system('driver kvm')));
  });
});

describe('expectHolds', () => {
  it('throws the sentence and the trace', () => {
    expect(messageOf(() => expectHolds(system({}), 'no-missed-device-reference'))).toBe(
      `violated: folio_referenced() never reports a page unreferenced that a device accessed \
since the last look.

Trace old-while-cached+amd-iommu-v2-patched

/*
 * Result: Sometimes
 *
 * folio_referenced() reports a page unreferenced although a device used
 * it since the last look.
 */

{
  kernel   v4.20-x86
  driver   amd-iommu-v2-patched
  scope    pages=1 cpus=0 devices=1 observers=reclaim granularity=atomic
}

(1) dev0: read A                    // ATC miss; the walk sets young
(2) kswapd: folio_referenced A == 1 // clears young; the ATC entry stays
(3) dev0: read A                    // ATC hit; the PTE stays old
(4) kswapd: folio_referenced A == 0 // wrong: dev0 used the page

violates no-missed-device-reference(reclaim)`,
    );
  });

  it('says nothing where it holds, and why where nothing is proved', () => {
    expect(expectHolds('driver kvm', 'no-missed-device-reference')).toBe(undefined);
    expect(messageOf(() => expectHolds('driver kvm', 'no-stale-access'))).toMatch(
      /^no-stale-access: vacuous: .*\nshould hold: .*\n\nkernel .*\ndriver {3}kvm\nscope /,
    );
    const limits = { scope: 'races', maxStates: 9 };
    expect(messageOf(() => expectHolds('driver kvm', 'no-stale-access', limits))).toMatch(
      /^no-stale-access: unfinished: not violated in up to \d+ events?\nmax-states was reached\n/,
    );
  });

  it('tells of the worst of several observers', () => {
    const scope = 'observers=reclaim,idle';
    const { verdict, message } = holding(
      'driver amd-iommu-v2',
      'no-missed-device-reference',
      scope,
    );
    expect(verdict).toBe('violated');
    expect(message).toContain('violates no-missed-device-reference(idle)');
  });

  it('searches no further than to the first violation', () => {
    const run = vi.spyOn(Search.prototype, 'run');
    const { verdict } = holding(system({}), 'no-missed-device-reference', 'small');
    expect(verdict).toBe('violated');
    expect((run.mock.contexts.at(-1) as unknown as Search).size).toBeLessThan(50_000);
    run.mockRestore();
  });

  it('proves for every number, and states the numbers of a trace', () => {
    const scope = 'pages=many cpus=many devices=many';
    expect(expectHolds('driver kvm', 'no-missed-device-reference', scope)).toBe(undefined);
    const { verdict, message } = holding(system({}), 'no-missed-device-reference', scope);
    expect(verdict).toBe('violated');
    const trace = parseTrace(message.slice(message.indexOf('Trace ')), 'message');
    expect(trace.system.scope).toMatchObject({ pages: 1, cpus: 1, devices: 1 });
    expect(() => replay(trace)).not.toThrow();
  });

  it('calls it no proof that a property holds up to a number of pages', () => {
    const damon = 'kernel v6.12-x86-damon\ndriver kvm';
    const scope = 'pages=many observers=idle';
    const asked = [damon, 'no-spurious-invalidation', scope] as const;
    expect(holding(...asked)).toMatchObject({ verdict: 'holds-up-to' });
    expect(messageOf(() => expectHolds(...asked))).toContain('holds up to 3 pages');
  });

  it('complains where it needs a number', () => {
    const message = 'needs a number, not devices=many';
    expect(messageOf(() => explore('scope devices=many'))).toContain(`a random run ${message}`);
    expect(messageOf(() => new Model(system('scope devices=many')))).toBe(`a state ${message}`);
  });

  it('complains about what is no system', () => {
    expect(messageOf(() => expectHolds(5 as never, 'no-stale-access'))).toMatch(
      /^this is not a system\npossible:\n/,
    );
  });

  it.each<[readonly unknown[], string]>([
    [[], "a property cannot be 'undefined'"],
    [[['a', 'b']], `a property cannot be '[ ?a?, ?b? ]'`.replaceAll('?', "'")],
    [['no-stale-acess'], "unknown property 'no-stale-acess'; did you mean"],
    [['no-stale-access', null], "options cannot be 'null'"],
    [['no-stale-access', { scop: 'races' }], "unknown 'scop' in options; did you mean 'scope'?"],
    [['no-stale-access', { scope: null }], "scope cannot be 'null'"],
    [['no-stale-access', { maxStates: NaN }], "maxStates cannot be 'NaN'"],
    [['no-stale-access', { maxStates: -1 }], "maxStates cannot be '-1'"],
    [['no-stale-access', { timeLimit: '1s' }], 'timeLimit cannot be'],
  ])('complains about what it cannot be asked: %j', (asked, message) => {
    const hold = holding as (...asked: readonly unknown[]) => unknown;
    expect(outcome(() => hold('driver kvm', ...asked))).toBeInstanceOf(Complaint);
    expect(messageOf(() => hold('driver kvm', ...asked))).toContain(message);
  });
});

describe('toHold', () => {
  it('passes what holds, and with .not what is violated', () => {
    expect(system('driver kvm')).toHold('no-missed-device-reference');
    expect('driver kvm').toHold('no-stale-access', 'events=unmap');
    const stale = PROPERTIES.find(({ name }) => name === 'no-stale-access')!;
    expect('driver kvm').toHold(stale, 'events=unmap');
    expect(system({})).not.toHold('no-missed-device-reference', { scope: 'pages=2' });
  });

  it('fails with the trace', () => {
    const failing = () => expect(system({})).toHold('no-missed-device-reference');
    expect(messageOf(failing)).toBe(holding(system({}), 'no-missed-device-reference').message);
    expect(messageOf(() => expect('driver kvm').not.toHold('no-missed-device-reference'))).toMatch(
      /^expected a violation\nno-missed-device-reference\(reclaim\): holds\n/,
    );
  });

  it('passes neither way where nothing is proved', () => {
    for (const options of ['mail', { scope: 'races', maxStates: 9 }]) {
      expect(() => expect('driver kvm').toHold('no-stale-access', options)).toThrow();
      expect(() => expect('driver kvm').not.toHold('no-stale-access', options)).toThrow();
    }
  });
});

describe('explore', () => {
  it('makes the runs that the command makes', async () => {
    const settings = { seed: 5, runs: 1000, length: 150 };
    const wide = system('driver kvm\nscope pages=2');
    const { explored } = explore('driver kvm', { ...settings, scope: 'pages=2' });
    const expected = await run(wide, propertiesFor(wide), settingsOf(settings));
    expect({ ...explored, seconds: 0 }).toEqual({ ...expected, seconds: 0 });
  });

  it('shrinks what it finds', () => {
    const properties = ['no-missed-device-reference'];
    const { findings } = explore(system({}), { properties, seed: 1, runs: 10 });
    expect(findings).toMatchObject([{ verdict: 'violated', failure: { from: 0 } }]);
    expect(findings[0].failure!.run).toHaveLength(4);
  });

  it('stops at its time limit, and complains about bad numbers', () => {
    const none = explore(system({}), { timeLimit: 0 }).explored;
    expect([none.stopped, none.counts.runs]).toEqual(['time-limit', 0]);
    const numbers = [{ runs: -1 }, { seed: 0.5 }, { length: 0 }, { timeLimit: '1s' }];
    const biases = [{ samepage: 1 }, { samePage: 7 }, { samePage: NaN }, 5];
    for (const bad of [...numbers, ...biases.map((bias) => ({ bias })), { run: 5 }, null]) {
      expect(outcome(() => explore(system({}), bad as never))).toBeInstanceOf(Complaint);
    }
  });
});
