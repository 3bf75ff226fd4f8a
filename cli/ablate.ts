/** youngcheck ablate: which verdicts depend on which assumption. */
import { ablate as compare, isUnfinished, ledgerJson } from '../checker/judge/ablate.ts';
import { ledgerText, ledgerTraces } from '../checker/judge/ablate.ts';
import { COMMAND, ledgerPage } from '../checker/judge/ledger-page.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import { documentText } from '../checker/trace/document.ts';
import { COUNTS } from './check.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs, readFileArgument, readNumber } from './command.ts';
import { conduct } from './drive.ts';
import { print } from './output.ts';
import { SEARCH_HELP, SEARCH_OPTIONS, tellShortage, useSearchOptions } from './search-options.ts';
import { SYSTEM_HELP, SYSTEM_OPTIONS, readSystem } from './system-options.ts';

const HELP = `youngcheck ablate: which verdicts hang on which assumption?

usage: youngcheck ablate [SYSTEM] [OPTION...]

  SYSTEM            a preset, or a file as for --system; -: standard input
${SYSTEM_HELP}
  --traces          also the shortest trace of each change
${SEARCH_HELP}
  --json            print one JSON document
  --max-states N    give up a search after N states (k, M); default 1M
  --page            the page docs/assumptions.md, of the drivers of the mail:
                    ${COMMAND}

Every field of the kernel, the driver, the hardware and the scope is flipped in
turn, while all else stays as it is. A list of steps is changed in one place: a
step is left out, two are swapped, one gets another condition, range or call, or
one is added. Ctrl-C prints what was found so far.

exit status: 0 all was tried, 2 bad input, 3 some verdicts are not known: a limit
was reached, a property holds up to a number of pages only, or the command was
interrupted
`;

const OPTIONS = {
  ...SYSTEM_OPTIONS,
  traces: { type: 'boolean' },
  json: { type: 'boolean' },
  ...SEARCH_OPTIONS,
  page: { type: 'boolean' },
  'max-states': { type: 'string' },
} as const;

/** The limit of states of one search, unless another is given. */
const MOST = 1e6;

export const ablate: Command = {
  name: 'ablate',
  summary: 'which verdicts hang on which assumption',
  help: HELP,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = readArgs('ablate', args, OPTIONS);
    const named = readFileArgument('ablate', positionals);
    const given = positionals.length > 0 || Object.keys(values).length > 1;
    if (values.page && given) {
      throw new Complaint('--page stands alone: its systems are those of the mail');
    }
    if (values.page) {
      print((await conduct(ledgerPage(), 'systems')).value);
      return STATUS.holds;
    }
    const system = readSystem(values, named);
    useSearchOptions(values);
    const maxStates = readNumber('--max-states', values['max-states'], COUNTS) ?? MOST;
    const { value: ledger } = await conduct(compare(system, { maxStates }), 'assumptions');
    const text = values.json
      ? documentText(ledgerJson(ledger))
      : [ledgerText(ledger), ...(values.traces ? ledgerTraces(ledger) : [])].join('\n');
    print(`${text.trimEnd()}\n`);
    tellShortage();
    return isUnfinished(ledger) ? STATUS.unfinished : STATUS.holds;
  },
};
