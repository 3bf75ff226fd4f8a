/**
 * Work between two looks at the signal. No command does more of it than the code declares, so that
 * each hears Ctrl-C, SIGTERM and its limits soon on any machine. There is no clock in these tests:
 * they count calls of what all of the work is made of.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PIECE as LINES } from '../checker/conform/hypothesis.ts';
import { Explainer } from '../checker/conform/explainer.ts';
import { CHUNK_EVENTS } from '../checker/explore/settings.ts';
import { Trial } from '../checker/explore/trial.ts';
import { PAIRS } from '../checker/judge/diff.ts';
import { ObservedGraph } from '../checker/judge/observed-graph.ts';
import { Numbers } from '../checker/search/numbers.ts';
import { STATES, STEPS } from '../checker/search/progress.ts';
import { Successors } from '../checker/search/successors.ts';
import { Lines } from '../checker/trace/lines.ts';
import { PIECE as TRACE_LINES } from '../checker/trace/read-steps.ts';
import { Model } from '../model/model.ts';
import { STATUS } from './command.ts';
import { youngcheck } from './in-process.ts';
import { Interrupt, setInterrupt } from './interrupt.ts';

/** Where one piece ends and another begins, a look may come after a part of each. */
const TWO = 2;
/** How many events are tried, at the most, for one that happens. */
const TRIES = 4;
/** How often a graph is asked about one edge, and a text about one line. */
const QUESTIONS = 16;

/** What is counted: the method that each unit of work calls, and how many units one piece has. */
const UNITS = {
  'states that are expanded': [Successors, 'expand', TWO * STATES],
  'events that are tried': [Model, 'fire', TRIES * CHUNK_EVENTS],
  'questions about edges': [Numbers, 'at', QUESTIONS * TWO * STEPS],
  'states of a side of diff': [ObservedGraph, 'waysFrom', QUESTIONS * PAIRS],
  'shrunk runs': [Trial, 'violating', QUESTIONS * TWO],
  'lines of traces': [Lines, 'line', QUESTIONS * TWO * TRACE_LINES],
  'lines of a log': [Explainer, 'advance', QUESTIONS * LINES],
} as const;
type Unit = keyof typeof UNITS;
const NAMES = Object.keys(UNITS) as Unit[];

/** Counts each unit between two looks. It is interrupted at one of them, if that is given. */
class Counting extends Interrupt {
  /** For each unit: since the last look, the most between two looks, and in all. */
  readonly since = new Float64Array(NAMES.length);
  readonly most = new Float64Array(NAMES.length);
  readonly all = new Float64Array(NAMES.length);
  private readonly last: number;
  looks = 0;

  constructor(last = Infinity) {
    super();
    this.last = last;
  }

  /** Sums up what was counted since the last look. */
  sumUp(): void {
    for (const [unit, count] of this.since.entries()) {
      this.most[unit] = Math.max(count, this.most[unit]);
      this.all[unit] += count;
    }
    this.since.fill(0);
  }

  override async look(): Promise<boolean> {
    this.sumUp();
    if (++this.looks >= this.last) this.raise();
    return super.look();
  }
}

let counting = new Counting();

function begin(last?: number): void {
  counting = new Counting(last);
  setInterrupt(counting);
}

type Methods = Record<string, (...args: unknown[]) => unknown>;
const restores: (() => void)[] = [];

/**
 * Counts the calls of a method. A hook in the code would cost the search time, and a spy of vitest
 * would keep the arguments of millions of calls.
 */
function watch(name: Unit, unit: number): void {
  const [{ prototype }, method] = UNITS[name];
  const methods = prototype as unknown as Methods;
  const original = methods[method]!;
  methods[method] = function counted(this: unknown, ...args) {
    counting.since[unit]++;
    return original.apply(this, args);
  };
  restores.push(() => (methods[method] = original));
}

const folder = mkdtempSync(join(tmpdir(), 'youngcheck-looks-'));
const inFolder = (name: string): string => join(folder, name);
/** One trace of so many events. A person would not write it, but a program may. */
const LONG = 20_000;

beforeAll(() => {
  const events = Array.from({ length: LONG }, (_, i) => `(${i + 1}) dev0: read A\n`);
  writeFileSync(inFolder('long.trace'), `Trace long\n{\n}\n${events.join('')}ends\n`);
  const traces = Array.from(
    { length: 200 },
    (_, i) => `Trace t${i}\n{\n}\n(1) dev0: read A\nends\n`,
  );
  writeFileSync(inFolder('many.trace'), traces.join('\n'));
  NAMES.forEach(watch);
});

afterAll(() => {
  for (const restore of restores) restore();
  setInterrupt(new Interrupt());
  rmSync(folder, { recursive: true });
});

const RACES = ['--driver', 'amd-iommu-v2', '--scope', 'races'];
const G = 'suites/conformance/6.12-G-mglru.log';

/**
 * Commands that can run for more than a second on one thread. In `verdicts`, `promote` and whatever
 * has --jobs, other threads search, and the first waits for them or for a signal.
 */
const COMMANDS: readonly (readonly string[])[] = [
  ['check', ...RACES, '--no-reduction', '--jobs', '1', '--profile', '--max-states', '60k'],
  ['check', '--driver', 'kvm', '--scope', 'pages=many cpus=many devices=many', '--jobs', '1'],
  ['guard', 'amd-iommu-v2', '--against', 'amd-iommu-v2-patched'],
  ['diff', 'amd-iommu-v2', 'amd-iommu-v2-patched', '--scope', 'races'],
  ['ablate', '--driver', 'amd-iommu-v2', '--scope', 'mail'],
  ['saturate', 'kvm', '--max-states', '50k'],
  ['explore', ...RACES, '--runs', '1000', '--jobs', '1', '--seed', '1'],
  ['mail'],
  ['conform', G],
  ['conform', '--infer', G],
  ['conform', '--run', '0x10000000', G],
  ['replay', inFolder('many.trace')],
  ['replay', '--states', '--columns', '--explain', '--canonical', inFolder('long.trace')],
  ['report', '--out', inFolder('report.html')],
];

/** What was counted over all commands. */
const all = new Float64Array(NAMES.length);

describe('between two looks at the signal', () => {
  it.each(COMMANDS)('%s does a fixed amount of work at the most', async (...args) => {
    begin();
    const { status, stderr } = await youngcheck(...args);
    counting.sumUp();
    expect(stderr).not.toContain('error: ');
    expect([STATUS.holds, STATUS.violated, STATUS.unfinished]).toContain(status);
    const over = NAMES.filter((name, unit) => counting.most[unit] > UNITS[name][2]);
    expect(over.map((name) => `${name}: ${counting.most[NAMES.indexOf(name)]}`)).toEqual([]);
    for (const [unit, count] of counting.all.entries()) all[unit] += count;
  });

  it.each(NAMES)('more is done in all, so that looks are needed: %s', (name) => {
    expect(all[NAMES.indexOf(name)]).toBeGreaterThan(UNITS[name][2]);
  });
});

describe('a signal', () => {
  it.each(COMMANDS)('ends %s, as any later one does', async (...args) => {
    begin(2);
    const { status, stderr } = await youngcheck(...args);
    expect(stderr).not.toContain('error: ');
    // What was found before it, such as a violation, still counts.
    expect([STATUS.unfinished, STATUS.violated]).toContain(status);
    expect(counting.looks).toBeLessThan(2000);
  });
});
