/**
 * What a program does to make the events of a trace happen: a list of calls, each for one event or
 * for several. Each says what the log must show of it. What cannot be driven is refused here,
 * before anything is written, with the step and the reason.
 */
import { CALLBACKS } from '../../model/system.ts';
import { Complaint } from '../trace/complaint.ts';
import type { Replay, ReplayStep } from '../trace/replay.ts';
import { cpuStep, deviceStep, iommuStep } from './access-calls.ts';
import { inSteps } from './held.ts';
import { idleStep, khugepagedStep, kswapdStep, refuseHuge, userStep } from './kernel-calls.ts';
import type { Image } from './kernels.ts';
import { bootableFor, foreignOf, notKvm } from './kernels.ts';
import type { Call, Machine } from './planning.ts';
import { narrowed } from './narrow.ts';
import { Planning } from './planning.ts';

export interface Plan extends Machine {
  /** The trace, in the smallest scope that has its events. */
  readonly replay: Replay;
  readonly calls: readonly Call[];
  /** Looks find a page unreferenced that stays: a pin keeps reclaim from taking it. */
  readonly pinned: boolean;
  /**
   * The PTEs are young at first. A vCPU's first access leaves an old PTE as it is, and a walk
   * passes by an old one. A walker that ignores the accessed bit leaves it as it is, too.
   */
  readonly young: boolean;
  /** The pages are of a file, which is written back. */
  readonly file: boolean;
  /** The pages become a part of a huge page. */
  readonly collapsed: boolean;
  /** The CPU on which reclaim runs; the program runs on CPU 0. */
  readonly reclaimCpu: 0 | 1;
}

const refused = (why: string, possible: readonly string[] = []): Complaint =>
  new Complaint(`this trace cannot be reproduced: ${why}`, undefined, { possible });

/** The callbacks that youngdev.c has, and the steps that it knows. */
export const BOUND = CALLBACKS.filter((name) => name !== 'flush_young');
const PLAYED: readonly string[] = ['flush-iotlb', 'post-atc', 'await-atc'];

/** What youngdev does not play of a system with a shared secondary. */
function youngdevLacks({ trace }: Replay): string | undefined {
  const { driver, hardware, scope } = trace.system;
  if (hardware.iotlbQueue) return 'youngdev has no queue of the IOMMU (iotlbQueue=true)';
  const actions = BOUND.flatMap((name) => inSteps(driver[name]).actions);
  const odd = actions.find(({ name }) => !PLAYED.includes(name));
  if (odd !== undefined) return `youngdev has no action ${odd.name}`;
  if (hardware.inFlight) return 'youngdev has no DMA in flight (inFlight=true)';
  if (scope.events.includes('posted')) return 'youngdev posts no writes (events=posted)';
  return undefined;
}

/** What a vCPU of KVM does not play of a system with a shadow secondary. */
function kvmLacks({ trace }: Replay): string | undefined {
  return (
    notKvm(trace) ?? (trace.system.scope.devices > 1 ? 'one vCPU is driven (devices)' : undefined)
  );
}

/** The kernel and the device, or a complaint. */
function machineOf(replay: Replay, image: Image | undefined): Machine {
  const { trace } = replay;
  const { scope, driver } = trace.system;
  const foreign = foreignOf(trace.system);
  if (foreign !== undefined) throw refused(`it is of ${foreign}, and only x86 is booted`);
  if (scope.block !== '1') throw refused('huge pages are not driven (block)');
  if (scope.cpus > 1) throw refused('one CPU of the process is driven, and not more (cpus)');
  const device = driver.secondary === 'shadow' ? 'kvm' : 'youngdev';
  const lack = (device === 'kvm' ? kvmLacks : youngdevLacks)(replay);
  if (lack !== undefined) throw refused(lack);
  const bootable = bootableFor(trace, image);
  if ('kernel' in bootable) return { bootable, device };
  throw refused('no kernel that can be booted has its programs', bootable);
}

/** Plans the call for a step, and returns how many steps it makes. */
function take(planning: Planning, step: ReplayStep, i: number): number {
  refuseHuge(planning, step, i);
  switch (step.event.actor) {
    case 'dev':
      return deviceStep(planning, step, i);
    case 'iommu':
      return iommuStep(planning, step, i);
    case 'cpu':
      return cpuStep(planning, step);
    case 'user':
      return userStep(planning, step, i);
    case 'kswapd':
      return kswapdStep(planning, step, i);
    case 'khugepaged':
      return khugepagedStep(planning, step, i);
    case 'page_idle':
      return idleStep(planning, step);
    default:
      throw planning.refuse(step.number, 'no call makes it happen');
  }
}

/** Plans the calls for a trace that was replayed. Throws a Complaint if they cannot be made. */
export function planOf(whole: Replay, image?: Image): Plan {
  const replay = narrowed(whole);
  const machine = machineOf(replay, image);
  const planning = new Planning(replay, machine);
  const { steps, held, scope } = planning;
  for (let i = 0; i < steps.length;) i += take(planning, steps[i], i);
  const isApart = scope.cpus > 0 || held.isUsed || machine.bootable.batched;
  return {
    replay,
    ...machine,
    calls: planning.calls,
    pinned: planning.pinnedBy !== undefined,
    young: planning.isYoung || (planning.isKvm && steps.some(({ event }) => event.verb === 'walk')),
    file: steps.some(({ event }) => event.verb === 'write-protect'),
    collapsed: steps.some(({ event }) => event.verb === 'collapse'),
    reclaimCpu: isApart ? 1 : 0,
  };
}
