/** Refuses to export what an export does not have: the extensions of docs/model.md. */
import { extensionsOf } from '../../model/core.ts';
import type { Parts } from '../../model/system.ts';
import { Complaint } from '../trace/complaint.ts';

/** Complains about a system that uses an extension, by the words that use it. */
export function refuseExtensions(parts: Parts): void {
  const [first, ...others] = extensionsOf(parts);
  if (first === undefined) return;
  const all = [first, ...others].join(', ');
  throw new Complaint(`an export has no words for ${all}`, undefined, {
    hint: 'export the system without it, or youngcheck check, which has it',
  });
}
