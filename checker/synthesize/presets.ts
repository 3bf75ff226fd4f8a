/** Where the presets stand in a space, and which single step would make one better. */
import { answeredBy, neighboursOf } from '../../model/neighbours.ts';
import { CALLS, stepsOf } from '../../model/steps.ts';
import type { Driver, System } from '../../model/system.ts';
import { fieldsOf } from '../../model/system.ts';
import { valueText } from '../../model/text.ts';
import { PRESETS } from '../trace/setup.ts';
import type { Classes, Code } from './classes.ts';
import type { Decided } from './deciding.ts';
import { withWords } from './lists.ts';
import { isSound } from './minimal.ts';
import type { Point, Points } from './points.ts';
import { beats, isOnFront } from './points.ts';
import type { Axis } from './space.ts';
import type { List } from './strength.ts';

/** Another list for one axis. */
export interface Move {
  readonly axis: number;
  readonly list: List;
  readonly code: Code;
}

export interface Standing {
  /** The presets that do the same. */
  readonly names: readonly string[];
  readonly code: Code;
  readonly point: Point;
  readonly sound: boolean;
  readonly onFront: boolean;
  /** A point of the front that is better, if it is not on it. */
  readonly beatenBy?: Point;
  /** The single steps that lead to the front, and those that lead to a sound policy. */
  readonly toFront: readonly Move[];
  readonly toSound: readonly Move[];
}

export const listText = ({ part, field }: Pick<Axis, 'part' | 'field'>, list: List): string =>
  valueText(fieldsOf(part)[field], list);

/**
 * A list as those of a space are written: without what the hardware or the driver does not have.
 */
function asWritten(list: List, { driver, hardware }: System): List {
  if (!('actions' in list)) {
    const answered = answeredBy(driver);
    return list.filter(({ name }) => CALLS[name] === undefined || answered.includes(name));
  }
  const steps = list.actions.flatMap((each) =>
    stepsOf(each.name, hardware.iotlbQueue).map((name) => ({ ...each, name })),
  );
  return { ...list, actions: withWords(steps) };
}

/** The policy of a preset. Undefined if it is not in the space. */
function codeOfPreset(
  classes: Classes,
  value: Readonly<Record<string, unknown>>,
): Code | undefined {
  const { axes, base } = classes.space;
  const varied = new Set<string>(axes.map(({ field }) => field));
  const [{ part }] = axes;
  const isElsewhere = Object.entries(fieldsOf(part)).some(([name, field]) => {
    if (varied.has(name) || isUncalled(name, base.driver)) return false;
    return valueText(field, value[name]) !== valueText(field, Reflect.get(base[part], name));
  });
  if (isElsewhere) return undefined;
  const digits = axes.map(({ field }, axis) =>
    classes.kindOf(axis, asWritten(value[field] as List, base)),
  );
  return digits.includes(undefined) ? undefined : classes.codeOf(digits as number[]);
}

/** Whether a field is a callback: one that no axis varies is called by no program. */
const isUncalled = (name: string, driver: Driver): boolean =>
  typeof Reflect.get(driver, name) === 'object' &&
  'actions' in (Reflect.get(driver, name) as object);

/** For each axis and each kind of list, the kinds that are one step away. */
function stepsApart(classes: Classes): number[][][] {
  const { axes, base } = classes.space;
  return axes.map(({ part, field }, axis) => {
    const declared = fieldsOf(part)[field];
    const { lists } = classes.kinds[axis];
    const near = lists.map((list) => {
      const texts = neighboursOf(field, declared, list, base.driver);
      return new Set(texts.map((each) => valueText(declared, each)));
    });
    const texts = lists.map((list) => valueText(declared, list));
    return lists.map((_, a) =>
      [...lists.keys()].filter((b) => a !== b && (near[a].has(texts[b]) || near[b].has(texts[a]))),
    );
  });
}

/** Where each preset of the part that varies stands. A space with axes of both parts has none. */
export function standings(
  classes: Classes,
  decided: readonly Decided[],
  points: Points,
): Standing[] {
  const { axes } = classes.space;
  const parts = new Set(axes.map(({ part }) => part));
  if (parts.size !== 1) return [];
  const [part] = parts;
  const byCode = new Map<Code, string[]>();
  for (const { name, value } of PRESETS[part]) {
    const code = codeOfPreset(classes, value as unknown as Readonly<Record<string, unknown>>);
    if (code !== undefined) byCode.set(code, [...(byCode.get(code) ?? []), name]);
  }
  const apart = stepsApart(classes);
  return [...byCode].map(([code, names]) => {
    const moves = classes.digits(code).flatMap((digit, axis) =>
      apart[axis][digit].map((kind): Move => ({
        axis,
        list: classes.kinds[axis].lists[kind],
        code: classes.with(code, axis, kind),
      })),
    );
    const point = points.of(code);
    const sound = isSound(decided, code);
    const onFront = isOnFront(points, point);
    const beatenBy = points.front.find((other) => beats(other, point));
    return {
      names,
      code,
      point,
      sound,
      onFront,
      ...(beatenBy === undefined ? {} : { beatenBy }),
      toFront: onFront ? [] : moves.filter((move) => isOnFront(points, points.of(move.code))),
      toSound: sound ? [] : moves.filter((move) => isSound(decided, move.code)),
    };
  });
}
