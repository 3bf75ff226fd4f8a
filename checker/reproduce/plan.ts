/**
 * What a program does to make the events of a trace happen: a list of calls, each for one event or
 * for several, and what the log must show of it. What cannot be driven is refused here, before
 * anything is written, with the step and the reason.
 */
import type { Event } from '../../model/events.ts';
import { Complaint } from '../trace/complaint.ts';
import { printEvent } from '../trace/print.ts';
import type { Replay, ReplayStep } from '../trace/replay.ts';
import type { Snapshot } from '../trace/snapshot.ts';
import { snapshot } from '../trace/snapshot.ts';
import type { Bootable, Image } from './kernels.ts';
import { bootableFor, foreignOf, notKvm } from './kernels.ts';
import { Held, holdsOf, mergedSteps } from './held.ts';
import type { Proof } from './proof.ts';

/** A call of the program, the steps of the trace that it makes, and what the log must show. */
export interface Call {
  readonly steps: readonly number[];
  /** The call, in C. */
  readonly code: string;
  readonly proofs: readonly Proof[];
}

export interface Plan {
  readonly replay: Replay;
  readonly bootable: Bootable;
  readonly device: 'youngdev' | 'kvm';
  readonly calls: readonly Call[];
  /** Looks find a page unreferenced that stays: a pin keeps reclaim from taking it. */
  readonly pinned: boolean;
  /** The pages are of a file, which is written back. */
  readonly file: boolean;
  /** The CPU on which reclaim runs; the program runs on CPU 0. */
  readonly reclaimCpu: 0 | 1;
}

const PAGE_NAMES = 'ABCD';

/** Refuses a trace, with the step that cannot be driven. */
export function refuse(replay: Replay, number: number, why: string): Complaint {
  const { trace } = replay;
  const { event, answer } = trace.steps[number - 1];
  const text = `(${number}) ${printEvent(event, trace.system.scope, answer)}`;
  return new Complaint(
    `${text} cannot be reproduced: ${why}`,
    trace.source?.steps[number - 1].event,
  );
}

const refuseTrace = (why: string, possible?: readonly string[]): Complaint =>
  new Complaint(`this trace cannot be reproduced: ${why}`, undefined, possible ? { possible } : {});

/** Hardware that youngdev does not play. */
function hardwareLack({ trace }: Replay): string | undefined {
  const { hardware, scope, driver } = trace.system;
  if (driver.secondary === 'shadow') return undefined;
  if (hardware.iotlbQueue) return 'youngdev has no queue of the IOMMU (iotlbQueue=true)';
  if (hardware.inFlight) return 'youngdev has no DMA in flight (inFlight=true)';
  if (scope.events.includes('posted')) return 'youngdev posts no writes (events=posted)';
  return undefined;
}

/** The kernel and the device, or a complaint. */
function machineOf(replay: Replay, image: Image | undefined): Pick<Plan, 'bootable' | 'device'> {
  const { trace } = replay;
  const { scope, driver } = trace.system;
  const foreign = foreignOf(trace.system);
  if (foreign !== undefined) throw refuseTrace(`it is of ${foreign}, and only x86 is booted`);
  if (scope.block !== '1') throw refuseTrace('huge pages are not driven (block)');
  if (scope.cpus > 1) throw refuseTrace('one CPU of the process is driven, and not more (cpus)');
  const lack = hardwareLack(replay);
  if (lack !== undefined) throw refuseTrace(lack);
  const device = driver.secondary === 'shadow' ? 'kvm' : 'youngdev';
  const why = device === 'kvm' ? notKvm(trace) : undefined;
  if (why !== undefined) throw refuseTrace(why);
  if (device === 'kvm' && scope.devices > 1) throw refuseTrace('one vCPU is driven (devices)');
  const bootable = bootableFor(trace, image);
  if (Array.isArray(bootable)) {
    throw refuseTrace('no kernel that can be booted has its programs', bootable as string[]);
  }
  return { bootable: bootable as Bootable, device };
}

/** Plans the calls for a trace that was replayed. Throws a Complaint if they cannot be made. */
export function planOf(replay: Replay, image?: Image): Plan {
  const machine = machineOf(replay, image);
  return new Planner(replay, machine).plan();
}

class Planner {
  private readonly replay: Replay;
  private readonly machine: Pick<Plan, 'bootable' | 'device'>;
  private readonly calls: Call[] = [];
  private readonly states: readonly Snapshot[];
  private readonly held: Held;
  private pinnedBy: number | undefined;
  /** Pages that were dropped and not written since. A read maps the zero page there. */
  private readonly dropped = new Set<number>();
  private isChecked = false;

  constructor(replay: Replay, machine: Pick<Plan, 'bootable' | 'device'>) {
    this.replay = replay;
    this.machine = machine;
    this.states = replay.steps.map(({ before }) => snapshot(replay.model, before));
    this.held = new Held(replay, (step) => snapshot(replay.model, step.after));
  }

  plan(): Plan {
    const { steps } = this.replay;
    this.pinnedBy = steps.find((step, i) => this.staysOld(step, i))?.number;
    for (let i = 0; i < steps.length;) i += this.take(steps[i], i);
    const { trace } = this.replay;
    const file = steps.some(({ event }) => event.verb === 'write-protect');
    const isApart =
      trace.system.scope.cpus > 0 || this.held.isUsed || this.machine.bootable.batched;
    return {
      replay: this.replay,
      ...this.machine,
      calls: this.calls,
      pinned: this.pinnedBy !== undefined,
      file,
      reclaimCpu: isApart ? 1 : 0,
    };
  }

  private refuse(number: number, why: string): Complaint {
    return refuse(this.replay, number, why);
  }

  /** Whether a look finds a page unreferenced, and no unmap of it follows at once. */
  private staysOld({ event, answer }: ReplayStep, i: number): boolean {
    const isLook = event.verb === 'folio_referenced' || event.verb === 'report';
    if (!isLook || event.actor !== 'kswapd' || answer !== 0) return false;
    const next = this.replay.steps[i + 1]?.event;
    return next?.verb !== 'unmap' || next.page !== event.page;
  }

  private add(steps: readonly ReplayStep[], code: string, ...proofs: Proof[]): number {
    this.calls.push({ steps: steps.map(({ number }) => number), code, proofs });
    return steps.length;
  }

  /** Plans the call for a step, and returns how many steps it makes. */
  private take(step: ReplayStep, i: number): number {
    const { event } = step;
    if (this.isChecked && event.actor === 'page_idle') {
      throw this.refuse(step.number, 'DAMON checks once, and then no more');
    }
    switch (event.actor) {
      case 'dev':
        return this.deviceStep(step, i);
      case 'iommu':
        return this.iommuStep(step, i);
      case 'cpu':
        return this.cpuStep(step);
      case 'user':
        return this.userStep(step);
      case 'kswapd':
        return this.kswapdStep(step, i);
      case 'page_idle':
        return this.idleStep(step);
      default:
        throw this.refuse(step.number, 'no call makes it happen');
    }
  }

  private get isKvm(): boolean {
    return this.machine.device === 'kvm';
  }

  private deviceStep(step: ReplayStep, i: number): number {
    const { event } = step;
    const on = `${event.unit}, ${PAGE_NAMES[event.page]}`;
    switch (event.verb) {
      case 'read':
      case 'write':
        return this.access([step], i, event.verb === 'write');
      case 'request-read':
      case 'request-write':
        return this.request(step, i, event.verb === 'request-write');
      case 'complete':
        return this.add([step], `device_completes(${on});`, said(event, 'complete'));
      case 'handle-invalidation':
        return this.add(
          [step],
          `device_handles_invalidation(${on});`,
          told(event, 'handle-invalidation'),
        );
      case 'evict':
        if (this.isKvm) throw this.refuse(step.number, "nobody can empty a vCPU's TLB alone");
        return this.add([step], `device_evicts(${on});`, told(event, 'evict'));
      default:
        throw this.refuse(step.number, 'youngdev does not play it');
    }
  }

  /** A whole access. In `fine` it is a miss whose three steps nothing comes between, or a hit. */
  private access(steps: readonly ReplayStep[], i: number, isWrite: boolean): number {
    const [{ event, number }] = steps;
    const { page, unit } = event;
    const before = this.states[i].pages[page];
    const entry = before.atc[unit];
    const hits = entry.present === 1 && (!isWrite || entry.write === 1);
    if (this.isKvm && hits && !before.spte.young) {
      throw this.refuse(number, 'under TCG each entry of a vCPU begins with an empty TLB');
    }
    if (isWrite) this.dropped.delete(page);
    const { ats } = this.replay.trace.system.hardware;
    const path = this.isKvm || !ats ? undefined : hits ? 'atc-hit' : 'atc-miss';
    const call = `device_${isWrite ? 'writes' : 'reads'}(${unit}, ${PAGE_NAMES[page]});`;
    return this.add(steps, call, { kind: 'access', by: 'DEV', page, path });
  }

  private request(step: ReplayStep, i: number, isWrite: boolean): number {
    const { steps } = this.replay;
    const merged = mergedSteps(steps, i, ['translate', 'complete']);
    if (merged !== undefined) return this.access(merged, i, isWrite);
    if (this.isKvm) throw this.refuse(step.number, 'an access of a vCPU cannot be held half-way');
    const { event } = step;
    const call = `device_requests(${event.unit}, ${PAGE_NAMES[event.page]}, ${isWrite});`;
    return this.add([step], call, said(event, 'request'));
  }

  private iommuStep(step: ReplayStep, i: number): number {
    const { event, number } = step;
    const name = PAGE_NAMES[event.page];
    if (event.verb === 'evict') {
      return this.add([step], `iommu_evicts(${name});`, told(event, 'evict-iotlb'));
    }
    if (event.verb !== 'translate') throw this.refuse(number, 'youngdev does not play it');
    const { pte, iotlb } = this.states[i].pages[event.page];
    if (!pte.present && !iotlb.present && this.held.isUnderWay(i)) {
      throw this.refuse(number, 'it would fault on a page whose lock is held');
    }
    return this.add([step], `iommu_translates(${event.unit}, ${name});`, said(event, 'translate'));
  }

  private cpuStep(step: ReplayStep): number {
    const { event } = step;
    const name = PAGE_NAMES[event.page];
    if (event.verb === 'evict') return this.add([step], 'cpu_evicts();');
    const verb = event.verb === 'write' ? 'writes' : 'reads';
    return this.add([step], `cpu_${verb}(${name});`, {
      kind: 'access',
      by: 'CPU',
      page: event.page,
      path: undefined,
    });
  }

  private userStep(step: ReplayStep): number {
    const { event, number } = step;
    const { page } = event;
    const name = PAGE_NAMES[page];
    switch (event.verb) {
      case 'clear-refs':
        if (this.replay.trace.system.scope.pages > 1) {
          throw this.refuse(number, 'clear_refs clears all pages of the process');
        }
        return this.add([step], 'user_clears_refs();', { kind: 'cleared', page });
      case 'madvise-cold':
        return this.add([step], `user_cools(${name});`, { kind: 'cooled', page });
      case 'fork':
        if (this.pinnedBy !== undefined) {
          throw this.refuse(
            number,
            `fork copies a pinned page, and (${this.pinnedBy}) needs the pin`,
          );
        }
        return this.add([step], 'user_forks();', { kind: 'forked', page });
      default:
        throw this.refuse(number, 'no call makes it happen');
    }
  }

  private kswapdStep(step: ReplayStep, i: number): number {
    const { event, number } = step;
    switch (event.verb) {
      case 'folio_referenced':
        return this.look(step, i);
      case 'age':
        return this.operation(step, i, 'report');
      case 'unmap':
        return this.unmap(step, i);
      case 'pageout':
        return this.pageout(step);
      case 'walk':
        return this.walk(step);
      case 'write-protect':
        return this.writeProtect(step);
      case 'report':
      case 'free':
        return this.add([step], 'operation_ends();', ...this.endProofs(step));
      default:
        if (holdsOf(event.verb)) {
          return this.add([step], 'callback_goes_on();', told(event, event.verb));
        }
        throw this.refuse(number, 'it is not a step that can be held');
    }
  }

  private endProofs({ event, answer }: ReplayStep): Proof[] {
    if (event.verb !== 'report') return [];
    return [{ kind: 'look', page: event.page, referenced: answer === 1 }];
  }

  private look(step: ReplayStep, i: number): number {
    const { page } = step.event;
    this.refuseDropped(step);
    const next = this.replay.steps[i + 1];
    const look: Proof = { kind: 'look', page, referenced: step.answer === 1 };
    const name = PAGE_NAMES[page];
    if (step.answer === 0 && next?.event.verb === 'unmap' && next.event.page === page) {
      if (this.pinnedBy !== undefined) {
        throw this.refuse(next.number, `(${this.pinnedBy}) needs a pin, which keeps the page`);
      }
      return this.add([step, next], `reclaim_looks_and_unmaps(${name});`, look, {
        kind: 'evicted',
        page,
      });
    }
    return this.add([step], `reclaim_looks(${name});`, look);
  }

  /** A read of a page that was dropped maps the zero page, at which no look comes. */
  private refuseDropped({ event, number }: ReplayStep): void {
    if (!this.dropped.has(event.page)) return;
    throw this.refuse(number, 'the page was dropped, and a read then maps the zero page');
  }

  /** An operation in `fine`: as one call if nothing comes between its steps, or held. */
  private operation(step: ReplayStep, i: number, end: 'report' | 'free'): number {
    const whole = this.held.whole(i, end) ?? this.last(step, i);
    const { page } = step.event;
    const name = PAGE_NAMES[page];
    const isLook = end === 'report';
    if (isLook) this.refuseDropped(step);
    if (whole !== undefined) {
      const last = whole.at(-1)!;
      const proof: Proof = isLook
        ? { kind: 'look', page, referenced: last.answer === 1 }
        : { kind: 'zapped', page, to: step.event.to };
      const call = isLook ? `reclaim_looks(${name});` : `user_drops(${name}, ${name});`;
      return this.add(whole, call, proof);
    }
    const why = this.held.whyNot(i, end);
    if (why !== undefined) throw this.refuse(step.number, why);
    if (this.isKvm) throw this.refuse(step.number, "KVM's callbacks cannot be held");
    this.held.isUsed = true;
    return this.add(
      [step],
      isLook ? `reclaim_look_begins(${name});` : `user_drop_begins(${name});`,
    );
  }

  /** A look that finds the PTE young, with which the trace ends half-way. */
  private last(step: ReplayStep, i: number): readonly ReplayStep[] | undefined {
    const isLast = i === this.replay.steps.length - 1;
    return isLast && step.event.verb === 'age' && step.answer === 1 ? [step] : undefined;
  }

  private unmap(step: ReplayStep, i: number): number {
    const { page, to } = step.event;
    const { scope } = this.replay.trace.system;
    for (let p = page; p <= to; p++) this.dropped.add(p);
    if (scope.granularity === 'fine') return this.operation(step, i, 'free');
    if (scope.events.includes('lru')) {
      throw this.refuse(
        step.number,
        'reclaim unmaps a page at once, when its look has condemned it',
      );
    }
    const takes = this.machine.bootable.image === '6.12' && page === to;
    if (takes && this.pinnedBy === undefined) {
      this.dropped.delete(page);
      return this.add([step], `user_pages_out(${PAGE_NAMES[page]}, ${PAGE_NAMES[to]});`, {
        kind: 'evicted',
        page,
      });
    }
    return this.add([step], `user_drops(${PAGE_NAMES[page]}, ${PAGE_NAMES[to]});`, {
      kind: 'zapped',
      page,
      to,
    });
  }

  private pageout(step: ReplayStep): number {
    const { page } = step.event;
    if (this.pinnedBy !== undefined) {
      throw this.refuse(step.number, `(${this.pinnedBy}) needs a pin, which keeps the page`);
    }
    const name = PAGE_NAMES[page];
    return this.add([step], `user_pages_out(${name}, ${name});`, { kind: 'evicted', page });
  }

  private walk(step: ReplayStep): number {
    const { page } = step.event;
    if (this.replay.trace.system.scope.pages > 1) {
      throw this.refuse(step.number, 'a walk comes to all pages of the process');
    }
    return this.add([step], 'lru_gen_walks();', { kind: 'walked', page });
  }

  private writeProtect(step: ReplayStep): number {
    const { page } = step.event;
    const looks = this.replay.steps.find(({ event }) => LOOKS.includes(event.verb));
    if (looks !== undefined) {
      throw this.refuse(
        looks.number,
        `pages of a file are not looked at, and (${step.number}) needs one`,
      );
    }
    return this.add([step], `user_writes_back(${PAGE_NAMES[page]});`, { kind: 'protected', page });
  }

  private idleStep(step: ReplayStep): number {
    const { event, number, answer } = step;
    const { page } = event;
    if (this.replay.trace.system.scope.granularity === 'fine') {
      throw this.refuse(number, 'DAMON cannot be held half-way');
    }
    if (event.verb === 'mark') {
      return this.add([step], `damon_marks(${PAGE_NAMES[page]});`, { kind: 'marked', page });
    }
    const marks = this.replay.steps
      .slice(0, number - 1)
      .filter(({ event: { verb } }) => verb === 'mark');
    if (marks.at(-1)?.event.page !== page) {
      throw this.refuse(number, 'DAMON checks the page that it has marked last');
    }
    this.isChecked = true;
    return this.add([step], 'damon_checks();', { kind: 'checked', page, busy: answer === 1 });
  }
}

const LOOKS: readonly string[] = ['folio_referenced', 'age', 'walk', 'mark', 'check'];

/** A line of youngdev about a step of an access. */
const said = ({ page }: Event, word: string): Proof => ({ kind: 'said', page, word });
/** A line of youngdev about a step of a cache. */
const told = ({ page }: Event, verb: string): Proof => ({ kind: 'told', page, verb });
