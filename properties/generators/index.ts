/** The generators: random systems, random runs, and counts of what runs cover. */
export { anySystem } from './any-system.ts';
export { anyRun, anySystemRun } from './any-run.ts';
export type { Bias } from './bias.ts';
export { DEFAULT_BIAS, NO_BIAS } from './bias.ts';
export { Distinct } from './distinct.ts';
export type { Run } from './moves.ts';
export { Moves, isDevice, sameRun, simpler } from './moves.ts';
export type { Counts } from './tally.ts';
export { Tally, addCounts, coverageText, noCounts } from './tally.ts';
export { Walk } from './walk.ts';
