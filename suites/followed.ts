/** Follows a log as `conform --follow` does, for tests of what is told and kept meanwhile. */
import { readFileSync } from 'node:fs';
import type { Conformance, Read } from '../checker/conform/conform.ts';
import { judging, readWhole } from '../checker/conform/conform.ts';
import type { Log } from '../checker/conform/log.ts';
import { Told } from '../checker/conform/told.ts';
import { whole } from '../checker/search/progress.ts';

/** The text of an excerpt. */
export const textOf = (name: string): string =>
  readFileSync(`suites/conformance/${name}.log`, 'utf8');

export interface Followed {
  readonly read: Read;
  /** What was told, each with the number of the line that was read last. */
  readonly told: readonly (readonly [line: number, text: string])[];
}

interface How {
  readonly asJson?: boolean;
  /** How many observations of a page are kept, if not as many as usual. */
  readonly observations?: number;
}

/** Follows a log that comes line by line. */
export async function follow(
  text: string,
  { asJson = false, observations }: How = {},
): Promise<Followed> {
  const told: [number, string][] = [];
  let line = 0;
  let log: Log | undefined;
  function* source(): Generator<string> {
    if (observations !== undefined) log!.watch.bounds = { observations, misses: 4 };
    for (const each of text.split(/(?<=\n)/)) {
      line++;
      yield each;
    }
  }
  const followerOf = (read: Log): Told => {
    log = read;
    return new Told(read, (said) => void told.push([line, said]), asJson);
  };
  return { read: await readWhole(source(), 'log', false, followerOf), told };
}

/** The judgement of what was read and kept. */
export const judged = ({ read }: Followed, given = {}): Conformance => whole(judging(read, given));
