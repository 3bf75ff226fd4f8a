/** The options that name a system, and the file that can stand for them. */
import { readFileSync, statSync } from 'node:fs';
import type { WrittenParts } from '../checker/trace/read-setup.ts';
import { parseSystemFile } from '../checker/trace/read-setup.ts';
import { PART_NAMES, parsePart, systemOf } from '../checker/trace/setup.ts';
import type { System } from '../model/system.ts';
import { Complaint } from '../checker/complaint.ts';

export const SYSTEM_OPTIONS = {
  kernel: { type: 'string' },
  driver: { type: 'string' },
  hardware: { type: 'string' },
  scope: { type: 'string' },
  system: { type: 'string' },
} as const;

export const SYSTEM_HELP = `  --kernel TEXT     the system, in the words of a trace's setup block:
  --driver TEXT     a preset's name, field=value pairs, or a name followed by
  --hardware TEXT   pairs that override it; what is left out is the default
  --scope TEXT      (youngcheck list shows the presets and the fields)
  --system FILE     these lines in a file; an option overrides its line
`;

/** More than any trace or system takes; a larger file is not one. */
const MAX_FILE = 4 << 20;

/** The text of a file that a person named, or of standard input for `-`. */
export const readInput = (file: string): string => readText(file === '-' ? 0 : file);

/** The text of a file, or a Complaint: absent, a folder, huge, binary, empty. */
export function readText(path: string | 0): string {
  const file = path === 0 ? 'standard input' : path;
  const complain = (what: string) => new Complaint(`${file}: ${what}`);
  let text: string;
  try {
    const stats = path === 0 ? undefined : statSync(path);
    if (stats?.isCharacterDevice() || stats?.isBlockDevice())
      throw complain('a device, not a file');
    const size = stats?.size ?? 0;
    if (size > MAX_FILE) throw complain(`${size} bytes is too large: at most ${MAX_FILE}`);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Complaint) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw complain(REASONS[code ?? ''] ?? `cannot be read (${code ?? String(error)})`);
  }
  if (text.includes('\0')) throw complain('a binary file, not text');
  if (text.trim() === '') throw complain('an empty file');
  return text;
}
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'a folder, not a file',
  EACCES: 'may not be read',
  ENAMETOOLONG: 'no such file: the name is too long',
};

interface SystemValues {
  readonly kernel?: string | undefined;
  readonly driver?: string | undefined;
  readonly hardware?: string | undefined;
  readonly scope?: string | undefined;
  readonly system?: string | undefined;
}

/** The system that the options name. */
export function readSystem(values: SystemValues): System {
  const written: WrittenParts =
    values.system === undefined ? {} : parseSystemFile(readText(values.system), values.system);
  const given = PART_NAMES.filter((part) => values[part] !== undefined);
  const parts = given.map((part) => [part, parsePart(part, values[part]!)] as const);
  return systemOf({ ...written, ...Object.fromEntries(parts) });
}
