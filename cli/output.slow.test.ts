/** No text from outside reaches the terminal as it is, by whatever way it comes in. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SmallTree, removeTrees } from '../checker/drift/small-tree.ts';
import type { Outcome } from './in-process.ts';
import { youngcheck } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'youngcheck-output-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterAll(removeTrees);

/** It clears the screen, sets a title, rings, and turns the direction of what follows. */
const HOSTILE = '\x1b[2J\x1b]0;x\x07\x9b31m\u202e\u2066\x7f\b';
const UNSAFE = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

/** Runs a command that brings the hostile text in. Nothing of it may come out as it is. */
async function isSafe(...args: readonly string[]): Promise<Outcome> {
  const outcome = await youngcheck(...args);
  expect(outcome.stdout + outcome.stderr, JSON.stringify(args)).not.toMatch(UNSAFE);
  return outcome;
}

/** The same, where the text must come out spelled. */
async function spells(...args: readonly string[]): Promise<Outcome> {
  const outcome = await isSafe(...args);
  const text = outcome.stdout + outcome.stderr;
  expect(text, JSON.stringify(args)).toMatch(/\?\[2J|\\u001b\[2J|%1B%5B2J/);
  return outcome;
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const COMMANDS = [
  'mail check explore merge replay report render list verdicts promote guard diff ablate',
  'saturate cost synthesize conform capture drift reproduce export import-trail completion man',
].flatMap((names) => names.split(' '));

/** The options of a command that take a value, as its help lists them. */
async function optionsOf(command: string): Promise<string[]> {
  const { stdout } = await youngcheck(command, '--help');
  const options = [...stdout.matchAll(/^ +(--[a-z-]+)(?: |\[=)[A-Z]/gm)].map(([, name]) => name!);
  return [...new Set(options)];
}

describe('a hostile argument', () => {
  it('names every command', async () => {
    const { stdout } = await youngcheck('--help');
    for (const [, name] of stdout.matchAll(/^ {2}([a-z-]+) /gm)) expect(COMMANDS).toContain(name);
  });

  it('that is the command', () => spells(HOSTILE));

  /** Nothing is below a file, and nothing can be written there. */
  const absent = join('LICENSE', HOSTILE, 'x');

  it.each(COMMANDS)('of %s', async (command) => {
    const files = ['diff', 'import-trail'].includes(command) ? [absent, absent] : [absent];
    expect((await spells(command, ...files)).status).toBe(2);
    expect((await spells(command, `--${HOSTILE}`)).status).toBe(2);
    expect((await isSafe(command, ...files, absent)).status).toBe(2);
  });

  it.each(COMMANDS)('of an option of %s', async (command) => {
    for (const option of await optionsOf(command)) {
      // What the command reads is there, so that it comes to look at the option.
      const input = (await INPUTS[command]?.(option)) ?? [];
      const { status } = await spells(command, ...input, `${option}=${absent}`);
      expect(status, option).toBe(2);
    }
  });
});

const plain = () => file('plain.trace', 'Trace x\n{}\n(1) dev0: read A\nends\n');
const log = (name: string) => `suites/conformance/${name}.log`;
/** What a command reads where all is well but for one option. */
const INPUTS: Readonly<Record<string, (option: string) => Promise<string[]> | string[]>> = {
  // The name of the policy is told where the policy is wrong.
  guard: (option) => [file('policy', option === '--name' ? 'kernl x' : 'driver kvm\nscope mail\n')],
  render: () => [plain()],
  replay: () => [plain()],
  // A kernel needs headers, and the other way round.
  reproduce: (option) => [
    ...(option === '--sweep' ? [] : [plain()]),
    ...(option === '--seed' ? ['--sweep', '1'] : []),
    ...(option === '--out' ? [] : ['--out', join(folder, 'reproduced')]),
    ...(option === '--kernel' ? ['--headers', '.'] : []),
    ...(option === '--headers' ? ['--kernel', 'LICENSE'] : []),
  ],
  // Without --save the folder is not looked at.
  conform: (option) => [log('6.1-M1-noflush'), ...(option === '--examples' ? ['--save'] : [])],
  diff: () => ['kvm', 'none'],
  drift: () => [new SmallTree('6.12').root],
  export: () => ['--promela'],
  merge: () => [file('none.json', '{}')],
  'import-trail': async () => {
    const { stdout } = await youngcheck('export', '--promela', '--driver', 'amd-iommu-v2');
    const run = 'dev0: read A\nkswapd: folio_referenced A == 1\nkswapd: folio_referenced A == 0\n';
    const last = 'violates no-spurious-invalidation\n';
    return [file('amd.pml', stdout), file('run', run + last)];
  },
};

describe('a hostile name of a file', () => {
  it('that is read', async () => {
    const trace = readFileSync(plain(), 'utf8');
    expect((await spells('replay', file(`a${HOSTILE}.trace`, trace))).status).toBe(0);
    await spells('replay', file(`b${HOSTILE}`, trace.replace('read', 'reed')));
    await spells('replay', '--columns', file(`c${HOSTILE}`, trace + trace));
    await spells('check', '--system', file(`d${HOSTILE}`, 'kernl x'));
    await spells('conform', file(`e${HOSTILE}`, '\x1f\x8b'));
    await spells('guard', file(`f${HOSTILE}`, 'driver none'), '--sarif', '--max-states', '9');
    await spells('guard', file(`g${HOSTILE}`, 'driver none'), '--annotations', '--max-states', '9');
  });

  it('that is written', async () => {
    const out = `${HOSTILE}.txt`;
    await spells('render', '--out', join(folder, out), plain());
    const to = join(folder, `saved${HOSTILE}`);
    mkdirSync(to);
    await spells(
      'explore',
      '--save',
      '--examples',
      to,
      '--runs',
      '50',
      '--seed',
      '1',
      '--jobs',
      '1',
    );
    expect(readdirSync(to)).not.toEqual([]);
  });
});

describe('a hostile text', () => {
  const log = readFileSync('suites/conformance/6.1-B.log', 'utf8');

  it.each([
    ['a title', (text: string) => text.replace('Trace x', `Trace x${HOSTILE}`)],
    ['a note', (text: string) => text.replace('read A', `read A // ${HOSTILE}`)],
    ['a comment', (text: string) => text.replace('{}', `/* ${HOSTILE} */\n{}`)],
    ['a system', (text: string) => text.replace('{}', `{ driver ${HOSTILE} }`)],
    ['an event', (text: string) => text.replace('read A', HOSTILE)],
    ['a property', (text: string) => text.replace('ends', `violates ${HOSTILE}`)],
    ['the text around', (text: string) => `${HOSTILE}\n${text}`],
  ])('in %s of a trace', async (_, spoil) => {
    const text = spoil(readFileSync(plain(), 'utf8'));
    expect(text).toContain(HOSTILE);
    for (const view of [[], ['--explain'], ['--canonical']]) {
      const { status } = await isSafe('replay', ...view, file('x', text));
      expect(status).toBe(text.startsWith(HOSTILE) ? 0 : 2);
    }
    await isSafe('render', file('x', text));
  });

  it.each([
    ['a process name', (text: string) => text.replaceAll('agetrace-', `${HOSTILE}-`)],
    ['a scenario', (text: string) => text.replace('SCENARIO B', `SCENARIO B${HOSTILE}`)],
    ['a mm', (text: string) => text.replaceAll('mm=0x', `mm=${HOSTILE}`)],
    ['the name of an event', (text: string) => text.replaceAll('page_fault_user', HOSTILE)],
    ['the text of events', (text: string) => text.replaceAll(' ret=', ` ret=${HOSTILE}`)],
    ['markers', (text: string) => text.replaceAll('DEV begin', `DEV begin ${HOSTILE}`)],
  ])('in %s of a log', async (_, spoil) => {
    const text = spoil(log);
    expect(text).toContain(HOSTILE);
    const path = file('hostile.log', text);
    const named = ['conform', '--kernel', 'v6.1-x86', '--driver', 'kvm', path];
    for (const args of [[], ['--json']]) {
      await isSafe(...named, ...args);
    }
  });

  it('in a log is quoted where no run explains the line', async () => {
    const text = log.replaceAll('agetrace-', `${HOSTILE}-`);
    const { status } = await spells('conform', '--driver', 'none', file('refused.log', text));
    expect(status).toBe(6);
  });

  it('in a document, a table, a trail', async () => {
    await spells(
      'merge',
      file('m', JSON.stringify({ search: { random: true }, shard: { version: HOSTILE } })),
    );
    const tables = join(folder, 'tables');
    mkdirSync(tables);
    writeFileSync(join(tables, 'VERDICTS'), `${HOSTILE} x\n`);
    await spells('verdicts', '--folder', tables);
    await spells('import-trail', file('p', `/* ${HOSTILE} */\n`), file('r', `${HOSTILE}\n`));
  });
});

it('every text of the command is written in one place', () => {
  const sources = readdirSync('cli').filter((name) => /^[^.]+\.ts$/.test(name));
  const others = sources.filter((name) => !['output.ts', 'in-process.ts'].includes(name));
  expect(others.length).toBeGreaterThan(20);
  const raw = /std(out|err)\.write|console\.|writeSync\((1|2),/;
  expect(others.filter((name) => raw.test(readFileSync(join('cli', name), 'utf8')))).toEqual([]);
});
