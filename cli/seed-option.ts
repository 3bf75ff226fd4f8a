/** The option that names the random numbers of a command. */
import { SEEDS } from '../checker/explore/settings.ts';
import { cannotBe } from './command.ts';

/** Reads a seed as fast-check takes and prints it. Undefined if none is given. */
export function readSeed(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seed = /^-?\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (seed >= SEEDS.least && seed <= SEEDS.most) return seed;
  throw cannotBe('--seed', text, `a whole number from ${SEEDS.least} to ${SEEDS.most}`);
}
