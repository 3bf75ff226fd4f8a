/** Shows the program and the callbacks that a step runs, and marks what runs in it. */
import type { ListOfSteps, ListedStep } from '../../tell/lists.ts';
import { h } from './h.ts';

/** `beside` are the lists of another system. What it does not have is marked. */
export const listsShown = (
  lists: readonly ListOfSteps[],
  beside?: readonly ListOfSteps[],
): HTMLElement[] =>
  lists.map(({ part, name, steps }) => {
    const other = beside?.find((list) => list.part === part && list.name === name)?.steps;
    return h(
      'div',
      {},
      h('h3', {}, `${part} ${name}`),
      steps.length === 0
        ? h('p', { class: 'quiet' }, 'does nothing')
        : h('ol', {}, ...steps.map((step) => stepShown(step, other))),
    );
  });

function stepShown({ text, ran }: ListedStep, other?: readonly ListedStep[]): HTMLElement {
  const isOnlyHere = other !== undefined && !other.some((step) => step.text === text);
  return h(
    'li',
    { class: ran ?? 'unrun', 'aria-current': ran === 'now' && 'step' },
    ran === 'now' ? h('mark', {}, text) : text,
    isOnlyHere && h('span', { class: 'other' }, 'only here'),
  );
}
