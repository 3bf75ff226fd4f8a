/**
 * Prints the report of a guard as SARIF 2.1.0, which code scanning reads:
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/
 */
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROPERTIES } from '../../properties/index.ts';
import { versionOfPackage } from '../trace/package.ts';
import type { Guarded } from './guard-formats.ts';
import { NO_MACHINE, messagesOf } from './guard-formats.ts';
import type { GuardResult } from './guard.ts';
import { conclusionText, machineNotes } from './guard-text.ts';

/** How the run of the command went that found the result. */
export interface GuardRun {
  /** The exit status of the command. */
  readonly status: number;
  /** Whether Ctrl-C or SIGTERM ended it. */
  readonly interrupted: boolean;
}

const LEVELS = {
  worse: 'error',
  allowed: 'note',
  better: 'note',
  other: 'note',
  unknown: 'warning',
  same: 'note',
} as const;

const NO_MACHINE_RULE = {
  id: NO_MACHINE,
  shortDescription: { text: 'The kernel, the driver and the hardware were a machine together.' },
};

/** The name that stands for the root of the repository. */
const ROOT = '%SRCROOT%';

/** The place of the policy. There is none for standard input, a preset and options. */
function locationsOf({ file, line }: Guarded) {
  if (file === undefined) return [];
  // A ':', '#' or '?' in a file's name would be read as a part of the URI.
  const artifactLocation = isAbsolute(file)
    ? { uri: pathToFileURL(file).href }
    : { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: ROOT };
  return [{ physicalLocation: { artifactLocation, region: { startLine: line } } }];
}

const CUT_SHORT = {
  interrupted: 'The run was interrupted. What was not searched by then is not known.',
  limited: 'A limit ended a search. What it did not reach is not known.',
} as const;

/** Whether a limit ended a search of either system. */
const isLimited = ({ comparisons }: GuardResult): boolean =>
  comparisons.some(({ changes }) =>
    changes.some(({ before, after }) => [before, after].some((it) => it.verdict === 'unfinished')),
  );

/** The run of the command. It was no success if something ended it before it knew everything. */
function invocationOf(result: GuardResult, { status, interrupted }: GuardRun) {
  const cut = interrupted ? 'interrupted' : isLimited(result) ? 'limited' : undefined;
  const notification = (id: keyof typeof CUT_SHORT) => ({
    level: 'warning' as const,
    descriptor: { id },
    message: { text: CUT_SHORT[id] },
  });
  return {
    executionSuccessful: cut === undefined,
    exitCode: status,
    exitCodeDescription: conclusionText(result),
    ...(cut === undefined ? {} : { toolExecutionNotifications: [notification(cut)] }),
  };
}

/** What the tool says of itself. */
function driverOf() {
  const version = versionOfPackage();
  return {
    name: 'youngcheck',
    version,
    semanticVersion: version,
    informationUri: `pkg:npm/youngcheck@${version}`,
    rules: [
      ...PROPERTIES.map(({ name, sentence }) => ({
        id: name,
        shortDescription: { text: sentence },
      })),
      NO_MACHINE_RULE,
    ],
    notifications: Object.entries(CUT_SHORT).map(([id, text]) => ({
      id,
      shortDescription: { text },
    })),
  };
}

/**
 * Prints SARIF 2.1.0: one result for each change, at the line of the policy. What is neither worse
 * nor better is a note, and so is that a system was no machine.
 */
export function guardSarif(result: GuardResult, guarded: Guarded, run: GuardRun) {
  const locations = locationsOf(guarded);
  const resultOf = (ruleId: string, level: string, text: string) => ({
    ruleId,
    level,
    message: { text },
    ...(locations.length === 0 ? {} : { locations }),
  });
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: driverOf() },
        invocations: [invocationOf(result, run)],
        originalUriBaseIds: {
          [ROOT]: { description: { text: 'The root of the repository that has the policy.' } },
        },
        results: [
          ...messagesOf(result).map(({ change, text }) =>
            resultOf(change.property.name, LEVELS[change.direction], text),
          ),
          ...machineNotes(result).map((text) => resultOf(NO_MACHINE, 'note', text)),
        ],
      },
    ],
  };
}
