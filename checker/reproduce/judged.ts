/** Holds the log of a run against the model of the trace: kernel, driver and hardware are given. */
import type { Conformance } from '../conform/conform.ts';
import { conform } from '../conform/conform.ts';
import { openLog } from '../conform/ftrace/index.ts';
import { writtenPart } from '../trace/setup.ts';
import type { Plan } from './plan.ts';

/** The verdict of `conform` on a log, by the kernel that was booted. */
export const judged = (plan: Plan, log: string): Promise<Conformance> => {
  const { bootable, device, replay } = plan;
  const { system } = replay.trace;
  return conform(openLog(log), log, {
    kernel: bootable.kernel,
    ...(device === 'kvm'
      ? { driver: 'kvm' }
      : { driver: writtenPart(system, 'driver'), hardware: writtenPart(system, 'hardware') }),
  });
};
