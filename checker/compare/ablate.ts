/** The assumption ledger: which verdicts hang on which assumption. */
import { eventText } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import { propertiesFor } from '../../properties/index.ts';
import { check } from '../check.ts';
import { fewestPages } from '../cost/focus.ts';
import { traceText } from '../report/trace-of.ts';
import type { Limits } from '../search/search.ts';
import { PART_NAMES } from '../trace/setup.ts';
import { wrap } from '../trace/wrap.ts';
import type { Progress } from '../progress.ts';
import type { Flip } from './assumptions.ts';
import { flipsOf } from './assumptions.ts';
import type { Change } from './changes.ts';
import { changesOf, judgedText } from './changes.ts';
import type { Judgement } from './judge.ts';

export interface Ablation extends Flip {
  readonly judgement: Judgement;
  /** The verdicts that change; none: nothing hangs on this assumption alone. */
  readonly changes: readonly Change[];
}

export interface Ledger {
  readonly base: Judgement;
  readonly ablations: readonly Ablation[];
}

/** Verdicts alone. Pages that change nothing are left out, as in judge(). */
function verdictsOf(system: System, limits: Limits): Judgement {
  const fewest = fewestPages(system);
  const narrow = fewest.scope.pages < system.scope.pages && fewest.scope.pages === 1;
  const searched = narrow ? fewest : system;
  const { verdicts, search } = check(searched, propertiesFor(searched), limits);
  return { system, verdicts, severities: [], cost: undefined, states: search.states };
}

/** Flips every assumption of a system in turn. `limits` are of each search. */
export function ablate(system: System, limits: Limits = {}, progress: Progress = () => {}): Ledger {
  const flips = flipsOf(system);
  progress(0, flips.length);
  const base = verdictsOf(system, limits);
  const ablations = flips.map((flip, i): Ablation => {
    const judgement = verdictsOf(flip.system, limits);
    const changes = changesOf(base, judgement).filter(({ direction }) => direction !== 'same');
    progress(i + 1, flips.length);
    return { ...flip, judgement, changes };
  });
  return { base, ablations };
}

const changeText = ({ property, before, after }: Change): string =>
  `${property.name} ${judgedText(before)} -> ${judgedText(after)}`;

const WIDTH = 72;

/** A table: under each part its assumptions, and below each the verdicts that change with it. */
export function ledgerText({ base, ablations }: Ledger): string {
  const verdicts = base.verdicts.map(
    (verdict) => `  ${verdict.property.name} ${judgedText(verdict)}`,
  );
  const parts = PART_NAMES.map((part) => {
    const flips = ablations.filter((ablation) => ablation.part === part);
    const moving = flips.filter(({ changes }) => changes.length > 0);
    const idle = flips.filter(({ changes }) => changes.length === 0).map(({ text }) => text);
    return [
      `${part}:`,
      ...moving.flatMap(({ text, changes }) => [
        `  ${text}`,
        ...changes.map((change) => `      ${changeText(change)}`),
      ]),
      ...(idle.length === 0
        ? []
        : [
            '  no verdict changes with',
            ...wrap(idle.join(' '), WIDTH - 6).map((l) => `      ${l}`),
          ]),
    ].join('\n');
  });
  return `${[`As it is:\n${verdicts.join('\n')}`, ...parts].join('\n\n')}\n`;
}

/** The shortest trace of each change to a violation, each trace once. */
export function ledgerTraces({ ablations }: Ledger): string[] {
  const told = new Set<string>();
  return ablations.flatMap(({ part, text, judgement, changes }) =>
    changes.flatMap(({ property, after }) => {
      const { system } = judgement;
      if (after.run === undefined) return [];
      const key = `${property.name} ${system.scope.granularity} ${after.run.map(eventText).join()}`;
      if (told.has(key)) return [];
      told.add(key);
      return [`With ${part} ${text}:\n\n${traceText(system, after.run, property).trimEnd()}`];
    }),
  );
}

/** The document of `youngcheck ablate --json`. */
export const ledgerJson = ({ base, ablations }: Ledger) => ({
  verdicts: Object.fromEntries(
    base.verdicts.map((verdict) => [verdict.property.name, judgedText(verdict)]),
  ),
  assumptions: ablations.map(({ part, text, changes }) => ({
    part,
    assumption: text,
    changes: changes.map(({ property, before, after }) => ({
      name: property.name,
      before: judgedText(before),
      after: judgedText(after),
    })),
  })),
});
