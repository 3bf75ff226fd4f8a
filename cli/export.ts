/** youngcheck export: a system in the language of another model checker. */
import { promelaText } from '../checker/export/file.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import { refuseMany } from '../checker/trace/numbers.ts';
import type { System } from '../model/system.ts';
import type { Property } from '../properties/index.ts';
import { propertiesFor } from '../properties/index.ts';
import { propertiesAsked } from './check.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs, refuseArguments } from './command.ts';
import { SYSTEM_HELP, SYSTEM_OPTIONS, readSystem } from './system-options.ts';
import { OUT_OPTION, writeOut } from './write-out.ts';

const HELP = `youngcheck export: print a system for another model checker

usage: youngcheck export --promela [--out FILE.pml] [OPTION...]

  --promela         one file for Spin, https://spinroot.com
  --out FILE        write it there; -, the default, is standard output
${SYSTEM_HELP}
  --property NAME   what the file asks, as in check; may be repeated; default:
                    all properties that make sense in the system

Without a scope the system has the scope mail, as a trace has. Spin needs numbers
of pages, CPUs and devices: 'many' is refused.

Events, steps and properties have the names that they have here, and each event
of a trace is one step of Spin. The comment at the head of the file has the
system, the commands that search it, and the one that brings a trail back
(youngcheck import-trail). A property that Spin finds violated is so here, with
as many events, if Spin searches breadth first. Spin does not tell apart what
holds and what is vacuous.

exit status: 0 printed, 2 bad input
`;

const OPTIONS = {
  promela: { type: 'boolean' },
  ...OUT_OPTION,
  ...SYSTEM_OPTIONS,
  property: { type: 'string', multiple: true },
} as const;

/** The languages to which a system can be exported. */
const FORMATS = {
  promela: promelaText,
} as const satisfies Readonly<
  Record<string, (system: System, properties: readonly Property[]) => string>
>;
type Format = keyof typeof FORMATS;

function formatOf(values: { readonly [F in Format]?: boolean | undefined }): Format {
  const names = Object.keys(FORMATS) as Format[];
  const format = names.find((name) => values[name] === true);
  if (format !== undefined) return format;
  throw new Complaint('export needs a format', undefined, {
    hint: 'youngcheck export --help',
    possible: names.map((name) => `--${name}`),
  });
}

export const exportSystem: Command = {
  name: 'export',
  summary: 'print a system for another model checker: Promela, for Spin',
  help: HELP,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = readArgs('export', args, OPTIONS);
    refuseArguments('export', positionals, OPTIONS);
    const format = formatOf(values);
    const system = readSystem(values);
    refuseMany('Spin', system);
    const properties = propertiesAsked(values.property, system) ?? propertiesFor(system);
    await writeOut(values.out, FORMATS[format](system, properties));
    return STATUS.holds;
  },
};
