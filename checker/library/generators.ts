/**
 * The generators as fast-check arbitraries, for `import ... from 'youngcheck/generators'`. They
 * shrink by dropping and renaming events.
 */
export type { Most } from '../../properties/generators/any-system.ts';
export {
  anyDriver,
  anyHardware,
  anyKernel,
  anyScope,
  anySystem,
} from '../../properties/generators/any-system.ts';
export type { RunOptions } from '../../properties/generators/any-run.ts';
export { anyRun, anySystemRun } from '../../properties/generators/any-run.ts';
export type { Bias } from '../../properties/generators/index.ts';
export { DEFAULT_BIAS } from '../../properties/generators/index.ts';
