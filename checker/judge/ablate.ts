/** The assumption ledger: it says which verdict depends on which assumption. */
import { eventText } from '../../model/events.ts';
import { manyOf } from '../../model/many.ts';
import type { System } from '../../model/system.ts';
import { propertiesFor } from '../../properties/index.ts';
import { fewestPages } from './focus.ts';
import { notAskedJson, notAskedLines } from '../tell/not-asked-text.ts';
import { systemJson } from '../tell/verdict-json.ts';
import { traceText } from '../tell/trace-of.ts';
import { machineNote } from '../tell/verdict-text.ts';
import type { Limits } from '../search/search.ts';
import { PART_NAMES, printSetup } from '../trace/setup.ts';
import { wrap } from '../trace/wrap.ts';
import type { Pieces } from '../search/progress.ts';
import { partOf } from '../search/progress.ts';
import type { Flip } from './assumptions.ts';
import { flipsOf } from './assumptions.ts';
import type { Change } from './changes.ts';
import { changesOf, judgedText } from './changes.ts';
import type { Judgement } from './judgement.ts';
import { verdictsOf } from './judgement.ts';

export interface Ablation extends Flip {
  readonly judgement: Judgement;
  /** The verdicts that change. If there is none, no verdict depends on this assumption alone. */
  readonly changes: readonly Change[];
}

export interface Ledger {
  readonly base: Judgement;
  readonly ablations: readonly Ablation[];
  /** The assumptions that were not tried, because the work was interrupted. */
  readonly left: readonly Flip[];
}

/** Searches for verdicts only. Pages that change nothing are left out, as in judge(). */
function* judged(system: System, limits: Limits): Pieces<Judgement> {
  const fewest = fewestPages(system);
  const isFewer = fewest.scope.pages < system.scope.pages && fewest.scope.pages === 1;
  const narrow = isFewer && manyOf(system).length === 0;
  const searched = narrow ? fewest : system;
  const { verdicts, states } = yield* verdictsOf(searched, propertiesFor(searched), limits);
  return { system, severities: [], cost: undefined, verdicts, states };
}

/** Flips every assumption of a system in turn. `limits` apply to each search. */
export function* ablate(system: System, limits: Limits = {}): Pieces<Ledger> {
  const flips = flipsOf(system);
  const base = yield* partOf(judged(system, limits), [0, flips.length]);
  const ablations: Ablation[] = [];
  for (const [i, flip] of flips.entries()) {
    if (yield [i, flips.length]) break;
    const judgement = flip.inPlay
      ? yield* partOf(judged(flip.system, limits), [i, flips.length])
      : { ...base, system: flip.system };
    const changes = changesOf(base, judgement).filter(({ direction }) => direction !== 'same');
    ablations.push({ ...flip, judgement, changes });
  }
  return { base, ablations, left: flips.slice(ablations.length) };
}

/**
 * Whether a verdict is unknown, because a limit was reached or the work was interrupted, or because
 * it is known up to a number of pages only.
 */
export const isUnfinished = ({ base, ablations, left }: Ledger): boolean =>
  left.length > 0 ||
  [base, ...ablations.map(({ judgement }) => judgement)].some(({ verdicts }) =>
    verdicts.some(({ verdict }) => verdict === 'unfinished' || verdict === 'holds-up-to'),
  );

const changeText = ({ property, before, after }: Change): string =>
  `${property.name} ${judgedText(before)} -> ${judgedText(after)}`;

const WIDTH = 72;

/**
 * Prints a table: the assumptions of each part, and below each the verdicts that change with it.
 */
export function ledgerText({ base, ablations, left }: Ledger): string {
  const verdicts = base.verdicts.map(
    (verdict) => `  ${verdict.property.name} ${judgedText(verdict)}`,
  );
  const parts = PART_NAMES.map((part) => {
    const flips = ablations.filter((ablation) => ablation.part === part);
    const moving = flips.filter(({ changes }) => changes.length > 0);
    const idle = flips.filter(({ changes, inPlay }) => changes.length === 0 && inPlay);
    const absent = flips.filter(({ inPlay }) => !inPlay);
    const untried = left.filter((flip) => flip.part === part);
    return [
      `${part}:`,
      ...moving.flatMap(({ text, changes }) => [
        `  ${text}`,
        ...changes.map((change) => `      ${changeText(change)}`),
      ]),
      ...listed('no verdict changes with', textsOf(idle)),
      ...listed(
        'no difference here, as this scope runs no such step (how many changes):',
        counted(absent),
      ),
      ...listed('not tried, as it was interrupted:', textsOf(untried)),
    ].join('\n');
  });
  const setup = [...printSetup(base.system), ...machineNote(base.system)].join('\n');
  const asked = base.verdicts.map(({ property }) => property);
  const unasked = notAskedLines([base.system], asked).join('\n');
  return `${[setup, `As it is:\n${verdicts.join('\n')}`, unasked, ...parts].join('\n\n')}\n`;
}

const listed = (head: string, texts: readonly string[]): string[] =>
  texts.length === 0
    ? []
    : [`  ${head}`, ...wrap(texts.join(' '), WIDTH - 6).map((l) => `      ${l}`)];

const textsOf = (flips: readonly Flip[]): string[] => flips.map(({ text }) => text);

/** How many flips each field has: `walk (5)`. */
function counted(flips: readonly Flip[]): string[] {
  const fields = [...new Set(flips.map(({ field }) => field))];
  return fields.map((field) => {
    const count = flips.filter((flip) => flip.field === field).length;
    return `${field} (${count})`;
  });
}

/** Prints the shortest trace of each change to a violation. Equal traces are printed once. */
export function ledgerTraces({ ablations }: Ledger): string[] {
  const told = new Set<string>();
  return ablations.flatMap(({ part, text, judgement, changes }) =>
    changes.flatMap(({ property, after }) => {
      if (after.run === undefined) return [];
      const system = after.where ?? judgement.system;
      const key = `${property.name} ${system.scope.granularity} ${after.run.map(eventText).join()}`;
      if (told.has(key)) return [];
      told.add(key);
      return [`With ${part} ${text}:\n\n${traceText(system, after.run, property).trimEnd()}`];
    }),
  );
}

/** The document of `youngcheck ablate --json`. */
export const ledgerJson = ({ base, ablations, left }: Ledger) => ({
  system: systemJson(base.system),
  verdicts: Object.fromEntries(
    base.verdicts.map((verdict) => [verdict.property.name, judgedText(verdict)]),
  ),
  ...notAskedJson(
    base.system,
    base.verdicts.map(({ property }) => property),
  ),
  assumptions: ablations.map(({ part, text, inPlay, changes }) => ({
    part,
    assumption: text,
    inPlay,
    changes: changes.map(({ property, before, after }) => ({
      name: property.name,
      before: judgedText(before),
      after: judgedText(after),
    })),
  })),
  left: left.map(({ part, text }) => ({ part, assumption: text })),
});
