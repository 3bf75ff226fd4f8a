/**
 * youngcheck diff: the shortest trace that tells two systems apart, or the proof that there is
 * none.
 */
import { Complaint } from '../checker/trace/complaint.ts';
import { diff as compare } from '../checker/judge/diff.ts';
import { diffMany, verdictDiffJson, verdictDiffText } from '../checker/judge/diff-many.ts';
import { diffJson, diffText } from '../checker/judge/diff-text.ts';
import { parseSystemFile } from '../checker/trace/read-setup.ts';
import { PART_NAMES, parsePart, systemOf } from '../checker/trace/setup.ts';
import { documentText } from '../checker/trace/document.ts';
import { manyOf } from '../model/many.ts';
import type { PartName, System } from '../model/system.ts';
import { COUNTS } from './check.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs, readNumber } from './command.ts';
import { conduct } from './drive.ts';
import { SEARCH_HELP, SEARCH_OPTIONS, tellShortage, useSearchOptions } from './search-options.ts';
import {
  SYSTEM_HELP,
  SYSTEM_OPTIONS,
  namedIn,
  partNamed,
  readNamedFile,
  readSystem,
} from './system-options.ts';

const HELP = `youngcheck diff: the shortest trace that tells two systems apart

usage: youngcheck diff A B [OPTION...]

  A, B              each a preset (kernel, driver or hardware) or a file with
                    lines of a setup block; what they do not name is as the
                    options say, the same on both sides
${SYSTEM_HELP}
  --max-states N    give up after N pairs of states (k, M), and the search for
                    the steps of each side after as many states
${SEARCH_HELP}
  --json            print one JSON document

Both systems go through the same events. What tells them apart is an answer or a
harm that one side alone can come to, or an event that can happen on one side
alone. A harm is an access to a freed frame or through a withdrawn permission, or
a fault without end. An eviction of what one side does not cache does not count.
With granularity=fine each side takes steps of its own in between, such as
translations. docs/guard.md tells what is compared. Ctrl-C tells how far the
search went.

With 'many' in the scope the verdicts of both are compared, and what no property
shows is not. So the exit status is 1 where a verdict differs, and otherwise 3:
that is no proof. --max-states is then for each system.

exit status: 0 no trace in scope tells them apart, 1 one does, 2 bad input,
3 unfinished
`;

const OPTIONS = {
  ...SYSTEM_OPTIONS,
  'max-states': { type: 'string' },
  json: { type: 'boolean' },
  ...SEARCH_OPTIONS,
} as const;

/** The base system with some parts replaced by a preset or a file. */
export function replaced(named: string, base: System): System {
  const part = partNamed(named);
  if (part !== undefined) return merged(base, { [part]: parsePart(part, named) });
  return merged(base, parseSystemFile(readNamedFile(named), named));
}

type Written = Parameters<typeof systemOf>[0];

function merged(base: System, written: Written): System {
  const kept = (part: PartName) => ({ value: base[part], name: base.names[part] });
  const parts = PART_NAMES.map((part) => [part, written[part] ?? kept(part)] as const);
  return systemOf(Object.fromEntries(parts) as Written);
}

export const diff: Command = {
  name: 'diff',
  summary: 'the shortest trace that tells two systems apart, or the proof that none does',
  help: HELP,
  async run(args) {
    const { values, positionals } = readArgs('diff', args, OPTIONS);
    if (positionals.length !== 2) {
      throw new Complaint('diff takes two systems', undefined, { hint: 'youngcheck diff --help' });
    }
    if (positionals.every((named) => named === '-')) {
      const hint = 'youngcheck diff --help';
      throw new Complaint('standard input cannot be both systems', undefined, { hint });
    }
    const base = readSystem(values);
    const [left, right] = positionals.map((named) => replaced(namedIn(values.folder, named), base));
    useSearchOptions(values);
    const most = readNumber('--max-states', values['max-states'], COUNTS) ?? Infinity;
    const heads = { left: positionals[0], right: positionals[1] };
    if (manyOf(left).length > 0) {
      const { value: told } = await conduct(diffMany(left, right, most), 'systems');
      const json = () => documentText(verdictDiffJson(told, heads));
      process.stdout.write(values.json ? json() : verdictDiffText(told, heads));
      return told.differ.length > 0 ? STATUS.violated : STATUS.unfinished;
    }
    const { value: found } = await conduct(compare(left, right, most), 'pairs that are known');
    const text = values.json
      ? documentText(diffJson({ left, right }, found, heads))
      : diffText({ left, right }, found, heads);
    process.stdout.write(text);
    tellShortage();
    if (!found.complete) return STATUS.unfinished;
    return found.difference === undefined ? STATUS.holds : STATUS.violated;
  },
};
