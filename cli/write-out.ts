/** Writes the file that --out names. */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Complaint } from '../checker/trace/complaint.ts';
import { replaceFile } from '../checker/judge/catalogue/replace-file.ts';

/** Complains if no file can be written there. It is called before long work for the file. */
export function checkOut(out: string): void {
  const folder = dirname(out);
  if (!existsSync(folder)) throw new Complaint(`${folder}: no such folder`);
  if (existsSync(out) && statSync(out).isDirectory()) throw new Complaint(`${out}: a folder`);
}

/** Replaces the whole file. Returns false if it has that text already. */
export function writeOut(out: string, text: string): boolean {
  checkOut(out);
  try {
    return replaceFile(out, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Complaint(`${out}: cannot be written (${code})`);
  }
}
