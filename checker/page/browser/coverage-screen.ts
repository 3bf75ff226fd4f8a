/** Shows what random runs covered, and how often. */
import type { Counted, Tallied } from '../../explore/counted.ts';
import { COUNTED } from '../../explore/counted.ts';
import { h } from './h.ts';
import type { Page, Screen } from './page.ts';

export function coverageScreen({ data: { coverage } }: Page): Screen {
  const title = 'What random runs covered';
  if (coverage === undefined) {
    const how = h('code', {}, 'youngcheck explore --coverage-lines > FILE');
    const then = h('code', {}, 'youngcheck report --covered FILE');
    const said = 'This report was made without it. Two commands make one with it: ';
    return { title, content: [h('p', {}, said, how, ' and ', then, '.')] };
  }
  const kinds = Object.keys(COUNTED) as Counted[];
  return {
    title,
    content: kinds
      .filter((kind) => coverage[kind].length > 0)
      .map((kind) => tableOf(kind, coverage[kind])),
  };
}

/** One table. Each row has a meter, against the row with the most. */
function tableOf(kind: Counted, rows: readonly Tallied[]): HTMLElement {
  const most = Math.max(1, ...rows.map(({ count }) => count));
  const lines = rows.map(({ name, count }) => {
    const text = count.toLocaleString('en');
    const share = { min: 0, max: most, value: count, 'aria-label': `${name}: ${text}` };
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, name),
      h('td', {}, text),
      h('td', {}, h('meter', share, text)),
    );
  });
  return h(
    'section',
    { 'aria-label': COUNTED[kind] },
    h('h2', {}, COUNTED[kind]),
    h('table', { class: 'fields' }, h('tbody', {}, ...lines)),
  );
}
