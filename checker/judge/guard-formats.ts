/**
 * Prints the report of a guard for machines and for reviews: JSON, Markdown, SARIF, annotations.
 */
import { assessmentJson, costText } from './severity-text.ts';
import { manyOf } from '../../model/many.ts';
import { systemJson, verdictJson } from '../tell/verdict-json.ts';
import { PROPERTIES } from '../../properties/index.ts';
import type { Change } from './changes.ts';
import { judgedText } from './changes.ts';
import type { Comparison, GuardResult, ScopedChange } from './guard.ts';
import { conclusionOf } from './guard.ts';
import {
  conclusionText,
  leftOutLines,
  machineLines,
  machineNotes,
  reported,
  severityChange,
  systemLines,
  tracesOf,
  verdictChange,
} from './guard-text.ts';

/** The place of the guarded policy. */
export interface Guarded {
  /** The file with forward slashes, as it was given. */
  readonly file: string;
  /** The first line of the policy, counted from 1. */
  readonly line: number;
}

function sideJson({ system, verdicts, severities, cost, states }: Comparison['before']) {
  return {
    system: systemJson(system),
    states,
    properties: verdicts.map((verdict) => verdictJson(system, verdict)),
    ...(manyOf(system).length > 0
      ? {}
      : assessmentJson(system, { severities, cost: cost ?? 'none' })),
  };
}

const changeJson = ({ property, direction, before, after }: Change) => ({
  name: property.name,
  family: property.family,
  direction,
  before: judgedText(before),
  after: judgedText(after),
});

/** The document of `youngcheck guard --json`. */
export function guardJson(result: GuardResult) {
  return {
    conclusion: conclusionOf(result),
    scopes: result.comparisons.map(({ name, before, after, changes }) => ({
      name,
      changes: changes.map(changeJson),
      before: sideJson(before),
      after: sideJson(after),
    })),
  };
}

const fenced = (lang: string, text: string): string => `\`\`\`${lang}\n${text}\n\`\`\``;

/** Prints the report for a pull request: a table of the changes, and the traces folded. */
export function guardMarkdown(result: GuardResult): string {
  const changes = reported(result);
  const row = (change: ScopedChange) =>
    `| ${change.direction} | ${change.comparison.name} | \`${change.property.name}\` |` +
    ` ${verdictChange(change)} | ${severityChange(change)} |`;
  const table = [
    '| | scope | property | verdict | severity |',
    '|---|---|---|---|---|',
    ...changes.map(row),
  ].join('\n');
  const costs = result.comparisons.flatMap(({ name, before, after }) =>
    before.cost === undefined || after.cost === undefined
      ? []
      : [`| ${name} | ${costText(before.cost)} | ${costText(after.cost)} |`],
  );
  const leftOut = leftOutLines(result);
  const traces = tracesOf(changes).map(({ name, text, as, change }) => {
    const title = `${change.direction}: ${name}`;
    if (as !== undefined) return `${title}: event by event as ${as}`;
    return `<details><summary>${title}</summary>\n\n${fenced('', text)}\n\n</details>`;
  });
  return `${[
    [`**${conclusionText(result)}**`, ...machineLines(result)].join('\n'),
    fenced('diff', systemLines(result).join('\n')),
    ...(changes.length === 0 ? [] : [table]),
    ['| cost | before | after |', '|---|---|---|', ...costs].join('\n'),
    ...(leftOut.length === 0 ? [] : [leftOut.join('\n')]),
    ...traces,
  ].join('\n\n')}\n`;
}

/** One message for each change: the property's sentence, the verdicts, the trace. */
function messages(result: GuardResult) {
  const changes = reported(result);
  const traces = new Map(tracesOf(changes).map(({ change, text }) => [change, text]));
  // An unknown verdict has no trace, but it may be the worst of all.
  const told = changes.filter((it) => traces.has(it) || it.direction === 'unknown');
  return told.map((change) => {
    const trace = traces.get(change);
    return {
      change,
      title: `${change.direction}: ${change.property.name} in ${change.comparison.name}`,
      text:
        `${change.property.name} (${change.comparison.name}): ${verdictChange(change)};` +
        ` ${severityChange(change)}.\n${change.property.sentence}` +
        (trace === undefined ? '' : `\n\n${trace}`),
    };
  });
}

const LEVELS = {
  worse: 'error',
  better: 'note',
  other: 'warning',
  unknown: 'warning',
  same: 'none',
} as const;

/** The rule of the note that a system was no machine. It is no property. */
const NO_MACHINE = {
  id: 'no-such-machine',
  shortDescription: { text: 'The kernel, the driver and the hardware were a machine together.' },
};

/**
 * Prints SARIF 2.1.0: one result for each change, at the line of the policy. A note says of a
 * system that it was no machine.
 */
export function guardSarif(result: GuardResult, { file, line }: Guarded) {
  const location = {
    physicalLocation: {
      // A ':', '#' or '?' in a file's name would be read as a part of the URI.
      artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
      region: { startLine: line },
    },
  };
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'youngcheck',
            rules: [
              ...PROPERTIES.map(({ name, sentence }) => ({
                id: name,
                shortDescription: { text: sentence },
              })),
              NO_MACHINE,
            ],
          },
        },
        results: [
          ...messages(result).map(({ change, text }) => ({
            ruleId: change.property.name,
            level: LEVELS[change.direction],
            message: { text },
            locations: [location],
          })),
          ...machineNotes(result).map((text) => ({
            ruleId: NO_MACHINE.id,
            level: 'note',
            message: { text },
            locations: [location],
          })),
        ],
      },
    ],
  };
}

/** Escapes a value for a workflow command. */
const escaped = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapedProperty = (text: string): string =>
  escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

const COMMANDS = {
  worse: 'error',
  better: 'notice',
  other: 'warning',
  unknown: 'warning',
  same: 'debug',
} as const;

/**
 * Prints GitHub's workflow commands: ::error for what is worse, ::notice for what is better, and
 * for a system that was no machine.
 */
export function guardAnnotations(result: GuardResult, { file, line }: Guarded): string {
  const command = (name: string, title: string, text: string): string => {
    const at = `file=${escapedProperty(file)},line=${line},title=${escapedProperty(title)}`;
    return `::${name} ${at}::${escaped(text)}\n`;
  };
  return [
    ...messages(result).map(({ change, title, text }) =>
      command(COMMANDS[change.direction], title, text),
    ),
    ...machineNotes(result).map((note) => command('notice', NO_MACHINE.id, note)),
  ].join('');
}
