/** The thread of one part. It searches at once, and sends new chunks and at the end its report. */
import { parentPort, workerData } from 'node:worker_threads';
import { PROPERTIES } from '../../../properties/index.ts';
import type { Property } from '../../../properties/index.ts';
import type { Chunk } from './family.ts';
import type { Task } from './memory.ts';
import type { Report } from './part.ts';
import { Part } from './part.ts';

/** What the main thread hears from a part. */
export type News = { readonly chunk: Chunk } | { readonly report: Report };

function propertyNamed(name: string): Property {
  const property = PROPERTIES.find((each) => each.name === name);
  if (property === undefined) throw new Error(`a thread does not know the property ${name}`);
  return property;
}

if (parentPort !== null) {
  const port = parentPort;
  const tell = (news: News) => port.postMessage(news);
  const task = workerData as Task;
  const part = new Part(task, task.properties.map(propertyNamed), (chunk) => tell({ chunk }));
  tell({ report: part.search() });
}
