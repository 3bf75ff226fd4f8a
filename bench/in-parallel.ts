/** Several pieces of work at a time. */
import { availableParallelism } from 'node:os';

type Work = () => Promise<void>;

/**
 * Does several pieces of work at a time, as many as the machine has cores. `next` returns one, or
 * undefined if there is none left.
 */
export async function inParallel(
  next: () => Work | undefined,
  jobs = availableParallelism(),
): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let work = next(); work !== undefined; work = next()) await work();
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}
