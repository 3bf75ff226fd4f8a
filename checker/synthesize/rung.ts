/** The policies of a space that differ in one scope, and what is known of them there. */
import type { Scope } from '../../model/system.ts';
import type { Classes, Code, Forms } from './classes.ts';
import { codeOf, digitsOf } from './classes.ts';
import type { Heard } from './heard.ts';
import type { Axis } from './space.ts';
import type { Sparing } from './sparing.ts';
import { stepsIn } from './strength.ts';
import type { DoesMore } from './ways.ts';

export const OPEN = 0;
export const VIOLATED = 1;
export const HOLDS = 2;

/** A choice of lists that is decided before. */
const ABSENT = 3;

/** How many policies that are open are looked at before one of them is asked. */
const SAMPLE = 4096;
/** How many of them are compared with others: those that could settle the most. */
const PROMISING = 64;
/** How many of the others each of them is compared with. */
const COMPARED = 512;
/** How many of those with the fewest steps, and of those with the most, are among the first. */
const FEW = 12;

/** A way in which a list can do all that another one does, and more of what can only help. */
interface Way {
  /** For each axis, whether a form does more than another one. */
  readonly more: readonly (readonly Uint8Array[])[];
  /** For each axis and each form, how many forms do more, and how many less. */
  readonly reachesMore: readonly (readonly number[])[];
  readonly reachesLess: readonly (readonly number[])[];
}

type Verdict = typeof VIOLATED | typeof HOLDS;

/** The verdict of one policy, and whether it is that of another one, too. */
export interface News {
  readonly number: number;
  readonly verdict: Verdict;
  readonly follows: (number: number) => boolean;
}

interface Expected {
  readonly ways: readonly DoesMore[];
  readonly likely: number;
  readonly spares: Sparing | undefined;
}

export class Rung {
  private readonly forms: Forms;
  /** The number that each policy has here. */
  private readonly numbers: Float64Array;
  /** The ways to compare policies. One that holds settles those that do more in any way. */
  private readonly ways: readonly Way[];
  private readonly known: Uint8Array;
  /** The program or the callback of each axis. */
  private readonly fields: readonly Axis['field'][];
  /** How many answers were that a policy holds, with what is expected beforehand. */
  private held: number;
  /** How many answers were violations. */
  violations = 0;
  /** How many policies hold by a list with which none violates the property. */
  readonly spared: number;
  /** The policies that are not known, by their numbers here. The shortest come first. */
  open: Uint32Array;

  /**
   * `ways` are those in which one policy can only help where another one does.
   * `likely` is how many times as likely it is that a policy holds here as that it does not.
   * `spares` tells lists with which every policy holds.
   */
  constructor(
    classes: Classes,
    scope: Scope,
    open: Iterable<Code>,
    { ways, likely, spares }: Expected,
  ) {
    this.held = likely;
    const forms = classes.formsIn(scope);
    this.forms = forms;
    this.fields = classes.space.axes.map(({ field }) => field);
    this.numbers = classes.numbersIn(scope);
    const size = forms.counts.reduce((product, count) => product * count, 1);
    this.known = new Uint8Array(size).fill(ABSENT);
    this.ways = ways.map((doesMore) => wayOf(classes, forms, doesMore));
    const lengths = forms.of.map((of, axis) =>
      Array.from(
        { length: forms.counts[axis] },
        (_, form) => stepsIn(classes.kinds[axis].lists[of.indexOf(form)] ?? []).length,
      ),
    );
    for (const code of open) this.known[this.numbers[code]] = OPEN;
    const numbers = Uint32Array.from(this.known.keys()).filter(
      (number) => this.known[number] === OPEN,
    );
    const isSpared = spares === undefined ? () => false : this.sparedBy(classes, spares);
    const asked = numbers.filter((number) => !isSpared(number));
    for (const number of numbers) if (isSpared(number)) this.known[number] = HOLDS;
    this.spared = numbers.length - asked.length;
    this.open = byLength(asked, forms.counts, lengths);
  }

  /** Tells the policies with a list that lets none violate the property, by their numbers here. */
  private sparedBy(classes: Classes, spares: Sparing): (number: number) => boolean {
    const { of, counts } = this.forms;
    const holds = of.map((forms, axis) => {
      const all = new Uint8Array(counts[axis]).fill(1);
      for (const [kind, form] of forms.entries()) {
        if (!spares(axis, classes.kinds[axis].lists[kind])) all[form] = 0;
      }
      return all;
    });
    return (number) => this.digits(number).some((form, axis) => holds[axis][form] === 1);
  }

  /** A policy that has this number here. */
  codeOf(number: number): Code {
    const { of } = this.forms;
    return codeOf(
      this.digits(number).map((form, axis) => of[axis].indexOf(form)),
      of.map(({ length }) => length),
    );
  }

  verdictOf(code: Code): number {
    return this.known[this.numbers[code]];
  }

  /** Whether one policy does all that another one does, and beyond that only flushes or drops. */
  private isMore(one: readonly number[], other: readonly number[]): boolean {
    return this.ways.some(({ more }) =>
      one.every((form, axis) => more[axis][form][other[axis]] === 1),
    );
  }

  /** How many policies do more than one in some way, or less, whether or not they are open. */
  private reach(digits: readonly number[], side: 'reachesMore' | 'reachesLess'): number {
    return Math.max(
      ...this.ways.map(({ [side]: reaches }) =>
        digits.reduce((product, form, axis) => product * reaches[axis][form], 1),
      ),
    );
  }

  private digits(number: number): number[] {
    return digitsOf(number, this.forms.counts);
  }

  /** Notes verdicts, and what follows from them. Returns how many others followed. */
  note(news: readonly News[]): number {
    const before = this.open.length;
    for (const { verdict } of news) {
      if (verdict === HOLDS) this.held++;
      else this.violations++;
    }
    this.open = this.open.filter((other) => {
      const told = news.find(({ number, follows }) => other === number || follows(other));
      if (told !== undefined) this.known[other] = told.verdict;
      return told === undefined;
    });
    return before - this.open.length - news.length;
  }

  /**
   * What an answer tells. `heard` is what the violating run has come to: the lists of all else do
   * not matter to it.
   */
  newsOf(number: number, verdict: Verdict, heard: Heard | undefined): News {
    const follows = this.followers(this.digits(number), verdict === HOLDS, heard);
    return { number, verdict, follows };
  }

  /**
   * Whether a policy does more than this one in some way, or less if this one is violated. Another
   * that follows has the same lists in all that a violating run has come to, and any elsewhere.
   */
  private followers(
    digits: readonly number[],
    holds: boolean,
    heard: Heard | undefined,
  ): (number: number) => boolean {
    const { counts } = this.forms;
    const SAME = 1 << this.ways.length;
    const ALL = 2 * SAME - 1;
    const fits = counts.map((count, axis) => {
      const own = digits[axis];
      if (heard?.has(this.fields[axis]) === false) return new Uint8Array(count).fill(ALL);
      return Uint8Array.from({ length: count }, (_, form) => {
        const [above, below] = holds ? [form, own] : [own, form];
        return this.ways.reduce(
          (bits, { more }, way) => bits | (more[axis][above][below] << way),
          form === own ? SAME : 0,
        );
      });
    });
    // All lists must compare in the same way: each way has an argument of its own.
    return (number) => {
      let [rest, fit] = [number, ALL];
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
   * holds settles those that do more, one that is violated those that do less.
   */
  next(most: number): number[] {
    const { open } = this;
    if (this.ways.length === 0 || open.length <= most) return Array.from(open.subarray(0, most));
    const holds = this.held / (this.held + this.violations + 1);
    const settling = (more: number, less: number) => holds * more + (1 - holds) * less;
    const promising = every(open, SAMPLE)
      .map((number) => {
        const digits = this.digits(number);
        return {
          number,
          could: settling(this.reach(digits, 'reachesMore'), this.reach(digits, 'reachesLess')),
        };
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
    const chosen: (readonly number[])[] = [];
    for (const each of scored.toSorted((a, b) => b.settles - a.settles)) {
      if (chosen.length === most) break;
      const digits = this.extreme(each.digits, holds);
      const isApart = chosen.every(
        (other) => !this.isMore(other, digits) && !this.isMore(digits, other),
      );
      if (isApart) chosen.push(digits);
    }
    return chosen.map((digits) => codeOf(digits, this.forms.counts));
  }

  /**
   * Goes from an open policy to open ones that do less, as long as there are any: if such a one
   * holds, so does this one. Where most are violated, it goes to those that do more.
   */
  private extreme(digits: readonly number[], holds: number): readonly number[] {
    const isLess = holds >= 0.5;
    const ends = this.ways.map(({ more }) => {
      let [at, moved] = [digits, true];
      while (moved) {
        moved = false;
        for (const [axis, rows] of more.entries()) {
          const own = at[axis];
          const next = rows.findIndex((row, form) => {
            const [above, below] = isLess
              ? [rows[own][form], row[own]]
              : [row[own], rows[own][form]];
            return above === 1 && below === 0 && this.isOpen(at.with(axis, form));
          });
          if (next < 0) continue;
          at = at.with(axis, next);
          moved = true;
        }
      }
      return at;
    });
    const reach = (each: readonly number[]) =>
      this.reach(each, isLess ? 'reachesMore' : 'reachesLess');
    return ends.reduce((best, each) => (reach(each) > reach(best) ? each : best));
  }

  private isOpen(digits: readonly number[]): boolean {
    return this.known[codeOf(digits, this.forms.counts)] === OPEN;
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

/** Compares the forms of each axis in one way. */
function wayOf(classes: Classes, { of, counts }: Forms, doesMore: DoesMore): Way {
  const more = of.map((forms, axis) =>
    comparing(classes.kinds[axis].lists, forms, counts[axis], doesMore),
  );
  return {
    more,
    reachesMore: more.map((rows) => rows.map((_, form) => total(rows.map((row) => row[form])))),
    reachesLess: more.map((rows) => rows.map(total)),
  };
}

/** For each form and each other one, whether some list of the first does more. */
function comparing(
  lists: Classes['kinds'][number]['lists'],
  of: readonly number[],
  count: number,
  doesMore: DoesMore,
): Uint8Array[] {
  const more = Array.from({ length: count }, () => new Uint8Array(count));
  for (const [i, list] of lists.entries()) {
    for (const [j, than] of lists.entries()) {
      if (doesMore(list, than)) more[of[i]][of[j]] = 1;
    }
  }
  return more;
}
