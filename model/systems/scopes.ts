import type { Preset, Scope } from '../system.ts';
import { scope } from '../text.ts';

/** The preset scopes. The first is the default. */
export const SCOPES: readonly Preset<Scope>[] = [
  {
    name: 'mail',
    about: "one page, one device, reads only: enough for the mail's four steps; the default",
    source: 'the mail of 2019-01-31',
    value: scope(''),
  },
  {
    name: 'small',
    about: 'two pages, a CPU, both observers, five optional events; operations are atomic',
    source: 'bounded by what a table of all presets can afford',
    value: scope(
      'pages=2 cpus=1 observers=reclaim,idle events=unmap,protect,clear-refs,write,evict',
    ),
  },
  {
    name: 'races',
    about: 'one page, a CPU, both observers; operations are cut into steps that interleave',
    source: 'bounded by what a table of all presets can afford',
    value: scope('cpus=1 observers=reclaim,idle granularity=fine events=unmap,protect,write'),
  },
  {
    name: 'large',
    about: 'two pages, a CPU, both observers, steps that interleave, reads only: measures speed',
    source: 'docs/performance.md',
    value: scope('pages=2 cpus=1 observers=reclaim,idle granularity=fine'),
  },
  {
    name: 'any',
    about: 'every number of pages, CPUs and devices; both observers; steps that interleave',
    source: 'docs/reductions.md',
    value: scope(
      'pages=many cpus=many devices=many observers=reclaim,idle granularity=fine ' +
        'events=unmap,protect,clear-refs,write',
    ),
  },
];
