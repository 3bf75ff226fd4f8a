/** Refuses to export what an export does not have: the extensions of docs/model.md. */
import { coreOf, extensionsOf } from '../../model/core.ts';
import type { System } from '../../model/system.ts';
import { Complaint } from '../trace/complaint.ts';

/**
 * The system to export, without the words of extensions that do nothing in it. Complains about a
 * system that uses an extension, by the words that use it.
 */
export function withoutExtensions(system: System): System {
  const [first, ...others] = extensionsOf(system);
  if (first === undefined) return coreOf(system);
  const all = [first, ...others].join(', ');
  throw new Complaint(`an export has no words for ${all}`, undefined, {
    hint: 'export the system without it, or youngcheck check, which has it',
  });
}
