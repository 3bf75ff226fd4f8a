/**
 * Prints a random search: its settings, the verdicts, the failures, and how much "not found" is
 * worth.
 */
import type { Bias } from '../../properties/generators/index.ts';
import { DEFAULT_BIAS } from '../../properties/generators/index.ts';
import { notAskedLines } from '../tell/not-asked-text.ts';
import { NOTHING, count, machineNote, systemText } from '../tell/verdict-text.ts';
import { traceText } from '../tell/trace-of.ts';
import type { Certificate } from '../search/certify.ts';
import { printEvent } from '../trace/print.ts';
import { shellWord } from '../trace/shell-word.ts';
import { wrap } from '../trace/wrap.ts';
import { PART_NAMES, printPart } from '../trace/setup.ts';
import type { Chance } from './chance.ts';
import type { Coverage } from './counted.ts';
import { coverageText } from './coverage.ts';
import type { Learned } from './learning.ts';
import type { Exploration, Failure, Finding } from './conclude.ts';

const number = (n: number): string => n.toLocaleString('en');

const STOPS = {
  'time-limit': '--time-limit was reached',
  interrupted: 'it was interrupted',
} as const;

/** Says what was run. */
function extentText({ settings, explored, cutShort, ...exploration }: Exploration): string[] {
  const { seed, length, shard, runs } = settings;
  const { counts, stopped, seconds, learned } = explored;
  const part = shard.count === 1 ? '' : `, shard ${shard.index + 1}/${shard.count}`;
  const made = `${counts.runs === runs ? '' : `${number(counts.runs)} of `}${count(runs, 'run')}`;
  const states = count(exploration.distinctStates, 'distinct state');
  return [
    `seed ${seed}${part}: ${made} of ${count(length, 'event')}, ` +
      `${count(counts.events, 'event')}, ${seconds.toFixed(2)} s`,
    ...(learned === undefined ? [] : [learnedText(learned)]),
    ...(stopped === undefined ? [] : [`unfinished, ${STOPS[stopped]}`]),
    ...(cutShort ? ['cut short: not everything was shrunk, certified and measured'] : []),
    `${exploration.distinctExact ? '' : 'about '}${states} visited${spaceText(exploration)}`,
  ];
}

const learnedText = ({ epochs, cells }: Learned): string =>
  `learned in ${count(epochs, 'epoch')}: ${count(cells, 'cell')} reached`;

function spaceText({
  reachable,
  distinctStates,
}: Pick<Exploration, 'reachable' | 'distinctStates'>): string {
  if (reachable === undefined) return '';
  const share = Math.min(100, (100 * distinctStates) / reachable);
  return ` of ${number(reachable)} that are reachable (${share.toFixed(share < 99.95 ? 1 : 0)} %)`;
}

/** Says one verdict in words. */
function findingText({ verdict, violating, witnesses, property, failure }: Finding): string {
  switch (verdict) {
    case 'violated':
      return (
        `violated in ${count(failure!.run.length, 'event')}; ` +
        `in ${count(violating, 'run')}` +
        (typeof failure!.from === 'string' ? ', and saved before' : '')
      );
    case 'not-found':
      return `not found; put to the test ${count(witnesses, 'time')}`;
    case 'vacuous':
      return `vacuous: there was never ${property.antecedent}`;
  }
}

/** Says in one line how a trace is certified. */
function certificateText(certificate: Certificate, { system, run }: Failure): string[] {
  const { states } = certificate;
  switch (certificate.kind) {
    case 'shortest':
      return [`shortest: no trace in its scope is shorter (${count(states, 'state')} searched)`];
    case 'shorter':
      return [
        `a shorter one exists: ${count(certificate.run.length, 'event')}, not ${run.length}:`,
        ...certificate.run.map((event, i) => `  (${i + 1}) ${printEvent(event, system.scope)}`),
      ];
    case 'stopped':
      return ['not certified: it was told to stop'];
    case 'too-large':
      return [`not certified: its scope is too large (${count(states, 'state')} were not all)`];
  }
}

/** Quotes an argument for a shell, where that is needed. */
const quoted = (text: string): string => (/^[\w.,=+/-]+$/.test(text) ? text : shellWord(text));

/** The parts of a bias that are not the default, as --bias takes them. */
const biasText = (bias: Bias): string =>
  (Object.keys(DEFAULT_BIAS) as (keyof Bias)[])
    .filter((name) => bias[name] !== DEFAULT_BIAS[name])
    .map((name) => `${name}=${bias[name]}`)
    .join(',');

/** The command that repeats the run or replays the file. */
function commandText(
  { system, settings }: Exploration,
  { property, from, beginnings }: Failure,
): string {
  if (typeof from === 'string') return `youngcheck replay ${quoted(from)}`;
  const parts = PART_NAMES.flatMap((part) => [`--${part}`, quoted(printPart(system, part))]);
  const { seed, length } = settings;
  const bias = biasText(settings.bias);
  return [
    'youngcheck explore',
    ...parts,
    `--property ${quoted(property.name)} --length ${length}`,
    ...(bias === '' ? [] : [`--bias ${bias}`]),
    ...(beginnings === '' ? [] : [`--beginnings ${beginnings}`]),
    `--seed ${seed} --run ${from}`,
  ].join(' ');
}

/** Events of a run that is printed. A longer one was not shrunk. */
export const MOST = 1000;
const UNPRINTED = 'The run was not shrunk before the command ended, and is too long to print.';

/** Prints a failure: first the sentence, then the trace, the certificate and the command. */
function failureText(exploration: Exploration, failure: Failure, file?: string): string {
  const { system, run, property, certificate } = failure;
  const from = file ?? failure.from;
  return [
    `violated: ${property.sentence}`,
    '',
    run.length <= MOST ? traceText(system, run, property).trimEnd() : UNPRINTED,
    '',
    ...certificateText(certificate, failure),
    '',
    `reproduce: ${commandText(exploration, { ...failure, from })}`,
    ...(typeof from === 'string' ? [] : [`in fast-check: ${parametersText(exploration, failure)}`]),
  ].join('\n');
}

/** The arbitrary and the parameters with which fc.assert replays a failure. */
function parametersText({ settings }: Exploration, { path, beginnings }: Failure): string {
  const { seed, length, bias } = settings;
  const chosen = biasText(bias).replaceAll('=', ': ').replaceAll(',', ', ');
  const biased = chosen === '' ? '' : `, bias: { ${chosen} }`;
  const begun = beginnings === '' ? '' : `, beginnings: '${beginnings}'`;
  const options = `{ length: ${length}${biased}${begun} }`;
  return `anyRun(model, ${options}), { seed: ${seed}, path: '${path}' }`;
}

/**
 * Two digits are as many as a sample of some hundred runs tells. They are rounded outwards. The
 * sign stays beside its number until the text has lines.
 */
function percentText(share: number, round: (n: number) => number): string {
  const percent = 100 * share;
  if (percent === 0) return `0${GLUE}%`;
  const unit = 10 ** (Math.floor(Math.log10(percent)) - 1);
  return `${Number((round(percent / unit) * unit).toPrecision(2))}${GLUE}%`;
}
const GLUE = '~';

/** The chance with which one run finds it. */
const perRunText = ({ perRun: { least, most } }: Chance): string =>
  least === 0
    ? `at most ${percentText(most, Math.ceil)}`
    : `${percentText(least, Math.floor)} to ${percentText(most, Math.ceil)}`;

/** What follows for the runs that were made. */
function allMissText({ found, allMiss: { most } }: Chance, made: number): string {
  const runs = count(made, 'run');
  if (found === 0) return `nothing says that ${runs} would find it`;
  const chance =
    most < 1e-6 ? `below 0.0001${GLUE}%` : `of at most ${percentText(most, Math.ceil)}`;
  return `${runs} would miss it with a chance ${chance}`;
}

/** Says of one property where the chance was measured, and what it was. */
function chanceText(chance: Chance, made: number): string[] {
  const { property, known, of, runs, found } = chance;
  const parts = Object.entries(known).map(([part, name]) => `${part} ${name}`);
  const rarest = of === 1 ? '' : `, the rarest of ${of}`;
  const measured =
    `${number(found)} of ${count(runs, 'run')} found it. So one run finds it with a chance of ` +
    `${perRunText(chance)} (95${GLUE}% confidence), and ${allMissText(chance, made)}.`;
  const lines = [`${parts.join(', ')}${rarest}:`, measured].flatMap((text) =>
    wrap(text, WIDTH - 4).map((line) => `    ${line.replaceAll(GLUE, ' ')}`),
  );
  return [`  ${property.name}`, ...lines];
}

/** Says for each property how much "not found" is worth. */
function worthText({ system, findings, reachable, explored }: Exploration): string[] {
  const measured = findings.flatMap(({ chance }) => (chance === undefined ? [] : [chance]));
  const passed = findings.some(({ verdict }) => verdict === 'not-found');
  if (!passed) return [];
  const proof =
    reachable === undefined
      ? ['Not found is no proof: runs are random, and the scope is larger than they are.']
      : ['Not found is no proof; here the exhaustive search gives one: youngcheck check.'];
  if (measured.length === 0) return proof;
  const where =
    `How likely such runs are to find a violation was measured on other systems, which are known ` +
    `to violate, with these settings and in this scope: ${printPart(system, 'scope')}`;
  return [
    ...proof,
    ...wrap(where, WIDTH),
    ...measured.flatMap((chance) => chanceText(chance, explored.counts.runs)),
  ];
}

const WIDTH = 80;

export interface TextOptions {
  /** Also print the tables of coverage. */
  readonly coverage?: Coverage | undefined;
  /** The files in which failures were saved, by the property's name. */
  readonly files?: ReadonlyMap<string, string>;
}

/** Prints the whole result of a random search. */
export function explorationText(exploration: Exploration, options: TextOptions = {}): string {
  const { system, findings, properties } = exploration;
  const width = Math.max(0, ...properties.map(({ name }) => name.length));
  const verdicts = findings.map(
    (finding) => `  ${finding.property.name.padEnd(width)}  ${findingText(finding)}`,
  );
  if (verdicts.length === 0) verdicts.push(NOTHING);
  const failures = findings.flatMap(({ failure }) =>
    failure === undefined
      ? []
      : [failureText(exploration, failure, options.files?.get(failure.property.name))],
  );
  const { coverage } = options;
  const sections = [
    [...systemText(system), ...extentText(exploration), '', ...verdicts].join('\n'),
    notAskedLines([system], properties).join('\n'),
    machineNote(system).join('\n'),
    worthText(exploration).join('\n'),
    ...(coverage === undefined ? [] : [coverageText(coverage)]),
    ...failures,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}
