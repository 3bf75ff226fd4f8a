/** Edits the lists of steps of a system: add, drop, move. */
import type { PartName, System } from '../../../model/system.ts';
import type { EditableList } from '../list-edits.ts';
import { added, choicesOf, dropped, insteadOf, listsOf, moved, withList } from '../list-edits.ts';
import { attempt } from './complaint.ts';
import { button, h, setAttribute } from './h.ts';

/** Takes the new text of a part. It throws a Complaint if the text breaks a rule. */
type Take = (part: PartName, text: string) => void;

export function listEditor(system: System, take: Take): HTMLElement {
  const lists = listsOf(system).map((list) => editorOf(system, list, take));
  return h('div', { class: 'editors' }, ...lists);
}

function editorOf(system: System, list: EditableList, take: Take): HTMLElement {
  const { part, field, items } = list;
  const error = h('div', { class: 'error' });
  const set = (next: readonly string[]) =>
    attempt(error, () => take(part, withList(system, list, next)));
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
      choice(
        'as\u2026',
        `Write ${item} of ${field} as`,
        `${field} ${i} as`,
        insteadOf(list, i),
        (as) => set(items.with(i, as)),
      ),
      does('\u2191', 'Move up', i, () => moved(items, i, -1), i === 0),
      does('\u2193', 'Move down', i, () => moved(items, i, 1), i === items.length - 1),
      does('\u00d7', 'Drop', i, () => dropped(list, i)),
    ),
  );
  const add = choice('add\u2026', `Add to ${field}`, `${field} add`, choicesOf(list), (member) =>
    set(added(list, member)!),
  );
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

/** A choice that does something at once, and shows nothing of it afterwards. */
function choice(
  sign: string,
  label: string,
  name: string,
  values: readonly string[],
  take: (value: string) => void,
): HTMLElement | false {
  if (values.length === 0) return false;
  const control = h(
    'select',
    { 'aria-label': label, name },
    h('option', { value: '' }, sign),
    ...values.map((value) => h('option', { value }, value)),
  );
  control.addEventListener('change', () => {
    const chosen = control.value;
    control.value = '';
    if (chosen !== '') take(chosen);
  });
  return control;
}
