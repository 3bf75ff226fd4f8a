/** Lists the traces of the catalogue: what each shows, how long it is, and filters. */
import { count } from '../../tell/verdict-text.ts';
import { chaptersWithAll } from '../data.ts';
import type { Chapter } from '../data.ts';
import type { ViewLink } from '../link.ts';
import { linkTo } from '../link.ts';
import type { ListedTrace } from '../trace-list.ts';
import {
  HARMLESS,
  TRACE_FILTERS,
  checkFilters,
  filterValues,
  isChosenTrace,
  listed,
} from '../trace-list.ts';
import { h, proseNodes, select } from './h.ts';
import type { Page, Screen } from './page.ts';
import { setAddress } from './page.ts';

export function tracesScreen(page: Page, { settings }: ViewLink): Screen {
  const all = new Map(page.traces().map((trace) => [trace.name, listed(trace)]));
  const traces = [...all.values()];
  const chosen: Record<string, string> = Object.fromEntries(settings);
  checkFilters(traces, chosen);
  const chapters = chaptersWithAll(
    page.data.order,
    page.data.traces.map(({ name }) => name),
  );
  const place = h('div', {});
  const said = h('p', { role: 'status', class: 'quiet' });
  const show = () => {
    const shown = traces.filter((trace) => isChosenTrace(trace, chosen));
    const isShown = (name: string) => shown.some((trace) => trace.name === name);
    place.replaceChildren(
      ...chapters.flatMap((chapter) => chapterNodes(chapter, (name) => all.get(name)!, isShown)),
    );
    said.textContent =
      shown.length === traces.length ? '' : `${shown.length} of ${count(traces.length, 'trace')}`;
  };
  const values = filterValues(traces);
  const fields = TRACE_FILTERS.map((filter) =>
    select(filter, [['', 'all'], ...values[filter]], chosen[filter] ?? '', (value) => {
      chosen[filter] = value;
      setAddress(linkTo('traces', chosen));
      show();
    }),
  );
  show();
  return {
    title: count(traces.length, 'trace'),
    content: [
      h(
        'form',
        { class: 'filters', 'aria-label': 'Filters', onsubmit: (event) => event.preventDefault() },
        ...fields,
      ),
      said,
      place,
      h(
        'p',
        { class: 'tools' },
        h('a', { href: linkTo('states', { counted: 'catalogue' }) }, EXERCISED),
      ),
    ],
  };
}

const EXERCISED = 'Which rules and steps these traces exercise';

/** A chapter, with the traces that are shown. Without any there is no chapter. */
function chapterNodes(
  { heading, parts }: Chapter,
  trace: (name: string) => ListedTrace,
  isShown: (name: string) => boolean,
): HTMLElement[] {
  const nodes: HTMLElement[] = [];
  let prose: HTMLElement[] = [];
  let list: HTMLElement | undefined;
  for (const part of parts) {
    if (typeof part === 'string') {
      // What introduces traces of which none is shown is left out with them.
      prose = [h('p', {}, ...proseNodes(part))];
      list = undefined;
    } else if (isShown(part.trace)) {
      list ??= h('ul', { class: 'traces' });
      if (list.childElementCount === 0) nodes.push(...prose, list);
      list.append(item(trace(part.trace)));
    }
  }
  return nodes.length === 0 ? [] : [h('h2', {}, heading), ...nodes];
}

function item({ name, sentence, length, class: kind, kernel, driver, hardware }: ListedTrace) {
  const machine = hardware === 'ats' ? driver : `${driver}, ${hardware}`;
  return h(
    'li',
    {},
    h('a', { href: linkTo('trace', {}, name) }, name),
    h('span', {}, ...proseNodes(sentence)),
    h(
      'small',
      {},
      `${count(length, 'event')}, `,
      h('span', { class: kind === HARMLESS ? 'good' : 'bad' }, kind),
      `; ${machine} on ${kernel}`,
    ),
  );
}
