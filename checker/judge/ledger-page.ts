/** docs/assumptions.md: the ledger of the drivers that the mail names. */
import type { System } from '../../model/system.ts';
import { whole } from '../search/progress.ts';
import { parseSystem, printPart } from '../trace/setup.ts';
import type { Ledger } from './ablate.ts';
import type { Flip } from './assumptions.ts';
import { ablate } from './ablate.ts';
import { judgedText } from './changes.ts';

/** The mail's scope, and what the mail calls correctness: there every switch can matter. */
const SCOPE = 'events=unmap,protect,write';
const STEPS = `${SCOPE} granularity=fine`;
const SYSTEMS: readonly System[] = [
  parseSystem({ scope: SCOPE }),
  parseSystem({ driver: 'amd-iommu-v2', scope: SCOPE }),
  parseSystem({ driver: 'intel-svm', scope: SCOPE }),
  parseSystem({ driver: 'kvm-x86-4.20', scope: SCOPE }),
  parseSystem({ kernel: 'flush-young-proposal', driver: 'sva-flush-young', scope: SCOPE }),
  parseSystem({ scope: STEPS }),
  parseSystem({ driver: 'amd-iommu-v2', scope: STEPS }),
];

/** States of one search: two pages in steps take more. */
const LIMITS = { maxStates: 30_000 };
const MOST = LIMITS.maxStates.toLocaleString('en');

/** The command that writes the page. */
export const COMMAND = 'npm run -s youngcheck -- ablate --page > docs/assumptions.md';

const INTRODUCTION = `# What each verdict hangs on

Generated: \`${COMMAND}\`

The model makes assumptions: every step of a kernel and of a driver is one,
every switch, every event that a scope leaves out, every bound. Here each is
flipped in turn, all else as it is. A list of steps is flipped by one small
change: a step is left out, two neighbours are swapped, a condition or a range
is another, a call is another or comes on top. Of a callback the order is
reversed, or the wait is left out, or the answer is another.

The table has the verdicts that change. \`Never\`: a proof within the scope;
\`4 events\`: the length of the shortest trace; \`n/a\`: the property makes no
sense there; \`Unfinished\`: not over after ${MOST} states. The scope is that of
the mail and of what it calls correctness. \`youngcheck ablate --traces\` prints
the traces, and the same for a system of your own.

The kernel is that of the mail. \`cold\`, \`walk\` and \`pageout\` are left out, as
they came in 5.4 and later. \`lru\` is that of file pages: 4.20 activates an
anonymous page on one reference, so that an eviction takes an event more.
`;

/** The whole page. */
export const ledgerPage = (): string => {
  const ledgers = SYSTEMS.map((system) => ({ system, ledger: whole(ablate(system, LIMITS)) }));
  const told = new Map<string, string>();
  const sections = ledgers.map(({ system, ledger }) => {
    const steps = system.scope.granularity === 'fine' ? ', in steps' : '';
    const title = `${printPart(system, 'driver')} on ${printPart(system, 'kernel')}${steps}`;
    const body = sectionOf(ledger);
    const as = told.get(body);
    told.set(body, as ?? title);
    return `## ${title}\n\n${as === undefined ? body : `The same, line by line, as ${as}.`}`;
  });
  return `${[INTRODUCTION.trimEnd(), ...sections].join('\n\n')}\n`;
};

/** Events that are younger than the kernel of the mail. */
const isLater = ({ part, text }: Flip): boolean =>
  part === 'scope' && /^events=.*\b(?:cold|walk|pageout)\b/.test(text);

function sectionOf({ base, ablations: all }: Ledger): string {
  const ablations = all.filter((ablation) => !isLater(ablation));
  const verdicts = base.verdicts.map(
    (verdict) => `- \`${verdict.property.name}\`: ${judgedText(verdict)}`,
  );
  const rows = ablations.flatMap(({ part, text, changes }) =>
    changes.map(({ property, before, after }, i) => {
      const assumption = i === 0 ? `${part} \`${text}\`` : '';
      const cells = [assumption, `\`${property.name}\``, judgedText(before), judgedText(after)];
      return `| ${cells.join(' | ')} |`;
    }),
  );
  const idle = ablations.filter(({ changes, inPlay }) => changes.length === 0 && inPlay);
  const names = idle.map(({ part, text }) => `${part} \`${text}\``);
  const absent = ablations.filter(({ inPlay }) => !inPlay).length;
  return [
    `Scope \`${printPart(base.system, 'scope')}\`. As it is:\n\n${verdicts.join('\n')}`,
    ['| with | property | was | is |', '|---|---|---|---|', ...rows].join('\n'),
    `No verdict changes with:\n\n${names.map((name) => `- ${name}`).join('\n')}`,
    `${absent} more changes are of steps that are not taken in this scope.`,
  ].join('\n\n');
}
