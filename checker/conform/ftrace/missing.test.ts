/** The needed events that a log lacks, and the table of these events. */
import { describe, expect, it } from 'vitest';
import { NEEDED, missing, readLog } from './index.ts';

const lacking = async (text: string): Promise<string[]> => {
  const summary = await readLog([`# tracer: nop\n${text}`], () => {});
  return missing(summary).map(({ event, why }) => `${event.name}: ${why}`);
};

const lines = (...names: string[]): string =>
  names.map((name) => `a-1 [000] 1.0: ${name}: x\n`).join('');

describe('a log lacks', () => {
  it('all, if it has nothing', async () => {
    expect(await lacking('')).toEqual(NEEDED.map(({ name }) => `${name}: not in the log`));
  });

  it('nothing, if it has all', async () => {
    expect(await lacking(lines(...NEEDED.map(({ name }) => name)))).toEqual([]);
  });

  it('no event whose alternative it has', async () => {
    const names = NEEDED.map(({ name }) => name).filter((name) => name !== 'invalidate_range');
    expect(await lacking(lines(...names))).toEqual([]);
  });

  it('no event that was recorded and did not happen', async () => {
    const notes = NEEDED.map(({ name }) => `# youngcheck: has ${name}\n`).join('');
    expect(await lacking(notes)).toEqual([]);
  });

  it('an event that could not be recorded', async () => {
    const note = '# youngcheck: lacks folio_referenced: no function\n';
    expect(await lacking(note)).toContain('folio_referenced: not recorded');
  });
});

describe('the table', () => {
  it('names every event once', () => {
    const names = NEEDED.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('says of each what it gives and what is lost, without a full stop', () => {
    for (const { name, gives, without } of NEEDED) {
      for (const text of [gives, without]) expect(text, name).toMatch(/^[A-Za-z].*[^.]$/);
    }
  });

  it('has an entry for every return, and a function for every probe', () => {
    for (const { name, kind, probes, or } of NEEDED) {
      expect(probes.length > 0, name).toBe(kind !== 'static');
      if (kind === 'return') expect(name).toMatch(/_ret$/);
      if (or !== undefined) expect(NEEDED.map((event) => event.name)).toContain(or);
    }
  });

  it('gives numbers to every argument', () => {
    for (const { name, probes } of NEEDED) {
      for (const { fetch } of probes) {
        expect(fetch, name).toMatch(/^(\w+=(\$arg\d|\+\d+\(\$arg\d\)|\$retval):[xsu]\d+ ?)*$/);
      }
    }
  });
});
