/// <reference types="vitest" preserve="true" />
/**
 * A matcher: what `import ... from 'youngcheck/vitest'` finds. It imports no vitest of its own, so
 * that it extends the one that runs the test: `expect.extend({ toHold })`.
 */
import type { Property } from '../../properties/index.ts';
import type { HoldOptions } from './holds.ts';
import { holding } from './holds.ts';
import type { SystemInput } from './system-input.ts';

declare module 'vitest' {
  interface Matchers<T> {
    /**
     * The property holds in all that the system can reach, in its own scope or in the one given.
     * With `.not` it is violated; a search that is unfinished or vacuous passes neither.
     */
    toHold(property: Property | string, options?: HoldOptions | string): void;
  }
}

/** The matcher `expect(system('driver kvm')).toHold('no-stale-access', 'small')`. */
export function toHold(
  this: { readonly isNot: boolean },
  received: SystemInput,
  property: Property | string,
  options?: HoldOptions | string,
): { pass: boolean; message: () => string } {
  const { verdict, message } = holding(received, property, options);
  const pass = this.isNot ? verdict !== 'violated' : verdict === 'holds';
  return {
    pass,
    message: () => (this.isNot ? `expected a violation\n${message}` : message),
  };
}
