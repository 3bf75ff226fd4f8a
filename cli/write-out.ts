/** The option --out of the commands that print one text. */
import { STDOUT, writeFile } from '../checker/files/write.ts';

export const OUT_OPTION = { out: { type: 'string' } } as const;

/** Writes a text where --out says, and tells so. Without --out it is printed. */
export async function writeOut(out: string | undefined, text: string): Promise<void> {
  const written = await writeFile(out ?? STDOUT, text);
  if (written !== 'printed') process.stdout.write(`${out}: ${written}\n`);
}
