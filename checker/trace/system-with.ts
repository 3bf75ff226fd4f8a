/** A system by one of its parts. */
import type { PartName, System } from '../../model/system.ts';
import { parseSystem } from './setup.ts';

/**
 * A system of which one part is written, for its fields. The other parts have their defaults, but
 * operations are cut into steps: a kernel whose unmap has a look is refused without.
 */
export const systemWith = (part: PartName, text: string): System =>
  parseSystem(part === 'scope' ? { scope: text } : { [part]: text, scope: 'granularity=fine' });
