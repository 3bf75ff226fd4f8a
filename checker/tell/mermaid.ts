/** Prints a sequence diagram in Mermaid's language, for web pages that draw it. */
import type { Arrow } from './arrow.ts';
import type { Change, Row, Sequence } from './sequence.ts';
import { PAGE_NAMES } from '../../model/ranges.ts';

/** Escapes what has a meaning in Mermaid: `;` ends a statement, and `end` ends a block. */
const plain = (text: string): string =>
  text
    .replace(/[#;<>"]/g, (letter) => `#${letter.charCodeAt(0)};`)
    .replace(/[^ -~]/g, '?')
    .replace(/\bend\b/g, '#101;nd');

const SHAFT: Readonly<Partial<Record<Arrow['kind'], string>>> = {
  completion: '-->>',
  'invalidation-completion': '-->>',
};

function message(arrow: Arrow): string {
  const { kind, from, to, label, arrives, sent, lost } = arrow;
  if (from === to) return `Note over ${from}: ${plain(label)}`;
  if (arrives !== undefined) return `${from}--)${to}: ${plain(`${label}, on its way`)}`;
  const since = sent === undefined ? '' : `, sent at (${sent})`;
  const shaft = lost === true ? '--x' : (SHAFT[kind] ?? '->>');
  return `${from}${shaft}${to}: ${plain(label + since)}`;
}

function held({ pages }: Sequence, { lane, page, is }: Change): string {
  const name = pages.length > 1 ? `${PAGE_NAMES[page]} ` : '';
  const what = is === undefined ? 'gone' : [is.look.replaceAll('-', ' '), ...is.words].join(', ');
  return `Note over ${lane}: ${plain(name + what)}`;
}

function rowLines(sequence: Sequence, row: Row): string[] {
  const { lanes } = sequence;
  const over = [...new Set([lanes[0].id, lanes.at(-1)!.id])].join();
  const text = [
    `(${row.number}) ${row.text}`,
    row.note,
    ...row.violates.map((v) => `violates ${v}`),
  ];
  const lines = [
    `Note over ${over}: ${text.map(plain).join('<br/>')}`,
    ...row.arrows.flatMap((arrow, i) => [
      message(arrow),
      ...row.changes.filter(({ at }) => at === i).map((change) => held(sequence, change)),
    ]),
  ];
  if (row.violates.length === 0) return lines;
  return ['rect rgba(200, 40, 30, 0.15)', ...lines.map((line) => `  ${line}`), 'end'];
}

/** Prints the whole diagram. */
export function sequenceMermaid(sequence: Sequence): string {
  const { name, lanes, rows } = sequence;
  const lines = [
    ...(name === undefined ? [] : [`title ${plain(name)}`]),
    ...lanes.map(({ id, title, holds }) => {
      const whose = id.startsWith('atc') ? `${title} ${holds}` : `${title} (${holds})`;
      const called = holds === undefined ? title : whose;
      return `participant ${id} as ${plain(called)}`;
    }),
    ...rows.flatMap((row) => rowLines(sequence, row)),
  ];
  return `${['sequenceDiagram', ...lines.map((line) => `  ${line}`)].join('\n')}\n`;
}
