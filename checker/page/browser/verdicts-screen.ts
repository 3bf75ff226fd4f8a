/** The first screen: an introduction, the four steps of the mail, and the matrix of verdicts. */
import { linkTo } from '../link.ts';
import type { ViewLink } from '../link.ts';
import type { Choice, Matrix, MatrixCell, MatrixRow } from '../verdict-matrix.ts';
import type { TableChanges } from '../table-changes.ts';
import { changesSince } from '../table-changes.ts';
import { checkChoices, choicesOf, matrixOf } from '../verdict-matrix.ts';
import { oneStop } from './cell-keys.ts';
import { changesLine } from './changes-line.ts';
import { h, select } from './h.ts';
import { mailFigure } from './mail-figure.ts';
import type { Page, Screen } from './page.ts';
import { setAddress } from './page.ts';

const LEDE =
  'When Linux looks for pages to reclaim it clears the young bit of a page table entry (PTE) and ' +
  'later asks whether it was set again. The IOMMU caches translations in its TLB (IOTLB), and a ' +
  'device in its address translation cache (ATC). So a device can use a page without setting ' +
  'the bit. youngcheck searches every run of a kernel, a notifier policy and hardware, and ' +
  'tells what goes wrong, with the shortest trace, or proves that nothing does.';

export function verdictsScreen(page: Page, { settings }: ViewLink): Screen {
  const choice: Record<string, string> = Object.fromEntries(settings);
  checkChoices(page.data, page.rows, choice);
  const { against } = page.data;
  const changes = against && changesSince(against);
  const place = h('div', { class: 'matrix' });
  const show = (): Matrix => {
    const matrix = matrixOf(page.data, page.rows, choice);
    place.replaceChildren(matrixTable(matrix, choice, changes), ...goneLines(matrix));
    return matrix;
  };
  const filters = new Filters(page, choice, changes, show().scope, () => {
    setAddress(linkTo('verdicts', choice));
    return show().scope;
  });
  const introduction = [h('p', { class: 'lede' }, LEDE), mailFigure()];
  const matrix = [h('h2', {}, 'Verdicts'), legend(page), filters.element, place];
  return {
    title: 'Does the kernel hear of every use of a page?',
    content: [
      ...(changes === undefined ? [] : [changesLine(changes)]),
      // A reader who follows a link to some verdicts wants to see these.
      ...(settings.size === 0 ? [...introduction, ...matrix] : [...matrix, ...introduction]),
    ],
  };
}

/** The choice of what the matrix shows. */
class Filters {
  readonly element: HTMLElement;

  /** `changed` is called after every choice, and returns the scope that is shown then. */
  constructor(
    page: Page,
    choice: Record<string, string>,
    changes: TableChanges | undefined,
    shown: string,
    changed: () => string,
  ) {
    const choices = choicesOf(page.rows);
    const take = (name: Choice | 'changed', value: string) => {
      choice[name] = value;
      // Without a chosen scope the page has chosen one itself.
      scope.querySelector('select')!.value = changed();
    };
    const field = (name: Choice, all: string) => {
      const options = choices[name].map((value) => [value, value] as const);
      return select(name, [['', all], ...options], choice[name] ?? '', (value) =>
        take(name, value),
      );
    };
    const counts = scopeCounts(changes);
    const scopes = choices.scope.map((name) => {
      const count = counts.get(name);
      return [name, count === undefined ? name : `${name} (${count} changed)`] as const;
    });
    const scope = select('scope', scopes, shown, (value) => take('scope', value));
    const changedOnly = h('input', { type: 'checkbox', checked: choice.changed === 'only' });
    changedOnly.addEventListener('change', () =>
      take('changed', changedOnly.checked ? 'only' : ''),
    );
    this.element = h(
      'form',
      { class: 'filters', 'aria-label': 'Filters', onsubmit: (event) => event.preventDefault() },
      scope,
      field('kernel', 'all kernels'),
      field('driver', 'all drivers'),
      field('hardware', 'all hardware'),
      field('property', 'all properties'),
      changes !== undefined && h('label', { class: 'check' }, changedOnly, ' only what changed'),
    );
  }
}

/** The number of changed verdicts in each scope that has any. */
function scopeCounts(changes: TableChanges | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { scopes } of changes?.kinds ?? []) {
    for (const [scope, { length }] of scopes) counts.set(scope, (counts.get(scope) ?? 0) + length);
  }
  return counts;
}

function legend({ data }: Page): HTMLElement {
  const item = (name: string, sample: string, text: string) =>
    h('span', { class: 'item' }, h('b', { class: name }, sample), ` ${text}`);
  return h(
    'p',
    { class: 'legend' },
    item('never', 'Never', 'proved, everything in scope was searched'),
    item('sometimes', '4', 'violated, the shortest trace has 4 events'),
    item('streak', '\u221e', 'wrong answers without end'),
    item('streak', '(\u221e)', 'without end, with help'),
    item('streak', '\u2026', 'until a flush that comes late'),
    item('streak', '\u00d72', 'two in a row at most'),
    item('vacuous', 'vacuous', 'never put to the test'),
    item('unasked', '\u00b7', 'makes no sense to ask'),
    h('span', { class: 'item keyboard' }, 'arrow keys go from cell to cell'),
    data.against !== undefined && item('was', 'was, new', `changed since ${data.against.file}`),
  );
}

/** What is said in place of a matrix that has no row. */
function nothing(
  scope: string,
  { changed, ...others }: Record<string, string>,
  changes: TableChanges | undefined,
) {
  if (changed !== 'only') return h('p', { role: 'status' }, 'No system has all that.');
  const isFiltered = Object.entries(others).some(([name, value]) => name !== 'scope' && value);
  const elsewhere = [...scopeCounts(changes)].filter(([name]) => name !== scope);
  const links = elsewhere.flatMap(([name, count], i) => [
    i === 0 ? '' : ', ',
    h('a', { href: linkTo('verdicts', { scope: name, changed }) }, `${name} (${count})`),
  ]);
  return h(
    'p',
    { role: 'status' },
    `Nothing ${isFiltered ? 'of this ' : ''}changed in the scope ${scope}.`,
    ...(links.length === 0 ? [] : [' There are changes in: ', ...links, '.']),
  );
}

function matrixTable(
  { scope, columns, groups }: Matrix,
  choice: Record<string, string>,
  changes: TableChanges | undefined,
): HTMLElement {
  const count = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  if (count === 0) return nothing(scope, choice, changes);
  const systems = count === 1 ? '1 system' : `${count} systems`;
  const head = h(
    'tr',
    {},
    h('th', { scope: 'col' }, 'driver, hardware'),
    ...columns.map(({ name, title, short, observer }) =>
      h(
        'th',
        { scope: 'col', title, 'aria-label': name },
        h('span', {}, short),
        observer !== undefined && h('small', {}, observer),
      ),
    ),
  );
  const bodies = groups.map(({ kernel, rows }) =>
    h(
      'tbody',
      {},
      h(
        'tr',
        { class: 'kernel' },
        h('th', { scope: 'rowgroup', colspan: columns.length + 1 }, kernel),
      ),
      ...rows.map(rowOf),
    ),
  );
  const caption = `${systems} in the scope ${scope}: what each property was found to be`;
  const table = h('table', {}, h('caption', {}, caption), h('thead', {}, head), ...bodies);
  // The keyboard wants to be where something is wrong.
  oneStop(table, 'a.sometimes');
  return h('div', { class: 'scroll', role: 'region', 'aria-label': 'Matrix of verdicts' }, table);
}

function rowOf({ driver, hardware, cells }: MatrixRow): HTMLElement {
  const name = hardware === 'ats' ? driver : `${driver}, ${hardware}`;
  return h('tr', {}, h('th', { scope: 'row' }, name), ...cells.map(cellOf));
}

function cellOf(cell: MatrixCell | undefined): HTMLElement {
  if (cell === undefined) return h('td', { class: 'unasked' }, h('span', {}, '\u00b7'));
  const { key, kind, text, streak, was, pale, label } = cell;
  const [kernel, driver, hardware, scope, property] = key;
  const link = h(
    'a',
    {
      class: pale ? 'pale' : kind,
      href: linkTo('verdict', { kernel, driver, hardware, scope, property }),
      'aria-label': label,
    },
    text,
    streak !== undefined && h('span', { class: 'streak' }, streak),
  );
  const change = was === undefined ? undefined : h('small', { class: 'was' }, was);
  return h('td', { class: was === undefined ? undefined : 'changed' }, link, change);
}

function goneLines({ gone }: Matrix): HTMLElement[] {
  if (gone.length === 0) return [];
  return [
    h('p', {}, 'No longer in the table:'),
    h('ul', {}, ...gone.map((line) => h('li', {}, line))),
  ];
}
