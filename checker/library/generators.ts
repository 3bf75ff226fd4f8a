/**
 * All that a property-based test of a driver needs, for `import ... from 'youngcheck/generators'`:
 * fast-check, its arbitraries for systems and runs, and the properties as predicates.
 */
export { default as fc } from 'fast-check';
export type { Most } from '../../properties/generators/any-system.ts';
export {
  anyDriver,
  anyHardware,
  anyKernel,
  anyScope,
  anySystem,
} from '../../properties/generators/any-system.ts';
export type { RunOptions } from '../explore/any-run.ts';
export { anyRun, anySystemRun } from '../explore/any-run.ts';
export type { Bias } from '../../properties/generators/index.ts';
export { DEFAULT_BIAS } from '../../properties/generators/index.ts';
export { holdsIn, modelOf } from './runs.ts';
export { system } from './system-input.ts';
