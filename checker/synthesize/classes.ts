/** The lists of a space, where those that do the same in every scope that is asked are one. */
import type { Scope, System } from '../../model/system.ts';
import { formsOf } from './form.ts';
import { inScope } from './ladder.ts';
import type { Choice, Space } from './space.ts';
import { systemOfChoice } from './space.ts';
import type { List } from './strength.ts';

/** The lists of one axis that differ, the shortest of each kind. */
interface Kinds {
  readonly lists: readonly List[];
  /** How many lists of the axis each of them stands for. */
  readonly counts: readonly number[];
  /** For each list of the axis, the place of the one that stands for it. */
  readonly of: readonly number[];
}

const firsts = (keys: readonly string[]): number[] =>
  keys.flatMap((key, i) => (keys.indexOf(key) === i ? [i] : []));

/** What the kinds of each axis do in one scope: kinds with the same number do the same there. */
export interface Forms {
  readonly of: readonly (readonly number[])[];
  /** How many numbers each axis has. */
  readonly counts: readonly number[];
}

/** A policy of a space by one number, which has a digit for each axis. */
export type Code = number;

export class Classes {
  readonly space: Space;
  readonly kinds: readonly Kinds[];
  private readonly forms = new Map<string, Forms>();
  private readonly places: Map<string, number>[] = [];
  private known: Float64Array<ArrayBuffer> | undefined;

  /** Merges the lists of a space. No other scope than these can be asked for later. */
  constructor(space: Space, scopes: readonly Scope[]) {
    this.space = space;
    const formsIn = scopes.map((scope) => {
      const system = inScope(space.base, scope);
      return space.axes.map((axis) => formsOf(system, axis));
    });
    this.kinds = space.axes.map(({ lists }, axis) => {
      const keys = lists.map((_, i) => formsIn.map((forms) => forms[axis][i]).join());
      const places = firsts(keys);
      const of = keys.map((key) => places.findIndex((place) => keys[place] === key));
      const counts = places.map((_, kind) => of.filter((each) => each === kind).length);
      return { lists: places.map((place) => lists[place]), counts, of };
    });
    for (const [i, scope] of scopes.entries()) {
      const of = this.kinds.map(({ of: kindOf, lists }, axis) =>
        lists.map((_, kind) => formsIn[i][axis][kindOf.indexOf(kind)]),
      );
      const counts = of.map((numbers) => Math.max(...numbers) + 1);
      this.forms.set(JSON.stringify(scope), { of, counts });
    }
  }

  /** How many policies differ. */
  get size(): number {
    return this.kinds.reduce((product, { lists }) => product * lists.length, 1);
  }

  formsIn(scope: Scope): Forms {
    return this.forms.get(JSON.stringify(scope))!;
  }

  /** The place of the list of each axis. */
  digits(code: Code): number[] {
    return digitsOf(
      code,
      this.kinds.map(({ lists }) => lists.length),
    );
  }

  codeOf(digits: readonly number[]): Code {
    return codeOf(
      digits,
      this.kinds.map(({ lists }) => lists.length),
    );
  }

  systemOf(code: Code, scope: Scope): System {
    return inScope(systemOfChoice(this.space, this.choiceOf(code)), scope);
  }

  choiceOf(code: Code): Choice {
    return this.digits(code).map((digit, axis) => this.kinds[axis].lists[digit]);
  }

  /** The place of the list that stands for this one. Undefined if the axis does not have it. */
  kindOf(axis: number, list: List): number | undefined {
    const places = (this.places[axis] ??= new Map(
      this.space.axes[axis].lists.map((each, i) => [JSON.stringify(each), i]),
    ));
    const place = places.get(JSON.stringify(list));
    return place === undefined ? undefined : this.kinds[axis].of[place];
  }

  /** The policy with another list for one axis. */
  with(code: Code, axis: number, kind: number): Code {
    return this.codeOf(this.digits(code).with(axis, kind));
  }

  /** How many systems of the space each policy stands for. */
  get counts(): Float64Array {
    this.known ??= this.kinds.reduce(
      (counts, { counts: more }) =>
        crossed(
          counts,
          more.map((times) => ({ times, plus: 0 })),
        ),
      Float64Array.of(1),
    );
    return this.known;
  }

  /** The number that each policy has in a scope. Those with the same number do the same there. */
  numbersIn(scope: Scope): Float64Array {
    const { of, counts } = this.formsIn(scope);
    let [place, numbers] = [1, Float64Array.of(0)];
    for (const [axis, digits] of of.entries()) {
      const base = place;
      numbers = crossed(
        numbers,
        digits.map((digit) => ({ times: 1, plus: digit * base })),
      );
      place *= counts[axis];
    }
    return numbers;
  }
}

/**
 * A value for each policy of some axes and one more. Spaces have millions of policies, whose digits
 * would take long to compute one by one.
 */
function crossed(
  known: Float64Array<ArrayBuffer>,
  more: readonly { readonly times: number; readonly plus: number }[],
): Float64Array<ArrayBuffer> {
  const all = new Float64Array(known.length * more.length);
  let code = 0;
  for (const { times, plus } of more) {
    for (let i = 0; i < known.length; i++) all[code++] = known[i] * times + plus;
  }
  return all;
}

/** The digits of a number whose digits have these bases. */
export function digitsOf(code: Code, bases: readonly number[]): number[] {
  let rest = code;
  return bases.map((base) => {
    const digit = rest % base;
    rest = (rest - digit) / base;
    return digit;
  });
}

export const codeOf = (digits: readonly number[], bases: readonly number[]): Code =>
  digits.reduceRight((code, digit, i) => code * bases[i] + digit, 0);
