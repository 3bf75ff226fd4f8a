/** Runs Spin on exports, each in a folder of its own. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInstalled } from './peer.ts';

/** What a search of Spin has found. */
export interface Found {
  /** A line for each violated property with its length, and one with the counts. */
  readonly lines: ReadonlySet<string>;
}

/** A state of the process takes little, and most time goes into the compiler. */
const QUICK = '-O0';
const THOROUGH = '-O1';
/** Spin spends its time on storing states. Without masks of their bytes it needs a fifth less. */
const FLAGS = ['-w', '-DBFS', '-DSAFETY', '-DNOREDUCE', '-DNOCOMP'];

/** Runs a command, and returns what it prints. A command that fails is an error. */
function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    child.stdout.on('data', (text) => (out += text));
    child.stderr.on('data', (text) => (out += text));
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(out);
      else reject(new Error(`${command} ${args.join(' ')}: exit status ${status}\n${out}`));
    });
  });
}

const numberIn = (pattern: RegExp, text: string): number => {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`${String(pattern)} is not in:\n${text}`);
  return Number(found);
};

/** The counts as Spin prints them, which rounds large numbers. */
const countsText = (states: number, transitions: number): string =>
  `states ${Number(states.toPrecision(8))} transitions ${Number(transitions.toPrecision(8))}`;

/** The counts of a search as Spin would print them. Spin counts its own first step, too. */
export const asSpinCounts = (states: number, transitions: number): string =>
  countsText(states, transitions + 1);

export class Spin {
  private readonly folder = mkdtempSync(join(tmpdir(), 'youngcheck-spin-'));
  private made = 0;

  /** Says what is missing to run Spin. Undefined if nothing is. */
  static get lacks(): string | undefined {
    if (!isInstalled('spin')) return 'spin (apt-get install spin)';
    return isInstalled('gcc') ? undefined : 'gcc (apt-get install gcc)';
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Makes pan from an export, in a folder of its own. */
  private async pan(text: string, options: readonly string[], optimize: string): Promise<string> {
    const folder = join(this.folder, String(this.made++));
    mkdirSync(folder);
    writeFileSync(join(folder, 'system.pml'), text);
    const said = await run('spin', ['-a', ...options, 'system.pml'], folder);
    if (said.trim() !== '') throw new Error(`spin -a: ${said}`);
    await run('gcc', [optimize, ...FLAGS, '-o', 'pan', 'pan.c'], folder);
    return folder;
  }

  /** The length of a shortest violation of each property, and how much was searched. */
  async lengths(text: string, isLarge: boolean): Promise<Found> {
    const folder = await this.pan(text, ['-DLENGTHS'], isLarge ? THOROUGH : QUICK);
    const out = await run('./pan', [], folder);
    rmSync(folder, { recursive: true });
    if (!/errors: 0$/m.test(out) || out.includes('not completed')) throw new Error(out);
    const violated = [...out.matchAll(/^(no-\S+|\S+-\S+): (\d+)$/gm)];
    const counts = countsText(numberIn(/(\S+) states, stored/, out), numberIn(/(\S+) trans/, out));
    return { lines: new Set([...violated.map(([, n, l]) => `${n} violated ${l}`), counts]) };
  }

  /** What pan prints when it replays the trail to a violation of the one property asked. */
  async trail(text: string): Promise<string> {
    const folder = await this.pan(text, [], QUICK);
    await run('./pan', [], folder);
    const out = await run('./pan', ['-S'], folder);
    rmSync(folder, { recursive: true });
    return out;
  }
}
