/** Buttons that copy texts. Where a browser does not allow that, the user copies by hand. */
import { button, h } from './h.ts';

/**
 * The address of what is shown. A file on this disk is on no other, so that only its name is told,
 * and the place in it.
 */
export const linkToHere = (): string =>
  location.protocol === 'file:'
    ? location.pathname.slice(location.pathname.lastIndexOf('/') + 1) + location.hash
    : location.href;

/** A text that can be copied: its label, and a function that makes it. */
export type Copyable = readonly [label: string, text: () => string];

export function copyButtons(what: readonly Copyable[]): HTMLElement {
  const said = h('span', { class: 'said', role: 'status' });
  const copies = what.map(([label, text]) => button(label, () => void copy(label, text(), said)));
  return h(
    'div',
    { class: 'copy', role: 'group', 'aria-label': 'Copy' },
    h('span', { 'aria-hidden': true }, 'Copy'),
    ...copies,
    said,
  );
}

async function copy(label: string, text: string, said: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    said.replaceChildren(`${label}: copied.`);
  } catch {
    copyByHand(label, text);
  }
}

/** Shows the selected text in a dialog. */
function copyByHand(label: string, text: string): void {
  const area = h('textarea', { rows: 16, cols: 76, readonly: true, 'aria-label': label }, text);
  const dialog = h('dialog', { 'aria-label': `Copy ${label}` });
  dialog.append(
    h('p', {}, 'This browser wants it copied by hand: the text is selected.'),
    area,
    h(
      'p',
      {},
      button('Close', () => dialog.close()),
    ),
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  area.select();
}
