/** A plan while it is made: the calls so far, and what every kind of call asks of the trace. */
import type { Event } from '../../model/events.ts';
import { PAGE_NAMES } from '../../model/ranges.ts';
import { Complaint } from '../trace/complaint.ts';
import { printEvent } from '../trace/print.ts';
import type { Replay, ReplayStep } from '../trace/replay.ts';
import type { Snapshot } from '../trace/snapshot.ts';
import { snapshot } from '../trace/snapshot.ts';
import { Held } from './held.ts';
import type { Bootable } from './kernels.ts';
import type { Proof } from './proof.ts';

/** A call of the program, the steps of the trace that it makes, and what the log must show. */
export interface Call {
  readonly steps: readonly number[];
  /** The call, in C. */
  readonly code: string;
  readonly proofs: readonly Proof[];
}

/** What the device of a run is: the module of the guest, or a vCPU. */
export const DEVICES = ['youngdev', 'kvm'] as const;

export interface Machine {
  readonly bootable: Bootable;
  readonly device: (typeof DEVICES)[number];
}

/** The name of a page, by which the guest's program calls it, too. */
export const pageName = (page: number): string => PAGE_NAMES[page];

/** Whether a step is a call to the kernel, or of one of its threads. */
export const isOfKernel = ({ event: { actor } }: ReplayStep): boolean =>
  actor === 'kswapd' || actor === 'user' || actor === 'khugepaged' || actor === 'page_idle';

const TAKES_AWAY: readonly string[] = ['unmap', 'pageout'];

export class Planning {
  readonly replay: Replay;
  readonly machine: Machine;
  readonly calls: Call[] = [];
  readonly held: Held;
  /** The first look that finds a page unreferenced which stays: reclaim would take it. */
  readonly pinnedBy: number | undefined;
  /** Pages that were dropped and not written since. A read maps the zero page there. */
  readonly dropped = new Set<number>();
  /** The set-up leaves the PTEs young, as the fault of a first access would. */
  isYoung = false;
  private readonly states: readonly Snapshot[];

  constructor(replay: Replay, machine: Machine) {
    const { steps, model } = replay;
    this.replay = replay;
    this.machine = machine;
    this.states = steps.map(({ before }) => snapshot(model, before));
    this.held = new Held(replay, (step) => snapshot(model, step.after));
    this.pinnedBy = steps.find((step, i) => this.staysOld(step, i))?.number;
  }

  get steps(): readonly ReplayStep[] {
    return this.replay.steps;
  }

  get scope() {
    return this.replay.trace.system.scope;
  }

  get isKvm(): boolean {
    return this.machine.device === 'kvm';
  }

  /** The state before a step. */
  before(i: number): Snapshot {
    return this.states[i];
  }

  /** Whether an earlier step takes a page away from the process, from a place in the trace on. */
  isTakenBefore(i: number, page: number, from = 0): boolean {
    return this.steps.slice(from, i).some(({ event }) => {
      return TAKES_AWAY.includes(event.verb) && event.page <= page && page <= event.to;
    });
  }

  /** Whether a fork has given a page to a child as well, and no copy was made since. */
  isShared(i: number, page: number): boolean {
    const before = this.steps.slice(0, i).map(({ event }) => event);
    const fork = before.findLastIndex(({ verb }) => verb === 'fork');
    const isCopied = before.slice(fork + 1).some((event) => {
      return event.page === page && (event.verb === 'cow' || event.verb.endsWith('write'));
    });
    return fork >= 0 && !isCopied;
  }

  /** Whether a look finds a page unreferenced, and no unmap of it follows at once. */
  private staysOld({ event, answer }: ReplayStep, i: number): boolean {
    const isLook = event.verb === 'folio_referenced' || event.verb === 'report';
    if (!isLook || event.actor !== 'kswapd' || answer !== 0) return false;
    const next = this.steps[i + 1]?.event;
    return next?.verb !== 'unmap' || next.page !== event.page;
  }

  /** Refuses the trace, with the step that cannot be driven. */
  refuse(number: number, why: string): Complaint {
    const { trace } = this.replay;
    const { event, answer } = trace.steps[number - 1];
    const text = `(${number}) ${printEvent(event, trace.system.scope, answer)}`;
    const place = trace.source?.steps[number - 1].event;
    return new Complaint(`${text} cannot be reproduced: ${why}`, place);
  }

  /** Refuses a step that a pin would hinder, if the trace needs one. */
  refusePinned(number: number, why: string): void {
    if (this.pinnedBy === undefined) return;
    throw this.refuse(number, `(${this.pinnedBy}) needs a pin, which ${why}`);
  }

  /** A line of youngdev about a step of a cache. It tells such steps of a device with an ATC. */
  told({ page }: Event, verb: string): Proof[] {
    return this.replay.trace.system.hardware.ats ? [{ kind: 'told', page, verb }] : [];
  }

  /** Adds a call, and returns how many steps it makes. */
  add(steps: readonly ReplayStep[], code: string, ...proofs: Proof[]): number {
    this.calls.push({ steps: steps.map(({ number }) => number), code, proofs });
    return steps.length;
  }
}

/** A line of youngdev about a step of an access. */
export const said = ({ page }: Event, word: string): Proof => ({ kind: 'said', page, word });
