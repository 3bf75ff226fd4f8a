/** The kernels that can be booted, and which of them has the programs that a trace needs. */
import { kindOf, programOf } from '../../model/events.ts';
import type { Event, OperationName } from '../../model/events.ts';
import { CALLS } from '../../model/steps.ts';
import type { CallbackName, Kernel, Scope, System } from '../../model/system.ts';
import { DRIVER_FIELDS, KERNEL_FIELDS } from '../../model/system.ts';
import { valueText } from '../../model/text.ts';
import { PRESETS } from '../trace/setup.ts';
import type { Trace } from '../trace/trace.ts';

/** The versions of Debian's kernel images that are booted. */
export const IMAGES = ['6.1', '6.12'] as const;
export type Image = (typeof IMAGES)[number];

/** A preset kernel, and how an image is set up to be it. */
export interface Bootable {
  readonly kernel: string;
  readonly image: Image;
  /** Whether the multi-gen LRU is switched on. */
  readonly lruGen: boolean;
  /** Whether its observer idle is DAMON. No image has page_idle. */
  readonly damon: boolean;
  /** Another CPU than the program's reclaims, so that an unmap is batched and tells of the mm. */
  readonly batched: boolean;
}

const bootable = (
  kernel: string,
  image: Image,
  how: Partial<Omit<Bootable, 'kernel' | 'image'>> = {},
): Bootable => ({ kernel, image, lruGen: false, damon: false, batched: false, ...how });

/** The kernels that can be booted. If several will do, the first is taken. */
export const BOOTABLE: readonly Bootable[] = [
  bootable('v6.1-x86', '6.1'),
  bootable('v6.12-x86', '6.12'),
  bootable('v6.1-x86-mglru', '6.1', { lruGen: true }),
  bootable('v6.12-x86-mglru', '6.12', { lruGen: true }),
  bootable('v6.12-x86-damon', '6.12', { damon: true }),
  bootable('v6.12-x86-batched', '6.12', { batched: true }),
];

/** The driver of the vCPUs of both images. */
const KVM = 'kvm';

/** Something of a system that the events of a trace need, and the first step that needs it. */
interface Used<F extends string> {
  readonly field: F;
  readonly step: number;
}

/** The operation that an event begins, if it is one of the kernel. */
const operationOf = (event: Event): OperationName | undefined =>
  kindOf(event).begins as OperationName | undefined;

const isWrite = ({ verb }: Event): boolean => verb === 'write' || verb === 'request-write';

/** The fields of the kernel that an event reads. */
function fieldsRead(event: Event, { scope }: System): (keyof Kernel)[] {
  const operation = operationOf(event);
  const fields: (keyof Kernel)[] = operation === undefined ? [] : [programOf(operation)];
  if (isWrite(event)) fields.push('upgrade');
  if (operation === 'age' && scope.events.includes('lru')) fields.push('lru');
  if (event.verb === 'pageout') fields.push('pageout');
  if (event.verb === 'read' && scope.events.includes('swap')) fields.push('swapinWritable');
  return fields;
}

/** What the events of a trace read of the kernel, each with its first step. */
function used({ steps, system }: Trace): Used<keyof Kernel>[] {
  const first = new Map<keyof Kernel, number>();
  for (const [i, { event }] of steps.entries()) {
    for (const field of fieldsRead(event, system)) {
      if (!first.has(field)) first.set(field, i + 1);
    }
  }
  return [...first].map(([field, step]) => ({ field, step }));
}

export const kernelNamed = (name: string): Kernel =>
  PRESETS.kernel.find((preset) => preset.name === name)!.value;

/** A program without what its scope has no use for: the next page of one, the TLBs of no CPU. */
function normal(text: string, { pages, cpus }: Scope): string {
  const ranged = pages === 1 ? text.replaceAll(/@(?:next|mm)\b/g, '') : text;
  return cpus === 0 ? ranged.replaceAll(/,flush-tlb(?:\?young)?(?=,|$)/g, '') : ranged;
}

const textOf = (kernel: Kernel, field: keyof Kernel, scope: Scope): string =>
  normal(valueText(KERNEL_FIELDS[field], kernel[field]), scope);

/** Events that take something which not every boot of an image has. */
function lacks({ lruGen, damon }: Bootable, { steps }: Trace): string | undefined {
  for (const [i, { event }] of steps.entries()) {
    if (event.verb === 'walk' && !lruGen) return `(${i + 1}) needs the multi-gen LRU`;
    if (event.actor === 'page_idle' && !damon) return `(${i + 1}) needs DAMON`;
  }
  return undefined;
}

/** Why a kernel is not one for the trace; undefined if its programs are the trace's own. */
function differs(one: Bootable, trace: Trace): string | undefined {
  const { kernel, scope } = trace.system;
  for (const { field, step } of used(trace)) {
    const [own, its] = [kernel, kernelNamed(one.kernel)].map((of) => textOf(of, field, scope));
    if (own === its) continue;
    return `(${step}) takes ${field}=${own}, and ${one.kernel} has ${field}=${its}`;
  }
  return lacks(one, trace);
}

/** The architectures of presets that are not x86. */
const FOREIGN = /arm64|riscv|ppc/;

export function foreignOf({ names }: System): string | undefined {
  return FOREIGN.exec(`${names.kernel ?? ''} ${names.driver ?? ''}`)?.[0];
}

/** Whether reclaim unmaps a page that no look condemned, as MADV_PAGEOUT does since 6.10. */
const unmapsUnseen = ({ steps, system: { scope } }: Trace): boolean =>
  !scope.events.includes('lru') && steps.some(({ event }) => event.verb === 'unmap');

/**
 * How well a kernel suits a trace: by its name, and by what it can unmap. In steps an unmap is
 * held, as only one by another CPU can be, which is batched.
 */
function suits({ kernel, image, batched }: Bootable, trace: Trace): number {
  const { names, scope } = trace.system;
  const isFine = scope.granularity === 'fine';
  const unmaps = unmapsUnseen(trace) && image === '6.12' ? (isFine && batched ? 4 : 3) : 0;
  return unmaps + (kernel === names.kernel ? 2 : 0);
}

/**
 * The kernel on which a trace is made to happen: its own, if it can be booted, or the first whose
 * programs for its events are its own. Otherwise the sentences say what each lacks.
 */
export function bootableFor(trace: Trace, image?: Image): Bootable | readonly string[] {
  const all = BOOTABLE.filter((one) => image === undefined || one.image === image);
  const sorted = all.toSorted((a, b) => suits(b, trace) - suits(a, trace));
  const found = sorted.find((one) => differs(one, trace) === undefined);
  return found ?? sorted.map((one) => differs(one, trace)!);
}

/** The callbacks of the driver that the events of a trace call, each with its first step. */
function called(trace: Trace): Used<CallbackName>[] {
  const first = new Map<CallbackName, number>();
  for (const { field, step } of used(trace)) {
    const value = trace.system.kernel[field];
    if (typeof value !== 'object') continue;
    for (const { name } of value) {
      const callback = CALLS[name]?.callback;
      if (callback !== undefined && !first.has(callback)) first.set(callback, step);
    }
  }
  return [...first].map(([field, step]) => ({ field, step }));
}

/** Why the device of a shadow secondary cannot be a vCPU of KVM; undefined if it can. */
export function notKvm(trace: Trace): string | undefined {
  const { driver, scope } = trace.system;
  const kvm = PRESETS.driver.find(({ name }) => name === KVM)!.value;
  const marks = scope.events.includes('lru') || scope.observers.includes('idle');
  const fields = [
    ...called(trace),
    ...(marks ? [{ field: 'marksAccessed', step: 1 } as const] : []),
  ];
  for (const { field, step } of fields) {
    const [own, its] = [driver, kvm].map((of) => valueText(DRIVER_FIELDS[field], of[field]));
    if (own !== its) {
      return `(${step}) takes ${field}=${own}, and KVM of these kernels has ${field}=${its}`;
    }
  }
  return undefined;
}
