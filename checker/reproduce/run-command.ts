/** Runs the programs of the machine that fetch, build and boot. */
import { spawn } from 'node:child_process';
import { Complaint } from '../trace/complaint.ts';
import { searchPath } from './tools.ts';

/** How programs are run: each in its turn, with what it prints kept. */
export interface Runs {
  /** Runs a program, and returns what it printed. If it fails, that is a Complaint. */
  run(program: string, args: readonly string[], folder?: string): Promise<string>;
  /** Runs a program that tells by its status what became of it. */
  status(program: string, args: readonly string[], folder: string): Promise<Ended>;
}

export interface Ended {
  /** The exit status; null if a signal ended it. */
  readonly status: number | null;
  readonly output: string;
}

/** How many lines of what a program printed are told when it fails. */
const LAST = 12;

/** A signal ends what runs, with all that it has started. */
export class Programs implements Runs {
  private readonly signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  async run(program: string, args: readonly string[], folder?: string): Promise<string> {
    const { status, output } = await this.ended(program, args, folder);
    if (status === 0) return output;
    const lines = output.trimEnd().split('\n').slice(-LAST);
    throw new Complaint(`${program} failed`, undefined, { possible: lines });
  }

  status(program: string, args: readonly string[], folder: string): Promise<Ended> {
    return this.ended(program, args, folder);
  }

  private ended(program: string, args: readonly string[], folder?: string): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        ...(folder === undefined ? {} : { cwd: folder }),
        env: { ...process.env, PATH: searchPath(), LC_ALL: 'C' },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      const stop = (): void => {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      };
      if (this.signal.aborted) stop();
      this.signal.addEventListener('abort', stop);
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      }
      child.on('error', reject);
      child.on('close', (status) => {
        this.signal.removeEventListener('abort', stop);
        resolve({ status, output });
      });
    });
  }
}
