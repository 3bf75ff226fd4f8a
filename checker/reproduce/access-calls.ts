/** The calls for what devices, the IOMMU and a CPU do. */
import type { Event } from '../../model/events.ts';
import type { ReplayStep } from '../trace/replay.ts';
import { mergedSteps } from './held.ts';
import type { Planning } from './planning.ts';
import { pageName, said } from './planning.ts';

/** Plans what a device does, and returns how many steps that makes. */
export function deviceStep(plan: Planning, step: ReplayStep, i: number): number {
  const { event } = step;
  const on = `${event.unit}, ${pageName(event.page)}`;
  switch (event.verb) {
    case 'read':
    case 'write':
      return access(plan, [step], i, event.verb === 'write');
    case 'request-read':
    case 'request-write':
      return request(plan, step, i, event.verb === 'request-write');
    case 'complete':
      return plan.add([step], `device_completes(${on});`, said(event, 'complete'));
    case 'handle-invalidation':
      return plan.add(
        [step],
        `device_handles_invalidation(${on});`,
        ...plan.told(event, 'handle-invalidation'),
      );
    case 'evict':
      if (plan.isKvm) throw plan.refuse(step.number, "nobody can empty a vCPU's TLB alone");
      return plan.add([step], `device_evicts(${on});`, ...plan.told(event, 'evict'));
    default:
      throw plan.refuse(step.number, 'youngdev does not play it');
  }
}

/** A whole access. In `fine` it is a hit, or a miss between whose three steps nothing comes. */
function access(plan: Planning, steps: readonly ReplayStep[], i: number, isWrite: boolean): number {
  const [{ event, number }] = steps;
  const { page, unit } = event;
  const { atc, spte } = plan.before(i).pages[page];
  const hits = atc[unit].present === 1 && (!isWrite || atc[unit].write === 1);
  if (plan.isKvm && hits && !spte.young) {
    throw plan.refuse(number, 'under TCG each entry of a vCPU begins with an empty TLB');
  }
  if (!hits) refuseUnmarked(plan, steps[0], i, isWrite);
  if (isWrite) plan.dropped.delete(page);
  const { ats } = plan.replay.trace.system.hardware;
  const path = plan.isKvm || !ats ? undefined : hits ? 'atc-hit' : 'atc-miss';
  const call = `device_${isWrite ? 'writes' : 'reads'}(${unit}, ${pageName(page)});`;
  return plan.add(steps, call, { kind: 'access', by: 'DEV', page, path });
}

/**
 * Refuses a walk behind which the kernel's PTE is old and the trace's is young, as hardware does
 * not set the accessed bit. Where it ignores it, only the fault of the first access sets it. The
 * set-up has spared that, and so leaves the PTE young. Where it leaves it to the fault handler,
 * x86's sets it for a write alone: ptep_set_access_flags() stores nothing for a read, so that the
 * device would ask for ever.
 */
function refuseUnmarked(
  plan: Planning,
  { event: { page }, number }: ReplayStep,
  i: number,
  isWrite: boolean,
): void {
  const { accessFlag } = plan.replay.trace.system.hardware;
  if (plan.isKvm || accessFlag === 'hardware') return;
  const { iotlb, pte } = plan.before(i).pages[page];
  if (iotlb.present === 1) return;
  const isSpared = pte.present === 0 && !plan.isTakenBefore(i, page);
  if (accessFlag === 'ignored' && isSpared) plan.isYoung = true;
  const isOld = isSpared || (pte.present === 1 && pte.young === 0);
  if (accessFlag === 'ignored' || isWrite || !isOld) return;
  throw plan.refuse(number, "x86's fault handler sets no accessed bit for a read (accessFlag)");
}

function request(plan: Planning, step: ReplayStep, i: number, isWrite: boolean): number {
  const merged = mergedSteps(plan.steps, i, ['translate', 'complete']);
  if (merged !== undefined) return access(plan, merged, i, isWrite);
  if (plan.isKvm) throw plan.refuse(step.number, 'an access of a vCPU cannot be held half-way');
  const { event } = step;
  const call = `device_requests(${event.unit}, ${pageName(event.page)}, ${isWrite});`;
  return plan.add([step], call, said(event, 'request'));
}

const isRequestOf = ({ event }: ReplayStep, { page, unit }: Event): boolean =>
  event.verb.startsWith('request-') && event.page === page && event.unit === unit;

/** Plans what the IOMMU does. */
export function iommuStep(plan: Planning, step: ReplayStep, i: number): number {
  const { event, number } = step;
  const name = pageName(event.page);
  if (event.verb === 'evict') {
    return plan.add([step], `iommu_evicts(${name});`, ...plan.told(event, 'evict-iotlb'));
  }
  if (event.verb !== 'translate') throw plan.refuse(number, 'youngdev does not play it');
  const asked = plan.steps.slice(0, i).findLast((before) => isRequestOf(before, event));
  refuseUnmarked(plan, step, i, asked?.event.verb === 'request-write');
  return plan.add([step], `iommu_translates(${event.unit}, ${name});`, said(event, 'translate'));
}

/** Plans what a CPU does. */
export function cpuStep(plan: Planning, step: ReplayStep): number {
  const { event } = step;
  const { page, verb } = event;
  if (verb === 'evict') return plan.add([step], 'cpu_evicts();');
  const call = `cpu_${verb === 'write' ? 'writes' : 'reads'}(${pageName(page)});`;
  return plan.add([step], call, { kind: 'access', by: 'CPU', page, path: undefined });
}
