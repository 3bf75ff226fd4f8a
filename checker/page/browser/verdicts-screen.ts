/** The first screen: an introduction, the four steps of the mail, and the matrix of verdicts. */
import { linkTo } from '../link.ts';
import type { ViewLink } from '../link.ts';
import type { Choice, Matrix, MatrixCell, MatrixRow } from '../verdict-matrix.ts';
import { checkChoices, choicesOf, matrixOf } from '../verdict-matrix.ts';
import { h, select } from './h.ts';
import { mailFigure } from './mail-figure.ts';
import type { Page, Screen } from './page.ts';
import { setAddress } from './page.ts';

const LEDE =
  'When Linux looks for pages to reclaim it clears the young bit of a PTE and later asks whether ' +
  'it was set again. A device that keeps translations in an ATC can use a page without setting ' +
  'it. youngcheck searches every run of a kernel, a notifier policy and hardware, and tells what ' +
  'goes wrong, with the shortest trace, or proves that nothing does.';

export function verdictsScreen(page: Page, { settings }: ViewLink): Screen {
  const choice: Record<string, string> = Object.fromEntries(settings);
  checkChoices(page.data, page.rows, choice);
  const figure = mailFigure();
  const place = h('div', { class: 'matrix' });
  const show = () => {
    const matrix = matrixOf(page.data, page.rows, choice);
    place.replaceChildren(matrixTable(matrix), ...goneLines(matrix));
  };
  const filters = filterForm(page, choice, () => {
    setAddress(linkTo('verdicts', choice));
    show();
  });
  show();
  return {
    title: 'Does the kernel hear of every use of a page?',
    content: [
      h('p', { class: 'lede' }, LEDE),
      figure,
      h('h2', {}, 'Verdicts'),
      legend(page),
      filters,
      place,
    ],
  };
}

function filterForm(page: Page, choice: Record<string, string>, changed: () => void) {
  const choices = choicesOf(page.rows);
  const field = (name: Choice, all: string | undefined) => {
    const options = choices[name].map((value) => [value, value] as const);
    const items = all === undefined ? options : [['', all] as const, ...options];
    return select(name, items, choice[name] ?? '', (value) => {
      choice[name] = value;
      changed();
    });
  };
  const changedOnly = h('input', { type: 'checkbox', checked: choice.changed === 'only' });
  changedOnly.addEventListener('change', () => {
    choice.changed = changedOnly.checked ? 'only' : '';
    changed();
  });
  return h(
    'form',
    { class: 'filters', 'aria-label': 'Filters', onsubmit: (event) => event.preventDefault() },
    field('scope', undefined),
    field('kernel', 'all kernels'),
    field('driver', 'all drivers'),
    field('hardware', 'all hardware'),
    field('property', 'all properties'),
    page.data.against !== undefined &&
      h('label', { class: 'check' }, changedOnly, ' only what changed'),
  );
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
    data.against !== undefined && item('was', 'was, new', `changed since ${data.against.file}`),
  );
}

function matrixTable({ scope, columns, groups }: Matrix): HTMLElement {
  const count = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  if (count === 0) return h('p', { role: 'status' }, 'No system has all that.');
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
  return h(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': 'Matrix of verdicts', tabindex: 0 },
    h(
      'table',
      {},
      h('caption', {}, `${systems} in the scope ${scope}: what each property was found to be`),
      h('thead', {}, head),
      ...bodies,
    ),
  );
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
