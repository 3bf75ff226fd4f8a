/** Draws a sequence diagram as SVG, as a file of its own or inside a page. */
import { wrap } from '../trace/wrap.ts';
import type { Appearance } from './entries.ts';
import type { Lane } from './lanes.ts';
import type { Sequence } from './sequence.ts';
import type { Placed } from './svg-layout.ts';
import { MARGIN, frameOf, headLines, laneKinds, laneX } from './svg-columns.ts';
import { heightOf, place, stack } from './svg-layout.ts';
import { drawRow } from './svg-rows.ts';
import { path, rect, text } from './svg-shapes.ts';
import type { Kind } from './svg-style.ts';
import { CLASS, HATCHED, SANS, paint, style, textWidth } from './svg-style.ts';
import { element, escapeXml, round } from './xml.ts';

export interface SvgOptions {
  /** The width in pixels. Below 640 the words stand above the arrows, as phones need it. */
  readonly width?: number;
  /** A prefix for every id. Without it one is made from what the picture shows. */
  readonly prefix?: string;
  /** Leave out the name, the system and the legend, because the page shows them. */
  readonly bare?: boolean;
}

export const WIDE = 900;

/** A prefix for ids that another picture hardly has, so that two fit in one page. */
export function prefixOf(sequences: readonly Sequence[], width: number): string {
  let hash = 0x811c9dc5;
  for (const letter of JSON.stringify([sequences, width])) {
    hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193) >>> 0;
  }
  return `yc-${hash.toString(36)}-`;
}

/** Draws the name of the picture and the system. */
export function heading(
  { name, setup, machine }: Pick<Sequence, 'name' | 'setup' | 'machine'>,
  left: number,
  width: number,
) {
  const room = width - 2 * MARGIN;
  const x = left + MARGIN;
  const lines = [...setup, ...machine].flatMap((words) =>
    wrap(words, room, (line) => textWidth('setup', line)),
  );
  const fits = Math.min(1, room / textWidth('name', name ?? ''));
  const drawn = [
    ...(name === undefined
      ? []
      : [text(x, 24, 'name', name, { 'font-size': Math.floor(fits * 15) })]),
    ...lines.map((words, i) => text(x, (name === undefined ? 20 : 44) + i * 15, 'setup', words)),
  ];
  return { drawn: drawn.join(''), height: (name === undefined ? 8 : 32) + lines.length * 15 };
}

/** Height in pixels of the names of the lanes. */
export const HEAD = 62;

/** Draws the name of a lane, and below it what the lane holds. */
function laneHead(placed: Placed, { id, title, holds }: Lane, top: number): string {
  const { narrow } = placed.frame;
  const { head, holds: held } = laneKinds(narrow);
  const words = headLines(title, narrow).map((word): readonly [Kind, string] => [head, word]);
  const all = holds === undefined ? words : [...words, [held, holds] as const];
  return all
    .map(([kind, word], i) => text(laneX(placed.frame, id), top + 24 + i * 14, kind, word))
    .join('');
}

const LEGEND: Readonly<Record<Appearance, string>> = {
  young: 'the entry is young',
  old: 'old: its young bit is clear',
  cached: 'cached',
  unseen: 'cached while the PTE is old: no use of it is seen',
  revoked: 'cached, but writes were forbidden since',
  stale: 'cached, but the frame was freed since',
  'old-frame': 'cached, of the old frame: the page has lost it, and it is not freed yet',
  'old-frame-revoked': 'the old frame, and writes to it were forbidden',
};

/** Pixels from the left of an example to its words. */
const SWATCH = 28;

/** Draws the legend: each look that occurs, with words for it. */
export function legend(sequences: readonly Sequence[], width: number, top: number, prefix: string) {
  const rows = sequences.flatMap((sequence) => sequence.rows);
  const looks = new Set(rows.flatMap(({ entries }) => entries.map(({ look }) => look)));
  const shown = (Object.keys(LEGEND) as Appearance[]).filter((look) => looks.has(look));
  let [x, y, lines] = [MARGIN, top, 1];
  const drawn = shown.map((look) => {
    const most = width - 2 * MARGIN - SWATCH;
    const words = wrap(LEGEND[look], most, (line) => textWidth('legend', line));
    const room = SWATCH + Math.max(...words.map((line) => textWidth('legend', line))) + MARGIN;
    if (x + room > width && x > MARGIN) [x, y, lines] = [MARGIN, y + 6 + lines * 14, 1];
    const hatch = HATCHED[look];
    const box = { left: x, right: x + 22, top: y, bottom: y + 12 };
    const fill = hatch === undefined ? {} : { fill: `url(#${prefix}${hatch})` };
    const item =
      rect(`${look}-bar`, box, fill) +
      path(`${look}-side`, `M${round(x)} ${round(y)}h22v12h-22Z`) +
      words.map((line, i) => text(x + SWATCH, y + 10 + i * 14, 'legend', line)).join('');
    x += room;
    lines = Math.max(lines, words.length);
    return item;
  });
  return { drawn: drawn.join(''), bottom: y + 10 + lines * 14 };
}

/** The old frame is hatched the other way, so that no colour is needed to know it. */
const TURNS = { 'hatch-cached': 45, 'hatch-wrong': 45, 'hatch-frame': -45 } as const;

function hatch(prefix: string, kind: keyof typeof TURNS): string {
  return element(
    'pattern',
    {
      id: `${prefix}${kind}`,
      width: 7,
      height: 7,
      patternUnits: 'userSpaceOnUse',
      patternTransform: `rotate(${TURNS[kind]})`,
    },
    path(kind, 'M0 0V7'),
  );
}

const describe = ({ rows, verdict }: Sequence): string =>
  [...rows.map(({ number, text, sentence }) => `(${number}) ${text}. ${sentence}`), verdict].join(
    '\n',
  );

/** Draws the frame of a picture around its content. */
export function root(
  sequences: readonly Sequence[],
  size: readonly [number, number],
  prefix: string,
  content: readonly string[],
): string {
  const name = [...new Set(sequences.map((s) => s.name ?? s.verdict))].join(' / ');
  const about = {
    title: `Sequence diagram: ${name}`,
    desc: sequences.map(describe).join('\n\n'),
  };
  const rest = content.some((part) => part.includes('hatch-frame')) ? ['hatch-frame' as const] : [];
  const kinds = ['hatch-cached', 'hatch-wrong', ...rest] as const;
  const hatches = element('defs', {}, kinds.map((kind) => hatch(prefix, kind)).join(''));
  return framed(about, size, prefix, content, hatches);
}

/** A picture on its ground, with what it says to those who do not see it. */
export function framed(
  { title, desc }: { readonly title: string; readonly desc: string },
  size: readonly [number, number],
  prefix: string,
  content: readonly string[],
  defs = '',
): string {
  const [width, height] = size.map(round);
  const ground = element('rect', { ...paint('ground'), width, height });
  const drawn = [...(defs === '' ? [] : [defs]), ground, ...content].join('\n');
  const about = [
    element('title', { id: `${prefix}title` }, escapeXml(title)),
    element('desc', { id: `${prefix}desc` }, escapeXml(desc)),
    element('style', {}, style(drawn)),
  ].join('\n');
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: CLASS,
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': `${prefix}title ${prefix}desc`,
      'font-family': SANS,
    },
    `${about}\n${drawn}`,
  )}\n`;
}

/** Draws the heads of the lanes, the rows, and the last line of the trace. */
export function drawing(placed: Placed, headTop: number, prefix: string, side = ''): string[] {
  const { sequence, rows } = placed;
  return [
    element(
      'g',
      { class: 'heads' },
      sequence.lanes.map((lane) => laneHead(placed, lane, headTop)).join(''),
    ),
    ...rows.map((row) => drawRow(placed, row, prefix, side)),
  ];
}

/** Draws the picture of one sequence. */
export function sequenceSvg(sequence: Sequence, options: SvgOptions = {}): string {
  const { width: asked = WIDE, bare = false } = options;
  const { prefix = prefixOf([sequence], asked) } = options;
  const frame = frameOf(sequence, 0, asked);
  const { width } = frame;
  const head = bare ? { drawn: '', height: 0 } : heading(sequence, 0, width);
  const top = head.height + HEAD;
  const heights = sequence.rows.map((row) => heightOf(sequence, row, frame));
  const placed = place(sequence, frame, stack(heights, top));
  const below = bare
    ? { drawn: '', bottom: placed.bottom + 4 }
    : legend([sequence], width, placed.bottom + 14, prefix);
  return root([sequence], [width, below.bottom], prefix, [
    head.drawn,
    ...drawing(placed, head.height, prefix),
    below.drawn,
  ]);
}
