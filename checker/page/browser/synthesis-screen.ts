/** Shows the policies that a synthesis has found: the sound ones, the front, and the presets. */
import type { MinimalDocument, SpaceDocument } from '../../synthesize/document.ts';
import { costSvg } from '../cost-svg.ts';
import { synthesisPlot } from '../synthesis-plot.ts';
import { copyButtons } from './copy.ts';
import { h, picture } from './h.ts';
import type { Page, Screen } from './page.ts';

export function synthesisScreen({ data: { synthesis } }: Page): Screen {
  const title = 'Which policies are sound';
  if (synthesis === undefined) {
    const how = h('code', {}, 'youngcheck synthesize --json > FILE');
    const then = h('code', {}, 'youngcheck report --synthesized FILE');
    const said = 'This report was made without it. Two commands make one with it: ';
    return { title, content: [h('p', {}, said, how, ' and ', then, '.')] };
  }
  const { required, raw, decided, complete } = synthesis;
  const done = complete ? `all ${raw.toLocaleString('en')}` : `${decided} of ${raw}`;
  return {
    title,
    content: [
      h(
        'p',
        { class: 'lede' },
        `A policy is sound if it violates none of: ${required.join(', ')}.`,
      ),
      h('p', {}, `Of the systems of this space ${done} were decided.`),
      ...synthesis.spaces.map(spaceOf),
    ],
  };
}

function spaceOf(space: SpaceDocument): HTMLElement {
  const { kernel, varies, numbers, minimal = [], front = [], presets = [] } = space;
  const names = Object.entries(varies).map(([field, lists]) => `${field} (${lists} lists)`);
  const { merged, searched, left } = numbers;
  const plot = synthesisPlot(space);
  return h(
    'section',
    { 'aria-label': kernel, class: 'policies' },
    h('h2', {}, `${kernel}: ${names.join(', ')}`),
    h('p', {}, `${merged} policies differ, ${searched} searches decided them, ${left} are sound.`),
    h('h3', {}, 'Sound, and no step can be dropped or weakened'),
    ...minimal.map(minimalOf),
    h('h3', {}, 'The front of safety, accuracy and cost'),
    plot === undefined ? undefined : h('figure', { class: 'plot' }, picture(costSvg(plot))),
    plot === undefined ? undefined : copyButtons([['SVG', () => costSvg(plot)]]),
    tableOf(
      ['policy', 'missed', 'again', 'false', 'mean', 'worst', 'spurious', 'violates'],
      front.map((point) => [
        point.policy,
        point.missed.toFixed(3),
        point.repeated.toFixed(3),
        point.false.toFixed(3),
        point.mean.toFixed(3),
        String(point.worst),
        point.meanSpurious.toFixed(3),
        point.violated.join(', '),
      ]),
    ),
    h('h3', {}, 'The presets'),
    tableOf(
      ['preset', 'violates', 'on the front', 'one step to it', 'one step to be sound'],
      presets.map(({ names: all, violated, onFront, toFront, toSound }) => [
        all.join(', '),
        violated.join(', '),
        onFront ? 'yes' : 'no',
        toFront.join(' or '),
        toSound.join(' or '),
      ]),
    ),
  );
}

/** A sound policy. Below it stands what each weaker list breaks, with the trace. */
function minimalOf({ policy, weaker, mean, worst }: MinimalDocument): HTMLElement {
  const broken = weaker.map(({ list, violates, events, trace }) => {
    const said = `${list}: ${violates} in ${events} events`;
    return h('details', {}, h('summary', {}, said), h('pre', {}, trace));
  });
  const cost = `ATC invalidations per look: ${mean.toFixed(2)} on average, ${worst} at most`;
  return h(
    'section',
    { class: 'kept' },
    h('p', {}, h('code', {}, policy)),
    h('p', {}, cost),
    ...broken,
  );
}

/** A cell. A number stays in one line, and lists of steps are broken where they must be. */
const cellOf = (text: string): HTMLElement =>
  h('td', /^[\d.]+$/.test(text) ? { class: 'number' } : {}, text);

function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  const lines = rows.map(([first, ...cells]) =>
    h('tr', {}, h('th', { scope: 'row' }, first), ...cells.map(cellOf)),
  );
  const head = heads.map((name) => h('th', { scope: 'col' }, name));
  return h(
    'table',
    { class: 'fields' },
    h('thead', {}, h('tr', {}, ...head)),
    h('tbody', {}, ...lines),
  );
}
