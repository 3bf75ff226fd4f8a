/**
 * Shows the state beside a trace. It marks the fields that the step has changed and, where another
 * system stands beside, those in which the two differ.
 */
import type { Row, Sequence } from '../../tell/sequence.ts';
import type { Field } from '../../tell/states.ts';
import { differing, fieldsAt, isBitOfPte } from '../state-fields.ts';
import { h } from './h.ts';

/** The names of the fields that a step changes. They are found once for each step. */
const changed = new WeakMap<Row, readonly string[]>();
function changedIn(row: Row): readonly string[] {
  const found =
    changed.get(row) ?? row.fields.filter(({ was }) => was !== undefined).map(({ name }) => name);
  changed.set(row, found);
  return found;
}

export class StateTable {
  readonly element = h('div', { class: 'state' });
  private sequence: Sequence | undefined;
  private step = 0;
  private beside: readonly Field[] = [];
  private readonly besideName: string;
  private readonly all = h('input', { type: 'checkbox' });
  private readonly place = h('div', {});
  /** The fields whose value in some step differs from that at the beginning. */
  private moving: ReadonlySet<string> = new Set();

  /** `besideName` is what the system beside is called. */
  constructor(besideName = '') {
    this.besideName = besideName;
    this.all.addEventListener('change', () => this.show(this.step, this.beside));
    const label = h('label', { class: 'check' }, this.all, ' every field, and the ghosts');
    this.element.append(this.place, label);
  }

  load(sequence: Sequence): void {
    this.sequence = sequence;
    this.moving = new Set(sequence.rows.flatMap(changedIn));
  }

  /** `beside` are the fields of another system at the same time. */
  show(step: number, beside: readonly Field[] = []): void {
    this.step = step;
    this.beside = beside;
    const all = this.sequence === undefined ? [] : fieldsAt(this.sequence, step);
    const apart = new Set(differing(all, beside));
    const isShown = ({ name, ghost }: Field) =>
      !isBitOfPte(name) &&
      (this.all.checked || apart.has(name) || (this.moving.has(name) && !ghost));
    const title = step === 0 ? 'State before the first event' : `State after (${step})`;
    const rows = all.filter(isShown).map((field) => this.row(field, apart));
    const caption = h('caption', {}, title);
    this.place.replaceChildren(
      rows.length === 0
        ? h('p', { class: 'quiet' }, `${title}: everything is empty.`)
        : h('table', { class: 'fields' }, caption, h('tbody', {}, ...rows)),
    );
  }

  private row({ name, text, was, ghost }: Field, apart: ReadonlySet<string>): HTMLElement {
    const other = apart.has(name) && this.beside.find((field) => field.name === name)!.text;
    const kinds = [was !== undefined && 'changed', other !== false && 'apart'].filter(Boolean);
    return h(
      'tr',
      { class: kinds.length === 0 ? undefined : kinds.join(' ') },
      h('th', { scope: 'row', class: ghost ? 'ghost' : undefined }, name),
      h(
        'td',
        {},
        was === undefined ? text : h('mark', {}, text),
        was !== undefined && ' ',
        was !== undefined && h('span', { class: 'was' }, `was ${was}`),
        other !== false && h('span', { class: 'other' }, `${this.besideName}: ${other}`),
      ),
    );
  }
}
