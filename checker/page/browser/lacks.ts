/** Says what the page that holds the report forbids, and what follows from that. */
import { generated } from '../../../model/generate.ts';
import { h } from './h.ts';

const LACKS = {
  eval:
    'What serves this file forbids code that is made of a text (script-src without ' +
    "'unsafe-eval'), so searches take several times as long.",
  worker:
    'What serves this file forbids workers (worker-src without blob:), so searches run in the ' +
    'page itself, which answers more slowly meanwhile.',
} as const;

const told = new Set<keyof typeof LACKS>();
/** This file is loaded in the worker as well, where there is no document. */
let place: HTMLElement | undefined;

/** Where it is said: above the footer of every view. */
export const lacksElement = (): HTMLElement => {
  place = h('p', { class: 'lacks', role: 'status' });
  if (generated([], '') === undefined) tellLack('eval');
  return place;
};

/** Says once that something is forbidden. */
export function tellLack(what: keyof typeof LACKS): void {
  if (place === undefined || told.has(what)) return;
  told.add(what);
  const all = [...told].map((lack) => LACKS[lack]).join(' ');
  place.textContent = `${all} Saved and opened from disk, the file has both.`;
}
