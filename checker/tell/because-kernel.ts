/** What the kernel threads do, find out and leave behind. */
import type { EndVerb, Step } from '../../model/operation.ts';
import type { OperationName } from '../../model/operations.ts';
import type { StepVerb } from '../../model/steps.ts';
import { PAGE_NAMES } from '../../model/events.ts';
import { coveredBy } from '../../model/operations.ts';
import { TRANSLATED } from '../../model/state.ts';
import type { CallbackName } from '../../model/system.ts';
import { hasLru } from '../../model/play.ts';
import { deviceWords } from '../trace/device-words.ts';
import type { Because, Moment } from './moment.ts';
import type { PageSnapshot } from '../trace/snapshot.ts';

/** Who can still use the page when the kernel is done with it: a note, and a clause. */
function left({ is, parts }: Moment): { note: string; clause: string } {
  const { tlb, iotlb, spte, atc, link } = is;
  const { inNotes, anAnswer, inFlight } = deviceWords(parts);
  const kinds = [
    ...(tlb.some(({ present }) => present) ? ['TLB'] : []),
    ...(iotlb.present ? ['IOTLB'] : []),
    ...(atc.some(({ present }) => present) ? [inNotes] : []),
    ...(spte.present ? ['spte'] : []),
  ];
  if (kinds.length > 0) {
    const note = `still cached: ${kinds.join(', ')}`;
    return { note, clause: `; ${note}` };
  }
  if (link.some(({ request }) => request === TRANSLATED)) {
    const note = `${anAnswer} is still ${inFlight}`;
    return { note, clause: `; ${note}` };
  }
  if (link.some(({ posted }) => posted)) {
    const note = 'a write is still in flight';
    return { note, clause: `; ${note}` };
  }
  return { note: 'nothing is left cached', clause: '' };
}

/** What an aging does to the cache that hides a device's accesses. */
function cacheAfterAging({ was, is, parts }: Moment): { note: string; clause: string } {
  const words = deviceWords(parts);
  const inAtc = was.atc.some(({ present }) => present);
  const kept = is.atc.some(({ present }) => present);
  if (inAtc && kept) {
    return { note: words.stays, clause: words.untouched };
  }
  if (inAtc) {
    // Whether that access is seen is another matter: an IOTLB or a young spte may hide it.
    return { note: words.goes, clause: words.invalidated };
  }
  if (parts.driver.secondary === 'shared' && was.iotlb.present) {
    return is.iotlb.present
      ? { note: '; the IOTLB entry stays', clause: ', but nobody flushes the IOTLB' }
      : { note: ' and flushes the IOTLB', clause: ' and the IOTLB flushed' };
  }
  return { note: '', clause: '' };
}

/** The notifier call whose answer an operation heeds. */
function heeded({ parts }: Moment, name: OperationName): CallbackName | undefined {
  if (name === 'walk') {
    return parts.kernel.walkHelper === 'ptep_clear_young_notify' ? 'clear_young' : undefined;
  }
  if (name !== 'age') return 'clear_young';
  switch (parts.kernel.agingHelper) {
    case 'ptep_clear_flush_young_notify':
      return 'clear_flush_young';
    case 'ptep_clear_young_notify':
      return 'clear_young';
    case 'ptep_test_and_clear_young':
      return undefined;
  }
}

function helperOf({ parts: { kernel } }: Moment, name: OperationName): string {
  if (name === 'age') return `${kernel.agingHelper}()`;
  return name === 'walk' ? `${kernel.walkHelper}()` : 'ptep_clear_young_notify()';
}

/** The pages that the notifier calls of an operation cover. */
const coveredPages = ({ operations, before, event }: Moment, name: OperationName) =>
  coveredBy(operations[name], before.pages, event.page);

/** What a look found: for a note, and for a sentence. */
function finding(m: Moment, name: OperationName, young: boolean, secondaryYoung: boolean): Because {
  const { was, p } = m;
  const callback = heeded(m, name);
  const pages = namesOf(coveredPages(m, name)).join(' or ');
  if (young) return { note: 'the PTE was young', sentence: 'the PTE was young' };
  if (secondaryYoung) {
    const note = `the spte${pages === p ? '' : ` of ${pages}`} was young`;
    return { note, sentence: `the PTE is old, but the spte of ${pages} was young` };
  }
  if (callback !== undefined && m.parts.driver[callback].returns === 'one') {
    const sentence = `the PTE is old, but ${callback}() returns 1 whatever happened`;
    return { note: 'the notifier returns 1', sentence };
  }
  if (name === 'age' && was.flags.PG_young) {
    return { note: 'PG_young was set', sentence: 'the PTE is old, but PG_young is set' };
  }
  return { note: 'nothing was young', sentence: 'the PTE does not have the young bit' };
}

/** In one event: the heeded callback harvests a young spte, and says so. */
function harvests(m: Moment, name: OperationName): boolean {
  const callback = heeded(m, name);
  const covered = coveredPages(m, name);
  if (callback === undefined || !covered.some(({ spte }) => spte.young)) return false;
  const { actions, returns } = m.parts.driver[callback];
  const [harvest, zap] = [actions.indexOf('harvest'), actions.indexOf('zap')];
  return returns === 'harvested' && harvest >= 0 && (zap < 0 || harvest < zap);
}

/** What a look concludes from what it found. */
function conclusion({ p, shown }: Moment, name: keyof typeof CONCLUSIONS): string {
  const [no, yes] = CONCLUSIONS[name];
  return (shown.answer ? yes : no).replace('%', p);
}
const CONCLUSIONS = {
  age: ['which means that % is not in use', 'so % is in use'],
  check: ['so % is still idle', 'so % is busy'],
  walk: ['which says nothing of %', 'so % goes to a younger generation'],
} as const;

/** What becomes of the page on the LRU lists, where the two-touch rule is in play. */
function decision({ was, is, parts }: Moment): string {
  if (!hasLru(parts)) return '';
  if (was.flags.PG_active) return '; it was active and is deactivated';
  if (is.flags.PG_active) return ', twice now: it is activated';
  return is.flags.condemned ? '; reclaim takes it' : '; it is kept once more';
}

/** A whole look or mark as one event. */
function agingAtOnce(m: Moment, name: 'age' | 'mark' | 'check' | 'walk'): Because {
  const { was, is, p, event } = m;
  const young = was.pte.young === 1;
  const found = finding(m, name, young, harvests(m, name));
  const cache = cacheAfterAging(m);
  const cleared = young ? `. Young is cleared${cache.clause}` : '';
  const note = young ? `clears young${cache.note}` : found.note;
  const calls = `${event.actor} calls ${helperOf(m, name)} on ${p}: ${found.sentence}`;
  if (name !== 'mark') {
    const decided = name === 'age' ? decision(m) : '';
    return { note, sentence: `${calls}, ${conclusion(m, name)}${decided}${cleared}` };
  }
  const kept = is.flags.PG_young && !was.flags.PG_young ? ', which PG_young remembers' : '';
  return {
    note: young ? note : 'marked idle',
    sentence: `${calls}${kept}; ${p} is marked idle${cleared}`,
  };
}

/** The page-table step that an operation begins with. */
function agingBegins(m: Moment, name: OperationName): Because {
  const { was, p, event } = m;
  const bit = was.pte.young ? 'it clears young in the PTE' : 'the PTE is old';
  return {
    note: was.pte.young ? 'clears young' : 'the PTE is old',
    sentence: `${event.actor} begins ${helperOf(m, name)} on ${p}: ${bit}`,
  };
}

function takesAway(m: Moment, verb: 'unmap' | 'write-protect' | 'pageout'): Because {
  const { parts, event, p } = m;
  const unmaps = verb !== 'write-protect';
  const unasked = verb === 'pageout' ? ', which MADV_PAGEOUT named,' : '';
  const taken = unmaps ? 'clears the PTE' : 'takes write permission';
  const does = `${event.actor} ${taken} of ${p}${unasked}`;
  if (parts.scope.granularity === 'fine') {
    return {
      note: unmaps ? 'the PTE is gone' : 'the PTE is write-protected',
      sentence: `${does}; the caches are not told yet`,
    };
  }
  const { note, clause } = left(m);
  return { note, sentence: `${does}${unmaps ? ' and frees its frame' : ''}${clause}` };
}

const namesOf = (pages: readonly PageSnapshot[]): string[] =>
  pages.map(({ index }) => PAGE_NAMES[index]);

/** The operation that an event is a step of. */
function operationOf({ operations, before, event }: Moment): OperationName {
  const thread = before[event.actor === 'kswapd' ? 'kswapd' : 'page_idle'];
  return operations.steps[thread.at].operation.name;
}

/** What was there before a flush and is not any more, of the pages that it covers. */
function stepOf(m: Moment, verb: StepVerb): Because {
  const { was, p, event, parts } = m;
  const { told, tells, everyone, done, invalidations } = deviceWords(parts);
  // The CPU's flush is for the page alone; all others are the driver's.
  const covered = verb === 'flush-tlb' ? [was] : coveredPages(m, operationOf(m));
  const drops = (has: (page: PageSnapshot) => boolean, what: string): Because => {
    const had = namesOf(covered.filter(has)).join(' and ');
    if (had === '') {
      const sentence = `${event.actor} has no ${what} of ${namesOf(covered).join(' or ')} to drop`;
      return { note: `there is no ${what}`, sentence };
    }
    const note = `the ${what}${had === p ? '' : ` of ${had}`} goes`;
    return { note, sentence: `${event.actor} drops the ${what} of ${had}` };
  };
  switch (verb) {
    case 'flush-tlb':
      return drops(({ tlb }) => tlb.some(({ present }) => present), 'TLB entry');
    case 'flush-iotlb':
      return drops(({ iotlb }) => iotlb.present === 1, 'IOTLB entry');
    case 'zap':
      return drops(({ spte }) => spte.present === 1, 'spte');
    case 'post-invalidation': {
      const pages = namesOf(covered).join(' and ');
      return {
        note: told,
        sentence: `${event.actor} ${tells(pages)}`,
      };
    }
    case 'await-invalidation':
      return {
        note: `${everyone} ${done}`,
        sentence: `${everyone} has completed the ${invalidations} that ${event.actor} waits for`,
      };
    case 'harvest': {
      const young = namesOf(covered.filter(({ spte }) => spte.young)).join(' and ');
      return {
        note: young === '' ? 'no young spte' : 'clears young in the spte',
        sentence:
          young === ''
            ? `${event.actor} finds no young spte of ${namesOf(covered).join(' or ')}`
            : `${event.actor} finds the spte of ${young} young and clears that`,
      };
    }
  }
}

/** The last step, in an operation that was cut into steps. */
function ending(m: Moment, verb: EndVerb, step: Step, secondaryYoung: boolean): Because {
  const { p, event } = m;
  const { name } = step.operation;
  if (name === 'age' || name === 'check') {
    const { note, sentence } = finding(m, name, step.young === 1, secondaryYoung);
    const decided = name === 'age' ? decision(m) : '';
    const reports = `${event.actor} reports: ${sentence}, ${conclusion(m, name)}${decided}`;
    return { note, sentence: reports };
  }
  if (name === 'mark') return { note: 'marked idle', sentence: `${p} is marked idle` };
  if (name === 'walk') {
    const { note, sentence } = finding(m, name, step.young === 1, secondaryYoung);
    return { note, sentence: `the walk of ${p} is over: ${sentence}` };
  }
  const { note, clause } = left(m);
  const done = verb === 'free' ? `the frame of ${p} is freed` : `${p} is write-protected for good`;
  return { note, sentence: done + clause };
}

/** What a kernel thread's event means. */
export function threadEvent(m: Moment): Because {
  const { event, before, parts, operations } = m;
  const atomic = parts.scope.granularity === 'atomic';
  switch (event.verb) {
    case 'folio_referenced':
      return agingAtOnce(m, 'age');
    case 'age':
    case 'mark':
    case 'check':
    case 'walk':
      return atomic && event.verb !== 'age'
        ? agingAtOnce(m, event.verb)
        : agingBegins(m, event.verb);
    case 'unmap':
    case 'pageout':
    case 'write-protect':
      return takesAway(m, event.verb);
    case 'report':
    case 'free':
    case 'end': {
      const thread = before[event.actor === 'kswapd' ? 'kswapd' : 'page_idle'];
      const step = operations.steps[thread.at];
      return ending(m, event.verb, step, thread.secondaryYoung === 1);
    }
    default:
      return stepOf(m, event.verb as StepVerb);
  }
}
