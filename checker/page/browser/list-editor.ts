/** Edits the lists of steps of a system: add, drop, move. */
import type { PartName, System } from '../../../model/system.ts';
import { Complaint } from '../../trace/complaint.ts';
import type { EditableList } from '../list-edits.ts';
import { listsOf, moved, withList } from '../list-edits.ts';
import { button, h, setAttribute } from './h.ts';

/** Takes the new text of a part. It throws a Complaint if the text breaks a rule. */
type Take = (part: PartName, text: string) => void;

export function listEditor(system: System, take: Take): HTMLElement {
  const lists = listsOf(system).map((list) => editorOf(system, list, take));
  return h('div', { class: 'editors' }, ...lists);
}

function editorOf(system: System, list: EditableList, take: Take): HTMLElement {
  const { part, field, items, choices } = list;
  const error = h('p', { class: 'error', role: 'alert' });
  const set = (next: readonly string[]) => {
    try {
      take(part, withList(system, list, next));
    } catch (wrong) {
      if (!(wrong instanceof Complaint)) throw wrong;
      error.replaceChildren(wrong.message);
    }
  };
  const does = (
    sign: string,
    what: string,
    i: number,
    next: () => readonly string[],
    off = false,
  ) =>
    button(sign, () => off || set(next()), {
      'aria-label': `${what} ${items[i]} of ${field}`,
      title: what,
      'aria-disabled': off && 'true',
      name: `${field} ${i} ${what}`,
    });
  const rows = items.map((item, i) =>
    h(
      'li',
      {},
      h('code', {}, item),
      does('\u2191', 'Move up', i, () => moved(items, i, -1), i === 0),
      does('\u2193', 'Move down', i, () => moved(items, i, 1), i === items.length - 1),
      does('\u00d7', 'Drop', i, () => items.toSpliced(i, 1)),
    ),
  );
  const add = h(
    'select',
    { 'aria-label': `Add to ${field}`, name: `${field} add` },
    h('option', { value: '' }, 'add\u2026'),
    ...choices.map((choice) => h('option', { value: choice }, choice)),
  );
  add.addEventListener('change', () => {
    const chosen = add.value;
    add.value = '';
    if (chosen !== '') set([...items, chosen]);
  });
  const element = h(
    'div',
    { class: 'editor' },
    h('h3', {}, `${part} ${field}`),
    h('ol', {}, ...rows),
    add,
    error,
  );
  setAttribute(element, 'data-list', field);
  return element;
}
