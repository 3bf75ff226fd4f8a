/** A thread that runs chunks. It is sent what to run, and sends back what it counted. */
import { parentPort, workerData } from 'node:worker_threads';
import type { System } from '../../model/system.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { ChunkRunner } from './chunk.ts';
import type { Settings } from './settings.ts';

/** The data with which a worker starts. Properties go by name, because functions cannot be sent. */
export interface Task {
  readonly system: System;
  readonly properties: readonly string[];
  readonly settings: Settings;
}

/** The number of a chunk, and the beginnings of its runs. */
export interface Order {
  readonly chunk: number;
  readonly beginnings: string;
}

if (parentPort !== null) {
  const port = parentPort;
  const { system, properties, settings } = workerData as Task;
  const named = properties.map((name) => PROPERTIES.find((property) => property.name === name)!);
  const runner = new ChunkRunner(system, named, settings);
  port.on('message', ({ chunk, beginnings }: Order) => {
    runner.beginWith(beginnings);
    const result = runner.run(chunk);
    port.postMessage(result, [result.hashes.buffer as ArrayBuffer]);
  });
}
