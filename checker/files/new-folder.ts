/** Writes folders that were not there before: whole, or not at all. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Complaint } from '../trace/complaint.ts';
import { complaining } from './write.ts';

/** Complains if no folder can be written there. It is called before long work for the folder. */
export function checkNewFolder(out: string): void {
  if (existsSync(out)) {
    throw new Complaint(`${out}: exists, and is not written over`, undefined, {
      hint: '--out takes a folder that is not there yet',
    });
  }
  const above = dirname(resolve(out));
  if (!existsSync(above)) throw new Complaint(`${above}: no such folder`);
}

/**
 * Makes a folder by a body that fills it. It is filled beside its place, and takes it when it is
 * whole. If the body fails, nothing is left. An error of the file system is a complaint about it.
 */
export async function newFolder<T>(out: string, fills: (folder: string) => Promise<T>): Promise<T> {
  return complaining(out, () => filledBeside(resolve(out), fills));
}

async function filledBeside<T>(place: string, fills: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(dirname(place), `.${basename(place)}-`));
  try {
    const filled = await fills(folder);
    renameSync(folder, place);
    return filled;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Writes a file of a folder that is being filled. */
export const fillFile = (path: string, text: string): void => writeFileSync(path, text);

/** Makes a folder in one that is being filled, with those above it. */
export const fillFolder = (path: string): void => void mkdirSync(path, { recursive: true });

/** Removes a folder of one that is being filled. */
export const emptyOf = (path: string): void => rmSync(path, { recursive: true, force: true });
