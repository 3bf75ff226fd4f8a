/** youngcheck check: the exhaustive search of one system. */
import type { Result } from '../checker/search/check.ts';
import { resultOf } from '../checker/search/check.ts';
import { propertiesNamed } from '../checker/library/system-input.ts';
import type { Assessment } from '../checker/judge/assess.ts';
import { CHEAP, assess } from '../checker/judge/assess.ts';
import { resultJson, resultText, traceTexts } from '../checker/judge/result.ts';
import { Search } from '../checker/search/search.ts';
import type { System } from '../model/system.ts';
import type { Property } from '../properties/index.ts';
import { propertiesFor } from '../properties/index.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import { documentText } from '../checker/trace/document.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs, readNumber, refuseArguments } from './command.ts';
import { drive } from './drive.ts';
import { SEARCH_HELP, SEARCH_OPTIONS, useSearchOptions } from './search-options.ts';
import { SYSTEM_HELP, SYSTEM_OPTIONS, readSystem } from './system-options.ts';

const HELP = `youngcheck check: search a system exhaustively, breadth first

usage: youngcheck check [OPTION...]

${SYSTEM_HELP}
  --property NAME   what to check; may be repeated; without the observer in
                    parentheses, for every observer in scope; default: all
                    properties that make sense in the system
  --json            print one JSON document
  --max-states N    stop after N states (k, M)
  --time-limit S    stop after S seconds (s, m, h)
${SEARCH_HELP}

A violated property comes with its shortest trace: all shorter ones were
searched. Lines below the verdicts tell how long the wrong answers about one page
can go on, and how many ATC invalidations a look sends. They are not computed
beyond ${CHEAP.toLocaleString('en')} states, and are left out where a limit was reached. Ctrl-C
prints what was found so far and how far the search went.

exit status: 0 all hold, 1 some violated, 2 bad input, 3 unfinished, 4 vacuous
(where several apply: 1 before 3 before 4)
`;

const OPTIONS = {
  ...SYSTEM_OPTIONS,
  property: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  'max-states': { type: 'string' },
  'time-limit': { type: 'string' },
  ...SEARCH_OPTIONS,
} as const;

export const COUNTS = { '': 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9 };
export const SECONDS = { '': 1, s: 1, m: 60, h: 3600 };

/** The properties that --property names. Undefined if it was not given. */
export function propertiesAsked(
  names: readonly string[] | undefined,
  system: System,
): Property[] | undefined {
  const asked = names?.flatMap((name) => {
    const place = { file: '--property', line: 1, column: 1, source: name };
    const comma = name.indexOf(',');
    if (comma >= 0) {
      const message = 'one property at a time: --property may be repeated';
      throw new Complaint(message, { ...place, column: comma + 1 });
    }
    return propertiesNamed(name, system, place);
  });
  return asked && [...new Set(asked)];
}

/** The exit status for all verdicts: violated comes before unfinished, and that before vacuous. */
export function statusOf({ verdicts }: Result): number {
  const has = (name: string) => verdicts.some(({ verdict }) => verdict === name);
  if (has('violated')) return STATUS.violated;
  if (has('unfinished')) return STATUS.unfinished;
  return has('vacuous') || verdicts.length === 0 ? STATUS.vacuous : STATUS.holds;
}

/** Severity and cost, if the search was complete. */
function assessmentOf({ system, search, verdicts }: Result): Assessment | undefined {
  if (!search.complete) return undefined;
  return assess(system, verdicts);
}

export const check: Command = {
  name: 'check',
  summary: 'search a system exhaustively for shortest traces, or prove that there are none',
  help: HELP,
  async run(args) {
    const { values, positionals } = readArgs('check', args, OPTIONS);
    refuseArguments('check', positionals);
    const system = readSystem(values);
    const properties = propertiesAsked(values.property, system) ?? propertiesFor(system);
    useSearchOptions(values);
    const limits = {
      maxStates: readNumber('--max-states', values['max-states'], COUNTS) ?? Infinity,
      timeLimit: readNumber('--time-limit', values['time-limit'], SECONDS) ?? Infinity,
    };
    const search = new Search(system, properties, limits);
    await drive(search);
    const result = resultOf(system, search);
    const assessment = assessmentOf(result);
    const text = values.json
      ? documentText(resultJson(result, assessment))
      : [resultText(result, assessment), ...traceTexts(result, assessment)].join('\n\n');
    process.stdout.write(`${text.trimEnd()}\n`);
    return statusOf(result);
  },
};
