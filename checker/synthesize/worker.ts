/** A thread of a synthesis. It answers what it is asked, and waits for more. */
import { parentPort, workerData } from 'node:worker_threads';
import { PROPERTIES } from '../../properties/index.ts';
import { useMemory } from '../search/machine-memory.ts';
import { processMemory } from '../search/memory.ts';
import { whole } from '../search/progress.ts';
import type { Answer, Task } from './task.ts';
import { answering } from './task.ts';

/** A task that can be sent: it has the names of its properties. */
export type Request = Omit<Task, 'properties'> & { readonly names: readonly string[] };
export type Reply = Answer & { readonly shortage?: string };
/** The memory of each search, if a user has set it. */
export interface Settings {
  readonly memory?: number | undefined;
}

const port = parentPort;
if (port !== null) useMemory((workerData as Settings).memory);
port?.on('message', ({ names, ...asked }: Request) => {
  const [first, ...others] = names.map((name) => PROPERTIES.find((each) => each.name === name)!);
  const answer = whole(answering({ ...asked, properties: [first, ...others] }));
  const { shortage } = processMemory();
  port.postMessage({ ...answer, ...(shortage === undefined ? {} : { shortage }) } satisfies Reply);
});
