/// <reference types="vitest" preserve="true" />
/**
 * A matcher for `import ... from 'youngcheck/vitest'`. It does not import vitest itself, so that it
 * extends the one that runs the test: `expect.extend({ toHold })`.
 */
import type { Property } from '../../properties/index.ts';
import type { HoldOptions } from './holds.ts';
import { holding } from './holds.ts';
import type { SystemInput } from './system-input.ts';

declare module 'vitest' {
  interface Matchers<T> {
    /**
     * Passes if the property holds in every state that the system can reach, in its own scope or in
     * the given one. With `.not` it passes if the property is violated. An unfinished or vacuous
     * search passes neither.
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
