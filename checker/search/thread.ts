/** Starts threads, from the compiled code and from the sources. */
import type { Transferable } from 'node:worker_threads';
import { Worker } from 'node:worker_threads';

/**
 * Starts the source `module` as a thread. Compiled code starts what was compiled from it. Node
 * alone cannot read the sources, so the source starts with its loader.
 */
export function startThread(
  module: URL,
  workerData?: unknown,
  transferList: Transferable[] = [],
): Worker {
  if (import.meta.url.endsWith('.js')) {
    return new Worker(new URL(module.href.replace(/\.ts$/, '.js')), { workerData, transferList });
  }
  const [tsx, url] = [import.meta.resolve('tsx/esm/api'), module.href].map((s) =>
    JSON.stringify(s),
  );
  const start = `import(${tsx}).then(({ register }) => (register(), import(${url})))`;
  return new Worker(start, { eval: true, workerData, transferList });
}
