/** youngcheck mail: answers the mail's question for every driver that the mail names. */
import type { Result, Verdict } from '../checker/search/check.ts';
import { checkPieces } from '../checker/search/check.ts';
import type { Pieces } from '../checker/search/progress.ts';
import { insisting, partOf } from '../checker/search/progress.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import { wrap } from '../checker/trace/wrap.ts';
import { traceName, traceText } from '../checker/tell/trace-of.ts';
import { eventText } from '../model/events.ts';
import type { Property } from '../properties/index.ts';
import { PROPERTIES, propertiesFor } from '../properties/index.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs, refuseArguments } from './command.ts';
import { conduct } from './drive.ts';
import { print, tell } from './output.ts';

const HELP = `youngcheck mail: the answer to the mail that started this

usage: youngcheck mail

In January 2019 a patch removed the clear_flush_young notifier from the AMD
IOMMU driver. Is a page that a device uses now reported unreferenced? Every
driver that the mail names is searched exhaustively, on the kernel that the mail
was about. Then follows the shortest trace of each thing that goes wrong.

exit status: 0 every verdict is the expected one, 1 some verdict is not,
3 interrupted
`;

interface MailRow {
  readonly label: string;
  readonly kernel: string;
  readonly driver: string;
  readonly observers: string;
  /** The expected lengths of shortest violations. All other properties hold. */
  readonly atomic: Readonly<Record<string, number>>;
  readonly fine: Readonly<Record<string, number>>;
}
type Granularity = 'atomic' | 'fine';

const MISSED = 'no-missed-device-reference';
const REPEATED = 'no-repeated-miss';
const SPURIOUS = 'no-spurious-invalidation';

/** The verdicts of a driver without clear_flush_young: reclaim misses uses without end. */
const blind: Pick<MailRow, Granularity> = {
  atomic: { [`${MISSED}(reclaim)`]: 4, [`${REPEATED}(reclaim)`]: 6 },
  fine: { [`${MISSED}(reclaim)`]: 7, [`${REPEATED}(reclaim)`]: 10 },
};
const ROWS: readonly MailRow[] = [
  {
    label: 'AMD, before the patch',
    kernel: 'v4.20-x86',
    driver: 'amd-iommu-v2',
    observers: 'reclaim',
    atomic: { [SPURIOUS]: 3 },
    fine: { [SPURIOUS]: 11 },
  },
  {
    label: 'AMD, after the patch',
    kernel: 'v4.20-x86',
    driver: 'amd-iommu-v2-patched',
    observers: 'reclaim',
    ...blind,
  },
  {
    label: 'intel-svm',
    kernel: 'v4.20-x86',
    driver: 'intel-svm',
    observers: 'reclaim',
    ...blind,
  },
  {
    label: 'KVM',
    kernel: 'v4.20-x86',
    driver: 'kvm-x86-4.20',
    observers: 'reclaim',
    atomic: {},
    fine: {},
  },
  {
    label: 'flush_young, proposed',
    kernel: 'flush-young-proposal',
    driver: 'sva-flush-young',
    observers: 'reclaim',
    atomic: {},
    fine: {},
  },
  {
    label: '  beside page_idle',
    kernel: 'flush-young-proposal',
    driver: 'sva-flush-young',
    observers: 'reclaim,idle',
    atomic: {
      [`${MISSED}(reclaim)`]: 5,
      [`${MISSED}(idle)`]: 4,
      [`${REPEATED}(reclaim)`]: 7,
      [`${REPEATED}(idle)`]: 6,
    },
    fine: {
      [`${MISSED}(reclaim)`]: 9,
      [`${MISSED}(idle)`]: 7,
      [`${REPEATED}(reclaim)`]: 12,
      [`${REPEATED}(idle)`]: 10,
    },
  },
];

/** The mail's steps need only reads. That a kept translation does harm needs these events. */
const HARM = 'events=unmap,protect,write';

const COLUMNS: readonly { readonly head: string; readonly property: string }[] = [
  { head: 'missed', property: MISSED },
  { head: 'repeated', property: REPEATED },
  { head: 'false', property: 'no-false-reference' },
  { head: 'stale', property: 'no-stale-access' },
  { head: 'revoked', property: 'no-write-after-write-protect' },
  { head: 'spurious', property: SPURIOUS },
];
const LABEL_WIDTH = Math.max(...ROWS.map(({ label }) => label.length));

interface RowResults {
  readonly row: MailRow;
  /** The results in the mail's scope, and in the wider one for safety. */
  readonly results: readonly Result[];
}

function* answer(row: MailRow, granularity: Granularity): Pieces<RowResults> {
  const { kernel, driver, observers } = row;
  const scope = `observers=${observers} granularity=${granularity}`;
  const mails = parseSystem({ kernel, driver, scope });
  const wider = parseSystem({ kernel, driver, scope: `${scope} ${HARM}` });
  const safety = propertiesFor(wider).filter(({ family }) => family === 'safety');
  return { row, results: [yield* checkPieces(mails), yield* checkPieces(wider, safety)] };
}

function* allAnswers(): Pieces<Record<Granularity, RowResults[]>> {
  const answers: Record<Granularity, RowResults[]> = { atomic: [], fine: [] };
  for (const granularity of ['atomic', 'fine'] as const) {
    for (const row of ROWS) {
      const done = answers.atomic.length + answers.fine.length;
      answers[granularity].push(yield* partOf(answer(row, granularity), [done, 2 * ROWS.length]));
    }
  }
  return answers;
}

const verdictsOf = ({ results }: RowResults): Verdict[] =>
  results.flatMap(({ verdicts }) => verdicts);

const baseName = ({ name }: Property): string => name.replace(/\(.*/, '');

/**
 * One cell: Never, or the length of the shortest trace. The observer with the shorter one counts.
 */
function cell(answer: RowResults, column: string): string {
  const found = verdictsOf(answer).filter(({ property }) => baseName(property) === column);
  const lengths = found.flatMap(({ run }) => (run === undefined ? [] : [run.length]));
  if (lengths.length > 0) return String(Math.min(...lengths));
  return found.every(({ verdict }) => verdict === 'holds') ? 'Never' : 'Vacuous';
}

function table(answers: readonly RowResults[]): string[] {
  const line = (label: string, cells: readonly string[]) =>
    [label.padEnd(LABEL_WIDTH), ...cells.map((text, i) => text.padEnd(COLUMNS[i].head.length))]
      .join('  ')
      .trimEnd();
  return [
    line(
      '',
      COLUMNS.map(({ head }) => head),
    ),
    ...answers.map((of) =>
      line(
        of.row.label,
        COLUMNS.map(({ property }) => cell(of, property)),
      ),
    ),
  ];
}

/** The traces of all violations. Equal traces of two drivers are printed once. */
function traces(answers: readonly RowResults[]): string[] {
  const told = new Map<string, string>();
  const results = answers.flatMap((of) => of.results);
  return results.flatMap(({ system, verdicts }) =>
    verdicts.flatMap(({ property, run }) => {
      if (run === undefined) return [];
      const name = traceName(property, system);
      const key = `${property.name} ${system.scope.observers} ${run.map(eventText).join()}`;
      const before = told.get(key);
      told.set(key, before ?? name);
      if (before !== undefined) return [`${name}: event by event as ${before}\n`];
      return [traceText(system, run, property)];
    }),
  );
}

/** Every verdict that differs from the expected one. */
function surprises(answers: readonly RowResults[], granularity: Granularity): string[] {
  return answers.flatMap((of) =>
    verdictsOf(of).flatMap(({ property, verdict, run }) => {
      const { row } = of;
      const expected = row[granularity][property.name];
      const is = run === undefined ? verdict : `violated in ${run.length}`;
      const should = expected === undefined ? 'holds' : `violated in ${expected}`;
      if (is === should) return [];
      return [
        `${row.label.trim()}, ${granularity}: ${property.name} is ${is}, expected: ${should}`,
      ];
    }),
  );
}

/** Says which properties no row of the table asks. */
function notAskedText(answers: readonly RowResults[]): string[] {
  const asked = new Set(answers.flatMap(verdictsOf).map(({ property }) => property));
  const others = PROPERTIES.filter((property) => !asked.has(property)).map(baseName);
  const names = [...new Set(others)].join(', ');
  return wrap(`not asked here: ${names}. youngcheck check tells which scope asks them.`, WIDTH);
}
const WIDTH = 72;

const states = (answers: readonly RowResults[]): string =>
  answers
    .flatMap(({ results }) => results)
    .reduce((sum, { search }) => sum + search.states, 0)
    .toLocaleString('en');

export const mail: Command = {
  name: 'mail',
  summary: 'the question of the mail that started this, answered driver by driver',
  help: HELP,
  options: {},
  async run(args) {
    refuseArguments('mail', readArgs('mail', args, {}).positionals, {});
    const { value: answers } = await conduct(insisting(allAnswers()), 'searches');
    const { atomic, fine } = answers;
    const text = `Re: [PATCH 2/2] iommu/amd: Remove clear_flush_young notifier

Is a page that a device uses ever reported unreferenced? One page, one
device that reads; for stale and revoked it also writes, and reclaim also
unmaps and write-protects. Never: proved, everything reachable was
searched. A number: the events of the shortest trace that shows it; all
shorter ones were exhausted.

${table(atomic).join('\n')}

The same with each operation cut into the steps that interleave:

${table(fine).join('\n')}

missed:   a look reports a page unreferenced that the device used
repeated: ... twice in a row, with nothing else touching the page
false:    a look reports a page referenced that nothing used
stale:    an access goes through a translation to a freed frame
revoked:  a write goes through a write permission that was withdrawn
spurious: an ATC is invalidated though nothing young was found

${notAskedText(fine).join('\n')}

AMD, intel-svm and KVM on v4.20-x86; the proposal on the same kernel with
its notifier, alone and beside page idle tracking: ${states(atomic)} states at once,
${states(fine)} in steps. The traces:

${traces(atomic).join('\n')}`;
    print(`${text.trimEnd()}\n`);
    const wrong = [...surprises(atomic, 'atomic'), ...surprises(fine, 'fine')];
    for (const line of wrong) tell(`error: ${line}\n`);
    return wrong.length > 0 ? STATUS.violated : STATUS.holds;
  },
};
