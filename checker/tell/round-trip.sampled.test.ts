import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../model/events.ts';
import { ACTORS, eventsOf, lackOf, operationsOf, verbsOf } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import { anySystem } from '../../properties/generators/any-system.ts';
import { anyTrace, runOf } from '../../suites/any-trace.ts';
import { samples } from '../../suites/samples.ts';
import { columns } from './columns.ts';
import { becauseOf } from './because.ts';
import { annotate, explain } from './explain.ts';
import type { Moment } from './moment.ts';
import { momentsOf } from './moment.ts';
import { parseTrace } from '../trace/parse.ts';
import { printTrace } from '../trace/print.ts';
import { replay, traceOf } from '../trace/replay.ts';
import { states } from './states.ts';
import type { Trace } from '../trace/trace.ts';
import { whyNot } from '../trace/why-not.ts';

const MOST = { pages: 2, cpus: 2, devices: 2 };
const anyChoices = fc.array(fc.nat(), { minLength: 1, maxLength: 30 });

/**
 * The trace without its places in a file, and without names of presets, which only serve printing.
 */
function essence(trace: Trace) {
  const { source: _, system, ...told } = trace;
  const { names: __, ...parts } = system;
  return { ...told, ...parts };
}

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
      { numRuns: samples(20) },
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
      { numRuns: samples(10) },
    );
  });
});

/** Checks that a sentence agrees with what the model did. */
function agrees(m: Moment, sentence: string): void {
  const { look } = m.shown;
  const finds = !sentence.includes('does not have the young bit');
  if (look !== undefined) expect(finds, sentence).toBe(look.referenced);
  if (/stays old|PTE is old/.test(sentence)) expect(m.is.pte.young, sentence).toBe(0);
  if (/sets( the PTE)? young|young already/.test(sentence)) {
    expect(m.is.pte.young, sentence).toBe(1);
  }
  const blames = sentence.includes('wrong') || sentence.includes('spurious');
  expect(blames, sentence).toBe(m.violated.length > 0);
}

/** A text without its setup, where a driver's list of actions may be too long for a line. */
const steps = (text: string): string => text.slice(Math.max(0, text.indexOf('\n(1)')));

describe('the views', () => {
  it('tell of every run what happened, in 72 columns of ASCII', () => {
    fc.assert(
      fc.property(anySystem(MOST), anyChoices, (system, choices) => {
        const run = runOf(new Model(system), choices);
        const done = replay(traceOf(system, run, { name: 'x' }));
        for (const m of momentsOf(done)) agrees(m, becauseOf(m).sentence);
        for (const view of [columns(done), states(done, { ghosts: true }), explain(done)]) {
          expect(view).toMatch(/^[\n -~]+$/);
          expect(view).not.toMatch(/undefined|NaN|\bnull\b| \n/);
          expect(longestLine(steps(view))).toBeLessThanOrEqual(72);
        }
        const noted = annotate(done);
        const text = printTrace(noted);
        expect(longestLine(steps(text))).toBeLessThanOrEqual(72);
        expect(essence(parseTrace(text, 'x'))).toEqual(essence(noted));
      }),
      { numRuns: samples(20) },
    );
  });

  it('note no cache where the line of the event has no room for it', () => {
    const ten = Array.from({ length: 9 }, (_, i) => `(${i + 1}) dev0: read A`).join('\n');
    const text = `{
  kernel unmap=pte
  driver none
  hardware no-ats
  scope pages=2 block=2
}
${ten}
(10) kswapd: folio_referenced A-B == 1
ends
`;
    const printed = printTrace(annotate(replay(parseTrace(text, 'x'))));
    expect(printed).toMatch(/^\(10\) kswapd: folio_referenced A-B == 1 +\/\/ clears young$/m);
    expect(longestLine(steps(printed))).toBeLessThanOrEqual(72);
  });
});

describe('why', () => {
  it('has a reason for every event that cannot happen', () => {
    fc.assert(
      fc.property(anySystem(MOST), anyChoices, (system, choices) => {
        const model = new Model(system);
        let state = model.initial;
        for (const event of runOf(model, choices)) state = model.step(state, event)!.state;
        const enabled = new Set(model.enabled(state));
        for (const event of model.events) {
          if (enabled.has(event)) continue;
          expect(whyNot(model, state, event), `${event.actor} ${event.verb}`).toMatch(/^[ -~]+$/);
        }
      }),
      { numRuns: samples(20) },
    );
  });

  it('knows which events a system has', () => {
    fc.assert(
      fc.property(anySystem(MOST), (system) => {
        const events = eventsOf(system, operationsOf(system));
        const has = (actor: Actor, verb: string) =>
          events.some((event) => event.actor === actor && event.verb === verb);
        const actors = ACTORS.filter((actor) => actor !== 'cpu' || system.scope.cpus > 0);
        for (const actor of actors) {
          for (const verb of verbsOf(actor)) {
            const lack = lackOf(system, actor, verb);
            expect(lack === undefined, `${actor} ${verb} ${lack?.reason}`).toBe(has(actor, verb));
          }
        }
      }),
      { numRuns: samples(20) },
    );
  });
});
