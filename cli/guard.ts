/** youngcheck guard: which verdicts change when a policy changes. */
import { Complaint } from '../checker/trace/complaint.ts';
import { boundless } from '../checker/judge/default-scopes.ts';
import type { GuardResult } from '../checker/judge/guard.ts';
import { conclusionOf, guard as compare, scopesWith } from '../checker/judge/guard.ts';
import type { Base } from '../checker/judge/guard-base.ts';
import { baseOfPreset, baseOfText, baseWithout } from '../checker/judge/guard-base.ts';
import type { Guarded } from '../checker/judge/guard-formats.ts';
import { guardAnnotations, guardJson, guardMarkdown } from '../checker/judge/guard-formats.ts';
import type { GuardRun } from '../checker/judge/guard-sarif.ts';
import { guardSarif } from '../checker/judge/guard-sarif.ts';
import { guardSummary } from '../checker/judge/guard-summary.ts';
import { guardText } from '../checker/judge/guard-text.ts';
import { idleNotes } from '../checker/tell/verdict-text.ts';
import { parseSystemFile } from '../checker/trace/read-setup.ts';
import type { WrittenParts } from '../checker/trace/setup.ts';
import { DEFAULTS, printPart } from '../checker/trace/setup.ts';
import { documentText, jsonText } from '../checker/trace/document.ts';
import type { PartName, System } from '../model/system.ts';
import { STDOUT, checkOut, writeFile } from '../checker/files/write.ts';
import { allowanceOf } from './allow-option.ts';
import { COUNTS, SECONDS } from './check.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs, readFileArgument, readNumber } from './command.ts';
import { conduct } from './drive.ts';
import { print, tell } from './output.ts';
import { pathInRepository } from './repository.ts';
import { SEARCH_HELP, SEARCH_OPTIONS, tellShortage, useSearchOptions } from './search-options.ts';
import { nameOfInput, namedIn, partNamed, partsOf, readNamedFile } from './system-options.ts';
import { OUT_OPTION } from './write-out.ts';

const HELP = `youngcheck guard: which verdicts does a change of policy change?

usage: youngcheck guard FILE [--against NAME|FILE] [OPTION...]
       youngcheck guard --kernel TEXT | --driver TEXT [OPTION...]

  FILE              the policy: lines of a setup block (kernel, driver,
                    hardware, scope); -: standard input; or a preset's name
  --kernel TEXT     such a line, instead of FILE or of its line; a patch to
  --driver TEXT     core mm: --kernel 'v6.6-x86 age=pte,flush-tlb?young,...'
  --hardware TEXT
  --scope TEXT
  --against NAME    a preset, which replaces the driver, or the kernel, of the
                    policy's system
  --against FILE    another system, such as an older version of the policy; -:
                    standard input; what one of the two does not name is as in
                    the other
  --allow NAME      what may get worse: a family (safety, progress, accuracy,
                    cost) or a property; it counts as neither worse nor better
                    and is still listed; may be repeated
  --folder DIR      a catalogue of your own: FILE and --against can then be the
                    names of systems in DIR/systems (docs/own-catalogue.md)
  --max-states N    give up a search after N states (k, M)
  --time-limit S    give up a system in a scope after S seconds (s, m, h)
${SEARCH_HELP}

  --json            all verdicts of both, one JSON document
  --markdown        for a pull request
  --sarif           SARIF 2.1.0
  --annotations     ::error lines of a GitHub workflow
  --out FILE        write the report there, and print one screen
  --name NAME       the name of FILE in messages and reports, if FILE is - or a
                    copy; a file with the base is then 'NAME (base)'

Both systems are searched in the scopes mail, small and races, and in the one
that FILE names, for every property that makes sense there. Worse means that a
property is newly violated, or that wrong answers last longer. Better is the other
way round. What is violated on both sides has a heading of its own.

Without --against, the base of a driver is the preset from which it is written;
of one that names no preset, ${DEFAULTS.driver} or, if the secondary is
another, the preset with the most callbacks in common. The base of a kernel is
the preset from which it is written, or the one with the most programs in common.
Ctrl-C prints what was found so far.

exit status: 0 nothing worse, 1 something worse, 2 bad input, 3 unfinished,
5 only better: review, and promote
`;

const OPTIONS = {
  kernel: { type: 'string' },
  driver: { type: 'string' },
  hardware: { type: 'string' },
  scope: { type: 'string' },
  against: { type: 'string' },
  folder: { type: 'string' },
  allow: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  markdown: { type: 'boolean' },
  sarif: { type: 'boolean' },
  annotations: { type: 'boolean' },
  ...OUT_OPTION,
  name: { type: 'string' },
  'max-states': { type: 'string' },
  'time-limit': { type: 'string' },
  ...SEARCH_OPTIONS,
} as const;
type Values = ReturnType<typeof readGuardArgs>['values'];

const readGuardArgs = (args: readonly string[]) => readArgs('guard', args, OPTIONS);

const CONCLUSIONS = {
  same: STATUS.holds,
  worse: STATUS.violated,
  unfinished: STATUS.unfinished,
  better: STATUS.better,
} as const;

const AGAINST = ['driver', 'kernel'] as const;
const isAgainst = (part: PartName | undefined): part is (typeof AGAINST)[number] =>
  AGAINST.some((name) => name === part);

/** A policy as it was given: where it stands, its text, and the parts that it names. */
interface Policy {
  /** Undefined if options alone name it, or a preset. */
  readonly file: string | undefined;
  readonly text: string;
  readonly written: WrittenParts;
}

/** Reads FILE and the options that replace its lines. */
function readPolicy(file: string | undefined, values: Values): Policy {
  const options = partsOf(values);
  if (file === undefined) return { file, text: '', written: options };
  const preset = partNamed(file);
  const text = preset === undefined ? readNamedFile(file) : `${preset} ${file}\n`;
  const written = { ...parseSystemFile(text, values.name ?? nameOfInput(file)), ...options };
  return { file: preset === undefined ? file : undefined, text, written };
}

/** The two systems, and what is to be said of the base. */
interface Compared extends Base {
  readonly after: System;
}

/** Finds the base. A preset replaces one part of the policy's system. */
function readAgainst(named: string | undefined, { written }: Policy, name?: string): Compared {
  const after = boundless(written);
  if (named === undefined) return { after, ...baseWithout(after) };
  const part = partNamed(named);
  if (isAgainst(part)) return { after, ...baseOfPreset(after, part, named) };
  const text = readNamedFile(named, AGAINST);
  const base = parseSystemFile(text, name === undefined ? nameOfInput(named) : `${name} (base)`);
  const policy = boundless({ ...base, ...written });
  return { after: policy, ...baseOfText(policy, written, base) };
}

/** The line of the part that changes: the driver or the kernel, or else the first one. */
function lineOf(text: string, before: System, after: System): number {
  const lines = text.split(/\r?\n/);
  const find = (part: string) =>
    lines.findIndex((line) => new RegExp(`^[\\s{]*${part}\\s`).test(line)) + 1;
  const changed = AGAINST.filter((part) => printPart(before, part) !== printPart(after, part));
  const found = [...changed, ...AGAINST].map(find).find((line) => line > 0);
  return found ?? (find('(hardware|scope)') || 1);
}

/** The place of the policy, for machines. Standard input has none, but for its --name. */
function guardedIn({ file, text }: Policy, before: System, after: System, name?: string): Guarded {
  const named = file === undefined ? undefined : (name ?? (file === '-' ? undefined : file));
  return {
    file: named === undefined ? undefined : pathInRepository(named),
    line: lineOf(text, before, after),
  };
}

function printed(result: GuardResult, values: Values, guarded: Guarded, run: GuardRun): string {
  if (values.json) return documentText(guardJson(result));
  if (values.sarif) return jsonText(guardSarif(result, guarded, run));
  if (values.markdown) return guardMarkdown(result);
  if (values.annotations) return guardAnnotations(result, guarded);
  return guardText(result);
}

/** Says on standard error which words of a policy do nothing in any scope that was compared. */
function tellIdle({ comparisons }: GuardResult): void {
  for (const side of ['before', 'after'] as const) {
    const notes = idleNotes(...comparisons.map((each) => each[side].system));
    for (const note of notes) tell(`${side}: ${note}\n`);
  }
}

const FORMATS = ['json', 'markdown', 'sarif', 'annotations'] as const;

/** Refuses what no guard can be made of, before anything is read. */
function checkArgs(file: string | undefined, values: Values): void {
  const hint = 'youngcheck guard --help';
  if (file === undefined && Object.keys(partsOf(values)).length === 0) {
    throw new Complaint('guard takes one file, or a --kernel or --driver', undefined, { hint });
  }
  if (FORMATS.filter((format) => values[format]).length > 1) {
    throw new Complaint('guard prints one format at a time', undefined, { hint });
  }
  if (file === '-' && values.against === '-') {
    throw new Complaint('standard input cannot be both policies', undefined, { hint });
  }
  if (file === undefined && values.name !== undefined) {
    throw new Complaint('--name is the name of a file, and there is none', undefined, { hint });
  }
}

export const guard: Command = {
  name: 'guard',
  summary: 'which verdicts a change of policy changes, worse first',
  help: HELP,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = readGuardArgs(args);
    const given = readFileArgument('guard', positionals);
    const file = given && namedIn(values.folder, given);
    const against = values.against && namedIn(values.folder, values.against);
    checkArgs(file, values);
    const policy = readPolicy(file, values);
    const { system: before, after, notes } = readAgainst(against, policy, values.name);
    const allowance = allowanceOf(values.allow ?? []);
    const limits = {
      maxStates: readNumber('--max-states', values['max-states'], COUNTS) ?? Infinity,
      timeLimit: readNumber('--time-limit', values['time-limit'], SECONDS) ?? Infinity,
    };
    useSearchOptions(values);
    const { out } = values;
    if (out !== undefined) checkOut(out);
    const scopes = scopesWith(policy.written.scope?.value);
    const work = compare(before, after, scopes, limits, allowance);
    const { value, interrupted } = await conduct(work, 'searches');
    const result = { ...value, notes: [...notes, ...value.notes] };
    const status = CONCLUSIONS[conclusionOf(result)];
    const guarded = guardedIn(policy, before, after, values.name);
    const text = printed(result, values, guarded, { status, interrupted });
    // What is printed in any case needs no summary.
    if ((await writeFile(out ?? STDOUT, text)) !== 'printed') {
      print(guardSummary(result, values.name ?? file ?? 'policy', out!));
    }
    tellIdle(result);
    tellShortage();
    return status;
  },
};
