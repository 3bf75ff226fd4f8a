/**
 * The style of a picture. Every shape has its colours as plain attributes, which every renderer
 * knows: mail clients, librsvg and Inkscape know no variables of CSS. A style sheet replaces them
 * on dark screens only. Nothing is said by a colour alone.
 */
import type { Appearance } from './entries.ts';
import { lettersWidth } from './letter-widths.ts';

/** The class on the root of every picture. It keeps the style from the rest of a page. */
export const CLASS = 'youngcheck-sequence';

export const LIGHT = {
  ground: '#ffffff',
  ink: '#1a1f26',
  muted: '#4d5866',
  line: '#aab3bf',
  stripe: '#f4f6f8',
  young: '#f5b81f',
  'young-ink': '#1a1f26',
  old: '#7a5600',
  'old-ink': '#5e4200',
  cached: '#cfe2ff',
  'cached-line': '#1d5bb8',
  'cached-ink': '#0c2f66',
  wrong: '#b3261e',
  'wrong-ink': '#8c1d18',
  'wrong-ground': '#fdeceb',
} as const;

export type Colour = keyof typeof LIGHT;

export const DARK: Readonly<Record<Colour, string>> = {
  ground: '#11161d',
  ink: '#e8eef4',
  muted: '#a9b5c2',
  line: '#556170',
  stripe: '#19202a',
  young: '#eab02a',
  'young-ink': '#14181d',
  old: '#d8b04a',
  'old-ink': '#f3d27c',
  cached: '#1b3d6b',
  'cached-line': '#79b0ff',
  'cached-ink': '#dbe9ff',
  wrong: '#ff8a80',
  'wrong-ink': '#ffb4ad',
  'wrong-ground': '#3b1b1c',
};

type Attributes = Readonly<Record<string, string | number>>;

/** How one kind of shape or text looks. */
interface Paint {
  readonly fill?: Colour;
  readonly stroke?: Colour;
  readonly more?: Attributes;
}

export const SANS = 'system-ui, -apple-system, Segoe UI, Roboto, DejaVu Sans, sans-serif';
const MONO = {
  'font-family': 'ui-monospace, SFMono-Regular, Menlo, DejaVu Sans Mono, monospace',
};
const MIDDLE = { 'text-anchor': 'middle' };
const BOLD = { 'font-weight': 700 };
const CRISP = { 'shape-rendering': 'crispEdges' };

const text = (fill: Colour, size: number, more: Attributes = {}): Paint => ({
  fill,
  more: { 'font-size': size, ...more },
});
const area = (fill: Colour): Paint => ({ fill, more: CRISP });
const stroke = (colour: Colour, width: number, dashes = ''): Paint => ({
  stroke: colour,
  more: { fill: 'none', 'stroke-width': width, 'stroke-dasharray': dashes },
});

const SHAPES = {
  name: text('ink', 15, BOLD),
  setup: text('muted', 11, MONO),
  event: text('ink', 12, { ...MONO, 'font-weight': 600 }),
  note: text('muted', 12),
  verdict: text('wrong-ink', 12, BOLD),
  absent: text('muted', 12, { 'font-style': 'italic' }),
  legend: text('muted', 11),
  head: text('ink', 12, { ...BOLD, ...MIDDLE }),
  'narrow-head': text('ink', 10.5, { ...BOLD, ...MIDDLE }),
  holds: text('muted', 11, MIDDLE),
  'narrow-holds': text('muted', 9.5, MIDDLE),
  label: text('ink', 11, MIDDLE),
  'narrow-label': text('ink', 10, MIDDLE),
  mention: text('ink', 12, { ...BOLD, ...MIDDLE }),
  ground: area('ground'),
  stripe: area('stripe'),
  wrong: area('wrong-ground'),
  edge: area('wrong'),
  pill: { fill: 'ground', stroke: 'ink' },
  life: stroke('line', 1, '2 3'),
  arrow: stroke('ink', 1.5),
  answer: stroke('ink', 1.5, '5 3'),
  'posted-write': stroke('ink', 1.5, '1.5 2.5'),
  link: stroke('ink', 1),
  tip: { fill: 'ink' },
  'answer-tip': { fill: 'ground', stroke: 'ink' },
  lost: stroke('wrong', 2.5),
  ghost: text('muted', 11, { ...MONO, 'font-style': 'italic' }),
  way: stroke('muted', 1),
  'way-tip': { fill: 'muted' },
  walk: stroke('cached-line', 2.5),
  'walk-tip': { fill: 'cached-line' },
  'lost-tip': { fill: 'wrong' },
  parting: stroke('ink', 2),
  border: stroke('wrong', 1),
  'hatch-cached': { stroke: 'cached-line', more: { 'stroke-width': 1.2, opacity: 0.55 } },
  'hatch-wrong': { stroke: 'wrong', more: { 'stroke-width': 1.6, opacity: 0.7 } },
  'hatch-frame': { stroke: 'muted', more: { 'stroke-width': 1.2, opacity: 0.7 } },
} as const satisfies Readonly<Record<string, Paint>>;

const BARS: Readonly<Record<Appearance, readonly [Paint, Paint, Colour]>> = {
  young: [area('young'), stroke('old', 1.5), 'young-ink'],
  old: [area('ground'), stroke('old', 2), 'old-ink'],
  cached: [area('cached'), stroke('cached-line', 1.5), 'cached-ink'],
  // These are hatched, so that the background is seen.
  unseen: [{ more: CRISP }, stroke('cached-line', 2, '4 3'), 'cached-ink'],
  revoked: [{ more: CRISP }, stroke('wrong', 2), 'wrong-ink'],
  stale: [{ more: CRISP }, stroke('wrong', 2), 'wrong-ink'],
  'old-frame': [{ more: CRISP }, stroke('muted', 2, '6 3'), 'ink'],
  'old-frame-revoked': [{ more: CRISP }, stroke('wrong', 2, '6 3'), 'wrong-ink'],
};

/** The pattern across a bar that is no plain one. */
export const HATCHED: Readonly<
  Partial<Record<Appearance, `hatch-${'cached' | 'wrong' | 'frame'}`>>
> = {
  unseen: 'hatch-cached',
  stale: 'hatch-wrong',
  revoked: 'hatch-wrong',
  'old-frame': 'hatch-frame',
  'old-frame-revoked': 'hatch-frame',
};

/** A bar of an entry, its outline, or a word in it. */
type BarKind = `${Appearance}-${'bar' | 'side' | 'word' | 'narrow-word'}`;
export type Kind = keyof typeof SHAPES | BarKind;

const inBars = Object.entries(BARS).flatMap(([look, [bar, side, ink]]) => [
  [`${look}-bar`, bar] as const,
  [`${look}-side`, side] as const,
  [`${look}-word`, text(ink, 11, { ...BOLD, ...MIDDLE })] as const,
  [`${look}-narrow-word`, text(ink, 10, { ...BOLD, ...MIDDLE })] as const,
]);
const PAINTS: ReadonlyMap<string, Paint> = new Map([...Object.entries(SHAPES), ...inBars]);

/** The attributes of a shape of a kind: its class, and how it looks in light and on paper. */
export function paint(kind: Kind): Attributes {
  const { fill, stroke: line, more = {} } = PAINTS.get(kind)!;
  return {
    class: `yc-${kind}`,
    ...(fill === undefined ? {} : { fill: LIGHT[fill] }),
    ...(line === undefined ? {} : { stroke: LIGHT[line] }),
    ...more,
  };
}

/** The size of the letters of a kind of text. */
export const sizeOf = (kind: Kind): number => Number(PAINTS.get(kind)!.more!['font-size']);

/** The width in pixels that a text takes at most. */
export function textWidth(kind: Kind, content: string): number {
  const more = PAINTS.get(kind)!.more!;
  const face = 'font-family' in more ? 'mono' : 'font-weight' in more ? 'bold' : 'plain';
  return lettersWidth(content, face) * sizeOf(kind);
}

/**
 * The style sheet of a picture: the colours of dark screens, for the kinds that occur. The first
 * word of the condition is a medium, because old readers of CSS skip what they do not know.
 */
export function style(content: string): string {
  const used = [...PAINTS].filter(([kind]) => content.includes(`class="yc-${kind}"`));
  const rules = used.flatMap(([kind, { fill, stroke: line }]) => {
    const colours = [
      ...(fill === undefined ? [] : [`fill:${DARK[fill]}`]),
      ...(line === undefined ? [] : [`stroke:${DARK[line]}`]),
    ];
    return colours.length === 0 ? [] : [`.${CLASS} .yc-${kind}{${colours.join(';')}}`];
  });
  return [
    '@media screen and (prefers-color-scheme:dark){',
    ...rules,
    '}',
    `@media print{.${CLASS}{print-color-adjust:exact}}`,
  ].join('\n');
}
