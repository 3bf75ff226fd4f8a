/** youngcheck completion: what makes a shell complete commands, options and their values. */
import { Complaint } from '../checker/trace/complaint.ts';
import type { Command } from './command.ts';
import { STATUS, cannotBe, readArgs } from './command.ts';
import { SCRIPTS } from './completion-scripts.ts';
import { print } from './output.ts';
import { SHELLS } from './value-words.ts';

const HELP = `youngcheck completion: make a shell complete commands, options and their values

usage: youngcheck completion ${SHELLS.join(' | ')}

For the shell that you are in:

  eval "$(youngcheck completion bash)"
  eval "$(youngcheck completion zsh)"

The package has the same text in files: dist/share/bash-completion/completions
and dist/share/zsh/site-functions. The names of presets, fields, their values and
properties are completed, too: --scope 'races pages=<Tab>'.

In a checkout, alias youngcheck='npx youngcheck' comes first.

exit status: 0 printed, 2 no such shell
`;

/** The command. It completes all commands, itself too. */
export const completionOf = (all: () => Promise<readonly Command[]>): Command => ({
  name: 'completion',
  summary: 'what makes bash or zsh complete commands, options and their values',
  help: HELP,
  options: {},
  async run(args) {
    const [asked, ...more] = readArgs('completion', args, {}).positionals;
    if (asked === undefined || more.length > 0) {
      const hint = 'youngcheck completion --help';
      throw new Complaint('completion takes one shell', undefined, { hint, possible: SHELLS });
    }
    const shell = SHELLS.find((name) => name === asked);
    if (shell === undefined) throw cannotBe('SHELL', asked, ...SHELLS);
    print(SCRIPTS[shell](await all()));
    return STATUS.holds;
  },
});
