/** The excerpts are what README.md says: unaltered logs, each up to the end of a scenario. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { excerpt } from '../../checker/conform/ftrace/excerpt.ts';
import { Calls, MARKER, readLog } from '../../checker/conform/ftrace/index.ts';
import { absent } from '../absent.ts';
import { KERNELS, TARGETS, excerptName } from './captures.ts';

const HERE = new URL('./', import.meta.url);
const logs = readdirSync(HERE).filter((name) => name.endsWith('.log'));
const textOf = (name: string): string => readFileSync(new URL(name, HERE), 'utf8');

describe.each(logs)('%s', (name) => {
  it('is a log from its head to the end of its scenario, without a gap in a call', async () => {
    const markers: string[] = [];
    const calls = new Calls();
    const { unknown, truncated, tracer, backwards } = await readLog([textOf(name)], (event) => {
      calls.take(event);
      if (event.name === MARKER) markers.push(event.text);
    });
    expect({ unknown: unknown.count, truncated, tracer, backwards: backwards.count }).toEqual({
      unknown: 0,
      truncated: undefined,
      tracer: 'nop',
      backwards: 0,
    });
    expect(calls.unreturned).toBe(0);
    expect(markers[1]).toMatch(/^SCENARIO \S+ pid=/);
    expect(markers.at(-1)).toMatch(/^SCENARIO \S+ end$/);
  });
});

it('README.md names every scenario', () => {
  const readme = readFileSync(new URL('README.md', HERE), 'utf8');
  for (const name of logs) {
    const scenario = name.replace(/^[\d.]+-([A-Z](?:\d-\w+)?)(-captured)?.*/, '$1$2');
    expect(readme, name).toMatch(new RegExp(`^\\| \`${scenario}(-classic)?\` +\\|`, 'm'));
  }
});

const CAPTURES = new URL('../../../shared/realtrace/', import.meta.url);

// The captures are not part of this repository. CI has them and requires them.
describe('the captures', () => {
  it.skipIf(absent(CAPTURES))('cut again are the excerpts', () => {
    const cut = KERNELS.flatMap((kernel) => {
      const folder = new URL(`${kernel}/`, CAPTURES);
      return readdirSync(folder)
        .filter((file) => file.endsWith('.trace.txt'))
        .map((file) => {
          const kept = excerpt(readFileSync(new URL(file, folder), 'utf8'), TARGETS);
          const name = excerptName(kernel, file);
          expect(kept.map(({ source }) => `${source}\n`).join('') === textOf(name), name).toBe(
            true,
          );
          return name;
        });
    });
    const ours = logs.filter((name) => name.endsWith('-captured.log'));
    expect([...cut, ...ours].toSorted()).toEqual(logs.toSorted());
  });
});
