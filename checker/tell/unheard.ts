/** Explains that an operation has flushed nothing: it asks for no flush, or nobody hears of it. */
import type { OperationName } from '../../model/events.ts';
import { programOf } from '../../model/events.ts';
import { CALLS } from '../../model/steps.ts';
import type { Moment } from './moment.ts';
import { list } from './telling.ts';

/**
 * Says why an operation did nothing behind its change of the page table. Its program may have no
 * further step, or none for an old PTE. If the kernel does flush or call, nobody in scope hears:
 * there is no CPU, and KVM or an empty callback does nothing.
 */
export function nothingFlushed({ parts, was }: Moment, operation: OperationName | 'copy'): string {
  const steps = parts.kernel[programOf(operation)].filter(({ name }) => name !== 'pte');
  const taken = steps.filter(({ when }) => when === 'always' || was.pte.young);
  if (steps.length === 0) return 'no notifier is called, and nothing is flushed';
  if (taken.length === 0) return 'no notifier is called and nothing is flushed for an old PTE';
  const does = taken.map(({ name }) =>
    CALLS[name] === undefined ? 'flushes the TLBs' : 'calls a notifier',
  );
  return `the kernel ${list([...new Set(does)])}, but nobody in scope hears of it`;
}
