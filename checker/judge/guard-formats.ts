/**
 * Prints the report of a guard for machines and for reviews: JSON, Markdown, SARIF, annotations.
 */
import { assessmentJson, costText } from './severity-text.ts';
import { manyOf } from '../../model/many.ts';
import { notAskedJson } from '../tell/not-asked-text.ts';
import { systemJson, verdictJson } from '../tell/verdict-json.ts';
import type { Change } from './changes.ts';
import { isStillWrong, judgedText } from './changes.ts';
import type { Comparison, GuardResult, ScopedChange } from './guard.ts';
import { conclusionOf } from './guard.ts';
import {
  conclusionText,
  leftOutLines,
  machineNotes,
  noteLines,
  reported,
  severityChange,
  systemLines,
  traced,
  tracesOf,
  unaskedLines,
  unchangedWrong,
  verdictChange,
} from './guard-text.ts';

/** The place of the guarded policy. */
export interface Guarded {
  /**
   * The file with forward slashes, from the root of its repository; absolute, if it is in none.
   * Undefined for standard input, a preset, and a policy that options name.
   */
  readonly file: string | undefined;
  /** The line of the part that changes, counted from 1. */
  readonly line: number;
}

function sideJson({ system, verdicts, severities, cost, states }: Comparison['before']) {
  return {
    system: systemJson(system),
    states,
    properties: verdicts.map((verdict) => verdictJson(system, verdict)),
    ...notAskedJson(
      system,
      verdicts.map(({ property }) => property),
    ),
    ...(manyOf(system).length > 0
      ? {}
      : assessmentJson(system, { severities, cost: cost ?? 'none' })),
  };
}

const changeJson = ({ property, direction, otherwise, before, after }: Change) => ({
  name: property.name,
  family: property.family,
  direction,
  ...(otherwise === undefined ? {} : { otherwise }),
  before: judgedText(before),
  after: judgedText(after),
});

/** The document of `youngcheck guard --json`. */
export function guardJson(result: GuardResult) {
  return {
    conclusion: conclusionOf(result),
    allowed: result.allowed,
    notes: result.notes,
    scopes: result.comparisons.map(({ name, before, after, changes }) => ({
      name,
      changes: changes.map(changeJson),
      stillWrong: changes.filter(isStillWrong).map(({ property }) => property.name),
      before: sideJson(before),
      after: sideJson(after),
    })),
  };
}

const fenced = (lang: string, text: string): string => `\`\`\`${lang}\n${text}\n\`\`\``;

/** Prints the report for a pull request: a table of the changes, and the traces folded. */
export function guardMarkdown(result: GuardResult): string {
  const row = (change: ScopedChange) =>
    `| ${kindOf(change)} | ${change.comparison.name} | \`${change.property.name}\` |` +
    ` ${verdictChange(change)} | ${severityChange(change)} |`;
  const rows = [...reported(result), ...unchangedWrong(result)].map(row);
  const table = ['| | scope | property | verdict | severity |', '|---|---|---|---|---|', ...rows];
  const costs = result.comparisons.flatMap(({ name, before, after }) =>
    before.cost === undefined || after.cost === undefined
      ? []
      : [`| ${name} | ${costText(before.cost)} | ${costText(after.cost)} |`],
  );
  const leftOut = leftOutLines(result);
  const unasked = unaskedLines(result);
  const traces = tracesOf(traced(result)).map(({ name, text, as, change }) => {
    const title = `${kindOf(change)}: ${name}`;
    if (as !== undefined) return `${title}: event by event as ${as}`;
    return `<details><summary>${title}</summary>\n\n${fenced('', text)}\n\n</details>`;
  });
  return `${[
    [`**${conclusionText(result)}**`, ...noteLines(result)].join('\n'),
    fenced('diff', systemLines(result).join('\n')),
    ...(rows.length === 0 ? [] : [table.join('\n')]),
    ['| cost | before | after |', '|---|---|---|', ...costs].join('\n'),
    ...(leftOut.length === 0 ? [] : [leftOut.join('\n')]),
    ...(unasked.length === 0 ? [] : [fenced('text', unasked.join('\n'))]),
    ...traces,
  ].join('\n\n')}\n`;
}

/** What a change is called in a title: its direction, or that it is still wrong. */
const kindOf = (change: ScopedChange): string =>
  change.direction !== 'better' && isStillWrong(change) ? 'still wrong' : change.direction;

/** One message for each change, and for what is still wrong and grave: verdicts and the trace. */
export function messagesOf(result: GuardResult) {
  const changes = traced(result);
  const traces = new Map(tracesOf(changes).map(({ change, text }) => [change, text]));
  // An unknown verdict has no trace, but it may be the worst of all.
  const told = changes.filter((it) => traces.has(it) || it.direction === 'unknown');
  return told.map((change) => {
    const trace = traces.get(change);
    const name = `${kindOf(change)}: ${change.property.name}`;
    return {
      change,
      title: `${name} in ${change.comparison.name}`,
      text:
        `${name} (${change.comparison.name}): ${verdictChange(change)};` +
        ` ${severityChange(change)}.\n${change.property.sentence}` +
        (trace === undefined ? '' : `\n\n${trace}`),
    };
  });
}

/** The title of the note that a system was no machine. It is no property. */
export const NO_MACHINE = 'no-such-machine';

/** Escapes a value for a workflow command. */
const escaped = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapedProperty = (text: string): string =>
  escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

const COMMANDS = {
  worse: 'error',
  allowed: 'notice',
  better: 'notice',
  other: 'notice',
  unknown: 'warning',
  same: 'notice',
} as const;

/**
 * Prints GitHub's workflow commands: ::error for what is worse, ::warning for what is not known,
 * and ::notice for the rest.
 */
export function guardAnnotations(result: GuardResult, { file, line }: Guarded): string {
  const place = file === undefined ? '' : `file=${escapedProperty(file)},line=${line},`;
  const command = (name: string, title: string, text: string): string =>
    `::${name} ${place}title=${escapedProperty(title)}::${escaped(text)}\n`;
  return [
    ...messagesOf(result).map(({ change, title, text }) =>
      command(COMMANDS[change.direction], title, text),
    ),
    ...machineNotes(result).map((note) => command('notice', NO_MACHINE, note)),
  ].join('');
}
