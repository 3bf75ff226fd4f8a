/** One thread of recompute(): searches what it is given, answers, and waits for more. */
import { parentPort } from 'node:worker_threads';
import type { System } from '../../../model/system.ts';
import { PROPERTIES } from '../../../properties/index.ts';
import type { Expected, Pages } from './expected.ts';
import { search } from './expected.ts';

/** A property has functions, which no message can carry: its name goes instead. */
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
