/**
 * Reads a log that somebody still writes: trace_pipe, a FIFO, or a file that grows. A read never
 * blocks, since a process cannot end while a thread of its is blocked in one.
 */
import { setTimeout } from 'node:timers/promises';
import { unreadable } from '../checker/conform/ftrace/index.ts';
import type { Growing } from '../checker/files/open-to-read.ts';
import { openToRead } from '../checker/files/open-to-read.ts';
import { interruptOfProcess } from './interrupt.ts';

/** Milliseconds between two looks for more. */
const EVERY = 100;

/** The chunks of a log. `stopped` says afterwards whether the reading was ended by a signal. */
export class FollowInput implements AsyncIterable<Buffer> {
  stopped = false;
  /** Nothing has come. */
  isSilent = true;
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const interrupt = interruptOfProcess();
    const growing = this.complaining(() => openToRead(this.file));
    try {
      for (;;) {
        const chunk = this.complaining(() => growing.read());
        const isMore = chunk !== undefined && chunk.length > 0;
        if (isMore) {
          this.isSilent = false;
          yield chunk;
        }
        this.stopped = await interrupt.look();
        if (this.stopped || (chunk?.length === 0 && this.isOver(growing))) return;
        if (!isMore) await pause(interrupt.signal);
      }
    } finally {
      growing.close();
    }
  }

  /** The writer of a FIFO has closed it. Before its first byte there may be no writer yet. */
  private isOver({ ends }: Growing): boolean {
    return ends && !this.isSilent;
  }

  private complaining<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw unreadable(this.file, error);
    }
  }
}

/** Waits a little, or until the signal comes. */
async function pause(signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(EVERY, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
