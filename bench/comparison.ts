/** Compares the search with the peer, several systems at a time, and both with tables of facts. */
import fc from 'fast-check';
import { manyOf } from '../model/many.ts';
import { Search } from '../checker/search/search.ts';
import { ListFault } from '../model/program.ts';
import type { System } from '../model/system.ts';
import { FIELDS, fieldsOf } from '../model/system.ts';
import { parseValue } from '../model/text.ts';
import { PROPERTIES } from '../properties/index.ts';
import { inParallel } from './in-parallel.ts';
import type { Said, Texts } from './peer.ts';
import { Peer, ours, textsOf } from './peer.ts';
import { differencesOfMany, peerVerdicts, verdictsOfMany } from './peer-many.ts';
import type { AnyText, Table, Told } from './peer-systems.ts';
import { systemOf } from './peer-systems.ts';

/**
 * The most states of a random system. Both implementations take larger ones, but a run of many
 * would not end.
 */
export const MAX_STATES = 30_000;
/** The most states of a table's system, which is explored completely. */
const ALL_STATES = 2_000_000;
/** How many systems are drawn at once. */
const BATCH = 100;

export const quote = (words: readonly string[]): string =>
  words.map((word) => `'${word}'`).join(' ');

const only = (these: Said, those: Said): string => {
  if (typeof these === 'string') return these;
  const other = typeof those === 'string' ? new Set() : those;
  return [...these].filter((line) => !other.has(line)).join(', ') || 'nothing else';
};

const agree = (a: Said, b: Said): boolean =>
  typeof a === 'string' || typeof b === 'string'
    ? a === b
    : a.size === b.size && [...a].every((line) => b.has(line));

/**
 * What the two say differently, with the words that repeat the question to the peer. Undefined if
 * they agree.
 */
const difference = (texts: Texts, our: Said, peers: Said): string | undefined =>
  agree(our, peers)
    ? undefined
    : `ours ${only(our, peers)}; the peer ${only(peers, our)}: ${quote(texts)}`;

/** Whether a system has more states than are searched. */
function isLarge(said: Said): boolean {
  if (typeof said === 'string') return said === 'too large';
  const counted = [...said].find((line) => line.startsWith('states'));
  return Number(counted?.split(' ')[1]) >= MAX_STATES;
}

/** The number of states, with every ghost tracked except `missed`. */
function statesOf(system: System): number {
  const search = new Search(
    system,
    PROPERTIES.filter(({ ghosts }) => !ghosts.includes('missed')),
  );
  search.run();
  return search.size;
}

/** Where the search contradicts a table. */
function contradictions({ violated, property, states, texts }: Told, said: Said): string[] {
  const lines = typeof said === 'string' ? [] : [...said].filter((line) => /violated/.test(line));
  const wrong: string[] = [];
  const expect = (our: string, table: string) => {
    if (our !== table) wrong.push(`ours ${our}; the table ${table}`);
  };
  if (violated !== undefined) {
    const sorted = (all: readonly string[]) => all.toSorted().join(', ') || 'nothing violated';
    expect(sorted(lines), sorted(violated));
  }
  if (property !== undefined) {
    const { name, length } = property;
    const found = lines.find((line) => line.startsWith(`${name} `));
    expect(
      found ?? `${name} holds`,
      `${name} ${length === undefined ? 'holds' : `violated ${length}`}`,
    );
  }
  if (states !== undefined) expect(`${statesOf(systemOf(texts))} states`, `${states} states`);
  return wrong;
}

export function* drawnFrom(systems: fc.Arbitrary<System>, seed: number): Generator<System, never> {
  for (let batch = 0; ; batch++) yield* fc.sample(systems, { seed: seed + batch, numRuns: BATCH });
}

export class Comparison {
  passed = 0;
  failed = 0;
  skipped = 0;
  private readonly peer = new Peer();

  private count(name: string, wrong: readonly (string | undefined)[]): void {
    const said = wrong.filter((each) => each !== undefined);
    for (const each of said) console.log(`${name}: ${each}`);
    if (said.length > 0) this.failed++;
    else this.passed++;
  }

  /** Compares a table with the search and with the peer. */
  async table(name: string, table: Table | undefined): Promise<void> {
    if (table === undefined) {
      this.skipped++;
      console.log(`${name}: not here, skipped`);
      return;
    }
    const rest = [...table.told];
    await inParallel(() => {
      const told = rest.shift();
      return told && (() => this.told(told));
    });
    console.log(`${name}: ${table.told.length} systems`);
  }

  private async told(told: Told): Promise<void> {
    const { name, texts } = told;
    if (manyOf(systemOf(texts)).length > 0) return this.toldOfMany(told);
    const peers = this.peer.says(texts, ALL_STATES);
    const our = ours(systemOf(texts), ALL_STATES);
    this.count(name, [...contradictions(told, our), difference(texts, our, await peers)]);
  }

  private async toldOfMany(told: Told): Promise<void> {
    const system = systemOf(told.texts);
    const peers = this.peer.prints(told.texts, ALL_STATES);
    const verdicts = verdictsOfMany(system, ALL_STATES) ?? [];
    const lines = verdicts.flatMap(({ property, run }) =>
      run === undefined ? [] : [`${property.name} violated ${run.length}`],
    );
    const wrong = contradictions(told, new Set(lines));
    wrong.push(...differencesOfMany(system, verdicts, peerVerdicts(await peers)));
    this.count(told.name, wrong);
  }

  /** Compares the verdicts of `check`. Returns false if the system is too large. */
  private async isChecked(name: string, system: System): Promise<boolean> {
    const texts = textsOf(system);
    const peers = this.peer.prints(texts, MAX_STATES);
    const verdicts = verdictsOfMany(system, 4 * MAX_STATES);
    const said = await peers;
    if (verdicts === undefined || said === 'too large') return false;
    const wrong = differencesOfMany(system, verdicts, peerVerdicts(said));
    this.count(name, wrong.length > 0 ? [`${wrong.join(', ')}: ${quote(texts)}`] : []);
    return true;
  }

  /**
   * Draws systems until `runs` of them were small enough to be compared. With `isReduced` it is
   * `check` that is compared, with all reductions, and else the full search.
   */
  async drawn(
    name: string,
    systems: fc.Arbitrary<System>,
    seed: number,
    runs: number,
    isReduced = false,
  ): Promise<void> {
    const drawn = drawnFrom(systems, seed);
    let left = runs;
    let large = 0;
    await inParallel(() => {
      if (left === 0) return undefined;
      left--;
      return async () => {
        while (!(await this.isCompared(name, drawn.next().value, isReduced))) large++;
      };
    });
    console.log(`${name}: ${runs} systems; ${large} more have over ${MAX_STATES} states`);
  }

  /** Compares one system. Returns false if both say that it is too large. */
  private async isCompared(name: string, system: System, isReduced: boolean): Promise<boolean> {
    if (isReduced || manyOf(system).length > 0) return this.isChecked(name, system);
    const texts = textsOf(system);
    const peers = this.peer.says(texts, 2 * MAX_STATES);
    const our = ours(system, MAX_STATES);
    const said = await peers;
    if (our === 'too large' && isLarge(said)) return false;
    this.count(name, [difference(texts, our, said)]);
    return true;
  }

  /** Compares whether both accept a text as a list. */
  async texts(name: string, texts: fc.Arbitrary<AnyText>, seed: number, runs: number) {
    const rest = fc.sample(texts, { seed, numRuns: runs });
    let refused = 0;
    await inParallel(() => {
      const drawn = rest.pop();
      return (
        drawn &&
        (async () => {
          if (await this.isRefused(name, drawn)) refused++;
        })
      );
    });
    console.log(`${name}: ${runs} texts, of which ${refused} are refused`);
  }

  private async isRefused(name: string, { field, text }: AnyText): Promise<boolean> {
    const pair = `${field}=${text}`;
    const part = Object.hasOwn(FIELDS.kernel, field) ? 'kernel' : 'driver';
    const our = parseValue(field, fieldsOf(part)[field], text) instanceof ListFault;
    const texts: Texts = part === 'kernel' ? [pair, '', '', ''] : ['', pair, '', ''];
    const peers = (await this.peer.says(texts, ALL_STATES)) === 'refused';
    const says = (is: boolean) => (is ? 'no list' : 'a list');
    const wrong = `${pair}: ours ${says(our)}; the peer ${says(peers)}`;
    this.count(name, our === peers ? [] : [wrong]);
    return our;
  }

  end(): void {
    this.peer.remove();
  }
}
