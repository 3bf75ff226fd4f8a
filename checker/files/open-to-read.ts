/** Opens what somebody else still writes: no read of it waits for more. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

export interface Growing {
  /** It is over where its writers have closed it: a FIFO. A file may always grow. */
  readonly ends: boolean;
  /** What is there. It is empty at the end, and undefined if there is nothing yet. */
  read(): Buffer | undefined;
  close(): void;
}

const CHUNK = 1 << 16;

export function openToRead(path: string): Growing {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return {
    ends: !fstatSync(file).isFile(),
    read() {
      const chunk = Buffer.allocUnsafe(CHUNK);
      try {
        return chunk.subarray(0, readSync(file, chunk));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
        throw error;
      }
    },
    close: () => closeSync(file),
  };
}
