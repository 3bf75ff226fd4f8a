/** The policies of a space that differ in one scope, and what is known of them there. */
import type { Scope } from '../../model/system.ts';
import type { Classes, Code, Forms } from './classes.ts';
import { codeOf, digitsOf } from './classes.ts';
import type { Heard } from './heard.ts';
import type { Axis } from './space.ts';
import type { List } from './strength.ts';
import { onlyDropsMore, onlyFlushesMore, stepsIn } from './strength.ts';

export const OPEN = 0;
export const VIOLATED = 1;
export const HOLDS = 2;

/** How many policies that are open are looked at before one of them is asked. */
const SAMPLE = 4096;
/** How many of them are compared with others: those that could settle the most. */
const PROMISING = 64;
/** How many of the others each of them is compared with. */
const COMPARED = 512;
/** How many of those with the fewest steps, and of those with the most, are among the first. */
const FEW = 12;

interface Expected {
  readonly learns: boolean;
  readonly blind: boolean;
  readonly likely: number;
}

export class Rung {
  private readonly forms: Forms;
  /** The number that each policy has here. */
  private readonly numbers: Float64Array;
  /**
   * Whether a list does all that another one does, and beyond that only flushes: by their forms.
   */
  private readonly more: readonly (readonly Uint8Array[])[];
  /** For each axis and each form, how many forms do more, and how many less. */
  private readonly reaches: Readonly<Record<'more' | 'less', readonly (readonly number[])[]>>;
  private readonly known: Uint8Array;
  private readonly learns: boolean;
  /** The program or the callback of each axis. */
  private readonly fields: readonly Axis['field'][];
  /** How many answers of each kind there were here, with what is expected beforehand. */
  private held: number;
  private violated = 1;
  /** The policies that are not known, by their numbers here. The shortest come first. */
  open: Uint32Array;

  /**
   * `learns` says whether a flush more can only help, and `blind` whether young bits do not matter.
   * `likely` is how many times as likely it is that a policy holds here as that it does not.
   */
  constructor(
    classes: Classes,
    scope: Scope,
    open: Iterable<Code>,
    { learns, blind, likely }: Expected,
  ) {
    this.held = likely;
    const forms = classes.formsIn(scope);
    this.forms = forms;
    this.learns = learns;
    this.fields = classes.space.axes.map(({ field }) => field);
    this.numbers = classes.numbersIn(scope);
    this.known = new Uint8Array(forms.counts.reduce((product, count) => product * count, 1));
    const { driver } = classes.space.base;
    this.more = forms.of.map((of, axis) =>
      moreFlushing(classes.kinds[axis].lists, of, forms.counts[axis], (list, than) =>
        blind ? onlyDropsMore(list, than) : onlyFlushesMore(list, than, driver),
      ),
    );
    this.reaches = {
      more: this.more.map((more) => more.map((_, form) => total(more.map((row) => row[form])))),
      less: this.more.map((more) => more.map(total)),
    };
    const lengths = forms.of.map((of, axis) =>
      Array.from(
        { length: forms.counts[axis] },
        (_, form) => stepsIn(classes.kinds[axis].lists[of.indexOf(form)] ?? []).length,
      ),
    );
    const isThere = new Uint8Array(this.known.length);
    for (const code of open) isThere[this.numbers[code]] = 1;
    const numbers = Uint32Array.from(isThere.keys()).filter((number) => isThere[number] === 1);
    this.open = byLength(numbers, forms.counts, lengths);
  }

  /** A policy that has this number here. */
  codeOf(number: number): Code {
    const { of } = this.forms;
    return codeOf(
      this.digits(number).map((form, axis) => of[axis].indexOf(form)),
      of.map(({ length }) => length),
    );
  }

  verdictOf(number: number): number {
    return this.known[number];
  }

  isViolated(code: Code): boolean {
    return this.known[this.numbers[code]] === VIOLATED;
  }

  /** Whether one policy does all that another one does, and beyond that only flushes. */
  private isMore(one: readonly number[], other: readonly number[]): boolean {
    return one.every((form, axis) => this.more[axis][form][other[axis]] === 1);
  }

  /** How many policies flush more than one, or less, whether or not they are open. */
  private reach(digits: readonly number[], way: 'more' | 'less'): number {
    return digits.reduce((product, form, axis) => product * this.reaches[way][axis][form], 1);
  }

  private digits(number: number): number[] {
    return digitsOf(number, this.forms.counts);
  }

  /**
   * Notes a verdict, and what follows from it. Returns how many others followed. `heard` is what
   * the violating run has come to: the lists of all else do not matter to it.
   */
  note(number: number, verdict: typeof VIOLATED | typeof HOLDS, heard?: Heard): number {
    const before = this.open.length;
    const digits = this.digits(number);
    this.known[number] = verdict;
    if (verdict === HOLDS) this.held++;
    else this.violated++;
    const follows = this.followers(digits, verdict === HOLDS, heard);
    this.open = this.open.filter((other) => {
      if (other === number) return false;
      const isKnown = follows(other);
      if (isKnown) this.known[other] = verdict;
      return !isKnown;
    });
    return before - this.open.length - 1;
  }

  /**
   * Whether a policy only flushes more than this one, or the other way round; or has the same lists
   * in all that a violating run has come to. What the run has not come to may have any lists.
   */
  private followers(
    digits: readonly number[],
    holds: boolean,
    heard: Heard | undefined,
  ): (number: number) => boolean {
    const { counts } = this.forms;
    const [SAME, COMPARES] = [1, 2];
    const fits = counts.map((count, axis) => {
      const own = digits[axis];
      const matters = heard?.has(this.fields[axis]) ?? true;
      const compares = (form: number): boolean =>
        (holds ? this.more[axis][form][own] : this.more[axis][own][form]) === 1;
      return Uint8Array.from({ length: count }, (_, form) =>
        matters
          ? (form === own ? SAME : 0) | (this.learns && compares(form) ? COMPARES : 0)
          : SAME | (this.learns ? COMPARES : 0),
      );
    });
    // A list is no more than itself where a condition can turn out otherwise. So the two are apart.
    return (number) => {
      let [rest, fit] = [number, SAME | COMPARES];
      for (let axis = 0; axis < counts.length && fit !== 0; axis++) {
        const form = rest % counts[axis];
        fit &= fits[axis][form];
        rest = (rest - form) / counts[axis];
      }
      return fit !== 0;
    };
  }

  /**
   * The policies to ask next: those whose answers probably settle most of the others. One that
   * holds settles those that flush more, one that is violated those that flush less.
   */
  next(most: number): number[] {
    const { open } = this;
    if (!this.learns || open.length <= most) return Array.from(open.subarray(0, most));
    const holds = this.held / (this.held + this.violated);
    const settling = (more: number, less: number) => holds * more + (1 - holds) * less;
    const promising = every(open, SAMPLE)
      .map((number) => {
        const digits = this.digits(number);
        return { number, could: settling(this.reach(digits, 'more'), this.reach(digits, 'less')) };
      })
      .toSorted((a, b) => b.could - a.could)
      .slice(0, PROMISING)
      .map(({ number }) => number);
    const ends = [...open.slice(0, FEW), ...open.slice(-FEW)];
    const candidates = [...new Set([...ends, ...promising])].map((number) => ({
      number,
      digits: this.digits(number),
    }));
    const others = every(open, COMPARED).map((number) => this.digits(number));
    const scored = candidates.map((each) => {
      const more = others.filter((other) => this.isMore(other, each.digits)).length;
      const less = others.filter((other) => this.isMore(each.digits, other)).length;
      return { ...each, settles: settling(more, less) };
    });
    const chosen: typeof scored = [];
    for (const each of scored.toSorted((a, b) => b.settles - a.settles)) {
      if (chosen.length === most) break;
      const isApart = chosen.every(
        ({ digits }) => !this.isMore(digits, each.digits) && !this.isMore(each.digits, digits),
      );
      if (isApart) chosen.push(each);
    }
    return chosen.map(({ number }) => number);
  }
}

/** Sorts policies by how many steps they have. */
function byLength(
  numbers: Uint32Array,
  counts: readonly number[],
  lengths: readonly (readonly number[])[],
): Uint32Array {
  const lengthOf = (number: number) =>
    digitsOf(number, counts).reduce((sum, form, axis) => sum + lengths[axis][form], 0);
  const buckets: number[][] = [];
  for (const number of numbers) (buckets[lengthOf(number)] ??= []).push(number);
  return Uint32Array.from(buckets.flat());
}

const total = (numbers: Iterable<number>): number => {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
};

/** Some of a list, at equal distances. */
const every = (all: Uint32Array, most: number): number[] => {
  const step = Math.max(1, Math.ceil(all.length / most));
  return Array.from({ length: Math.ceil(all.length / step) }, (_, i) => all[i * step]);
};

/** For each form and each other one, whether some list of the first does more. */
function moreFlushing(
  lists: Classes['kinds'][number]['lists'],
  of: readonly number[],
  count: number,
  doesMore: (list: List, than: List) => boolean,
): Uint8Array[] {
  const more = Array.from({ length: count }, () => new Uint8Array(count));
  for (const [i, list] of lists.entries()) {
    for (const [j, than] of lists.entries()) {
      if (doesMore(list, than)) more[of[i]][of[j]] = 1;
    }
  }
  return more;
}
