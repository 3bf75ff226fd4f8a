/** Compares the search with Spin, several systems at a time. */
import type fc from 'fast-check';
import { promelaText } from '../checker/export/file.ts';
import { importTrail } from '../checker/export/import-trail.ts';
import type { TableSystem } from '../checker/judge/catalogue/matrix.ts';
import { Search } from '../checker/search/search.ts';
import { verdictText } from '../checker/trace/trace.ts';
import type { System } from '../model/system.ts';
import type { Property } from '../properties/index.ts';
import { propertiesFor } from '../properties/index.ts';
import { MAX_STATES, drawnFrom, quote } from './comparison.ts';
import { inParallel } from './in-parallel.ts';
import { textsOf } from './peer.ts';
import type { Found } from './spin-run.ts';
import { Spin, asSpinCounts } from './spin-run.ts';

/** How many systems pass between two whose trail is imported. */
const TRAIL_EVERY = 6;
/** From this many states on a better compiler costs less than it saves. */
const LARGE = 200_000;

const withoutComments = (text: string): string => text.replaceAll(/\/\*[^]*?\*\//g, '');

/** What is in one set and not in the other. */
const only = (these: ReadonlySet<string>, those: ReadonlySet<string>): string =>
  [...these].filter((line) => !those.has(line)).join(', ') || 'nothing else';

interface Ours {
  readonly lines: ReadonlySet<string>;
  readonly search: Search;
}

/** What the project's own search finds. Undefined if a system has too many states. */
function oursOf(system: System, properties: readonly Property[], maxStates = Infinity) {
  const search = new Search(system, properties, { maxStates });
  search.run();
  if (!search.complete) return undefined;
  const violated = properties.flatMap((property) => {
    const length = search.violation(property)?.length;
    return length === undefined ? [] : [`${property.name} violated ${length}`];
  });
  const counts = asSpinCounts(search.size, search.transitions);
  return { lines: new Set([...violated, counts]), search };
}

export class SpinComparison {
  passed = 0;
  failed = 0;
  private readonly spin = new Spin();
  /** What Spin says about each text without its comments. Many systems have the same. */
  private readonly known = new Map<string, Promise<Found>>();
  private imports = 0;

  private async compare(system: System, properties: readonly Property[], ours: Ours) {
    const text = promelaText(system, properties);
    const key = withoutComments(text);
    const isNew = !this.known.has(key);
    const found = this.known.get(key) ?? this.spin.lengths(text, ours.search.size > LARGE);
    this.known.set(key, found);
    const { lines } = await found;
    const agree =
      lines.size === ours.lines.size && [...lines].every((line) => ours.lines.has(line));
    const wrong = agree
      ? undefined
      : `ours ${only(ours.lines, lines)}; Spin ${only(lines, ours.lines)}`;
    this.count(system, wrong);
    if (isNew && this.known.size % TRAIL_EVERY === 0) await this.bring(system, properties, ours);
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

  /** Compares systems of VERDICTS. With `isTold` it tells of each when it was compared. */
  async table(systems: readonly TableSystem[], isTold = false): Promise<void> {
    const rest = [...systems];
    await inParallel(() => {
      const next = rest.shift();
      if (next === undefined) return undefined;
      const { system, properties, names } = next;
      return async () => {
        const ours = oursOf(system, properties)!;
        await this.compare(system, properties, ours);
        if (isTold) console.log(`${names.join(' ')}: ${ours.search.size} states compared`);
      };
    });
    const texts = `${systems.length} systems of ${this.known.size} different texts`;
    console.log(`VERDICTS: ${texts}; ${this.imports} trails`);
  }

  /** Draws systems until `runs` of them were small enough to be compared. */
  async drawn(systems: fc.Arbitrary<System>, seed: number, runs: number): Promise<void> {
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
          if (ours !== undefined) return this.compare(system, properties, ours);
        }
      };
    });
    console.log(`random: ${runs} systems; ${this.imports} trails in all`);
  }

  end(): void {
    this.spin.remove();
  }
}
