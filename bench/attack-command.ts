/** Runs the command on a hostile input in this process, and says what no input may bring about. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STATUS } from '../cli/command.ts';
import type { Outcome } from '../cli/in-process.ts';
import { youngcheck } from '../cli/in-process.ts';
import type { Mutant, SystemMutant } from './attack-inputs.ts';

/** What went wrong: the command, and what it did. */
export interface Wound {
  readonly args: readonly string[];
  readonly from: string;
  readonly what: string;
}

/** What a terminal would obey. Ends of lines and tabs are layout. */
const RAW = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\p{Cs}\u2028\u2029]/u;

/** The exit statuses that the help of a command names. */
export function documentedStatuses(help: string): ReadonlySet<number> {
  const told = help.slice(help.lastIndexOf('\nexit status:'));
  return new Set(
    [...told.matchAll(/(?:[\s,:])(\d+) (?=[a-z])/g)].map(([, status]) => Number(status)),
  );
}

/** What is wrong with an outcome; undefined if nothing is. */
export function woundOf({ status, stdout, stderr }: Outcome, known: ReadonlySet<number>) {
  const raw = RAW.exec(stdout + stderr)?.[0];
  if (raw !== undefined) return `writes U+${raw.codePointAt(0)!.toString(16)} as it is`;
  if (status === STATUS.fault || /^\s+at .*:\d+:\d+/m.test(stderr)) return `crashes: ${stderr}`;
  if (!known.has(status)) return `exits with ${status}, which its help does not name`;
  const hasError = /(^|: )error: /m.test(stderr);
  if (status === 2 && !hasError) return 'exits with 2 and says no error';
  return status === 0 && hasError ? `exits with 0 and says an error: ${stderr}` : undefined;
}

/** Attacks the command, and keeps what went wrong. */
export class Attack {
  readonly wounds: Wound[] = [];
  /** How often each status was seen, by command. */
  readonly seen = new Map<string, number>();
  private readonly folder = mkdtempSync(join(tmpdir(), 'youngcheck-attack-'));
  private readonly statuses = new Map<string, ReadonlySet<number>>();

  constructor() {
    // A crash is told with its stack.
    process.env['YOUNGCHECK_STACK'] = '1';
  }

  end(): void {
    delete process.env['YOUNGCHECK_STACK'];
    rmSync(this.folder, { recursive: true });
  }

  /** Replays a text. What replays prints a canonical form that replays. */
  async trace({ from, bytes }: Mutant): Promise<void> {
    const file = this.file('mutant.trace', bytes);
    const outcome = await this.run(from, 'replay', file);
    if (outcome.status !== 0) return;
    const printed = await this.run(from, 'replay', '--canonical', file);
    const again = this.file('canonical.trace', Buffer.from(printed.stdout));
    const { status, stdout } = await this.run(from, 'replay', '--canonical', again);
    const bare = (text: string) => text.replaceAll(/^.*\.trace:\d+.*\n\n/gm, '');
    if (status === 0 && bare(stdout) === bare(printed.stdout)) return;
    this.wounds.push({
      args: ['replay', '--canonical'],
      from,
      what: 'does not print what it reads',
    });
  }

  /** Searches a system in a small scope, with few states. */
  async system({ from, bytes, part }: SystemMutant, index: number): Promise<void> {
    const text = bytes.toString();
    const limit = ['--max-states', '200', ...(index % 7 === 0 ? ['--json'] : [])];
    const scope = part === 'scope' ? [] : ['--scope', index % 3 === 0 ? 'races' : 'mail'];
    if (index % 5 === 0) {
      const file = this.file('mutant.system', Buffer.from(`${part} ${text}\n`));
      await this.run(from, 'check', '--system', file, ...scope, ...limit);
    } else {
      await this.run(from, 'check', `--${part}=${text}`, ...scope, ...limit);
    }
  }

  /** Explains a log, half of the time by presets that are given. */
  async log({ from, bytes }: Mutant, index: number): Promise<void> {
    const file = this.file('mutant.log', bytes);
    const given = index % 2 === 0 ? [] : ['--kernel', `v${/^[\d.]+/.exec(from)![0]}-x86`];
    const form = index % 7 === 0 ? ['--json'] : index % 5 === 0 ? ['--infer'] : [];
    await this.run(from, 'conform', ...given, ...form, file);
  }

  private file(name: string, bytes: Buffer): string {
    const path = join(this.folder, name);
    writeFileSync(path, bytes);
    return path;
  }

  private async run(from: string, ...args: readonly string[]): Promise<Outcome> {
    const [command] = args;
    if (!this.statuses.has(command!)) {
      const { stdout } = await youngcheck(command!, '--help');
      this.statuses.set(command!, documentedStatuses(stdout));
    }
    const outcome = await youngcheck(...args);
    const key = `${command} exits with ${outcome.status}`;
    this.seen.set(key, (this.seen.get(key) ?? 0) + 1);
    const what = woundOf(outcome, this.statuses.get(command!)!);
    if (what !== undefined) this.wounds.push({ args, from, what });
    return outcome;
  }
}
