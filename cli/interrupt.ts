/**
 * The end of a command before its time: by Ctrl-C, or by SIGTERM, which `timeout` sends and an
 * evicted pod gets. Long work looks for it again and again, as signals are delivered only between
 * two turns of the event loop.
 */
import { setMaxListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export class Interrupt {
  private readonly controller = new AbortController();

  constructor() {
    // Each thread of a command listens, and a machine may have any number of them.
    setMaxListeners(0, this.signal);
  }

  /** For work that waits, such as that of other threads. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Whether the command is to end. */
  get came(): boolean {
    return this.signal.aborted;
  }

  raise(): void {
    this.controller.abort();
  }

  /** Lets signals be delivered. Says whether the command is to end. */
  async look(): Promise<boolean> {
    await setImmediate();
    return this.came;
  }
}

let current = new Interrupt();
let listens = false;

/** Replaces the interrupt of this process. A test has one of its own. */
export function setInterrupt(interrupt: Interrupt): void {
  current = interrupt;
}

/**
 * The interrupt of this process, which listens from the first call on. Before that a signal ends
 * the process at once: see launch.js. The second signal kills it.
 */
export function interruptOfProcess(): Interrupt {
  if (!listens) for (const signal of SIGNALS) process.on(signal, interrupts);
  listens = true;
  return current;
}

function interrupts(): void {
  for (const signal of SIGNALS) process.off(signal, interrupts);
  current.raise();
}
