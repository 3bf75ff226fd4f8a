/** Shows accuracy against cost for each driver. */
import { KERNELS } from '../../../model/systems/kernels.ts';
import type { CostPlot } from '../cost-plot.ts';
import { costSvg, howText } from '../cost-svg.ts';
import { copyButtons } from './copy.ts';
import { h, picture } from './h.ts';
import type { Page, Screen } from './page.ts';

export function costScreen({ data }: Page): Screen {
  const settings = [...new Set(data.plots.map(({ kernel, scope }) => `${kernel}\n${scope}`))];
  return {
    title: 'What accuracy costs',
    content: [
      h(
        'p',
        { class: 'lede' },
        'How often a look of reclaim or of idle page tracking misses a use by a device, against ' +
          'how many ATC invalidations a look sends. The left lower corner is where a policy ' +
          'wants to be; always-referenced gets there by lying.',
      ),
      h(
        'p',
        {},
        'Over the reachable graph each transition that ends a look counts once: how many of ' +
          'the situations are bad. Over random walks it is one workload, in which whatever can ' +
          'happen next is equally likely. Neither is a measurement of a machine.',
      ),
      ...settings.map((setting) => {
        const [kernel, scope] = setting.split('\n');
        const plots = data.plots.filter((plot) => plot.kernel === kernel && plot.scope === scope);
        const about = KERNELS.find(({ name }) => name === kernel)?.about;
        return h(
          'section',
          { class: 'kept', 'aria-label': `${kernel}, ${scope}` },
          h('h2', {}, kernel),
          h('p', {}, about === undefined ? '' : `${about}; `, 'scope ', h('code', {}, scope)),
          h('div', { class: 'plots' }, ...plots.map(plotOf)),
        );
      }),
    ],
  };
}

function plotOf(plot: CostPlot): HTMLElement {
  const rows = [...plot.points]
    .sort((a, b) => a.cost - b.cost || a.missed - b.missed)
    .map(({ drivers, cost, missed }) =>
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, drivers.join(', ')),
        h('td', {}, cost.toFixed(3)),
        h('td', {}, missed.toFixed(3)),
      ),
    );
  return h(
    'figure',
    { class: 'plot' },
    h('figcaption', {}, howText(plot)),
    picture(costSvg(plot)),
    h(
      'table',
      { class: 'fields' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'driver'),
          h('th', { scope: 'col' }, 'cost'),
          h('th', { scope: 'col' }, 'missed'),
        ),
      ),
      h('tbody', {}, ...rows),
    ),
    copyButtons([['SVG', () => costSvg(plot)]]),
  );
}
