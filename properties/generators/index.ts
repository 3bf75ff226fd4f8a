/**
 * Random walks, and counts of what runs cover. The arbitraries of fast-check, any-system.ts and
 * any-run.ts, are not here: no command needs them, and to load them takes as long as a small check.
 */
export type { Bias } from './bias.ts';
export { DEFAULT_BIAS, NO_BIAS } from './bias.ts';
export { Distinct } from './distinct.ts';
export type { Run } from './moves.ts';
export { Moves, isDevice, sameRun, simpler } from './moves.ts';
export type { Counts } from './tally.ts';
export { Tally, addCounts, coverageText, noCounts } from './tally.ts';
export { Walk } from './walk.ts';
