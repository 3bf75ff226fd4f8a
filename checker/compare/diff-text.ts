/** Two systems side by side, up to where they differ. */
import type { System } from '../../model/system.ts';
import { printEvent } from '../trace/print.ts';
import { wrap } from '../trace/wrap.ts';
import type { DiffResult, DiffStep, Side } from './diff.ts';

/** What the two columns are called. */
export interface Heads {
  readonly left: string;
  readonly right: string;
}

/** Columns of one side: two of them, a number and a gap fit into 72. */
const SIDE = 32;

const cut = (text: string): string => (text.length > SIDE ? `${text.slice(0, SIDE - 1)}~` : text);

function sideText({ event }: DiffStep, { happens, answer }: Side, { scope }: System): string {
  if (happens) return printEvent(event, scope, answer);
  return event.verb === 'evict' ? '(nothing to evict)' : '(cannot happen)';
}

/** The last step in words. */
function lastText(step: DiffStep, system: System, heads: Heads, number: number): string {
  const { left, right } = step;
  if (left.happens && right.happens) {
    return `They differ at (${number}): the same events, another answer.`;
  }
  const can = left.happens ? heads.left : heads.right;
  const text = printEvent(step.event, system.scope);
  return wrap(`They differ at (${number}): '${text}' can happen with ${can} alone.`, 72).join('\n');
}

/** Both columns; a bar between them marks where they differ. */
export function diffText(system: System, { steps, ...found }: DiffResult, heads: Heads): string {
  const pairs = `${found.pairs.toLocaleString('en')} pairs of states`;
  if (steps === undefined) {
    return found.complete
      ? `No trace in scope tells ${heads.left} and ${heads.right} apart:\n` +
          `searched everything reachable, ${pairs}.\n`
      : `Unfinished: no difference in ${pairs}.\n`;
  }
  const margin = `(${steps.length}) `.length;
  const row = (number: string, left: string, gap: string, right: string) =>
    `${number.padEnd(margin)}${cut(left).padEnd(SIDE)}${gap}${cut(right)}`.trimEnd();
  const lines = steps.map((step, i) => {
    const gap = i === steps.length - 1 ? ' | ' : '   ';
    const [left, right] = [sideText(step, step.left, system), sideText(step, step.right, system)];
    return row(`(${i + 1})`, left, gap, right);
  });
  return `${[
    row('', heads.left, '   ', heads.right),
    ...lines,
    '',
    lastText(steps.at(-1)!, system, heads, steps.length),
    `No shorter trace tells them apart: ${pairs} searched.`,
  ].join('\n')}\n`;
}

/** The document of `youngcheck diff --json`. */
export function diffJson(system: System, { steps, pairs, complete }: DiffResult, heads: Heads) {
  const side = (step: DiffStep, of: Side) => sideText(step, of, system);
  return {
    ...heads,
    pairs,
    complete,
    steps: steps?.map((step) => ({
      left: side(step, step.left),
      right: side(step, step.right),
    })),
  };
}
