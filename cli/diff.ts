/**
 * youngcheck diff: the shortest trace that tells two systems apart, or the proof that there is
 * none.
 */
import { Complaint, quote } from '../checker/trace/complaint.ts';
import { diff as compare } from '../checker/judge/diff.ts';
import { diffMany, verdictDiffJson, verdictDiffText } from '../checker/judge/diff-many.ts';
import { diffJson, diffText } from '../checker/judge/diff-text.ts';
import { parseSystemFile } from '../checker/trace/read-setup.ts';
import type { WrittenParts } from '../checker/trace/setup.ts';
import {
  DEFAULTS,
  PART_NAMES,
  PRESETS,
  overridden,
  parsePart,
  systemOf,
} from '../checker/trace/setup.ts';
import { documentText } from '../checker/trace/document.ts';
import { manyOf } from '../model/many.ts';
import type { PartName, System } from '../model/system.ts';
import { COUNTS } from './check.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs, readNumber } from './command.ts';
import { conduct } from './drive.ts';
import { print } from './output.ts';
import { SEARCH_HELP, SEARCH_OPTIONS, tellShortage, useSearchOptions } from './search-options.ts';
import {
  SYSTEM_HELP,
  SYSTEM_OPTIONS,
  namedIn,
  partNamed,
  readNamedFile,
  writtenSystem,
} from './system-options.ts';

const HELP = `youngcheck diff: the shortest trace that tells two systems apart

usage: youngcheck diff A B [OPTION...]

  A, B              each a preset (kernel, driver or hardware) or a file with
                    lines of a setup block; what one does not name is as the
                    options say, or else as in the other; both name the part
                    that differs
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

/** The parts that an argument names: a preset, or the lines of a file. */
function writtenBy(named: string): WrittenParts {
  const part = partNamed(named);
  if (part !== undefined) return { [part]: parsePart(part, named) };
  return parseSystemFile(readNamedFile(named), named);
}

/** A system in which a preset or a file replaces the parts that it names. */
export const replaced = (named: string, base: System): System => overridden(base, writtenBy(named));

const partsIn = (written: WrittenParts): PartName[] =>
  PART_NAMES.filter((part) => written[part] !== undefined);

/**
 * The two systems. What a side does not name is as the options say, then as the other side says,
 * and then the default.
 */
function sidesOf(named: readonly string[], options: WrittenParts): System[] {
  const sides = named.map(writtenBy);
  if (!partsIn(sides[0]).some((part) => sides[1][part] !== undefined)) {
    throw nothingInCommon(named, sides);
  }
  return sides.map((own, i) => systemOf({ ...sides[1 - i], ...options, ...own }));
}

/**
 * The complaint about two sides that name different parts. As each holds for both, the two systems
 * would be the same, and the comparison would prove nothing.
 */
function nothingInCommon(named: readonly string[], sides: readonly WrittenParts[]): Complaint {
  const told = named.map(
    (name, i) => `${quote(name)} names the ${partsIn(sides[i]).join(' and the ')}`,
  );
  const message = `${told.join(' and ')}: each holds for both sides, so that nothing differs`;
  const meant = named.flatMap((name, i) => commandFor(name, named[1 - i]));
  const hint = 'youngcheck diff --help';
  return new Complaint(message, undefined, { hint, possible: meant });
}

/** The command that compares a preset with another one of its part, and the other side for both. */
function commandFor(name: string, other: string): string[] {
  const part = partNamed(name);
  // Two scopes are not compared.
  if (part === undefined || part === 'scope' || other === '-') return [];
  const usual = [DEFAULTS[part], ...PRESETS[part].map((preset) => preset.name)];
  const first = usual.find((preset) => preset !== name)!;
  const both = `--${partNamed(other) ?? 'system'} ${other}`;
  return [`youngcheck diff ${first} ${name} ${both}`];
}

export const diff: Command = {
  name: 'diff',
  summary: 'the shortest trace that tells two systems apart, or the proof that none does',
  help: HELP,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = readArgs('diff', args, OPTIONS);
    if (positionals.length !== 2) {
      throw new Complaint('diff takes two systems', undefined, { hint: 'youngcheck diff --help' });
    }
    if (positionals.every((named) => named === '-')) {
      const hint = 'youngcheck diff --help';
      throw new Complaint('standard input cannot be both systems', undefined, { hint });
    }
    const named = positionals.map((each) => namedIn(values.folder, each));
    const [left, right] = sidesOf(named, writtenSystem(values));
    useSearchOptions(values);
    const most = readNumber('--max-states', values['max-states'], COUNTS) ?? Infinity;
    const heads = { left: positionals[0], right: positionals[1] };
    if (manyOf(left).length > 0) {
      const { value: told } = await conduct(diffMany(left, right, most), 'systems');
      const json = () => documentText(verdictDiffJson(told, heads));
      print(values.json ? json() : verdictDiffText(told, heads));
      return told.differ.length > 0 ? STATUS.violated : STATUS.unfinished;
    }
    const { value: found } = await conduct(compare(left, right, most), 'pairs that are known');
    const text = values.json
      ? documentText(diffJson({ left, right }, found, heads))
      : diffText({ left, right }, found, heads);
    print(text);
    tellShortage();
    if (!found.complete) return STATUS.unfinished;
    return found.difference === undefined ? STATUS.holds : STATUS.violated;
  },
};
