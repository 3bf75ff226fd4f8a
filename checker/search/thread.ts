/** Starts threads, from the compiled code and from the sources. */
import { pathToFileURL } from 'node:url';
import type { Transferable } from 'node:worker_threads';
import { Worker } from 'node:worker_threads';
import { isCompiled, packageFile } from '../trace/package.ts';

/**
 * Starts a module as a thread, given by its path from the root of the package, without its ending.
 * Compiled code starts what was compiled from it: .ci/code.ts has to name it. Node alone cannot
 * read the sources, so a source starts with its loader.
 */
export function startThread(
  module: string,
  workerData?: unknown,
  transferList: Transferable[] = [],
): Worker {
  if (isCompiled()) {
    return new Worker(packageFile(`dist/${module}.js`), { workerData, transferList });
  }
  const source = pathToFileURL(packageFile(`${module}.ts`)).href;
  const [tsx, url] = [import.meta.resolve('tsx/esm/api'), source].map((s) => JSON.stringify(s));
  const start = `import(${tsx}).then(({ register }) => (register(), import(${url})))`;
  return new Worker(start, { eval: true, workerData, transferList });
}
