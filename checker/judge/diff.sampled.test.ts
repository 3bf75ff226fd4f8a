/** A comparison of random systems that uses neither sets nor graphs finds what diff finds. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../model/events.ts';
import { eventText } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { Packed } from '../../model/model.ts';
import type { System } from '../../model/system.ts';
import { anyDriver, anyHardware, anyKernel } from '../../properties/generators/any-system.ts';
import { samples } from '../../suites/samples.ts';
import { whole } from '../search/progress.ts';
import { parseSystem } from '../trace/setup.ts';
import type { SideName } from './diff.ts';
import { diff } from './diff.ts';

/** What is observed of one event, computed a second way: in words, from the public model. */
function word(event: Event, wants: number, { shown }: Shows): string | undefined {
  const { actor, verb } = event;
  const begins = ['age', 'unmap', 'write-protect', 'mark', 'check'].includes(verb);
  const ends = ['report', 'free', 'end'].includes(verb);
  const kernel = actor === 'kswapd' || actor === 'page_idle';
  if (kernel && !begins && !ends) return undefined;
  const hidden = /^(request|translate|lookup|install|retry|handle|post-write)/.test(verb);
  if (hidden) return undefined;
  const access = verb === 'complete' ? (wants ? 'write' : 'read') : verb.replace('land-', '');
  const harm = shown.staleAccess ? '!' : shown.revokedWrite ? '?' : shown.stuck ? '~' : '';
  const answer = verb === 'report' ? ` ${shown.answer}` : '';
  return `${actor}${event.unit} ${access} ${event.page}${answer}${harm}`;
}
type Shows = NonNullable<ReturnType<Model['step']>>;

/** All runs of up to `most` observations, each as one text. */
function runs(system: System, most: number, evictions: readonly string[]): Set<string> {
  const model = new Model(system);
  const found = new Set<string>();
  const seen = new Set<string>();
  const go = (state: Packed, run: string, left: number): void => {
    const key = `${run}|${state.join()}`;
    if (seen.has(key)) return;
    seen.add(key);
    found.add(run);
    const wants = model.view(state).pages.map(({ link }) => link.map(({ isWrite }) => isWrite));
    const next: [string, Packed][] = [];
    const evicted = new Set<string>();
    for (const event of model.events) {
      const step = model.step(state, event);
      if (step === undefined) continue;
      const isWrite = event.actor === 'dev' ? wants[event.page][event.unit] : 0;
      const text = word(event, isWrite, step);
      if (event.verb === 'evict') evicted.add(eventText(event));
      if (text === undefined) go(step.state, run, left);
      else next.push([event.verb === 'evict' ? eventText(event) : text, step.state]);
    }
    for (const text of evictions) if (!evicted.has(text)) next.push([text, state]);
    if (left > 0) for (const [text, after] of next) go(after, `${run}; ${text}`, left - 1);
  };
  go(model.initial, '', most);
  return found;
}

/**
 * The length of the shortest run that only one of the systems can follow. Undefined if none has up
 * to `most` observations.
 */
function shortest(left: System, right: System, most: number): number | undefined {
  const evicts = (system: System) =>
    new Model(system).events.filter(({ verb }) => verb === 'evict').map(eventText);
  const evictions = [...new Set([...evicts(left), ...evicts(right)])];
  const [ours, theirs] = [runs(left, most, evictions), runs(right, most, evictions)];
  const only = [...ours].filter((run) => !theirs.has(run));
  only.push(...[...theirs].filter((run) => !ours.has(run)));
  const lengths = only.map((run) => run.split('; ').length - 1);
  return lengths.length === 0 ? undefined : Math.min(...lengths);
}

const anyTinyScope = fc.constantFrom(
  'granularity=fine',
  'granularity=fine events=unmap',
  'granularity=fine events=evict',
  'granularity=fine events=write,protect',
  'granularity=fine observers=idle events=clear-refs',
);
const anyParts = fc.record({ kernel: anyKernel, driver: anyDriver, hardware: anyHardware });
const MOST = 4;

describe('diff in steps, of any two systems', () => {
  it('finds a run where the enumeration of all runs does, of the same length', () => {
    let apart = 0;
    let alike = 0;
    const pair = fc.tuple(anyParts, anyParts, anyTinyScope, fc.constantFrom(0, 1, 2));
    fc.assert(
      fc.property(pair, ([one, other, text, kept]) => {
        const { scope } = parseSystem({ scope: text });
        const left = { ...one, scope, names: {} };
        // Two systems drawn independently differ at once. So some share all but the driver.
        const right = {
          ...(kept > 0 ? { ...one, driver: other.driver } : other),
          scope,
          names: {},
        };
        const { difference } = whole(diff(left, right));
        const length = difference?.steps.length;
        const expected = shortest(left, right, MOST);
        expect(length !== undefined && length <= MOST ? length : undefined).toBe(expected);
        if (expected === undefined) alike++;
        else apart++;
      }),
      { numRuns: samples(12), seed: 20190131 },
    );
    expect(Math.min(apart, alike)).toBeGreaterThanOrEqual(samples(1));
  });

  it('shows columns that each system can go through', () => {
    const pair = fc.tuple(anyParts, anyDriver, anyTinyScope);
    fc.assert(
      fc.property(pair, ([one, driver, text]) => {
        const { scope } = parseSystem({ scope: text });
        const systems = { left: { ...one, scope, names: {} } } as Record<SideName, System>;
        systems.right = { ...systems.left, driver };
        const { difference } = whole(diff(systems.left, systems.right));
        for (const side of ['left', 'right'] as const) {
          const model = new Model(systems[side]);
          let state = model.initial;
          for (const step of difference?.steps ?? []) {
            const stretch = step[side];
            const seen = stretch?.seen === undefined ? [] : [stretch.seen];
            for (const { event, answer } of [...(stretch?.own ?? []), ...seen]) {
              const after = model.step(state, model.events[event.index]);
              expect(after?.shown.answer).toBe(answer);
              ({ state } = after!);
            }
          }
        }
      }),
      { numRuns: samples(20), seed: 1 },
    );
  });
});
