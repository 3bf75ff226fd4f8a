/** youngcheck man: the manual page, made of what --help prints. */
import { versionOfPackage } from '../checker/trace/package.ts';
import type { Command } from './command.ts';
import { STATUS, STATUSES, readArgs, refuseArguments } from './command.ts';
import { print } from './output.ts';

const HELP = `youngcheck man: the manual page

usage: youngcheck man | man -l -

The page has the help of every command. The package has the same text in the file
dist/share/man/man1/youngcheck.1, which npm install --global puts where man looks.

exit status: 0 printed, 2 bad usage
`;

/** A text as roff prints it: with its backslashes and signs, and no line is a request. */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(/^[.']/gm, '\\&$&');

/** Lines that stand as they are, from the margin on, so that they fit a terminal. */
const asItIs = (text: string): string => `.nf\n.in 0\n${roff(text.trim())}\n.in\n.fi`;

/** The help of a command without its first line, which is the heading here. */
const section = ({ name, help }: Command): string =>
  `.SS "${roff(name)}"\n${asItIs(help.replace(/^.*\n/, ''))}`;

const statuses = (): string =>
  Object.entries(STATUSES)
    .map(([name, means]) => `.TP 5\n${STATUS[name as keyof typeof STATUS]}\n${roff(means)}`)
    .join('\n');

/** The day of this version. It is renewed with the version, and CHANGELOG.md has it then. */
export const VERSION_DAY = '2026-11-29';

/** The day in the footer. It is not that of the build: two builds of one source are the same. */
function day(): string {
  const epoch = process.env.SOURCE_DATE_EPOCH ?? '';
  if (!/^\d{1,11}$/.test(epoch)) return VERSION_DAY;
  return new Date(Number(epoch) * 1000).toISOString().slice(0, 10);
}

/** The manual page of these commands. */
export const manualPage = (commands: readonly Command[]): string => `\
.TH YOUNGCHECK 1 "${day()}" "youngcheck ${versionOfPackage()}" "User Commands"
.SH NAME
youngcheck \\- does the kernel hear of every use of a page?
.SH SYNOPSIS
.B youngcheck
.I COMMAND
.RI [ ARG... ]
.SH DESCRIPTION
youngcheck checks whether Linux hears of every use of a page when it ages pages that a device shares
through an IOMMU. For a kernel, a driver and hardware an exhaustive search proves what holds, and
gives the shortest trace of whatever goes wrong.
${commands.map(({ name, summary }) => `.TP 14\n.B ${roff(name)}\n${roff(summary)}`).join('\n')}
.SH COMMANDS
${commands.map(section).join('\n')}
.SH EXIT STATUS
${statuses()}
.PP
Where several apply, it is 1 before 3, and 3 before 4.
.SH SEE ALSO
.B youngcheck list
.I WORD
explains every word of a system and of a trace. docs/glossary.md in the package has the other terms.
`;

/** The command. Its page tells of all commands, of itself too. */
export const manOf = (all: () => Promise<readonly Command[]>): Command => ({
  name: 'man',
  summary: 'the manual page, to read by: youngcheck man | man -l -',
  help: HELP,
  options: {},
  async run(args) {
    refuseArguments('man', readArgs('man', args, {}).positionals, {});
    print(manualPage(await all()));
    return STATUS.holds;
  },
});
