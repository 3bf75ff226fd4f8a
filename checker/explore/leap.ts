/**
 * Starts fast-check at any run of a seed. fast-check makes run i from its generator after i + 1
 * jumps. A jump is linear over the bits of the generator's state. So a billion jumps are one
 * multiplication by a power of the jump's matrix, and parts of a search need not make them.
 */
import type { Parameters } from 'fast-check';
import { xorshift128plus, xorshift128plusFromState } from 'pure-rand/generator/xorshift128plus';

type RandomType = NonNullable<Extract<Parameters['randomType'], (...args: never) => unknown>>;

const WORD = 32;
const WORDS = 4;

/** A matrix of bits. Column i has the four words that bit i of a state becomes. */
type Matrix = readonly (readonly number[])[];

function times(matrix: Matrix, state: readonly number[]): number[] {
  const product = [0, 0, 0, 0];
  for (const [i, column] of matrix.entries()) {
    if (((state[i >>> 5] >>> (i & 31)) & 1) === 0) continue;
    for (let word = 0; word < WORDS; word++) product[word] ^= column[word];
  }
  return product;
}

/** The matrix of one jump: what a jump makes of each single bit. */
function jumpMatrix(): Matrix {
  return Array.from({ length: WORD * WORDS }, (_, i) => {
    const state = [0, 0, 0, 0];
    state[i >>> 5] = 1 << (i & 31);
    const generator = xorshift128plusFromState(state);
    generator.jump();
    return [...generator.getState()];
  });
}

/** The matrices of 1, 2, 4, 8 ... jumps, as far as they were needed. */
const POWERS: Matrix[] = [];

function power(exponent: number): Matrix {
  if (exponent === 0) POWERS[0] ??= jumpMatrix();
  else if (POWERS[exponent] === undefined) {
    const half = power(exponent - 1);
    POWERS[exponent] = half.map((column) => times(half, column));
  }
  return POWERS[exponent];
}

/**
 * fast-check's default generator for a search whose first run is run `first` of the seed. With it
 * the runs of a search are those that a search of the whole seed makes from `first` on.
 */
export const startingAt =
  (first: number): RandomType =>
  (seed) => {
    let state: readonly number[] = xorshift128plus(seed).getState();
    for (let left = first, bit = 0; left > 0; left = Math.floor(left / 2), bit++) {
      if (left % 2 === 1) state = times(power(bit), state);
    }
    return xorshift128plusFromState(state);
  };
