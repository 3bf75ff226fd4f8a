/** Shows the program and the callbacks that a step runs, and marks what runs in it. */
import type { ListOfSteps } from '../../tell/lists.ts';
import { h } from './h.ts';

export const listsShown = (lists: readonly ListOfSteps[]): HTMLElement[] =>
  lists.map(({ part, name, steps }) =>
    h(
      'div',
      {},
      h('h3', {}, `${part} ${name}`),
      steps.length === 0
        ? h('p', { class: 'quiet' }, 'does nothing')
        : h(
            'ol',
            {},
            ...steps.map(({ text, ran }) =>
              h(
                'li',
                {
                  class: ran === undefined ? 'unrun' : ran,
                  'aria-current': ran === 'now' && 'step',
                },
                ran === 'now' ? h('mark', {}, text) : text,
              ),
            ),
          ),
    ),
  );
