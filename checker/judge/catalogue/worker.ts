/** A thread of recompute(). It searches what it is sent, sends the answer, and waits for more. */
import { parentPort } from 'node:worker_threads';
import type { System } from '../../../model/system.ts';
import { PROPERTIES } from '../../../properties/index.ts';
import type { Expected, Pages } from './expected.ts';
import { search } from './expected.ts';

/** A request for one search. It has the names of properties, because functions cannot be sent. */
export interface Request {
  readonly system: System;
  readonly properties: readonly string[];
  readonly pages: Pages;
}
export type Reply = readonly Expected[];

const port = parentPort;
port?.on('message', ({ system, properties, pages }: Request) => {
  const named = properties.map((name) => PROPERTIES.find((property) => property.name === name)!);
  port.postMessage(search(system, named, pages) satisfies Reply);
});
