/**
 * Reads a long log with progress on a terminal. An interrupt ends the reading, also where it waits
 * for more, and so does too little memory. What was read is judged.
 */
import { statSync } from 'node:fs';
import { openLog } from '../checker/conform/ftrace/index.ts';
import { processMemory } from '../checker/search/memory.ts';
import { interruptOfProcess } from './interrupt.ts';
import { clearLine, showLine } from './progress.ts';

/** Seconds before the first line of progress, and between two lines. */
const EVERY = 0.5;

function sizeOf(file: string): number | undefined {
  return file === '-' ? undefined : statSync(file, { throwIfNoEntry: false })?.size;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

function progressText(bytes: number, size: number | undefined, lines: number, seconds: number) {
  const share = size === undefined ? '' : ` of ${megabytes(size)}`;
  const rate = (bytes / seconds / 1e6).toFixed(1);
  return (
    `${megabytes(bytes)}${share} MB, ${lines.toLocaleString('en')} lines, ${rate} MB/s ` +
    '(Ctrl-C: stop and judge)'
  );
}

const NEWLINE = 10;

function linesIn(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}

/** The chunks of a log. `stopped` says afterwards whether the reading was ended early. */
export class LogInput implements AsyncIterable<Buffer> {
  stopped = false;
  private readonly source: AsyncIterable<Buffer>;
  private readonly isStdin: boolean;
  private readonly size: number | undefined;

  constructor(file: string) {
    this.source = openLog(file);
    this.isStdin = file === '-';
    this.size = sizeOf(file);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const start = performance.now();
    let [bytes, lines, shown] = [0, 0, 0];
    const interrupt = interruptOfProcess();
    const chunks = this.source[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await unlessStopped(chunks.next(), interrupt.signal);
        this.stopped = next === STOP || (await interrupt.look()) || lacksMemory();
        if (next === STOP || next.done === true) return;
        yield next.value;
        if (this.stopped) return;
        const chunk = next.value;
        bytes += chunk.length;
        if (!process.stderr.isTTY) continue;
        lines += linesIn(chunk);
        const seconds = (performance.now() - start) / 1000;
        if (seconds - shown < EVERY) continue;
        shown = seconds;
        const text = progressText(bytes, this.size, lines, seconds);
        showLine(text);
      }
    } finally {
      if (shown > 0) clearLine();
      // A wait for more input would keep the process alive.
      if (this.stopped && this.isStdin) process.stdin.destroy();
    }
  }
}

/** Whether there is too little memory to keep more of the log. */
function lacksMemory(): boolean {
  const memory = processMemory();
  if (memory.allowsObjects()) return false;
  memory.ranOutOfObjects();
  return true;
}

const STOP = Symbol('stop');

/**
 * Waits for the next chunk, or for the signal. Nothing that outlives the wait keeps the chunk, as a
 * race with one promise for the signal would: it keeps the results of all races.
 */
function unlessStopped<T>(next: Promise<T>, signal: AbortSignal): Promise<T | typeof STOP> {
  if (signal.aborted) return Promise.resolve(STOP);
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(STOP);
    signal.addEventListener('abort', stop);
    next.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
