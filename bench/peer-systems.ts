/**
 * The systems that are compared with the peer: from tables of facts, from presets, and random ones.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { DRIVERS } from '../model/systems/drivers.ts';
import { HARDWARE } from '../model/systems/hardware.ts';
import { KERNELS } from '../model/systems/kernels.ts';
import { KINDS_OF_AGENTS } from '../model/many.ts';
import { sized } from '../checker/search/reach.ts';
import { MANY } from '../model/field.ts';
import { misfitOf } from '../model/misfit.ts';
import type { Preset, System } from '../model/system.ts';
import { CALLBACKS, OPTIONAL_EVENTS, PROGRAMS } from '../model/system.ts';
import { ACTION_WORDS, PROGRAM_WORDS, RETURN_WORDS } from '../model/text.ts';
import { driver, hardware, kernel, scope } from '../model/text.ts';
import { anySystem, anyScope, anyCoreSystem, fitted } from '../properties/generators/any-system.ts';
import type { Texts } from './peer.ts';

/** Makes a system of four texts. Throws if it does not know a word. */
export function systemOf([k, d, h, s]: Texts): System {
  return {
    kernel: kernel(k),
    driver: driver(d),
    hardware: hardware(h),
    scope: scope(s),
    names: {},
  };
}

/** The lines of a table after its header, cut into cells. Undefined if there is no such file. */
function tableOf(file: string): string[][] | undefined {
  const path = fileURLToPath(new URL(`../../shared/spec/${file}`, import.meta.url));
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => line.split('\t'));
}

/** The texts of a row. A `-` stands for a part with its defaults. */
const textsIn = (cells: readonly string[]): Texts =>
  cells.map((cell) => (cell === '-' ? '' : cell)) as unknown as Texts;

/** A system of a table, and the table's claims about it. */
export interface Told {
  readonly name: string;
  readonly texts: Texts;
  /** The violated properties with their lengths. No other property is violated. */
  readonly violated?: readonly string[];
  /** One property and its length. The length is undefined if the property must hold. */
  readonly property?: { readonly name: string; readonly length: number | undefined };
  /** The number of states when the ghost `missed` is not tracked. */
  readonly states?: number;
}
export interface Table {
  readonly told: readonly Told[];
}

/** Reads results.tsv: section, the four texts, states, violated properties. */
export function results(): Table | undefined {
  const rows = tableOf('results.tsv');
  if (rows === undefined) return undefined;
  return {
    told: rows.map(([section, k, d, h, s, states, violated], i) => ({
      name: `results.tsv, ${section}, ${i + 1}`,
      texts: textsIn([k, d, h, s]),
      violated:
        violated === '-' ? [] : violated.split(' ').map((v) => v.replace('=', ' violated ')),
      ...(states === '-' ? {} : { states: Number(states) }),
    })),
  };
}

/**
 * Reads bugs.tsv: bug, property, length, the four texts with the bug, and the four with its fix.
 */
export function bugs(): Table | undefined {
  const [, ...rows] = tableOf('bugs.tsv') ?? [];
  if (rows.length === 0) return undefined;
  const told = rows.flatMap(([bug, name, length, ...texts]): Told[] => [
    {
      name: `bug ${bug}`,
      texts: textsIn(texts.slice(0, 4)),
      property: { name, length: Number(length) },
    },
    {
      name: `bug ${bug}, fixed`,
      texts: textsIn(texts.slice(4, 8)),
      property: { name, length: undefined },
    },
  ]);
  return { told };
}

/** Random systems. Most are so small that a search is complete. */
export const randomSystem: fc.Arbitrary<System> = fc.oneof(
  { weight: 3, arbitrary: anyCoreSystem({ pages: 1, cpus: 1, devices: 1 }) },
  { weight: 1, arbitrary: anyCoreSystem({ pages: 2, cpus: 1, devices: 1 }) },
  { weight: 1, arbitrary: anyCoreSystem({ pages: 2, cpus: 2, devices: 2 }) },
);

/** Random systems with everything that extends the core. */
export const extendedSystem: fc.Arbitrary<System> = fc.oneof(
  { weight: 4, arbitrary: anySystem({ pages: 1, cpus: 1, devices: 1 }) },
  { weight: 2, arbitrary: anySystem({ pages: 2, cpus: 1, devices: 1 }) },
  { weight: 1, arbitrary: anySystem({ pages: 4, cpus: 1, devices: 2 }) },
);

const valueOf = <T>(presets: readonly Preset<T>[]): fc.Arbitrary<T> =>
  fc.constantFrom(...presets.map(({ value }) => value));

/** Systems with any number of some kinds of agents. */
export const manySystem: fc.Arbitrary<System> = fc
  .record({
    system: anySystem({ pages: 1, cpus: 1, devices: 1 }),
    events: fc.subarray([...OPTIONAL_EVENTS], { maxLength: 5 }),
    kinds: fc.subarray([...KINDS_OF_AGENTS], { minLength: 1 }),
  })
  .map(({ system, events, kinds }) =>
    sized(
      { ...system, scope: { ...system.scope, events } },
      Object.fromEntries(kinds.map((kind) => [kind, MANY])),
    ),
  )
  .filter((system) => misfitOf(system) === undefined);

/** Combinations of presets, whether or not they were machines. */
export const presetSystem: fc.Arbitrary<System> = fc
  .record({
    kernel: valueOf(KERNELS),
    driver: valueOf(DRIVERS),
    hardware: valueOf(HARDWARE),
    scope: anyScope({ pages: 1, cpus: 1, devices: 1 }),
    names: fc.constant({}),
  })
  .map(fitted);

/** Gives nothing in most cases, and sometimes a text that does not belong there. */
const seldom = (...texts: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 7, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom(...texts) },
  );

/** A member of a list, well formed or not. */
const anyItem = (words: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...words),
      fc.oneof(seldom('@', '@far', '?young@mm'), fc.constantFrom('', '@page', '@next', '@mm')),
      fc.oneof(seldom('?', '?old', '?young?young'), fc.constantFrom('', '?young', '?harvested')),
    )
    .map((texts) => texts.join(''));

const anyList = (words: readonly string[]): fc.Arbitrary<string[]> =>
  fc.array(
    fc.oneof(
      { weight: 11, arbitrary: anyItem(words) },
      { weight: 1, arbitrary: fc.constantFrom('pte', 'zap', 'return-one', 'none', '') },
    ),
    { maxLength: 3 },
  );

/** The text of a list, and the field that has it. */
export interface AnyText {
  readonly field: string;
  readonly text: string;
}
export const anyText: fc.Arbitrary<AnyText> = fc.oneof(
  fc.record({
    field: fc.constantFrom(...PROGRAMS),
    text: fc
      .tuple(seldom('upgrade'), anyList(PROGRAM_WORDS.filter((word) => word !== 'pte')))
      .map(([bare, items]) => (bare === '' ? ['pte', ...items] : items).join(',')),
  }),
  fc.record({
    field: fc.constantFrom(...CALLBACKS),
    text: fc
      .tuple(anyList(ACTION_WORDS), seldom(...RETURN_WORDS))
      .map(([items, last]) => [...items, ...(last === '' ? [] : [last])].join(',')),
  }),
);
