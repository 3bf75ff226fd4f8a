/** Says what is wrong with a link, in the words of a page and not of a command. */
import { Complaint } from '../../trace/complaint.ts';
import { h } from './h.ts';

/** So many values are listed at once; the others are behind a click. */
const FEW = 8;

export function complaintBox({ message, advice, place }: Complaint): HTMLElement {
  const { possible = [], hint } = advice;
  const values = h('ul', {}, ...possible.map((value) => h('li', {}, h('code', {}, value))));
  const source = place?.source.trim();
  return h(
    'div',
    { class: 'complaint', role: 'alert' },
    h('p', {}, sentence(message)),
    source !== undefined && source !== '' && h('p', {}, 'It was read in: ', h('code', {}, source)),
    // A command is no help to who reads a page.
    hint !== undefined &&
      !hint.startsWith('youngcheck') &&
      h('p', {}, 'What helps: ', h('code', {}, hint)),
    possible.length > 0 &&
      h('details', { open: possible.length <= FEW }, h('summary', {}, 'What is possible'), values),
  );
}

/** Does what a reader asks for, or says at the place for it why that cannot be. */
export function attempt(place: HTMLElement, act: () => void): boolean {
  try {
    act();
    place.replaceChildren();
    return true;
  } catch (wrong) {
    if (!(wrong instanceof Complaint)) throw wrong;
    place.replaceChildren(complaintBox(wrong));
    return false;
  }
}

/** A message as a sentence of its own. */
export const sentence = (message: string): string =>
  message[0].toUpperCase() + message.slice(1) + (/[.?!]$/.test(message) ? '' : '.');
