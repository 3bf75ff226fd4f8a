/** Any text is either read as a trace, or gives one complaint that points into it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Complaint } from '../trace/complaint.ts';
import { anyTrace } from '../../suites/any-trace.ts';
import { samples } from '../../suites/samples.ts';
import { explain } from './explain.ts';
import { parseTrace } from '../trace/parse.ts';
import { printTrace } from '../trace/print.ts';
import { replay } from '../trace/replay.ts';

/** Pieces of text that mean something in some place of a trace, or to a reader of text. */
const PIECES = [
  ...'{ } /* */ // * > ( ) : = == , A B Z -- ends violates unmap __proto__ constructor'.split(' '),
  ...'(1) (2) (99999999999999999999) dev0: dev9: iommu: granularity=fine'.split(' '),
  ...'Trace x|Result: Never|kernel|driver kvm|scope pages=4|cpu0: read A|kswapd: age'.split('|'),
  ...'translate dev1 A|== 1|== idle|no-stale-access|no-repeated-miss(idle)|-- '.split('|'),
  ...'\n|\r|\t|\u2028|\u00a0|\ufeff|\u{1f600}|\ud800|\x1b[31m|\x7f'.split('|'),
  'x'.repeat(300),
];

interface Mutation {
  /** The place of the change, as a share of the text's length. */
  readonly at: number;
  /** How many characters are deleted. */
  readonly drop: number;
  readonly piece: string;
  /** The line at this place is kept, repeated, or deleted. */
  readonly line: 'keep' | 'twice' | 'drop';
}

const anyMutation: fc.Arbitrary<Mutation> = fc.record({
  // Most doubles that are drawn from 0 to 1 are next to 0, the beginning of the text.
  at: fc.nat(10_000).map((share) => share / 10_000),
  drop: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 12 })),
  piece: fc.oneof(fc.constant(''), fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })),
  line: fc.constantFrom('keep', 'keep', 'keep', 'twice', 'drop'),
});

function mutate(text: string, { at, drop, piece, line }: Mutation): string {
  if (line !== 'keep') {
    const lines = text.split('\n');
    const index = Math.floor(at * (lines.length - 1));
    lines.splice(index, 1, ...(line === 'twice' ? [lines[index], lines[index]] : []));
    return lines.join('\n');
  }
  const from = Math.floor(at * text.length);
  return text.slice(0, from) + piece + text.slice(from + drop);
}

/** Reads and replays a text. A complaint must point into the text, and be safe on a terminal. */
function survives(text: string): 'fine' | 'complaint' {
  try {
    explain(replay(parseTrace(text, 'a.trace')));
    return 'fine';
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    const { place } = error;
    expect(place).toBeDefined();
    const source = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/)[place!.line - 1];
    expect(place!.column).toBeLessThanOrEqual(source.length + 1);
    expect(error.format()).toMatch(/^a\.trace:\d+:\d+: error: [ -~]+(\n[ -~]+)*$/);
    return 'complaint';
  }
}

/** A few traces to begin with. It takes longer to make a trace than to spoil it. */
const TRACES = fc
  .sample(anyTrace({ pages: 2, cpus: 1, devices: 2 }), { numRuns: 50, seed: 20190131 })
  .map((trace) => printTrace({ ...trace, name: 'x' }));

describe('a text', () => {
  it('that was a trace, and was changed here and there', () => {
    const count = { fine: 0, complaint: 0 };
    fc.assert(
      fc.property(
        fc.constantFrom(...TRACES),
        fc.array(anyMutation, { minLength: 1, maxLength: 4 }),
        (text, mutations) => {
          count[survives(mutations.reduce(mutate, text))]++;
        },
      ),
      { numRuns: samples(200) },
    );
    // Some mutations must leave the trace valid, and some must not.
    expect(count.fine).toBeGreaterThan(samples(10));
    expect(count.complaint).toBeGreaterThan(samples(60));
  });

  it('of any letters', () => {
    const anyText = fc.oneof(
      fc.array(fc.nat(0xffff), { maxLength: 80 }).map((codes) => String.fromCharCode(...codes)),
      fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join('')),
      fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join(' ')),
    );
    fc.assert(
      fc.property(anyText, (text) => void survives(text)),
      { numRuns: samples(60) },
    );
  });

  // A parser that looks at each letter more than a few times would take hours for these.
  it.each([
    ['blanks in a comment', `/* a${' '.repeat(1e6)}b */\n{}\n(1) dev0: read A\nends`],
    ['blank lines', `{}${'\n'.repeat(1e6)}(1) dev0: read A\nends`],
    ['headers', 'Trace x\n'.repeat(1e5)],
    ['one word', `{}\n(1) ${'x'.repeat(1e6)}`],
    ['blanks at an event', `{}\n(1) dev0: read A${' '.repeat(1e6)}x`],
    ['quote marks', `${'> '.repeat(5e5)}{}`],
    ['parts', `{${' kernel'.repeat(1.5e5)}`],
  ])('of megabytes: %s', (_, text) => void survives(text));
});
