/** Runs the command for a test in this process, which is faster than starting another one. */
import { runCommand } from './run.ts';

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Stream = NodeJS.WriteStream;

/** Collects what is written to a stream, until the stream is restored. */
function keep(stream: Stream) {
  const write = stream.write;
  let text = '';
  stream.write = (chunk: string | Uint8Array): boolean => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  return { text: () => text, end: () => void (stream.write = write) };
}

export async function youngcheck(...args: readonly string[]): Promise<Outcome> {
  const [out, err] = [keep(process.stdout), keep(process.stderr)];
  const status = await runCommand(args).finally(() => {
    out.end();
    err.end();
  });
  return { status, stdout: out.text(), stderr: err.text() };
}
