/** Writes to a device or a FIFO, which is neither replaced nor removed. */
import { closeSync, constants, fstatSync, openSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import { WriteStream, isatty } from 'node:tty';

const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;

/**
 * Writes a text, or bytes, to a device or a FIFO. Opening does not wait: a FIFO that nobody reads
 * is an error (ENXIO, fifo(7)). A reader may then be as slow as it likes, and Ctrl-C ends the wait
 * for it.
 */
export async function writeToStream(path: string, text: string | Buffer): Promise<void> {
  const fd = openSync(path, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  if (!fstatSync(fd).isFIFO() && !isatty(fd)) {
    try {
      writeFileSync(fd, text);
    } finally {
      closeSync(fd);
    }
    return;
  }
  const stream = isatty(fd)
    ? new WriteStream(fd)
    : new Socket({ fd, readable: false, writable: true });
  stream.end(text);
  await finished(stream, { readable: false });
}
