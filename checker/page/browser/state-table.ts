/** Shows the state beside a trace, and marks the fields that the step has changed. */
import type { Row, Sequence } from '../../tell/sequence.ts';
import { h } from './h.ts';

/** The names of the fields that a step changes. They are found once for each step. */
const changed = new WeakMap<Row, readonly string[]>();
function changedIn(row: Row): readonly string[] {
  const found =
    changed.get(row) ?? row.fields.filter(({ was }) => was !== undefined).map(({ name }) => name);
  changed.set(row, found);
  return found;
}

/** Whether a field is a bit of a PTE, which the field of the whole PTE shows, too. */
const isBitOfPte = (name: string): boolean => /^\w+: pte \w/.test(name);

interface Shown {
  readonly name: string;
  readonly text: string;
  readonly was?: string;
  readonly ghost: boolean;
}

export class StateTable {
  readonly element = h('div', { class: 'state' });
  private sequence: Sequence | undefined;
  private step = 0;
  private readonly all = h('input', { type: 'checkbox' });
  private readonly place = h('div', {});
  /** The fields whose value in some step differs from that at the beginning. */
  private moving: ReadonlySet<string> = new Set();

  constructor() {
    this.all.addEventListener('change', () => this.show(this.step));
    const label = h('label', { class: 'check' }, this.all, ' every field, and the ghosts');
    this.element.append(this.place, label);
  }

  load(sequence: Sequence): void {
    this.sequence = sequence;
    this.moving = new Set(sequence.rows.flatMap(changedIn));
  }

  show(step: number): void {
    this.step = step;
    const fields = this.fieldsAt(step).filter(
      ({ name, ghost }) =>
        !isBitOfPte(name) && (this.all.checked || (this.moving.has(name) && !ghost)),
    );
    const title = step === 0 ? 'State before the first event' : `State after (${step})`;
    const rows = fields.map(({ name, text, was, ghost }) =>
      h(
        'tr',
        { class: was === undefined ? undefined : 'changed' },
        h('th', { scope: 'row', class: ghost ? 'ghost' : undefined }, name),
        was === undefined
          ? h('td', {}, text)
          : h('td', {}, h('mark', {}, text), ' ', h('span', { class: 'was' }, `was ${was}`)),
      ),
    );
    const caption = h('caption', {}, title);
    this.place.replaceChildren(
      fields.length === 0
        ? h('p', { class: 'quiet' }, `${title}: everything is empty.`)
        : h('table', { class: 'fields' }, caption, h('tbody', {}, ...rows)),
    );
  }

  /** The fields after a step. At the beginning they have the values before the first step. */
  private fieldsAt(step: number): readonly Shown[] {
    const rows = this.sequence?.rows ?? [];
    if (step > 0) return rows[step - 1].fields;
    return (rows[0]?.fields ?? []).map(({ name, text, was, ghost }) => ({
      name,
      text: was ?? text,
      ghost,
    }));
  }
}
