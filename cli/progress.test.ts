/** What is shown of long work on standard error, and that nothing is where nobody asked. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Standing } from '../checker/search/progress.ts';
import { youngcheck } from './in-process.ts';
import { searchShown, setProgress, tallyShown } from './progress.ts';

afterEach(() => setProgress('line'));

const documentsOf = (stderr: string) =>
  stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const LARGE: Standing = {
  size: 123_456_789,
  queue: 23_456_789,
  transitions: 1e9,
  depth: 27,
  levels: [1, 10, 90, 700, 5000, 30_000, 170_000, 900_000, 4_000_000, 15_000_000, 50_000_000],
  bytes: 3.5 * 2 ** 30,
  seconds: 1234.5,
};

describe('--progress', () => {
  it.each([
    ['check', '--scope', 'mail'],
    ['diff', 'kvm', 'none'],
    ['saturate', '--max-states', '100'],
    ['cost', '--workload', 'idle', '--turns', '1k'],
  ])('json ends with a document that says so, also without a terminal: %s', async (...args) => {
    const { stdout, stderr } = await youngcheck(...args, '--progress', 'json');
    const documents = documentsOf(stderr);
    expect(documents.slice(0, -1).every(({ done }) => done === false)).toBe(true);
    expect(documents.at(-1)!.done).toBe(true);
    expect(stdout).not.toBe('');
  });

  it('json has what a search has found, and what remains', async () => {
    const { stderr } = await youngcheck('check', '--scope', 'mail', '--progress', 'json');
    expect(documentsOf(stderr).at(-1)).toEqual({
      done: true,
      seconds: expect.any(Number) as number,
      states: 6,
      statesPerSecond: expect.any(Number) as number,
      transitions: 11,
      queue: 0,
      depth: 5,
      memory: expect.any(Number) as number,
      searching: expect.any(Number) as number,
      estimate: { least: 6, most: 6 },
      left: { least: 0, most: 0 },
    });
  });

  it.each(['line', 'none'])('%s writes nothing where there is no terminal', async (how) => {
    const { stderr } = await youngcheck('check', '--scope', 'mail', '--progress', how);
    expect(stderr).toBe('');
  });

  it('refuses other words', async () => {
    const { status, stderr } = await youngcheck('check', '--progress', 'jsom');
    expect(stderr).toContain("--progress cannot be 'jsom'");
    expect(status).toBe(2);
  });
});

describe('the line', () => {
  it('has all in 78 columns, for large searches, too', () => {
    const line = searchShown(LARGE).line();
    expect(line).toMatch(
      /^123\.5 M states, 0\.10 M\/s, queue 23\.5 M, depth 27, 3\.5 GiB, 1235 s, left \d+-\d+ \w+$/,
    );
    expect(line.length).toBeLessThanOrEqual(78);
  });

  it('says when it does not know what remains', () => {
    const early = { ...LARGE, levels: [1, 10, 90] };
    expect(searchShown(early).line()).toMatch(/left: unknown$/);
    expect(searchShown(early).fields()).toMatchObject({ left: null });
  });

  it('counts what is done, with the search that is going on', () => {
    expect(tallyShown('searches', [3, 12], 5, undefined).line()).toMatch(/^3 of 12 searches, 5 s/);
    expect(tallyShown('searches', [3, 12], 5, LARGE).line()).toMatch(
      /^3 of 12 searches, 5 s: 123\.5 M states/,
    );
  });
});
