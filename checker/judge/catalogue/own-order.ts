/** The file ORDER of a user's own catalogue: how it begins, and how traces get into it. */
import { systemOfTrace } from './own-traces.ts';
import { NAME, listed } from './readme.ts';

/** The text of ORDER in a new catalogue. Its owner may change it. */
export const FIRST_ORDER = `# Counterexamples

Each file is one shortest trace. **Sometimes** means that every shorter run was
searched. \`youngcheck replay FILE\` checks what a file says, and \`--explain\`
tells why each step does what it does.

[VERDICTS](VERDICTS) has one line for every system in the folder systems, scope
and property. All of it is written by \`youngcheck promote --folder\` and this
folder; the order and these words, by hand, in the file ORDER.
`;

/**
 * Adds the name of a trace to the text of ORDER, at the end of the chapter with this heading. If
 * there is no such chapter it begins one.
 */
function withName(order: string, heading: string, name: string): string {
  const head = `## ${heading}`;
  const lines = order.trimEnd().split('\n');
  const start = lines.indexOf(head);
  if (start < 0) return [...lines, '', head, '', name, ''].join('\n');
  const next = lines.findIndex((line, i) => i > start && /^##? /.test(line));
  const chapter = lines.slice(start, next < 0 ? undefined : next);
  while (chapter.at(-1) === '') chapter.pop();
  const gap = NAME.test(chapter.at(-1)!) ? [] : [''];
  const rest = next < 0 ? [] : ['', ...lines.slice(next)];
  return [...lines.slice(0, start), ...chapter, ...gap, name, ...rest, ''].join('\n');
}

/** The chapter of traces that are about no system of the folder. */
const OTHERS = 'Others';

/** The text of ORDER with the names of all these traces. Those that it lacks get a place. */
export function withNames(
  order: string,
  traces: Iterable<string>,
  systems: readonly string[],
): string {
  let text = order;
  for (const name of traces) {
    if (listed(text).includes(name)) continue;
    text = withName(text, systemOfTrace(name, systems) ?? OTHERS, name);
  }
  return text;
}
