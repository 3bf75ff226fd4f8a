/**
 * Random walks, and counts of what runs cover. The arbitrary of fast-check for systems,
 * any-system.ts, is not here: no command needs it.
 */
export type { Bias } from './bias.ts';
export { DEFAULT_BIAS, NO_BIAS } from './bias.ts';
export type { Reached } from './cells.ts';
export { Cells } from './cells.ts';
export { beginningsText, readBeginnings } from './beginnings.ts';
export { Distinct } from './distinct.ts';
export { DRAW_MAX, Expansion, asBound } from './expansion.ts';
export type { Run } from './moves.ts';
export { Moves, isDevice, moved, sameRun, simpler } from './moves.ts';
export type { Counts } from './tally.ts';
export { Tally, addCounts, noCounts } from './tally.ts';
export type { Visitor } from './walk.ts';
export { Walk } from './walk.ts';
