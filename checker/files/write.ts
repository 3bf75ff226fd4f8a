/**
 * Writes every file that a command writes. A reader finds the whole old text or the whole new one,
 * and nothing but the named file is ever replaced or removed.
 */
import type { Stats } from 'node:fs';
import { accessSync, constants, existsSync, fchmodSync, fchownSync, fstatSync } from 'node:fs';
import { fsync, linkSync, lstatSync, mkdirSync, readFileSync, readlinkSync } from 'node:fs';
import { realpathSync, renameSync, statSync, writeFile as writeToFile } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Complaint } from '../trace/complaint.ts';
import { printableLines } from '../trace/printable.ts';
import { writeToStream } from './stream.ts';
import { sweep, withTemporary } from './temporary.ts';

/** The name of standard output. */
export const STDOUT = '-';

/** What became of the text: `printed` if it went to standard output. */
export type Written = 'written' | 'unchanged' | 'printed';

/** What a path leads to. */
type Target =
  | { readonly kind: 'standard output' }
  | { readonly kind: 'file'; readonly path: string; readonly old?: Stats }
  | { readonly kind: 'stream' };

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'may not be written',
  EDQUOT: 'cannot be written: the quota of disk space is used up',
  EISDIR: 'a folder, not a file',
  ELOOP: 'a chain of symbolic links without an end',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'cannot be written: no space is left',
  ENOTDIR: 'a part of the path is no folder',
  ENXIO: 'a FIFO that nobody reads',
  EPERM: 'may not be written',
  EPIPE: 'its reader is gone, and has not read all',
  EROFS: 'may not be written: the file system is read-only',
};
const HINTS: Readonly<Record<string, string>> = {
  ENXIO: 'start its reader first',
};

/** The complaint about an error of the file system. Any other error is returned as it is. */
function complaintOf(out: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  // Node's own errors have codes such as ERR_INVALID_ARG_TYPE.
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  const reason = REASONS[code];
  const what = reason === undefined ? `cannot be written (${code})` : `${reason} (${code})`;
  return refused(out, what, HINTS[code]);
}

const refused = (out: string, what: string, hint?: string): Complaint =>
  new Complaint(`${out}: ${what}`, undefined, hint === undefined ? {} : { hint });

/** Does `body`, and turns errors of the file system into complaints about `out`. */
export async function complaining<T>(out: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw complaintOf(out, error);
  }
}

/** Whether standard output is this very file, as with `/dev/stdout`, or behind a `>`. */
function isStandardOutput({ dev, ino }: Stats): boolean {
  try {
    const stdout = fstatSync(1);
    return stdout.dev === dev && stdout.ino === ino;
  } catch (error) {
    // Standard output may be closed.
    if ((error as NodeJS.ErrnoException).code === 'EBADF') return false;
    throw error;
  }
}

/** As many links may follow one another as Linux allows. */
const MOST_LINKS = 40;

/** The path of a file that need not exist, without symbolic links. */
function resolved(out: string): string {
  let path = out;
  for (let links = 0; links <= MOST_LINKS; links++) {
    const folder = dirname(path);
    if (!existsSync(folder)) throw new Complaint(`${folder}: no such folder`);
    const real = join(realpathSync(folder), basename(path));
    if (!lstatSync(real, { throwIfNoEntry: false })?.isSymbolicLink()) return real;
    path = resolve(dirname(real), readlinkSync(real));
  }
  throw refused(out, REASONS.ELOOP);
}

/** Finds out what is there, and complains if nothing can be written there. */
function targetOf(out: string): Target {
  if (out === STDOUT) return { kind: 'standard output' };
  if (out === '') throw new Complaint('the name of a file to write is empty');
  if (out.endsWith('/')) throw refused(out, 'a folder, not a file');
  const stats = statSync(out, { throwIfNoEntry: false });
  if (stats === undefined) return { kind: 'file', path: resolved(out) };
  if (stats.isDirectory()) throw refused(out, 'a folder, not a file');
  // Nobody means to write a text over a disk.
  if (stats.isBlockDevice()) throw refused(out, 'a block device, not a file');
  if (stats.isSocket()) throw refused(out, 'a socket, not a file');
  if (isStandardOutput(stats)) return { kind: 'standard output' };
  accessSync(out, constants.W_OK);
  return stats.isFile()
    ? { kind: 'file', path: realpathSync(out), old: stats }
    : { kind: 'stream' };
}

/** Complains if no file can be written there. It is called before long work for the file. */
export function checkOut(out: string): void {
  try {
    const target = targetOf(out);
    if (target.kind === 'file') accessSync(dirname(target.path), constants.W_OK);
  } catch (error) {
    throw complaintOf(out, error);
  }
}

/**
 * Writes a text or bytes where `out` says. `-` is standard output. A device or a FIFO gets them. A
 * regular file, or nothing, is replaced by a file beside it: links are followed, and mode and owner
 * stay. Access lists and extended attributes do not, as Node.js has no call for them. Where a text
 * may go to a terminal, what a terminal would obey is spelled.
 */
export const writeFile = (out: string, content: string | Buffer): Promise<Written> =>
  complaining(out, async () => {
    const target = targetOf(out);
    switch (target.kind) {
      case 'standard output':
        if (typeof content !== 'string' && process.stdout.isTTY) {
          throw refused(out, 'a terminal, which shows no picture', 'name a file by --out FILE');
        }
        process.stdout.write(printed(content));
        return 'printed';
      case 'stream':
        await writeToStream(out, printed(content));
        return 'written';
      case 'file':
        return replace(out, target.path, target.old, content);
    }
  });

/** What a terminal may get of a text. Bytes are no text. */
const printed = (content: string | Buffer): string | Buffer =>
  typeof content === 'string' ? printableLines(content) : content;

async function replace(
  out: string,
  path: string,
  old: Stats | undefined,
  content: string | Buffer,
): Promise<Written> {
  const bytes = Buffer.from(content);
  const same = old?.size === bytes.length && readFileSync(path).equals(bytes);
  if (same) {
    sweep(dirname(path));
    return 'unchanged';
  }
  await withTemporary(dirname(path), old === undefined ? 0o666 : 0o600, async (temporary, fd) => {
    await writeWhole(fd, bytes);
    if (old !== undefined) keepOwner(out, fd, old);
    renameSync(temporary, path);
  });
  return 'written';
}

/** Writes a file to the disk, so that a crash of the machine leaves no empty one. */
async function writeWhole(fd: number, text: string | Buffer): Promise<void> {
  await promisify(writeToFile)(fd, text);
  await promisify(fsync)(fd);
}

/** Gives a new file the owner and the mode of the old one. A change of owner clears mode bits. */
function keepOwner(out: string, fd: number, { uid, gid, mode }: Stats): void {
  const now = fstatSync(fd);
  try {
    if (now.uid !== uid || now.gid !== gid) fchownSync(fd, uid, gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    const hint = `print it, and redirect that: - > ${out}`;
    throw refused(out, 'belongs to another user or group, and a new file would not', hint);
  }
  fchmodSync(fd, mode & 0o7777);
}

/**
 * Creates a file with its whole text, or not at all. Returns false if the name is taken, whatever
 * it is taken by.
 */
export const createFile = (path: string, text: string): Promise<boolean> =>
  complaining(path, () =>
    withTemporary(dirname(path), 0o666, async (temporary, fd) => {
      await writeWhole(fd, text);
      try {
        // Unlike a rename, a link never replaces an existing file.
        linkSync(temporary, path);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw error;
      }
    }),
  );

/**
 * Makes a folder and those above it. Node's own `recursive` never ends where no folder can be made.
 */
export function makeFolder(folder: string): void {
  if (folder === STDOUT) {
    const hint = './- is a folder of that name';
    throw new Complaint("'-' is standard output, and no folder", undefined, { hint });
  }
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return;
  if (stats !== undefined) throw refused(folder, 'a file, not a folder');
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder);
  } catch (error) {
    throw complaintOf(folder, error);
  }
}
