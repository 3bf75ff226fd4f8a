/** Prints docs/assumptions.md: the assumption ledger of the drivers that the mail names. */
import type { System } from '../../model/system.ts';
import type { Pieces } from '../search/progress.ts';
import { insisting, partOf } from '../search/progress.ts';
import { parseSystem, printPart } from '../trace/setup.ts';
import { wrap } from '../trace/wrap.ts';
import type { Ablation, Ledger } from './ablate.ts';
import { ablate } from './ablate.ts';
import { judgedText } from './changes.ts';

/** The events after which a kept translation does harm. With them every field can matter. */
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

/** The limit of one search. Two pages in `fine` have more states. */
const LIMITS = { maxStates: 30_000 };
const MOST = LIMITS.maxStates.toLocaleString('en');

/** The command that writes the page. */
export const COMMAND = 'npx youngcheck ablate --page > docs/assumptions.md';

const INTRODUCTION = `# What each verdict hangs on

Generated: \`${COMMAND}\`

The model makes assumptions. Every step of a kernel and of a driver is one, and
so is every switch, every bound, and every event that a scope leaves out. Here
each is flipped in turn, and everything else stays. A program is flipped by one
small change: a step is left out, or two neighbours are swapped. Or a condition,
a range or a call is replaced, or a call is added. In a callback the order is
reversed, the wait is left out, or the answer is replaced.

The table has the verdicts that change. A row with several assumptions says what
changes with each of them alone. \`Never\` is a proof within the scope. \`4 events\`
is the length of the shortest trace. \`n/a\` means that the property makes no sense
there. \`Unfinished\` means that the search was not over after ${MOST} states.
The scope is the mail's: one page and one device. Reclaim also unmaps and
write-protects the page, where a translation that is kept does harm.
\`youngcheck ablate --traces\` prints the traces, and does the same for a system of
your own.

The kernel is that of the mail, 4.20. Events that it did not have are left out:
\`cold\` and \`pageout\` came in 5.4, \`walk\` in 6.1. With \`lru\` the lengths are those
of a file page. 4.20 activates an anonymous page on its first reference, which is
not modelled: with amd-iommu-v2-patched its eviction takes one event more.
`;

/** Prints the whole page. */
export function* ledgerPage(): Pieces<string> {
  const ledgers: { readonly system: System; readonly ledger: Ledger }[] = [];
  for (const system of SYSTEMS) {
    const work = insisting(ablate(system, LIMITS));
    const ledger = yield* partOf(work, [ledgers.length, SYSTEMS.length]);
    ledgers.push({ system, ledger });
  }
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
}

/** Events that came after 4.20: `cold` and `pageout` in 5.4, `walk` in 6.1. */
const LATER: readonly string[] = ['cold', 'pageout', 'walk'];

const isOfItsTime = ({ system: { kernel, scope } }: Ablation): boolean =>
  kernel.pageout === 'none' && !scope.events.some((event) => LATER.includes(event));

/** The changes of an assumption as one text, to compare and to print. */
const changesText = ({ changes }: Ablation): string =>
  changes
    .map(({ property, before, after }) => {
      return `| \`${property.name}\` | ${judgedText(before)} | ${judgedText(after)} |`;
    })
    .join('\n');

/** Groups the assumptions of one part that have the same changes, in the order of the first. */
function grouped(ablations: readonly Ablation[]): Ablation[][] {
  const keys = ablations.map((ablation) => `${ablation.part} ${changesText(ablation)}`);
  return [...new Set(keys)].map((key) => ablations.filter((_, i) => keys[i] === key));
}

const partAndTexts = (group: readonly Ablation[]): string =>
  `${group[0].part} ${group.map(({ text }) => `\`${text}\``).join(', ')}`;

/** A row for each verdict that changes. The first row names the assumptions. */
const rowsOf = (group: readonly Ablation[]): string[] =>
  changesText(group[0])
    .split('\n')
    .map((change, i) => `| ${i === 0 ? partAndTexts(group) : ''} ${change}`);

function sectionOf({ base, ablations }: Ledger): string {
  const verdicts = base.verdicts.map(
    (verdict) => `- \`${verdict.property.name}\`: ${judgedText(verdict)}`,
  );
  const tried = ablations.filter((ablation) => ablation.inPlay && isOfItsTime(ablation));
  const [moving, idle] = [true, false].map((moves) =>
    grouped(tried.filter(({ changes }) => changes.length > 0 === moves)),
  );
  const rows = moving.flatMap(rowsOf);
  const listed = idle.map((group) => wrap(`- ${partAndTexts(group)}`, 80).join('\n  '));
  const absent = ablations.filter(({ inPlay }) => !inPlay).length;
  return [
    `Scope \`${printPart(base.system, 'scope')}\`. As it is:\n\n${verdicts.join('\n')}`,
    ['| with any of | property | was | is |', '|---|---|---|---|', ...rows].join('\n'),
    `No verdict changes with:\n\n${listed.join('\n')}`,
    `${absent} more changes are of steps that are not taken in this scope.`,
  ].join('\n\n');
}
