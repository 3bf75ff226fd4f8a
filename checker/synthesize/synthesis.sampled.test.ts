/** A synthesis says of every system what searches of this system alone say. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scope } from '../../model/system.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { samples } from '../../suites/samples.ts';
import { Checking } from '../search/checking.ts';
import { parseTrace } from '../trace/parse.ts';
import { replay } from '../trace/replay.ts';
import { parsePart, parseSystem } from '../trace/setup.ts';
import { alone } from './crew.ts';
import { inScope } from './ladder.ts';
import { isSound } from './minimal.ts';
import type { Choice } from './space.ts';
import { systemOfChoice } from './space.ts';
import { synthesisJson } from './synthesis-json.ts';
import { synthesisText, synthesisTraces } from './synthesis-text.ts';
import type { Vary } from './synthesis.ts';
import { synthesize } from './synthesis.ts';

const required = PROPERTIES.filter(({ name }) =>
  /^no-(missed-device|stale|write-after|repeated)/.test(name),
);

const scopesOf = (texts: readonly string[]): Scope[] =>
  texts.map((text) => parsePart('scope', text).value);

/** Scopes in which every callback counts, and whose searches are short. */
const FEW = scopesOf([
  'observers=reclaim,idle',
  'events=unmap,protect,write observers=none granularity=fine',
  'observers=reclaim,idle granularity=fine',
]);
/** Every number of pages, CPUs and devices as well. */
const MANY = scopesOf([
  'pages=many cpus=many devices=many observers=reclaim,idle events=unmap,protect,write',
]);

const asked = (kernel: string, driver: string, vary: Vary) => ({
  system: parseSystem({ kernel, driver, scope: 'observers=reclaim,idle granularity=fine' }),
  vary,
  required,
  over: samples(1) > 1 ? [...FEW, ...MANY] : FEW,
});

const ALL = [
  ['v6.6-arm64', 'sva-flush-young', 'kernel'],
  ['v4.20-x86', 'amd-iommu-v2', 'driver'],
] as const;
/** `npm test` asks the shorter question alone. */
const QUESTIONS = samples(1) > 1 ? ALL : ALL.slice(0, 1);

describe.each(QUESTIONS)(
  'a synthesis on %s beside %s, varying the %s',
  async (kernel, driver, vary) => {
    const question = asked(kernel, driver, vary);
    const found = await synthesize(question, { crew: alone() });
    const json = synthesisJson(found);

    it.each(found.found.map((each) => [each.classes.space.axes[0].field, each] as const))(
      'agrees with single searches: %s',
      (_, { classes, decided }) => {
        const { space } = classes;
        const anyChoice: fc.Arbitrary<Choice> = fc.tuple(
          ...space.axes.map(({ lists }) => fc.constantFrom(...lists)),
        );
        const property = fc.property(anyChoice, (choice) => {
          const system = systemOfChoice(space, choice);
          const isRight = question.over.every((scope) => {
            const there = inScope(system, scope);
            const properties = required.filter((each) => each.applies(there));
            const checking = new Checking(there, properties, {}, new Set());
            checking.run();
            return checking.result().verdicts.every(({ verdict }) => verdict !== 'violated');
          });
          const kinds = choice.map((list, axis) => classes.kindOf(axis, list)!);
          expect(isSound(decided, classes.codeOf(kinds))).toBe(isRight);
        });
        fc.assert(property, { seed: 20190131, numRuns: samples(6) });
      },
    );

    it('has decided all, and says so', () => {
      expect(json).toMatchObject({ complete: true, decided: json.raw, share: 1 });
      expect(synthesisText(found)).toContain(`all ${json.raw.toLocaleString('en')} systems`);
      for (const { numbers } of json.spaces) {
        expect(numbers.pruned! + numbers.left).toBe(numbers.merged);
      }
    });

    it('shows by a trace that replays what each weaker list breaks', () => {
      const traces = synthesisTraces(found);
      const broken = json.spaces.flatMap(({ minimal = [] }) => minimal);
      if (vary === 'driver') expect(broken.length).toBeGreaterThan(0);
      for (const { weaker } of broken) {
        for (const { trace, violates, events } of weaker) {
          const parsed = parseTrace(trace, 'trace');
          replay(parsed);
          expect(parsed.verdict).toMatchObject({ name: violates });
          expect(parsed.steps).toHaveLength(events);
          expect(traces.join('\n')).toContain(trace.trimEnd());
        }
      }
    });

    it('has a front that nothing beats, and where each preset stands', () => {
      for (const { front = [], presets = [] } of json.spaces) {
        expect(front.length).toBeGreaterThan(0);
        for (const { onFront, beatenBy } of presets) expect(beatenBy === undefined).toBe(onFront);
        const policies = front.map(({ policy }) => policy);
        for (const { beatenBy } of presets) {
          if (beatenBy !== undefined) expect(policies).toContain(beatenBy);
        }
      }
    });
  },
);
