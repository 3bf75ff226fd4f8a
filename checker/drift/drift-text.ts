/** What `youngcheck drift` prints. */
import { releasesText } from '../../model/releases.ts';
import { placeText } from '../trace/complaint.ts';
import { wrap } from '../trace/wrap.ts';
import type { CallbackFound, Drift, Finding, Spot } from './drift.ts';
import { hasChanged, isRelied } from './drift.ts';

const WIDTH = 72;

/** The most places and citing rules that a line names. */
const MOST = 3;

function some(words: readonly string[]): string {
  const more = words.length - MOST;
  return words.slice(0, MOST).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const indented = (text: string, indent: number): string[] =>
  wrap(text, WIDTH - indent).map((line) => ' '.repeat(indent) + line);

const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;

const spotsText = (spots: readonly Spot[]): string => some(spots.map(placeText));

/** The header: the tree, and by what it is judged. */
function headLines({ version, yardstick, files, findings }: Drift): string[] {
  const { kernels, release, beyond } = yardstick;
  const names = kernels.map(({ name }) => name).join(' ');
  const they = kernels.length === 1 ? 'this preset is' : 'these presets are';
  const far =
    beyond === undefined
      ? []
      : [
          `The tree is ${beyond} than the releases that ${they} for. So it is judged`,
          `as if it were ${release}, and what changed since is told as drift.`,
        ];
  const [looked, all] = files;
  const through = [looked, all].slice(looked === all ? 1 : 0).map((n) => n.toLocaleString('en'));
  return [
    `tree     ${version.full}`,
    `judged   as ${release}, by what is cited of that release alone`,
    ...wrap(names, WIDTH - 9).map((line, at) => (at === 0 ? 'kernel   ' : ' '.repeat(9)) + line),
    `looked   up ${counted(findings.length, 'citation')} in ${through.join(' of ')} C files`,
    ...far,
  ];
}

/** What became of one citation, where it is now, and who cites it. */
function findingLines({ citation, file, state, spots, lost, by }: Finding): string[] {
  const now = spots.length === 0 ? [] : indented(`now: ${spotsText(spots)}`, 6);
  const callers = lost.length === 0 ? [] : indented(`no longer called by: ${lost.join(', ')}`, 6);
  return [
    `  ${state.padEnd(15)}  ${file} ${citation.shown}`,
    ...now,
    ...callers,
    ...indented(`cited by: ${some(by)}; in ${releasesText(citation.releases)}`, 6),
  ];
}

const nameOf = ({ callback }: CallbackFound): string => `${callback.struct}.${callback.member}`;

function goneLines(found: CallbackFound): string[] {
  const { declared, gone } = found;
  const undeclared = declared === undefined ? [`  vanished         ${nameOf(found)}`] : [];
  return [
    ...undeclared,
    ...gone.map((file) => `  vanished         ${file}: it does not set .${found.callback.member}`),
  ];
}

/** The implementers of one callback. */
function callbackLines(found: CallbackFound): string[] {
  const { implementers } = found;
  const none = implementers.length === 0 ? ['      nobody'] : [];
  return [
    `  ${nameOf(found)}`,
    ...implementers.map((each) => {
      const mark = each.standing === 'relied on' ? '' : `  [${each.standing}]`;
      return `      ${placeText(each)}  ${each.calls ?? 'an expression'}${mark}`;
    }),
    ...none,
  ];
}

function noteLines({ callbacks, findings, interrupted }: Drift): string[] {
  const news = callbacks.flatMap((found) =>
    found.implementers
      .filter(({ standing }) => standing === 'new')
      .map((one) => `  ${placeText(one)} implements ${nameOf(found)}`),
  );
  const ofPage = findings.filter((found) => !isRelied(found) && hasChanged(found));
  const stopped = interrupted
    ? ['', 'It was interrupted: what stands in the files that were left is not known.']
    : [];
  return [
    ...(news.length === 0 ? [] : ['', 'New (not in the exit status):', ...news]),
    ...(ofPage.length === 0 ? [] : ['', 'Cited by a document alone (not in the exit status):']),
    ...ofPage.flatMap(findingLines),
    ...stopped,
  ];
}

const placeLine = ({ citation, state, spots }: Finding): string =>
  `  ${state.padEnd(15)}  ${citation.shown}  ${spotsText(spots)}`.trimEnd();

/** Where each citation is. */
const placeLines = (findings: readonly Finding[]): string[] => [
  '',
  'Each citation (--all):',
  ...findings.map(placeLine),
];

/** The drift of a tree; with `all` every citation is listed, and not those alone that changed. */
export function driftText(drift: Drift, all: boolean): string {
  const { findings, callbacks } = drift;
  const changed = findings.filter((found) => isRelied(found) && hasChanged(found));
  const table = [...changed.flatMap(findingLines), ...callbacks.flatMap(goneLines)];
  return [
    ...headLines(drift),
    '',
    ...(table.length === 0
      ? ['Nothing that the model relies on moved, vanished or lost its caller.']
      : ['Moved, vanished, or no longer called:', ...table]),
    ...noteLines(drift),
    '',
    'Who implements which callback:',
    ...callbacks.flatMap(callbackLines),
    ...(all ? placeLines(findings) : []),
    '',
    'Not looked at: what the functions do. A place that is there may have changed inside.',
    '',
  ].join('\n');
}

/** The document of `youngcheck drift --json`. docs/drift.md says what its keys are. */
export function driftJson({ version, yardstick, findings, callbacks, files, interrupted }: Drift) {
  return {
    version: version.full,
    judgedAs: yardstick.release,
    kernels: yardstick.kernels.map(({ name }) => name),
    ...(yardstick.beyond === undefined ? {} : { beyond: yardstick.beyond }),
    filesLookedThrough: files[0],
    files: files[1],
    interrupted,
    citations: findings.map(({ citation, file, state, spots, lost, by }) => ({
      symbol: citation.symbol,
      file,
      state,
      spots,
      lostCallers: lost,
      citedBy: by,
    })),
    callbacks: callbacks.map(({ callback, declared, implementers, gone }) => ({
      struct: callback.struct,
      member: callback.member,
      declared: declared ?? null,
      implementers: implementers.map(({ calls, ...rest }) => ({ ...rest, calls: calls ?? null })),
      gone,
    })),
  };
}
