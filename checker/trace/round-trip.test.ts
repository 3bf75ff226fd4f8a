import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import { anySystem } from '../../properties/any-system.ts';
import { actorsOf, lackOf, verbsOf } from './absent.ts';
import { anyTrace, runOf } from './any-trace.ts';
import { columns } from './columns.ts';
import { annotate, explain } from './explain.ts';
import { parseTrace } from './parse.ts';
import { printTrace } from './print.ts';
import { replay, traceOf } from './replay.ts';
import { snapshot } from './snapshot.ts';
import { states } from './states.ts';
import type { Trace } from './trace.ts';
import { whyNot } from './why.ts';

const MOST = { pages: 2, cpus: 2, devices: 2 };

/** Without places, and without the presets' names, which are for printing alone. */
function essence({ source: _, system, ...trace }: Trace) {
  const { names: __, ...parts } = system;
  return { ...trace, ...parts };
}

/** The longest word of a text, for lines that no wrapping makes shorter. */
const longestLine = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('a printed trace', () => {
  it('is read as what was printed', () => {
    fc.assert(
      fc.property(anyTrace(MOST), (trace) => {
        const text = printTrace(trace);
        const read = parseTrace(text, 'x.trace');
        expect(essence(read)).toEqual(essence(trace));
        expect(printTrace(read)).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it('replays, quoted twice in a mail, too', () => {
    fc.assert(
      fc.property(anyTrace(MOST), (trace) => {
        const named = printTrace({ ...trace, name: 'x' });
        const mail = `Hi,\n\n${named.replaceAll(/^/gm, '>> ')}\nBye,\n-- \nme\n`;
        const { trace: again } = replay(parseTrace(mail, 'mail'));
        expect(printTrace(again)).toBe(named);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the views', () => {
  it('tell of every run in ASCII, in 72 columns but for a long list of a driver', () => {
    fc.assert(
      fc.property(anySystem(MOST), fc.array(fc.nat(), { minLength: 1 }), (system, choices) => {
        const done = replay(traceOf(system, runOf(system, choices), { name: 'x' }));
        const noted = annotate(done);
        for (const view of [columns(done), states(done, { ghosts: true }), explain(done)]) {
          expect(view).toMatch(/^[\n -~]+$/);
          expect(view).not.toMatch(/undefined|NaN|\bnull\b| \n/);
          expect(longestLine(view)).toBeLessThanOrEqual(72);
        }
        const text = printTrace(noted);
        expect(longestLine(text.slice(text.indexOf('(1)')))).toBeLessThanOrEqual(72);
        expect(essence(parseTrace(text, 'x'))).toEqual(essence(noted));
      }),
      { numRuns: 300 },
    );
  });
});

describe('why', () => {
  it('has a reason for every event that cannot happen', () => {
    fc.assert(
      fc.property(anySystem(MOST), fc.array(fc.nat(), { maxLength: 30 }), (system, choices) => {
        const model = new Model(system);
        let state = model.initial;
        for (const event of runOf(system, choices)) state = model.step(state, event)!.state;
        const enabled = new Set(model.enabled(state));
        const view = snapshot(model, state);
        for (const event of model.events) {
          if (enabled.has(event)) continue;
          expect(whyNot(system, view, event), `${event.actor} ${event.verb}`).toMatch(/^[ -~]+$/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('knows which events a system has', () => {
    const actors = ['cpu', 'dev', 'iommu', 'kswapd', 'page_idle', 'user'] as const;
    fc.assert(
      fc.property(anySystem(MOST), (system) => {
        const { events } = new Model(system);
        const has = (actor: Actor, verb: string) =>
          events.some((event) => event.actor === actor && event.verb === verb);
        for (const actor of actors.slice(system.scope.cpus === 0 ? 1 : 0)) {
          for (const verb of verbsOf(actor)) {
            expect(actorsOf(verb)).toContain(actor);
            const lack = lackOf(system, actor, verb);
            expect(lack === undefined, `${actor} ${verb} ${lack?.reason}`).toBe(has(actor, verb));
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
