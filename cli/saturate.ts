/** youngcheck saturate: whether larger scopes change a verdict. */
import type { Saturation } from '../checker/judge/saturate.ts';
import { saturate as grow } from '../checker/judge/saturate.ts';
import {
  disagreementText,
  saturationJson,
  saturationText,
} from '../checker/judge/saturate-text.ts';
import { processMemory } from '../checker/search/memory.ts';
import { documentText } from '../checker/trace/document.ts';
import { COUNTS, SECONDS } from './check.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs, readFileArgument, readNumber } from './command.ts';
import { conduct } from './drive.ts';
import { print, tell } from './output.ts';
import { SEARCH_HELP, SEARCH_OPTIONS, tellShortage, useSearchOptions } from './search-options.ts';
import { SYSTEM_HELP, SYSTEM_OPTIONS, readSystem } from './system-options.ts';

const HELP = `youngcheck saturate: do larger scopes change a verdict?

usage: youngcheck saturate [SYSTEM] [OPTION...]

  SYSTEM            a preset, or a file as for --system; -: standard input
${SYSTEM_HELP}
  --max-states N    give up a size after N states (k, M); default 300k; also the
                    states of every number for each property
  --time-limit S    stop after S seconds (s, m, h); default 60
${SEARCH_HELP}
  --json            print one JSON document

The system is searched with every number of pages, CPUs and devices, small ones
first. Sizes beyond one that was given up are left out. The numbers of the scope
itself are not used. Ctrl-C prints what was found so far.

Beside the sizes stands the verdict for every number: that of check with
pages=many cpus=many devices=many. It names the sections of docs/reductions.md
that argue why a small search decides it.

exit status: 0 all was tried, 2 bad input, 3 interrupted, or a size
was given up as there was too little memory, 70 a size contradicts the verdict
for every number, which is an error of youngcheck itself
`;

const OPTIONS = {
  ...SYSTEM_OPTIONS,
  'max-states': { type: 'string' },
  'time-limit': { type: 'string' },
  json: { type: 'boolean' },
  ...SEARCH_OPTIONS,
} as const;

/** The default limits: states of one search, and seconds for all. */
const MOST = 3e5;
const LONGEST = 60;

export const saturate: Command = {
  name: 'saturate',
  summary: 'whether more pages, CPUs and devices change a verdict',
  help: HELP,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = readArgs('saturate', args, OPTIONS);
    const named = readFileArgument('saturate', positionals);
    const system = readSystem(values, named);
    useSearchOptions(values);
    const limits = {
      maxStates: readNumber('--max-states', values['max-states'], COUNTS) ?? MOST,
      timeLimit: readNumber('--time-limit', values['time-limit'], SECONDS) ?? LONGEST,
    };
    const { value: found, interrupted } = await conduct(grow(system, limits), 'sizes');
    const json = () => documentText(saturationJson(found));
    print(values.json ? json() : saturationText(found));
    tellShortage();
    return statusOf(found, interrupted);
  },
};

/** The exit status. A contradiction is told on standard error, too, as a program reads the rest. */
export function statusOf(found: Saturation, interrupted: boolean): number {
  const errors = disagreementText(found);
  if (errors.length > 0) {
    tell(`${errors.join('\n')}\n`);
    return STATUS.fault;
  }
  const unfinished = interrupted || processMemory().shortage !== undefined;
  return unfinished ? STATUS.unfinished : STATUS.holds;
}
