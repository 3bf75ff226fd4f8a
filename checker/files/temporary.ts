/**
 * Temporary files: each is removed however the work on it ends. What a killed process left is
 * removed by the next one that writes into the folder, or that finds its file there as it would
 * write it.
 */
import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/*
 * The name says which process owns the file, and not which file it will replace. A name for each
 * target would be shared by two runs that write the same file. A process number alone would be
 * taken by another process later, so that the file of a killed one would stay. So the name has the
 * time at which the process began, too. Another machine may share the folder, and a container has
 * process numbers of its own: the name says where its numbers count.
 *
 * A file without a name (O_TMPFILE) would vanish with its process. But Node.js has no call that
 * gives it a name: link() does not follow the link in /proc/self/fd.
 */
const NAME = /^\.youngcheck-([0-9a-f]{8})-(\d+)-(\d+)-\d+\.tmp$/;

/** Milliseconds after which nobody writes any more. It is asked only of other machines' files. */
const DAY = 24 * 60 * 60 * 1000;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** What `read` returns, or undefined if there is no such file. Linux alone has /proc. */
function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'ENOTDIR'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** The machine, and the namespace in which it numbers this process. */
function machine(): string {
  const namespace = ifThere(() => readlinkSync('/proc/self/ns/pid')) ?? '';
  const whole = createHash('sha256').update(`${hostname()} ${namespace}`).digest('hex');
  return whole.slice(0, 8);
}

/** When a process began, in clock ticks since boot (proc_pid_stat(5)); undefined if it is gone. */
function startOf(process: string | number): string | undefined {
  const stat = ifThere(() => readFileSync(`/proc/${process}/stat`, 'utf8'));
  // The second field is the command's name, in which there may be blanks and parentheses.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

/** Whether the process that made a temporary file still runs. */
function isRunning(pid: number, start: string): boolean {
  if (startOf('self') !== undefined) return startOf(pid) === start;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

let made = 0;

/** A name that no other process uses. */
export const temporaryName = (): string =>
  `.youngcheck-${machine()}-${process.pid}-${startOf('self') ?? 0}-${made++}.tmp`;

/** Whether a file is a temporary one whose owner left it behind. */
function isLeft(folder: string, name: string): boolean {
  const [, where, pid, start] = NAME.exec(name) ?? [];
  if (where === undefined) return false;
  const stats = lstatSync(join(folder, name), { throwIfNoEntry: false });
  // Another user's process may be hidden from this one.
  if (stats === undefined || !stats.isFile() || stats.uid !== process.geteuid?.()) return false;
  return where === machine() ? !isRunning(Number(pid), start) : Date.now() - stats.mtimeMs > DAY;
}

/** Removes temporary files of processes that were killed. */
export function sweep(folder: string): void {
  try {
    for (const name of readdirSync(folder)) {
      if (isLeft(folder, name)) rmSync(join(folder, name), { force: true });
    }
  } catch (error) {
    // A folder need not allow that its files are listed, or that they are removed.
    if (!['EACCES', 'EROFS'].includes(codeOf(error) ?? '')) throw error;
  }
}

/** The temporary files of this process that exist now. */
const current = new Set<string>();
const DEADLY = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function removeAll(): void {
  for (const path of current) rmSync(path, { force: true });
}

/**
 * Ends the process by the signal, if nobody else listens to it. Whoever else does decides what it
 * means: a search that Ctrl-C ends still has its file to write. It is the first listener, so that
 * it counts the others before one of them leaves. If it came in their place, a signal would kill
 * the process between the two.
 */
function die(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  ignore();
  process.kill(process.pid, signal);
}

function listen(): void {
  for (const signal of DEADLY) process.prependListener(signal, die);
  process.on('exit', removeAll);
}

function ignore(): void {
  for (const signal of DEADLY) process.off(signal, die);
  process.off('exit', removeAll);
}

/**
 * Makes a temporary file in a folder, with these permissions as the umask leaves them. `body` gets
 * its path and its descriptor, and may rename it. Afterwards it is gone.
 */
export async function withTemporary<T>(
  folder: string,
  mode: number,
  body: (path: string, fd: number) => Promise<T>,
): Promise<T> {
  sweep(folder);
  const path = join(folder, temporaryName());
  const fd = openSync(path, 'wx', mode);
  current.add(path);
  if (current.size === 1) listen();
  try {
    return await body(path, fd).finally(() => closeSync(fd));
  } finally {
    rmSync(path, { force: true });
    current.delete(path);
    if (current.size === 0) ignore();
  }
}
