/** The options of every command that searches: the memory, and the progress that it shows. */
import { useMemory } from '../checker/search/machine-memory.ts';
import { processMemory } from '../checker/search/memory.ts';
import { Complaint, quote } from '../checker/trace/complaint.ts';
import { readNumber } from './command.ts';
import { tell } from './output.ts';
import { PROGRESS, setProgress } from './progress.ts';

export const SEARCH_HELP = `\
  --max-memory N    give up a search whose tables need more than N bytes (k, M,
                    G); default: what the machine, its cgroup or ulimit gives
  --progress HOW    line: one line, on a terminal (default); json: a document a
                    second on standard error; none`;

export const SEARCH_OPTIONS = {
  'max-memory': { type: 'string' },
  progress: { type: 'string' },
} as const;

type Values = { readonly [O in keyof typeof SEARCH_OPTIONS]?: string | undefined };

const BYTES = { '': 1, k: 2 ** 10, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** Applies the options. Every search that begins after this heeds them. */
export function useSearchOptions(values: Values): void {
  const { progress = 'line' } = values;
  const how = PROGRESS.find((name) => name === progress);
  if (how === undefined) {
    const place = { file: '--progress', line: 1, column: 1, source: progress };
    const message = `--progress cannot be ${quote(progress)}`;
    throw new Complaint(message, place, { possible: PROGRESS });
  }
  setProgress(how);
  useMemory(readNumber('--max-memory', values['max-memory'], BYTES));
}

export const shortageText = (shortage: string): string =>
  `unfinished, too little memory: ${shortage}\nhint: --max-memory N sets another limit\n`;

/** Says on standard error if some work was given up, as there was too little memory. */
export function tellShortage(): void {
  const { shortage } = processMemory();
  if (shortage !== undefined) tell(shortageText(shortage));
}
