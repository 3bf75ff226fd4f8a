/** Prints what a synthesis has found. */
import type { Event } from '../../model/events.ts';
import { eventText } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { costText } from '../judge/severity-text.ts';
import { traceText } from '../tell/trace-of.ts';
import { count } from '../tell/verdict-text.ts';
import { printPart } from '../trace/setup.ts';
import { wrap } from '../trace/wrap.ts';
import type { Classes, Code } from './classes.ts';
import type { Decided } from './deciding.ts';
import type { NumbersDocument } from './document.ts';
import type { Breakage, Minimal } from './minimal.ts';
import type { Point } from './points.ts';
import type { Move, Standing } from './presets.ts';
import { listText } from './presets.ts';
import type { Found, Synthesis } from './synthesis.ts';
import { leftIn } from './synthesis.ts';

const WIDTH = 78;
const NAME_WIDTH = 9;

/** The lists of a policy, without callbacks that do nothing. */
export function policyText(classes: Classes, code: Code): string {
  const { axes } = classes.space;
  const choice = classes.choiceOf(code);
  const pairs = axes.map((axis, i) => [axis.field, listText(axis, choice[i])] as const);
  const written = pairs.filter(([, text]) => text !== 'none');
  return written.map(([field, text]) => `${field}=${text}`).join(' ') || 'none';
}

/** Lines that begin below one another, behind a head. */
const hanging = (head: string, text: string): string[] =>
  wrap(text, WIDTH - head.length).map(
    (line, i) => (i === 0 ? head : ' '.repeat(head.length)) + line,
  );

const named = (name: string, text: string): string[] => hanging(name.padEnd(NAME_WIDTH), text);

/** The run of a breakage as events of the system that the weaker list makes. */
export function runOf(classes: Classes, { code, run }: Breakage): { system: System; run: Event[] } {
  const system = classes.systemOf(code, run.scope);
  const events = new Map(new Model(system).events.map((event) => [eventText(event), event]));
  return { system, run: run.events.map((text) => events.get(text)!) };
}

/** What varies, in words. */
function variesText({ classes }: Found): string {
  const { axes } = classes.space;
  const names = axes.map(({ field, lists }) => `${field} (${count(lists.length, 'list')})`);
  return names.join(', ');
}

/** How the policies of a space were decided, in numbers. */
export function numbersIn(found: Found): NumbersDocument {
  const { classes, decided, raw } = found;
  const sum = (part: 'searches' | 'tried' | 'followed' | 'states') =>
    decided.reduce((total, { effort }) => total + effort[part], 0);
  const left = leftIn(found);
  return {
    raw,
    merged: classes.size,
    ...(found.minimal === undefined ? {} : { pruned: classes.size - left.policies }),
    searched: sum('searches'),
    states: sum('states'),
    replayed: sum('tried'),
    left: left.policies,
    leftSystems: left.systems,
  };
}

function numbersText(found: Found): string[] {
  const { raw, merged, pruned, searched, replayed, left, leftSystems, states } = numbersIn(found);
  const whole = [
    `raw ${raw.toLocaleString('en')}`,
    `merged ${merged.toLocaleString('en')}`,
    `pruned ${pruned === undefined ? '?' : pruned.toLocaleString('en')}`,
    `searched ${searched.toLocaleString('en')}`,
    `left ${left.toLocaleString('en')}`,
  ];
  const more =
    `${count(searched, 'search', 'searches')} of ${count(states, 'state')} and ` +
    `${count(replayed, 'replay')} decided them; ${count(leftSystems, 'system')} are left`;
  return [...named('systems', whole.join(', ')), ...named('', more)];
}

/** The names of properties, those of several observers together. */
export const propertyNames = (properties: readonly Property[]): string =>
  properties.map(({ name }) => name).join(', ');

/** What a weaker list is called: the axis, and the list. */
export const weakerText = (
  classes: Classes,
  { axis, list }: Pick<Breakage, 'axis' | 'list'>,
): string => {
  const named = classes.space.axes[axis];
  return `${named.field}=${listText(named, list)}`;
};

/** What a weaker list breaks, and in how many events. */
const brokenIn = ({ property, run }: Breakage): string =>
  `${property.name} in ${count(run.events.length, 'event')}`;

function minimalText(found: Found, { code, breakages }: Minimal, number: number): string[] {
  const { classes, points } = found;
  const head = `${number}  `;
  const lines = hanging(head, policyText(classes, code));
  const point = points?.of(code);
  const cost = point === undefined ? [] : costText(point).split(/(?<=;) /);
  const lies = point !== undefined && point.false > 0 ? [FALSE] : [];
  const broken = breakages.flatMap((each) =>
    hanging('     ', `${weakerText(classes, each)}: ${brokenIn(each)}`),
  );
  return [
    ...lines,
    ...[...cost, ...lies].map((line) => `   ${line}`),
    '   weaker, and broken:',
    ...broken,
  ];
}
const FALSE = 'It reports pages that nobody used: no-false-reference does not hold.';

/** How many policies are printed. The others are in the document of --json. */
const SHOWN = 12;

/** The minimal policies that do not lie come first, then the cheaper ones. */
export function sortedMinimal({ minimal = [], points }: Found): Minimal[] {
  const point = ({ code }: Minimal) => points!.of(code);
  return points === undefined
    ? [...minimal]
    : minimal.toSorted(
        (a, b) =>
          point(a).false - point(b).false || point(a).mean - point(b).mean || a.code - b.code,
      );
}

function minimalsText(found: Found): string[] {
  const sorted = sortedMinimal(found);
  if (sorted.length === 0) {
    return ['No policy of this space is sound.'];
  }
  const policies = count(sorted.length, 'policy', 'policies');
  const head = `Sound, and no step can be dropped or weakened: ${policies}`;
  const shown = sorted.slice(0, SHOWN);
  const rest = sorted.length - shown.length;
  return [
    head,
    ...shown.flatMap((each, i) => minimalText(found, each, i + 1)),
    ...(rest > 0 ? [`   and ${count(rest, 'policy', 'policies')} more: --json has all`] : []),
  ];
}

const three = (value: number): string => value.toFixed(3);

const COLUMNS = ['missed', 'again', 'false', 'mean', 'worst', 'spurious'] as const;

const cells = ({ missed, repeated, false: lies, mean, worst, meanSpurious }: Point): string[] => [
  three(missed),
  three(repeated),
  three(lies),
  three(mean),
  String(worst),
  three(meanSpurious),
];

/** The required properties that a point violates. */
export const brokenProperties = ({ decided }: Found, { broken }: Point): Property[] =>
  decided.filter((_, i) => (broken & (1 << i)) !== 0).map(({ property }) => property);

/** How many points of the front are printed. */
const FRONT = 24;

function frontText(found: Found): string[] {
  const { classes, points, presets = [], measuredIn } = found;
  if (points === undefined) return [];
  const scope = printPart(classes.systemOf(0, measuredIn), 'scope');
  const rows = points.front.slice(0, FRONT).flatMap((point, i) => {
    const names = presets
      .filter((preset) => preset.onFront && same(preset.point, point))
      .flatMap((preset) => preset.names);
    const isRight = brokenProperties(found, point).length === 0;
    const values = cells(point).map((cell, column) => cell.padStart(COLUMNS[column].length + 2));
    const head = `${String(i + 1).padStart(3)}${values.join('')}  ${isRight ? 'sound' : 'no'}`;
    const text = policyText(classes, point.code);
    const preset = names.length === 0 ? [] : hanging('     = ', names.join(', '));
    return [head, ...hanging('     ', text), ...preset];
  });
  const rest = points.front.length - FRONT;
  return [
    'The front of safety, accuracy and cost: no policy is as good in all and better in one.',
    'Shares of reports (missed, missed again, false), and ATC invalidations per look,',
    `over the graph of scope ${scope}`,
    `  #${COLUMNS.map((name) => name.padStart(name.length + 2)).join('')}  sound`,
    ...rows,
    ...(rest > 0 ? [`     and ${count(rest, 'point')} more: --json has all`] : []),
  ].flatMap((line) => (line.length > WIDTH + 2 ? wrap(line, WIDTH) : [line]));
}

const same = (a: Point, b: Point): boolean =>
  a.broken === b.broken && cells(a).join() === cells(b).join();

/** What is wrong with a policy, by the required properties. */
const brokenText = (found: Found, point: Point): string => {
  const broken = brokenProperties(found, point);
  return broken.length === 0 ? 'sound' : `violates ${propertyNames(broken)}`;
};

/** How many steps are named of those that would do. */
const STEPS = 3;

function movesText(classes: Classes, moves: readonly Move[]): string {
  if (moves.length === 0) return 'no single step';
  const shown = moves.slice(0, STEPS).map((move) => weakerText(classes, move));
  const rest = moves.length - shown.length;
  return [...shown, ...(rest > 0 ? [`or ${rest} others`] : [])].join(', or ');
}

function standingText(found: Found, standing: Standing): string[] {
  const { classes, points } = found;
  const { names, point, sound, onFront, beatenBy, toFront, toSound } = standing;
  const place = points!.front.findIndex((other) => same(other, point)) + 1;
  const by = beatenBy === undefined ? 0 : points!.front.indexOf(beatenBy) + 1;
  const where = onFront ? `on the front, as ${place}` : `not on the front: ${by} is better`;
  return [
    ...hanging('  ', names.join(', ')),
    ...hanging('     ', `${brokenText(found, point)}; ${where}`),
    ...(onFront ? [] : hanging('     to the front: ', movesText(classes, toFront))),
    ...(sound ? [] : hanging('     to be sound:  ', movesText(classes, toSound))),
  ];
}

function presetsText(found: Found): string[] {
  const { presets = [] } = found;
  if (presets.length === 0) return [];
  return ['The presets of this space:', ...presets.flatMap((each) => standingText(found, each))];
}

/** The largest scope in which each property was tried, which says how far the proof goes. */
function ladderText({ decided, classes }: Found): string[] {
  const byLast = new Map<string, Decided[]>();
  for (const each of decided) {
    const last = each.scopes.at(-1);
    const text = last === undefined ? NO_SCOPE : printPart(classes.systemOf(0, last), 'scope');
    byLast.set(text, [...(byLast.get(text) ?? []), each]);
  }
  return [...byLast].flatMap(([last, some]) => {
    const most = Math.max(...some.map(({ scopes }) => scopes.length));
    const names = byLast.size === 1 ? '' : `${propertyNames(some.map((each) => each.property))}: `;
    const bound = some.some(({ upTo }) => upTo) ? ', where some hold up to 3 pages only' : '';
    if (last === NO_SCOPE) return named('scopes', `${names}none asks for it`);
    return named('scopes', `${names}${most}, the last of them ${last}${bound}`);
  });
}
const NO_SCOPE = '';

/** What of a space that is not decided is known. */
const unfinishedText = (found: Found): string[] => [
  `unfinished: ${count(leftIn(found).policies, 'policy', 'policies')} known to be sound so far`,
];

function foundText(synthesis: Synthesis, found: Found): string[] {
  const { vary } = synthesis.asked;
  const kernel =
    vary === 'both' ? named('kernel', printPart(found.classes.space.base, 'kernel')) : [];
  const head = [...kernel, ...named('varies', variesText(found)), ...numbersText(found)];
  if (found.minimal === undefined) return [...head, ...unfinishedText(found)];
  const parts = [minimalsText(found), frontText(found), presetsText(found)];
  return [head, ...(vary === 'both' ? parts.slice(0, 1) : parts)]
    .filter((lines) => lines.length > 0)
    .flatMap((lines) => ['', ...lines])
    .slice(1);
}

/** The share of all systems that was decided. */
export const shareDecided = ({ decided, raw }: Synthesis): number =>
  raw === 0 ? 1 : decided / raw;

/** Whether some of the systems that were asked for were not decided. */
export const isPartial = ({ decided, raw }: Synthesis): boolean => decided < raw;

/** Prints all. */
export function synthesisText(synthesis: Synthesis): string {
  const { asked, found, seconds, raw, decided } = synthesis;
  const { system, vary, required, space } = asked;
  const fixed = [
    ...(vary === 'kernel' || space !== undefined
      ? named('driver', printPart(system, 'driver'))
      : []),
    ...named('hardware', printPart(system, 'hardware')),
  ];
  const kernel = vary === 'both' ? [] : named('kernel', printPart(system, 'kernel'));
  const share = (100 * shareDecided(synthesis)).toFixed(isPartial(synthesis) ? 3 : 0);
  const end = isPartial(synthesis)
    ? `unfinished: ${decided.toLocaleString('en')} of ${raw.toLocaleString('en')} systems were ` +
      `decided (${share} %), ${seconds.toFixed(1)} s`
    : `all ${raw.toLocaleString('en')} systems were decided, ${seconds.toFixed(1)} s`;
  const ladder = found.length === 0 ? [] : ladderText(found[0]);
  const shown = vary === 'both' ? found.filter((each) => (each.minimal?.length ?? 0) > 0) : found;
  return `${[
    ...kernel,
    ...fixed,
    ...named('require', propertyNames(required)),
    ...ladder,
    end,
    ...shown.flatMap((each) => ['', ...foundText(synthesis, each)]),
  ].join('\n')}\n`;
}

/** The traces of all that weaker lists break. Equal ones are printed once. */
export function synthesisTraces({ found }: Synthesis): string[] {
  const told = new Set<string>();
  return found.flatMap((each) =>
    sortedMinimal(each).flatMap(({ breakages }) =>
      breakages.flatMap((breakage) => {
        const { system, run } = runOf(each.classes, breakage);
        const text = traceText(system, run, breakage.property).trimEnd();
        if (told.has(text)) return [];
        told.add(text);
        return [`With ${weakerText(each.classes, breakage)}:\n\n${text}`];
      }),
    ),
  );
}
