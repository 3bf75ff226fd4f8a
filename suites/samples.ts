/**
 * How many samples a test draws: a few in `npm test`, many times as many in `npm run test:samples`.
 * vitest.config.ts says how many times, and which files that is for.
 */
export const samples = (few: number): number =>
  few * Number(process.env['YOUNGCHECK_SAMPLES'] ?? 1);
