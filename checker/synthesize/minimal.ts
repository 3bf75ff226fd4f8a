/** The sound policies of which no step can be dropped or weakened, and what breaks without it. */
import type { Scope } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { Classes, Code } from './classes.ts';
import type { Crew } from './crew.ts';
import type { Decided } from './deciding.ts';
import type { ToldRun } from './rerun.ts';
import { HOLDS, VIOLATED } from './rung.ts';
import type { List } from './strength.ts';
import { weakenings } from './strength.ts';

/** A weaker list for one axis, and the policy with it. */
export interface Weaker {
  readonly axis: number;
  readonly list: List;
  readonly code: Code;
}

/** What a weaker list breaks, with a shortest run that shows it. */
export interface Breakage extends Weaker {
  readonly property: Property;
  readonly scope: Scope;
  readonly run: ToldRun;
}

export interface Minimal {
  readonly code: Code;
  readonly breakages: readonly Breakage[];
}

/** Whether a policy violates no required property in any scope of their ladders. */
export function isSound(decided: readonly Decided[], code: Code): boolean {
  for (const { verdicts } of decided) if (verdicts[code] !== HOLDS) return false;
  return true;
}

/** Whether a policy violates a required property in some scope. */
export function isBroken(decided: readonly Decided[], code: Code): boolean {
  for (const { verdicts } of decided) if (verdicts[code] === VIOLATED) return true;
  return false;
}

/** The policies that are weaker in one place, as far as the space has them. */
export function weakerThan(classes: Classes, code: Code): Weaker[] {
  const digits = classes.digits(code);
  return digits.flatMap((digit, axis) =>
    weakenings(classes.kinds[axis].lists[digit]).flatMap((list) => {
      const kind = classes.kindOf(axis, list);
      if (kind === undefined || kind === digit) return [];
      return [{ axis, list, code: classes.with(code, axis, kind) }];
    }),
  );
}

/** The sound policies of which every weaker one is not sound. */
export function minimalCodes(classes: Classes, decided: readonly Decided[]): Code[] {
  const codes: Code[] = [];
  for (let code = 0; code < classes.size; code++) {
    if (!isSound(decided, code)) continue;
    if (!weakerThan(classes, code).some((weaker) => isSound(decided, weaker.code)))
      codes.push(code);
  }
  return codes;
}

/** The property that a policy violates in the smallest scope. */
function brokenFirst(decided: readonly Decided[], code: Code): Decided {
  const broken = decided.filter(({ verdicts }) => verdicts[code] === VIOLATED);
  return broken.reduce((a, b) => (b.rungs[code] < a.rungs[code] ? b : a));
}

/** Searches for a shortest run that shows what each weaker policy breaks. */
export async function explained(
  classes: Classes,
  decided: readonly Decided[],
  code: Code,
  crew: Crew,
): Promise<Minimal> {
  const breakages = weakerThan(classes, code).map(async (weaker): Promise<Breakage> => {
    const { property, scopes, rungs } = brokenFirst(decided, weaker.code);
    const scope = scopes[rungs[weaker.code]];
    const system = classes.systemOf(weaker.code, scope);
    const { run } = await crew.ask({ system, properties: [property], runs: [] });
    if (run === undefined) throw new Error(`${property.name} is not violated after all`);
    return { ...weaker, property, scope, run };
  });
  return { code, breakages: await Promise.all(breakages) };
}
