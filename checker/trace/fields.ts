/** The fields of the parts of a system: how each is read and written as text. */
import type { Callback, PartName, Parts, Return } from '../../model/system.ts';
import { ACTIONS, AGING_HELPERS, GRANULARITIES, LIMITS, OBSERVERS, OPTIONAL_EVENTS, RETURNS, WALK_HELPERS } from '../../model/system.ts';

/** What keeps a list from being a value. */
export class ListFault {
  /** The member at fault. */
  readonly member: string;
  /** Where it begins in the text of the list. */
  readonly at: number;
  /** The rule that it breaks; undefined if it is unknown. */
  readonly rule: string | undefined;

  constructor(items: readonly string[], index: number, rule?: string) {
    this.member = items[index];
    this.at = items.slice(0, index).join(',').length + (index > 0 ? 1 : 0);
    this.rule = rule;
  }
}

/** How a field's value is read and written. */
export interface FieldType {
  /** What would have been right, for a message. */
  readonly expected: readonly string[];
  /** The value; undefined if the text is not one, or of a list what is wrong with it. */
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
/** What no list may have: blanks, which cut it in two, an empty member, `none` and another. */
function faultOf(items: readonly string[], known: readonly string[]): ListFault | undefined {
  if (items.length > 1) {
    const empty = items.indexOf('');
    if (empty >= 0) return new ListFault(items, empty, 'lists have commas and no blanks');
    const none = items.indexOf('none');
    if (none >= 0) return new ListFault(items, none, "'none' stands alone");
  }
  const unknown = items.findIndex((item) => !known.includes(item));
  return unknown < 0 ? undefined : new ListFault(items, unknown);
}

/** A set, in the order in which its members are declared; `none` is the empty one. */
const set = (members: readonly string[]): FieldType => ({
  expected: ['none', ...members],
  parse(text) {
    if (text === 'none') return [];
    const items = text.split(',');
    const fault = faultOf(items, members);
    if (fault !== undefined) return fault;
    const again = items.findIndex((item, i) => items.indexOf(item) !== i);
    if (again >= 0) return new ListFault(items, again, `'${items[again]}' is given twice`);
    return members.filter((member) => items.includes(member));
  },
  print: (value: readonly string[]) =>
    members.filter((member) => value.includes(member)).join(',') || 'none',
});

const returnOf = (item: string): Return | undefined =>
  RETURNS.find((value) => item === `return-${value}`);

/** Actions in order; a return value may stand at the end. */
const callback: FieldType = {
  expected: ['none', ...ACTIONS, ...RETURNS.map((value) => `return-${value}`)],
  parse(text) {
    if (text === 'none') return { actions: [], returns: 'zero' };
    const items = text.split(',');
    const fault = faultOf(items, callback.expected);
    if (fault !== undefined) return fault;
    const last = items.length - 1;
    const early = items.findIndex((item, i) => i < last && returnOf(item) !== undefined);
    if (early >= 0) {
      const twice = returnOf(items[last]) !== undefined;
      return new ListFault(
        items,
        early,
        twice ? 'it returns once' : `'${items[early]}' comes last`,
      );
    }
    const returns = returnOf(items[last]);
    const actions = returns === undefined ? items : items.slice(0, last);
    if (actions.length > MAX_ACTIONS) {
      return new ListFault(items, MAX_ACTIONS, `it has at most ${MAX_ACTIONS} actions`);
    }
    return { actions, returns: returns ?? 'zero' };
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
