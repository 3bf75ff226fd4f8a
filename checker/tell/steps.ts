/** Explains and draws each step of a program and each action of a callback. */
import type { StepTaken } from '../../model/did.ts';
import type { FaultOperationName, OperationName } from '../../model/events.ts';
import { kindOf } from '../../model/events.ts';
import type { StepVerb } from '../../model/steps.ts';
import { STEP_VERBS } from '../../model/steps.ts';
import { deviceWords } from '../trace/device-words.ts';
import type { Arrow, ArrowKind, LaneId } from './arrow.ts';
import { alone, atc, cpu } from './arrow.ts';
import { marksSaid } from './marks.ts';
import type { Moment } from './moment.ts';
import { notesOf } from './moment.ts';
import type { Telling, Told } from './telling.ts';
import { list, pageNames } from './telling.ts';
import { PAGE_NAMES } from '../../model/ranges.ts';

interface StepTelling {
  /** Explains the step as an event of its own. */
  readonly tell: (m: Moment, step: StepTaken) => Told;
  /** Explains it inside another event: a verb and its object. Undefined if it did nothing. */
  readonly within: (m: Moment, step: StepTaken) => string | undefined;
  /** Names what it removed from caches, for a list of all that was flushed. */
  readonly flushes?: (m: Moment) => string;
  readonly draw: (m: Moment, step: StepTaken) => Arrow[];
}

/** The sender of a flush: a kernel thread, or whatever changes the page table. */
export const senderOf = ({ event }: Moment): LaneId => kindOf(event).thread ?? 'table';

const told = (
  m: Moment,
  kind: ArrowKind,
  to: LaneId,
  label: string,
  page: number,
  changes: readonly LaneId[] = [to],
): Arrow => ({ kind, from: senderOf(m), to, label, page, changes });

/** Says which pages lose their entries, or that there is no entry. */
const drops =
  (cached: string): StepTelling['tell'] =>
  ({ event, p, parts }, { covers, found }) => {
    const what = cached === 'spte' ? deviceWords(parts).entry : cached;
    if (covers.length === 0) {
      return { note: 'covers no page', sentences: [`the step covers no page of ${p}`] };
    }
    if (found.length === 0) {
      const sentence = `${event.actor} has no ${what} of ${pageNames(covers, 'or')} to drop`;
      return { note: `there is no ${what}`, sentences: [sentence] };
    }
    const had = pageNames(found);
    const note = `the ${what}${had === p ? '' : ` of ${had}`} goes`;
    return { note, sentences: [`${event.actor} drops the ${what} of ${had}`] };
  };

const TELL_STEPS: Readonly<Record<StepVerb, StepTelling>> = {
  'flush-tlb': {
    tell: drops('TLB entry'),
    within: () => 'flushes the TLBs',
    flushes: () => 'the TLBs',
    draw: (m, { covers }) =>
      covers.flatMap((page) =>
        m.was.tlb.map((_, unit) => told(m, 'flush', cpu(unit), 'flush TLB', page)),
      ),
  },
  'flush-iotlb': {
    tell: drops('IOTLB entry'),
    within: () => 'flushes the IOTLB',
    flushes: () => 'the IOTLB',
    draw: (m, { covers }) => covers.map((page) => told(m, 'flush', 'iommu', 'flush IOTLB', page)),
  },
  'post-iotlb': {
    tell: ({ event }, { covers }) => ({
      note: 'the IOMMU is told',
      sentences: [
        `${event.actor} puts an invalidation of ${pageNames(covers)} into the IOMMU's queue`,
      ],
    }),
    within: () => 'flushes the IOTLB',
    flushes: () => 'the IOTLB',
    draw: (m, { covers, atOnce }) =>
      covers.map((page) => {
        const arrow = told(m, 'invalidation', 'iommu', 'invalidate IOTLB', page);
        return atOnce ? arrow : { ...arrow, changes: [], arrives: 'never' as const };
      }),
  },
  'await-iotlb': {
    tell: ({ event }) => ({
      note: 'the IOMMU is done',
      sentences: [`the IOMMU has handled the invalidations that ${event.actor} waits for`],
    }),
    within: () => undefined,
    draw: (m, { page, atOnce }) =>
      atOnce ? [] : [alone('await', senderOf(m), 'IOMMU done', page)],
  },
  copy: {
    tell: ({ event, p }) => ({
      note: 'copied',
      sentences: [`${event.actor} copies ${p} to its new frame`],
    }),
    within: () => 'copies the page',
    draw: (m, { page }) => [alone('end', senderOf(m), 'copies', page)],
  },
  'post-atc': {
    tell({ event, parts }, { covers }) {
      const { told, tells } = deviceWords(parts);
      if (covers.length === 0) {
        return {
          note: 'tells of no page',
          sentences: ['the message covers no page, and is not sent'],
        };
      }
      return { note: told, sentences: [`${event.actor} ${tells(pageNames(covers))}`] };
    },
    within: ({ parts }) => deviceWords(parts).flushesAll,
    flushes: ({ parts }) => `the ${deviceWords(parts).inSentences}`,
    // If it is done at once, the same event handles it, and one arrow shows both.
    draw: (m, { covers, atOnce }) =>
      atOnce
        ? []
        : covers.flatMap((page) =>
            m.was.atc.map((_, unit) => ({
              ...told(m, 'invalidation', atc(unit), deviceWords(m.parts).labels.invalidation, page),
              changes: [],
              arrives: 'never' as const,
            })),
          ),
  },
  'await-atc': {
    tell({ event, parts }) {
      const { everyone, done, invalidations } = deviceWords(parts);
      const waitsFor = `the ${invalidations} that ${event.actor} waits for`;
      const sentence = `${everyone} has completed ${waitsFor}`;
      return { note: `${everyone} ${done}`, sentences: [sentence] };
    },
    within: () => undefined,
    draw: (m, { page, atOnce }) => (atOnce ? [] : [alone('await', senderOf(m), 'all done', page)]),
  },
  harvest: {
    tell({ event }, { covers, found }) {
      const sentence =
        found.length === 0
          ? `${event.actor} finds no young spte of ${pageNames(covers, 'or')}`
          : `${event.actor} finds the spte of ${pageNames(found)} young and clears that`;
      const note = found.length === 0 ? 'no young spte' : 'clears young in the spte';
      return { note, sentences: [sentence] };
    },
    within: (_m, { found }) =>
      found.length === 0 ? 'finds no young spte' : 'clears young in the spte',
    draw: (m, { covers, found }) =>
      covers.map((page) =>
        told(m, 'look', 'iommu', found.includes(page) ? 'clears young' : 'not young', page),
      ),
  },
  zap: {
    tell: drops('spte'),
    within({ parts }, { found }) {
      const { entry } = deviceWords(parts);
      return found.length === 0 ? `finds no ${entry}` : `drops the ${entry}`;
    },
    draw: (m, { covers }) => covers.map((page) => told(m, 'flush', 'iommu', 'zap', page)),
  },
};

const tellStep =
  (verb: StepVerb): Telling =>
  (m) => {
    const [step] = notesOf(m.did, 'step');
    const { note, sentences } = TELL_STEPS[verb].tell(m, step);
    return { note, sentences: [...sentences, ...marksSaid(m)] };
  };

/** The explanations of a kernel thread's events that are steps. */
export const tellSteps = Object.fromEntries(
  STEP_VERBS.map((verb) => [verb, tellStep(verb)]),
) as Readonly<Record<StepVerb, Telling>>;

const tellingOf = (step: string): StepTelling => TELL_STEPS[step as StepVerb];

/** The arrows of a step, whether it is an event of its own or inside another event. */
export const stepArrows = (m: Moment, step: StepTaken): Arrow[] =>
  tellingOf(step.step).draw(m, step);

type AnyName = OperationName | FaultOperationName;

const taken = ({ did }: Moment, operation: AnyName): StepTaken[] =>
  notesOf(did, 'step').filter((step) => step.operation === operation);

const known = (words: readonly (string | undefined)[]): string[] => [
  ...new Set(words.filter((word) => word !== undefined)),
];

/** What steps did to one of the pages that they cover. */
const doneTo = (m: Moment, steps: readonly StepTaken[], page: number): string[] =>
  known(
    steps
      .map((step) => ({ ...step, found: step.found.filter((one) => one === page) }))
      .map((step) => tellingOf(step.step).within(m, step)),
  );

/**
 * What the steps of an operation did to the event's own page inside this event: `flushes the TLBs
 * and drops the spte`.
 */
export const doneWithin = (m: Moment, operation: AnyName): string =>
  list(doneTo(m, taken(m, operation), m.event.page));

/**
 * Says what steps inside this event did to other pages than the event's: a notifier may be told of
 * a longer range. Looking at a page where nothing is found does nothing to it.
 */
export function neighboursSaid(m: Moment): string[] {
  const steps = notesOf(m.did, 'step').filter(({ atOnce }) => atOnce);
  const acts = (page: number) => (step: StepTaken) =>
    step.covers.includes(page) &&
    (step.found.includes(page) || tellingOf(step.step).flushes !== undefined);
  const pagesBy = new Map<string, number[]>();
  for (const page of m.after.pages.keys()) {
    const does = list(doneTo(m, steps.filter(acts(page)), page));
    if (page === m.event.page || does === '') continue;
    pagesBy.set(does, [...(pagesBy.get(does) ?? []), page]);
  }
  return [...pagesBy].map(
    ([does, pages]) => `the notifier's range covers ${pageNames(pages)}, too: it ${does}`,
  );
}

/** What an operation flushed inside this event. */
export const flushedWithin = (m: Moment, operation: AnyName): string[] =>
  known(taken(m, operation).map(({ step }) => tellingOf(step).flushes?.(m)));

/** For a note: ` of A and B`, ` of A to C`; empty if the flush covers the event's page alone. */
export function flushReach(m: Moment, operation: AnyName, what: string): string {
  const flushes = taken(m, operation).filter(({ step }) => tellingOf(step).flushes?.(m) === what);
  const covers = [...new Set(flushes.flatMap((step) => step.covers))].toSorted((a, b) => a - b);
  if (covers.length < 2) return '';
  const link = covers.length === 2 ? 'and' : 'to';
  return ` of ${PAGE_NAMES[covers[0]]} ${link} ${PAGE_NAMES[covers.at(-1)!]}`;
}
