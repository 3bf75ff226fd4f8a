/** Explains looks, marks and walks: what they find, and what they conclude. */
import type { DidOf } from '../../model/did.ts';
import type { AgingName } from '../../model/events.ts';
import { programOf } from '../../model/events.ts';
import { deviceWords } from '../trace/device-words.ts';
import { marksSaid } from './marks.ts';
import type { Moment } from './moment.ts';
import { notesOf } from './moment.ts';
import { flushReach, flushedWithin, neighboursSaid } from './steps.ts';
import type { Told } from './telling.ts';
import { list, pageNames } from './telling.ts';
import { WIDTH, printStep } from '../trace/print.ts';

/** The kernel's helper function, by the callback whose answer it uses. */
const HELPERS: Readonly<Record<string, string>> = {
  clear_flush_young: 'ptep_clear_flush_young_notify()',
  clear_young: 'ptep_clear_young_notify()',
};

/** The helper function that a kernel calls for this program, if there is one. */
function helperOf({ parts }: Moment, name: AgingName): string | undefined {
  const heeded = parts.kernel[programOf(name)].filter((line) => Object.hasOwn(HELPERS, line.name));
  if (heeded.length === 0) return 'ptep_test_and_clear_young()';
  return heeded.length === 1 ? HELPERS[heeded[0].name] : undefined;
}

/** How the sentence begins: `kswapd calls ptep_clear_young_notify() on A`. */
function does(m: Moment, name: AgingName, verb: 'calls' | 'begins'): string {
  const helper = helperOf(m, name);
  if (helper !== undefined) return `${m.event.actor} ${verb} ${helper} on ${m.p}`;
  return `${m.event.actor} ${verb === 'calls' ? 'looks' : 'begins to look'} at ${m.p}`;
}

interface Finding {
  readonly note: string;
  readonly clause: string;
}

const foundYoung = ({ operation }: Moment): boolean =>
  notesOf(operation, 'pte').some(({ young }) => young);

/**
 * Somebody has cleared PG_idle since the page was marked. So the page is busy, whatever its young
 * bits say.
 */
const idleCleared = ({ was, did, event }: Moment): boolean =>
  was.flags.PG_idle === 0 ||
  notesOf(did, 'mark-accessed').some(({ page, clearsIdle }) => page === event.page && clearsIdle);

/** The PTE was old when the operation began. In `fine` a walk may have set its bit since then. */
const oldSaid = ({ is }: Moment): string => (is.pte.young ? 'the PTE was old' : 'the PTE is old');

/** What the callbacks report if the PTE is old. */
function heard(m: Moment): Finding | undefined {
  const answers = notesOf(m.operation, 'return').filter(({ value }) => value === 1);
  if (answers.some(({ says }) => says === 'harvested')) {
    const pages = pageNames(harvested(m), 'or');
    return {
      note: `the spte${pages === m.p ? '' : ` of ${pages}`} was young`,
      clause: `${oldSaid(m)}, but the spte of ${pages} was young`,
    };
  }
  if (answers.length === 0) return undefined;
  return {
    note: 'the notifier returns 1',
    clause: `${oldSaid(m)}, but the notifier returns 1 whatever it finds`,
  };
}

/** The pages whose sptes the callbacks found young. */
const harvested = ({ operation }: Moment): number[] => [
  ...new Set(
    notesOf(operation, 'step')
      .filter(({ step }) => step === 'harvest')
      .flatMap(({ found }) => found),
  ),
];

/** What a look found, as a note and for a sentence. */
function findingOf(m: Moment, name: AgingName): Finding {
  if (foundYoung(m)) return { note: 'the PTE was young', clause: 'the PTE was young' };
  const answer = heard(m);
  if (answer !== undefined) return answer;
  if (name === 'age' && m.was.flags.PG_young) {
    return { note: 'PG_young was set', clause: `${oldSaid(m)}, but PG_young is set` };
  }
  if (name === 'check' && idleCleared(m)) {
    return {
      note: 'PG_idle was cleared',
      clause: `${oldSaid(m)}, but PG_idle was cleared since the mark`,
    };
  }
  const clause = 'the PTE does not have the young bit';
  if (harvested(m).length === 0) return { note: 'nothing was young', clause };
  return {
    note: 'the callback returns 0',
    clause: `${clause}, and the callback returns 0 for a young spte`,
  };
}

const CONCLUSIONS = {
  age: ['which means that % is not in use', 'so % is in use'],
  check: ['so % is still idle', 'so % is busy'],
  walk: ['which says nothing of %', 'so % goes to a younger generation'],
} as const;

/** Says what a look concludes from what it found. */
function conclusion(m: Moment, name: keyof typeof CONCLUSIONS, found: boolean): string {
  return CONCLUSIONS[name][found ? 1 : 0].replace('%', m.p);
}

const FATES: Readonly<Record<DidOf<'decide'>['fate'], (p: string) => string>> = {
  activated: (p) => `that is twice in a row, so ${p} is activated`,
  deactivated: (p) => `${p} was active and is deactivated`,
  kept: (p) => `${p} is kept once more`,
  condemned: (p) => `reclaim may take ${p} now`,
};

/** Says what reclaim decides after a look, if decisions are in play. */
const decision = ({ did, p }: Moment): string[] =>
  notesOf(did, 'decide').map(({ fate }) => FATES[fate](p));

/** Says in a note which cache hides later uses, once the young bit is cleared. */
function cacheNote(m: Moment, name: AgingName, flushed: readonly string[]): string {
  const { was, parts } = m;
  const { inSentences, stays, goes } = deviceWords(parts);
  const { event, shown, number } = m;
  const step = { event, ...(shown.answer === undefined ? {} : { answer: shown.answer }) };
  // A note that is too long for the line of its event leaves the neighbours to the sentence.
  const room = WIDTH - `${printStep(number, step, parts.scope)} // clears young`.length;
  const noted = (what: string, flushes: string, otherwise: string) => {
    if (!flushed.includes(what)) return otherwise;
    const reach = flushReach(m, name, what);
    return flushes.length + reach.length > room ? flushes : flushes + reach;
  };
  if (was.atc.some(({ present }) => present)) return noted(`the ${inSentences}`, goes, stays);
  if (!was.iotlb.present) return noted('the TLBs', ' and flushes the TLBs', '');
  return noted('the IOTLB', ' and flushes the IOTLB', '; the IOTLB entry stays');
}

/** Says what is flushed for a cleared young bit, and which cache is not. */
function clearedSaid(m: Moment, flushed: readonly string[]): string {
  const { was, parts } = m;
  const { inSentences, nextAsks, untouched } = deviceWords(parts);
  const are = flushed.length === 1 && flushed[0] !== 'the TLBs' ? 'is' : 'are';
  const all = flushed.length === 0 ? '' : `, and ${list(flushed)} ${are} flushed`;
  if (was.atc.some(({ present }) => present)) {
    // An IOTLB entry or a young spte may still hide that access, so that the sentence promises no
    // more.
    const asks = flushed.includes(`the ${inSentences}`) ? `, ${nextAsks}` : untouched;
    return `young is cleared${all}${asks}`;
  }
  const keeps = was.iotlb.present && !flushed.includes('the IOTLB');
  return `young is cleared${all}${keeps ? ', but nobody flushes the IOTLB' : ''}`;
}

/** Says what is flushed though the PTE is old. */
function flushedSaid(m: Moment, flushed: readonly string[]): string[] {
  if (flushed.length === 0) return [];
  const are = flushed.length === 1 && flushed[0] !== 'the TLBs' ? 'is' : 'are';
  return [`${list(flushed)} ${are} flushed${heard(m) === undefined ? ' all the same' : ''}`];
}

/** Explains a look, mark or walk that is one event. */
function tellWhole(m: Moment, name: AgingName): Told {
  const { was, is, p } = m;
  const young = foundYoung(m);
  const finding = findingOf(m, name);
  const flushed = flushedWithin(m, name);
  const after = [
    ...(young ? [clearedSaid(m, flushed)] : flushedSaid(m, flushed)),
    ...neighboursSaid(m),
    ...marksSaid(m),
  ];
  const note = young ? `clears young${cacheNote(m, name, flushed)}` : finding.note;
  const calls = `${does(m, name, 'calls')}: ${finding.clause}`;
  if (name !== 'mark') {
    const concludes = `${calls}, ${conclusion(m, name, m.shown.answer === 1)}`;
    return { note, sentences: [concludes, ...decision(m), ...after] };
  }
  const kept = is.flags.PG_young && !was.flags.PG_young ? ', which PG_young remembers' : '';
  return {
    note: young ? note : 'marked idle',
    sentences: [`${calls}${kept}`, `${p} is marked idle`, ...after],
  };
}

/**
 * Explains the begin of a look, mark or walk, with its change of the PTE. In `atomic` that is all
 * of it.
 */
export function tellAging(m: Moment, name: AgingName): Told {
  if (notesOf(m.did, 'end').length > 0) return tellWhole(m, name);
  const young = foundYoung(m);
  const bit = young ? 'it clears young in the PTE' : 'the PTE is old';
  return {
    note: young ? 'clears young' : 'the PTE is old',
    sentences: [`${does(m, name, 'begins')}: ${bit}`],
  };
}

/** Explains the last step of a look that consists of several steps. */
export function tellReport(m: Moment, name: 'age' | 'check'): Told {
  const { note, clause } = findingOf(m, name);
  const concludes = conclusion(m, name, m.shown.answer === 1);
  return {
    note,
    sentences: [`${m.event.actor} reports: ${clause}, ${concludes}`, ...decision(m)],
  };
}

/** Explains the last step of a walk, which reports nothing. */
export function tellWalkEnd(m: Moment): Told {
  const { note, clause } = findingOf(m, 'walk');
  return { note, sentences: [`the walk of ${m.p} is over: ${clause}`] };
}
