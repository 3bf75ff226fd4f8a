/** Compares the search with Spin, several systems at a time. */
import type fc from 'fast-check';
import { promelaText } from '../checker/export/file.ts';
import { importTrail } from '../checker/export/import-trail.ts';
import { Search } from '../checker/search/search.ts';
import { verdictText } from '../checker/trace/trace.ts';
import type { System } from '../model/system.ts';
import type { Property } from '../properties/index.ts';
import { observersOf, propertiesFor } from '../properties/index.ts';
import { MAX_STATES, drawnFrom, quote } from './comparison.ts';
import { inParallel } from './in-parallel.ts';
import { textsOf } from './peer.ts';
import type { TableText } from './spin-table.ts';
import { toldOf } from './spin-table.ts';
import { Spin, asSpinCounts } from './spin-run.ts';

/** How many systems pass between two whose trail is imported. */
const TRAIL_EVERY = 6;
/** From this many states on a better compiler costs less than it saves. */
const LARGE = 200_000;

/** What is in one set and not in the other. */
const only = (these: ReadonlySet<string>, those: ReadonlySet<string>): string =>
  [...these].filter((line) => !those.has(line)).join(', ') || 'nothing else';

interface Ours {
  readonly lines: ReadonlySet<string>;
  readonly search: Search;
}

/** What the project's own search finds. Undefined if a system has too many states. */
function oursOf(system: System, properties: readonly Property[], maxStates = Infinity) {
  const seenBy = observersOf(properties);
  const search = new Search(system, properties, { maxStates }, { seenBy });
  search.run();
  if (!search.complete) return undefined;
  const violated = properties.flatMap((property) => {
    const length = search.violation(property)?.length;
    return length === undefined ? [] : [`${property.name} violated ${length}`];
  });
  const counts = asSpinCounts(search.size, search.transitions);
  return { lines: new Set([...violated, counts]), search };
}

/** Whether the lines of a search are those of the other. */
const areSame = (these: ReadonlySet<string>, those: ReadonlySet<string>): boolean =>
  these.size === those.size && [...these].every((line) => those.has(line));

export class SpinComparison {
  passed = 0;
  failed = 0;
  private readonly spin = new Spin();
  private compared = 0;
  private imports = 0;

  /** Compares a search with Spin's. Returns what Spin has found. */
  private async compare(system: System, properties: readonly Property[], ours: Ours) {
    const text = promelaText(system, properties);
    const { lines } = await this.spin.lengths(text, ours.search.size > LARGE);
    const wrong = areSame(lines, ours.lines)
      ? undefined
      : `ours ${only(ours.lines, lines)}; Spin ${only(lines, ours.lines)}`;
    this.count(system, wrong);
    if (++this.compared % TRAIL_EVERY === 0) await this.bring(system, properties, ours);
    return lines;
  }

  private count(system: System, wrong: string | undefined): void {
    if (wrong === undefined) this.passed++;
    else {
      this.failed++;
      console.log(`${wrong}: ${quote(textsOf(system))}`);
    }
  }

  /** Imports the trail of a property that is violated, if there is one. */
  private async bring(system: System, properties: readonly Property[], { search }: Ours) {
    const violated = properties.filter((property) => search.violation(property) !== undefined);
    const property = violated[this.imports % Math.max(1, violated.length)];
    if (property === undefined) return;
    this.imports++;
    const text = promelaText(system, [property]);
    const run = await this.spin.trail(text);
    const { trace } = importTrail({ text, file: 'system.pml' }, { text: run, file: 'pan -S' });
    const right = `violates ${property.name} in ${search.violation(property)!.length}`;
    const is = `${verdictText(trace.verdict)} in ${trace.steps.length}`;
    this.count(system, is === right ? undefined : `the trail ${is}, ours ${right}`);
  }

  /**
   * Compares texts of VERDICTS: the first system of each with our own search, event by event and
   * state by state, and each of them with its lines of the table.
   */
  async table(texts: readonly TableText[], jobs: number): Promise<void> {
    const rest = [...texts];
    const start = performance.now();
    await inParallel(() => {
      const next = rest.shift();
      return next && (() => this.tableText(next, start));
    }, jobs);
    const systems = texts.reduce((all, text) => all + text.systems.length, 0);
    console.log(`VERDICTS: ${systems} searches of ${texts.length} different texts`);
    console.log(`${this.imports} trails`);
  }

  private async tableText({ systems, properties }: TableText, start: number): Promise<void> {
    const [{ system, names }] = systems;
    const ours = oursOf(system, properties)!;
    const lines = await this.compare(system, properties, ours);
    const lengths = new Set([...lines].filter((line) => line.includes(' violated ')));
    for (const each of systems) {
      const told = toldOf(each.names, properties);
      const wrong = `VERDICTS ${only(told, lengths)}; Spin ${only(lengths, told)}`;
      this.count(each.system, areSame(lengths, told) ? undefined : wrong);
    }
    const seconds = Math.round((performance.now() - start) / 1000);
    const what = `${names.join(' ')}, ${properties.map(({ name }) => name).join(', ')}`;
    console.log(`${seconds} s: ${what}: ${ours.search.size} states, ${systems.length} systems`);
  }

  /** Draws systems until `runs` of them were small enough to be compared. */
  async drawn(systems: fc.Arbitrary<System>, seed: number, runs: number, jobs: number) {
    const drawn = drawnFrom(systems, seed);
    let left = runs;
    await inParallel(() => {
      if (left === 0) return undefined;
      left--;
      return async () => {
        for (;;) {
          const system = drawn.next().value;
          const properties = propertiesFor(system);
          const ours = oursOf(system, properties, MAX_STATES);
          if (ours === undefined) continue;
          await this.compare(system, properties, ours);
          return;
        }
      };
    }, jobs);
    console.log(`random: ${runs} systems; ${this.imports} trails in all`);
  }

  end(): void {
    this.spin.remove();
  }
}
