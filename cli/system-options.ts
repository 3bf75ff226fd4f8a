/** The options that name a system, and the file that can replace them. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { parseSystemFile } from '../checker/trace/read-setup.ts';
import type { WrittenParts } from '../checker/trace/setup.ts';
import { PART_NAMES, PRESETS, parsePart, systemOf } from '../checker/trace/setup.ts';
import type { PartName, System } from '../model/system.ts';
import { Complaint, didYouMean, quote } from '../checker/trace/complaint.ts';

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
  --system FILE     these lines in a file, where # begins a comment; an option
                    overrides its line
`;

/** Bytes. No trace or system is larger. */
const MAX_FILE = 4 << 20;

/** The name of an input in messages about a place in it. */
export const nameOfInput = (file: string): string => (file === '-' ? '<stdin>' : file);

/** The text of the named file, or of standard input for `-`. */
export const readInput = (file: string): string => readText(file === '-' ? 0 : file);

/** The text of a file. Complains if it is absent, a folder, huge, binary or empty. */
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

/** The part that has a preset of this name, if there is one. */
export const partNamed = (named: string): PartName | undefined =>
  PART_NAMES.find((part) => PRESETS[part].some(({ name }) => name === named));

/** The names of all presets of some parts. */
const namesOf = (parts: readonly PartName[]): string[] =>
  parts.flatMap((part) => PRESETS[part].map(({ name }) => name));

/** The text of a file, where a preset may be named as well. Complains if it is neither. */
export function readNamedFile(named: string, parts: readonly PartName[] = PART_NAMES): string {
  if (named === '-' || existsSync(named)) return readInput(named);
  const possible = namesOf(parts);
  const message = `${quote(named)} is neither a preset nor a file${didYouMean(named, possible)}`;
  throw new Complaint(message, undefined, {
    hint: `youngcheck list ${parts.join(' ')}`,
    possible,
  });
}

/** The system that the options name. An argument is a preset, or a file as for --system. */
export function readSystem(options: SystemValues, named?: string): System {
  if (named !== undefined) {
    const part = partNamed(named);
    if (part !== undefined) return readSystem({ [part]: named, ...options });
    return systemOf({
      ...parseSystemFile(readNamedFile(named), nameOfInput(named)),
      ...partsOf(options),
    });
  }
  return systemOf(writtenSystem(options));
}

/** The parts that the options name. A part that is not there is the default. */
export function writtenSystem(options: SystemValues): WrittenParts {
  const { system } = options;
  const written =
    system === undefined ? {} : parseSystemFile(readInput(system), nameOfInput(system));
  return { ...written, ...partsOf(options) };
}

/** The parts that have an option of their own. */
export function partsOf(values: SystemValues): WrittenParts {
  const given = PART_NAMES.filter((part) => values[part] !== undefined);
  const parts = given.map((part) => [part, parsePart(part, values[part]!)] as const);
  return Object.fromEntries(parts);
}
