/** The option --out of the commands that print one text. */
import { printable } from '../checker/trace/printable.ts';
import { STDOUT, writeFile } from '../checker/files/write.ts';
import { print } from './output.ts';

export const OUT_OPTION = { out: { type: 'string' } } as const;

/** Writes a text or a PNG where --out says, and tells so. Without --out it is printed. */
export async function writeOut(out: string | undefined, text: string | Buffer): Promise<void> {
  const written = await writeFile(out ?? STDOUT, text);
  if (written !== 'printed') print(`${printable(out!)}: ${written}\n`);
}
