/** The fields of the parts of a system: how each is read and written as text. */
import type { Callback, PartName, Parts, Return } from '../../model/system.ts';
import {
  ACTIONS,
  AGING_HELPERS,
  GRANULARITIES,
  LIMITS,
  OBSERVERS,
  OPTIONAL_EVENTS,
  RETURNS,
  WALK_HELPERS,
} from '../../model/system.ts';

/** How a field's value is read and written. */
export interface FieldType {
  /** What would have been right, for a message. */
  readonly expected: readonly string[];
  /** The value, or undefined if the text is not one. */
  readonly parse: (text: string) => unknown;
  readonly print: (value: never) => string;
}

const choice = (...values: readonly string[]): FieldType => ({
  expected: values,
  parse: (text) => (values.includes(text) ? text : undefined),
  print: (value: string) => value,
});
const flag: FieldType = {
  expected: ['true', 'false'],
  parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  print: (value: boolean) => String(value),
};
const count = ([least, most]: readonly [number, number]): FieldType => ({
  expected: [`a number from ${least} to ${most}`],
  parse: (text) => (/^\d$/.test(text) && +text >= least && +text <= most ? +text : undefined),
  print: (value: number) => String(value),
});
/** A set, in the order in which its members are declared; `none` is the empty one. */
const set = (members: readonly string[]): FieldType => ({
  expected: ['none', ...members],
  parse(text) {
    const items = text === 'none' ? [] : text.split(',');
    const known = items.every((item, i) => members.includes(item) && items.indexOf(item) === i);
    return known ? members.filter((member) => items.includes(member)) : undefined;
  },
  print: (value: readonly string[]) =>
    members.filter((member) => value.includes(member)).join(',') || 'none',
});
/** Actions in order; a return value may stand at the end. */
const callback: FieldType = {
  expected: ['none', ...ACTIONS, ...RETURNS.map((value) => `return-${value}`)],
  parse(text) {
    const actions = text === 'none' ? [] : text.split(',');
    let returns: Return = 'zero';
    const last = /^return-(.*)$/.exec(actions.at(-1) ?? '');
    if (last) {
      const known = RETURNS.find((value) => value === last[1]);
      if (known === undefined) return undefined;
      returns = known;
      actions.pop();
    }
    const known = actions.every((action) => (ACTIONS as readonly string[]).includes(action));
    return known && actions.length <= MAX_ACTIONS ? { actions, returns } : undefined;
  },
  print: ({ actions, returns }: Callback) =>
    [...actions, ...(returns === 'zero' ? [] : [`return-${returns}`])].join(',') || 'none',
};
/** More than any driver does; it keeps the list of an operation's steps small. */
const MAX_ACTIONS = 16;

/** Every field of every part, in the order in which they are printed. */
export const FIELDS: { readonly [P in PartName]: { readonly [F in keyof Parts[P]]: FieldType } } = {
  kernel: {
    agingHelper: choice(...AGING_HELPERS),
    flushesTlbWhenYoung: flag,
    tlbFlushReachesSecondary: flag,
    notifiesFlushYoung: flag,
    unmapFlushesOld: flag,
    unmapNotifies: flag,
    unmapInvalidates: choice('page', 'mm'),
    upgradeNotifies: flag,
    walkHelper: choice(...WALK_HELPERS),
    pageoutLooks: flag,
    swapinWritable: flag,
    idleRange: choice('page', 'two-pages'),
  },
  driver: {
    secondary: choice('shared', 'shadow'),
    clear_flush_young: callback,
    clear_young: callback,
    flush_young: callback,
    invalidate_secondary: callback,
  },
  hardware: {
    ats: flag,
    iotlb: flag,
    dropsOvertakenCompletions: flag,
    rewalksOnPermissionFault: flag,
    accessFlag: choice('hardware', 'fault'),
    drainsPostedWrites: flag,
  },
  scope: {
    pages: count(LIMITS.pages),
    cpus: count(LIMITS.cpus),
    devices: count(LIMITS.devices),
    observers: set(OBSERVERS),
    granularity: choice(...GRANULARITIES),
    events: set(OPTIONAL_EVENTS),
  },
};

/** The fields of one part, by name. */
export const fieldsOf = (part: PartName) => FIELDS[part] as Readonly<Record<string, FieldType>>;
