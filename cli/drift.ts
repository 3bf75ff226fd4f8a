/** youngcheck drift: whether a source tree of the kernel still has what the model cites. */
import { drift as lookUp, hasDrifted } from '../checker/drift/drift.ts';
import { driftJson, driftText } from '../checker/drift/drift-text.ts';
import { yardstickFor } from '../checker/drift/nearest.ts';
import { Tree } from '../checker/drift/tree.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import { documentText } from '../checker/trace/document.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs } from './command.ts';
import { conduct } from './drive.ts';
import { print } from './output.ts';

const HELP = `youngcheck drift: does a kernel tree still have what the model cites?

usage: youngcheck drift KERNEL_TREE [OPTION...]

  KERNEL_TREE       the folder of a kernel's source, which has its Makefile
  --kernel PRESET   judge by this kernel preset, and by the files of its
                    architecture alone; default: all presets nearest to the
                    version that the Makefile has
  --all             also list each citation with its file and line
  --json            print one JSON document

The rules of the model and its presets cite functions, macros and callbacks of
the kernel (youngcheck list shows them). Each is looked up in the tree: whether
it is in its file, and whether those still call it that the model names. Beside
it stands which files implement which callback of mmu_notifier_ops. What is
cited of other releases is left out. The C files are read as text, in every
branch of an #if; none is built. Ctrl-C prints what was found so far.

exit status: 0 nothing drifted, 2 bad input, 3 interrupted, 7 something that the
model relies on moved, vanished or lost its caller
`;

const OPTIONS = {
  kernel: { type: 'string' },
  all: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** The one folder that is given. */
function readTree(positionals: readonly string[]): Tree {
  if (positionals.length === 1) return new Tree(positionals[0]);
  const text = `drift takes one kernel tree, not ${positionals.length}`;
  throw new Complaint(text, undefined, { hint: 'youngcheck drift --help' });
}

export const drift: Command = {
  name: 'drift',
  summary: 'whether a kernel tree still has what the model cites',
  help: HELP,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = readArgs('drift', args, OPTIONS);
    const tree = readTree(positionals);
    const yardstick = yardstickFor(tree.version.release, values.kernel);
    const { value: found, interrupted } = await conduct(lookUp(tree, yardstick), 'files');
    print(values.json ? documentText(driftJson(found)) : driftText(found, values.all ?? false));
    if (hasDrifted(found)) return STATUS.drifted;
    return interrupted ? STATUS.unfinished : STATUS.holds;
  },
};
