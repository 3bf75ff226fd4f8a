/**
 * What a reader waits for in a run, in the words of the state: `pte old and atc present`, `look`,
 * `violation`, `event folio_referenced`.
 */
import type { Role } from '../../model/event.ts';
import { PAGE_NAMES } from '../../model/events.ts';
import { Complaint, didYouMean, quote } from '../trace/complaint.ts';

/** What is known of a step: the event, what it violates, and the state behind it. */
export interface Step {
  readonly text: string;
  readonly role: Role;
  readonly violates: readonly string[];
  readonly fields: readonly { readonly name: string; readonly text: string }[];
}

/** Whether a step is what somebody waits for. */
export type Until = (step: Step) => boolean;

/** The same about one page: `pte old and atc present` is asked of each page by itself. */
type OfPage = (step: Step, page: string) => boolean;

/** Reads what a reader waits for. `fields` are the names of the fields of the state. */
export function parseUntil(text: string, fields: readonly string[]): Until {
  const alternatives = text
    .trim()
    .split(/\s+or\s+/)
    .map((part) => part.split(/\s+and\s+/).map((term) => termOf(term.trim(), fields)));
  const holds = (step: Step, page: string) =>
    alternatives.some((terms) => terms.every((term) => term(step, page)));
  return (step) => [...PAGE_NAMES].some((page) => holds(step, page));
}

function termOf(term: string, fields: readonly string[]): OfPage {
  const negated = /^not\s+(.*)/.exec(term)?.[1];
  if (negated !== undefined) {
    const positive = termOf(negated, fields);
    return (step, page) => isThere(step, page) && !positive(step, page);
  }
  if (term === 'violation') return ({ violates }) => violates.length > 0;
  if (term === 'look') return ({ role }) => role === 'look';
  const event = /^event\s+(.*)/.exec(term)?.[1];
  if (event !== undefined) return (step) => step.text.includes(event);
  return fieldTerm(term, fields);
}

const isThere = ({ fields }: Step, page: string): boolean =>
  fields.some(({ name }) => name.startsWith(`${page}: `));

/** A field and what it has to be: `pte old`, `A: pte none`, `atc[dev0] stale`, `kswapd: idle`. */
function fieldTerm(term: string, fields: readonly string[]): OfPage {
  const [, owner, name, value] = /^(?:(\w+):\s*)?(\S*)\s*(.*)$/.exec(term)!;
  const isThread = owner !== undefined && !PAGE_NAMES.includes(owner);
  const short = new Set(
    fields.map((field) => field.replace(/^[A-D]: /, '').replace(/\[.*?\]/, '')),
  );
  if (isThread) return threadTerm(owner, `${name} ${value}`.trim(), fields);
  const bare = name.replace(/\[.*?\]/, '');
  if (!short.has(bare) || value === '') {
    const possible = ['violation', 'look', 'event NAME', ...OFFERED];
    const known = [...short].filter((field) => /^\w+$/.test(field));
    throw new Complaint(
      short.has(bare)
        ? `${quote(term)} does not say what ${bare} has to be`
        : `the state has no field ${quote(name)}${didYouMean(name, known)}`,
      undefined,
      { possible },
    );
  }
  return (step, page) =>
    (owner === undefined || owner === page) &&
    step.fields.some((field) => {
      const own = field.name.replace(`${page}: `, '');
      if (own === field.name) return false;
      return (own === name || own.replace(/\[.*?\]/, '') === name) && isSo(step, field, value);
    });
}

function threadTerm(owner: string, doing: string, fields: readonly string[]): OfPage {
  const threads = fields.filter((name) => /^\w+:$/.test(name)).map((name) => name.slice(0, -1));
  if (!threads.includes(owner)) {
    throw new Complaint(`there is no page or thread ${quote(owner)}`, undefined, {
      possible: [...PAGE_NAMES, ...threads],
    });
  }
  return ({ fields: all }) =>
    all.some(({ name, text }) => name.startsWith(`${owner}:`) && text.startsWith(doing));
}

/** Whether a field has a value: a bit that is set in it, or its whole text. */
function isSo(step: Step, { name, text }: Step['fields'][number], value: string): boolean {
  if (value === 'present') return text !== 'none';
  if (value === 'none' || value === 'absent') return text === 'none';
  const health = step.fields.find((field) => field.name === `${name} health`);
  if (health?.text === value) return text !== 'none';
  return text === value || text.replace(/[{}]/g, '').split(',').includes(value);
}

/** Texts that a reader may begin with. */
export const OFFERED = [
  'violation',
  'look',
  'pte old and atc present',
  'pte young',
  'pte none and atc present',
  'atc stale',
] as const;
