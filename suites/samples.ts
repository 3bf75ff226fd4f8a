/**
 * The number of samples that a test draws: few in `npm test`, many times as many in `npm run
 * test:samples`. vitest.config.ts says how many times, and for which files.
 */
export const samples = (few: number): number =>
  few * Number(process.env['YOUNGCHECK_SAMPLES'] ?? 1);
