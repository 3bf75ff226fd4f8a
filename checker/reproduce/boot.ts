/** Boots a folder that was written, and says what became of it. */
import { join } from 'node:path';
import type { Ended, Runs } from './run-command.ts';

/** `hung`: the guest did not come to its end. `failed`: something could not be built. */
export type Boot = 'done' | 'hung' | 'failed';

export interface Booted {
  readonly boot: Boot;
  /** What boot.sh printed. */
  readonly output: string;
  readonly log: string;
  readonly console: string;
}

/** The status by which boot.sh says that the guest has not come to its end. */
export const HUNG = 3;

const bootOf = ({ status }: Ended): Boot =>
  status === 0 ? 'done' : status === HUNG || status === null ? 'hung' : 'failed';

/**
 * Builds and boots. The guest is ended after so many seconds, or when it has told nothing for as
 * long as `quiet`.
 */
export async function bootFolder(
  folder: string,
  seconds: number,
  runs: Runs,
  quiet = seconds,
): Promise<Booted> {
  const limits = [seconds, quiet].map((limit) => String(Math.ceil(limit)));
  const ended = await runs.status('sh', ['boot.sh', ...limits], folder);
  return {
    boot: bootOf(ended),
    output: ended.output.trimEnd(),
    log: join(folder, 'trace.log'),
    console: join(folder, 'console'),
  };
}
