/** youngcheck guard: which verdicts change when a policy changes. */
import { Complaint } from '../checker/trace/complaint.ts';
import type { GuardResult } from '../checker/judge/guard.ts';
import { conclusionOf, guard as compare, scopesWith } from '../checker/judge/guard.ts';
import type { Guarded } from '../checker/judge/guard-formats.ts';
import {
  guardAnnotations,
  guardJson,
  guardMarkdown,
  guardSarif,
} from '../checker/judge/guard-formats.ts';
import { guardText } from '../checker/judge/guard-text.ts';
import { parseSystemFile } from '../checker/trace/read-setup.ts';
import { DEFAULTS, parsePart, systemOf } from '../checker/trace/setup.ts';
import { documentText } from '../checker/trace/document.ts';
import type { PartName, System } from '../model/system.ts';
import { COUNTS, SECONDS } from './check.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs, readFileArgument, readNumber } from './command.ts';
import { conduct } from './drive.ts';
import { SEARCH_HELP, SEARCH_OPTIONS, tellShortage, useSearchOptions } from './search-options.ts';
import { namedIn, partNamed, readNamedFile } from './system-options.ts';

const HELP = `youngcheck guard: which verdicts does a change of policy change?

usage: youngcheck guard FILE [--against NAME|FILE] [FORMAT]

  FILE              the policy: lines of a setup block (kernel, driver,
                    hardware, scope); -: standard input; or a preset's name
  --against NAME    a preset, which replaces the driver, or the kernel, of
                    FILE's system; default: ${DEFAULTS.driver}
  --against FILE    another whole system; -: standard input
  --folder DIR      a catalogue of your own: FILE and --against can then be the
                    names of systems in DIR/systems (docs/own-catalogue.md)
  --max-states N    give up a search after N states (k, M)
  --time-limit S    give up a system in a scope after S seconds (s, m, h)
${SEARCH_HELP}

  --json            all verdicts of both, one JSON document
  --markdown        for a pull request
  --sarif           SARIF 2.1.0
  --annotations     ::error lines of a GitHub workflow

Both systems are searched in the scopes mail, small and races, and in the one
that FILE names, for every property that makes sense there. Worse means that a
property falls, or that its wrong answers go on for longer. Better is the other
way round. Ctrl-C prints what was found so far.

exit status: 0 nothing worse, 1 something worse, 2 bad input, 3 unfinished,
5 only better: review, and promote
`;

const OPTIONS = {
  against: { type: 'string' },
  folder: { type: 'string' },
  json: { type: 'boolean' },
  markdown: { type: 'boolean' },
  sarif: { type: 'boolean' },
  annotations: { type: 'boolean' },
  'max-states': { type: 'string' },
  'time-limit': { type: 'string' },
  ...SEARCH_OPTIONS,
} as const;

const CONCLUSIONS = {
  same: STATUS.holds,
  worse: STATUS.violated,
  unfinished: STATUS.unfinished,
  better: STATUS.better,
} as const;

const AGAINST: readonly PartName[] = ['driver', 'kernel'];

/**
 * The system to compare with. A preset replaces one part of the file's system; a file is a whole
 * system.
 */
function readAgainst(named: string, system: System): System {
  const part = partNamed(named);
  if (part === undefined || !AGAINST.includes(part)) {
    return systemOf(parseSystemFile(readNamedFile(named, AGAINST), named));
  }
  const { value } = parsePart(part, named);
  return { ...system, [part]: value, names: { ...system.names, [part]: named } };
}

/** The line for annotations: where the file names its driver, or else its first part. */
function lineOf(text: string): number {
  const lines = text.split(/\r?\n/);
  const find = (pattern: RegExp) => lines.findIndex((line) => pattern.test(line)) + 1;
  return find(/^\s*driver\s/) || find(/^\s*(kernel|hardware|scope)\s/) || 1;
}

function print(result: GuardResult, values: Formats, guarded: Guarded): string {
  if (values.json) return documentText(guardJson(result));
  if (values.sarif) return `${JSON.stringify(guardSarif(result, guarded), null, 2)}\n`;
  if (values.markdown) return guardMarkdown(result);
  if (values.annotations) return guardAnnotations(result, guarded);
  return guardText(result);
}
type Formats = { readonly [F in (typeof FORMATS)[number]]?: boolean | undefined };
const FORMATS = ['json', 'markdown', 'sarif', 'annotations'] as const;

export const guard: Command = {
  name: 'guard',
  summary: 'which verdicts a change of policy changes, worse first',
  help: HELP,
  async run(args) {
    const { values, positionals } = readArgs('guard', args, OPTIONS);
    const hint = 'youngcheck guard --help';
    const named = readFileArgument('guard', positionals);
    if (named === undefined) throw new Complaint('guard takes one file', undefined, { hint });
    if (FORMATS.filter((format) => values[format]).length > 1) {
      throw new Complaint('guard prints one format at a time', undefined, { hint });
    }
    const file = namedIn(values.folder, named);
    if (file === '-' && values.against === '-') {
      throw new Complaint('standard input cannot be both policies', undefined, { hint });
    }
    const preset = partNamed(file);
    const text = preset === undefined ? readNamedFile(file) : `${preset} ${file}\n`;
    const written = parseSystemFile(text, file);
    const after = systemOf(written);
    const before = readAgainst(namedIn(values.folder, values.against ?? DEFAULTS.driver), after);
    const limits = {
      maxStates: readNumber('--max-states', values['max-states'], COUNTS) ?? Infinity,
      timeLimit: readNumber('--time-limit', values['time-limit'], SECONDS) ?? Infinity,
    };
    useSearchOptions(values);
    const scopes = scopesWith(written.scope?.value);
    const { value: result } = await conduct(compare(before, after, scopes, limits), 'searches');
    const name = file === '-' ? 'stdin' : file.replaceAll('\\', '/');
    const guarded = { file: name, line: lineOf(text) };
    process.stdout.write(print(result, values, guarded));
    tellShortage();
    return CONCLUSIONS[conclusionOf(result)];
  },
};
