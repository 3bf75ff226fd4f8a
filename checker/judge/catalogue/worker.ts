/** A thread of recompute(). It searches what it is sent, sends the answer, and waits for more. */
import { parentPort, workerData } from 'node:worker_threads';
import type { System } from '../../../model/system.ts';
import { PROPERTIES } from '../../../properties/index.ts';
import { useMemory } from '../../search/machine-memory.ts';
import { processMemory } from '../../search/memory.ts';
import type { Effort, Expected } from './expected.ts';
import { search } from './expected.ts';

/** A request for one search. It has the names of properties, because functions cannot be sent. */
export interface Request {
  readonly system: System;
  readonly properties: readonly string[];
  readonly effort: Effort;
}
/** The answers, or what memory they lacked. */
export type Reply = readonly Expected[] | { readonly shortage: string };
/** The memory of each search, if a user has set it. */
export interface Settings {
  readonly memory?: number | undefined;
}

const port = parentPort;
if (port !== null) useMemory((workerData as Settings).memory);
port?.on('message', ({ system, properties, effort }: Request) => {
  const named = properties.map((name) => PROPERTIES.find((property) => property.name === name)!);
  const found = search(system, named, effort) ?? { shortage: processMemory().shortage! };
  port.postMessage(found satisfies Reply);
});
