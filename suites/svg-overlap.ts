/**
 * Finds what covers what in a picture. It reads the picture alone: the boxes of its texts, bars,
 * arrows and tips. A text is as wide as the widest common font makes it.
 */
import { lettersWidth } from '../checker/tell/letter-widths.ts';
import type { Box } from '../checker/tell/svg-shapes.ts';

interface Shape extends Box {
  readonly kind: string;
  readonly what: string;
}

/** How far letters reach up and down from their baseline, at font size 1. */
const [ASCENT, DESCENT] = [0.76, 0.24];
/** Half the width of the line of an arrow. */
const SHAFT = 0.75;
/** Coordinates are rounded to a tenth of a pixel. */
const ROUNDED = 0.15;

type Attributes = ReadonlyMap<string, string>;
const number = (attributes: Attributes, name: string): number => Number(attributes.get(name));

/** The elements of a picture: the name, the attributes, and the text in them. */
function* elementsOf(svg: string): Generator<readonly [string, Attributes, string]> {
  for (const [, name, list, text = ''] of svg.matchAll(/<([a-z]+)((?: [^<>]*)?)>([^<]*)/g)) {
    const attributes = [...list.matchAll(/ ([a-z-]+)="([^"]*)"/g)];
    yield [name, new Map(attributes.map(([, key, value]) => [key, value])), text];
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
const unescaped = (text: string): string =>
  text.replace(/&(#39|[a-z]+);/g, (_, name: string) => ENTITIES[name] ?? "'");

function textBox(attributes: Attributes, content: string): Box {
  const [x, y, size] = ['x', 'y', 'font-size'].map((name) => number(attributes, name));
  const isMono = attributes.get('font-family')?.includes('mono') === true;
  const face = isMono ? 'mono' : attributes.has('font-weight') ? 'bold' : 'plain';
  const width = lettersWidth(unescaped(content), face) * size;
  const left = attributes.get('text-anchor') === 'middle' ? x - width / 2 : x;
  return { left, right: left + width, top: y - ASCENT * size, bottom: y + DESCENT * size };
}

function rectBox(attributes: Attributes): Box {
  const [left, top, width, height] = ['x', 'y', 'width', 'height'].map((name) =>
    number(attributes, name),
  );
  return { left, right: left + width, top, bottom: top + height };
}

/** The box around a path of absolute lines. */
function pathBox(d: string): Box {
  const points = [...d.matchAll(/[ML]([-\d.]+) ([-\d.]+)/g)].map(([, x, y]) => [+x, +y] as const);
  const ends = [...d.matchAll(/H([-\d.]+)/g)].map(([, x]) => +x);
  const xs = [...points.map(([x]) => x), ...ends];
  const ys = points.map(([, y]) => y);
  return {
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  };
}

const ARROW = /^(arrow|answer|posted-write)$/;

/** The shapes that matter: texts, bars, pills, tips, and arrows that are level. */
function shapesOf(svg: string): Shape[] {
  const shapes: Shape[] = [];
  for (const [name, attributes, text] of elementsOf(svg)) {
    const kind = attributes.get('class')?.replace(/^yc-/, '') ?? '';
    if (name === 'text') shapes.push({ kind: 'text', what: text, ...textBox(attributes, text) });
    if (name === 'rect' && /-bar$|^pill$/.test(kind)) {
      shapes.push({ kind: kind === 'pill' ? kind : 'bar', what: kind, ...rectBox(attributes) });
    }
    if (name !== 'path') continue;
    const box = pathBox(attributes.get('d')!);
    if (kind.endsWith('tip')) shapes.push({ kind: 'tip', what: kind, ...box });
    if (ARROW.test(kind) && box.top === box.bottom) {
      const [top, bottom] = [box.top - SHAFT, box.bottom + SHAFT];
      shapes.push({ kind: 'arrow', what: kind, ...box, top, bottom });
    }
  }
  return shapes;
}

const meet = (a: Box, b: Box): boolean =>
  a.left < b.right - ROUNDED &&
  b.left < a.right - ROUNDED &&
  a.top < b.bottom - ROUNDED &&
  b.top < a.bottom - ROUNDED;

const isIn = (inner: Box, outer: Box): boolean =>
  inner.left >= outer.left - ROUNDED &&
  inner.right <= outer.right + ROUNDED &&
  inner.top >= outer.top - ROUNDED &&
  inner.bottom <= outer.bottom + ROUNDED;

/** Everything in a picture that a text covers, or that covers a text, and texts beyond its edge. */
export function overlapsIn(svg: string): string[] {
  const shapes = shapesOf(svg);
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)!.map(Number);
  const edge = { left: 0, right: width, top: 0, bottom: height };
  return shapes.flatMap((a, i) => {
    if (a.kind === 'tip' || a.kind === 'arrow') return [];
    const outside = isIn(a, edge) ? [] : [`${a.what} leaves the picture`];
    const over = shapes.filter((b, j) => {
      if (i === j || !meet(a, b)) return false;
      // A word stands in its bar or its pill, which is a background to it.
      const holdsWords = (one: Shape) => one.kind === 'bar' || one.kind === 'pill';
      if (a.kind === 'text' && holdsWords(b)) return !isIn(a, b);
      if (holdsWords(a)) return a.kind === 'pill' && (b.kind === 'bar' || b.kind === 'tip');
      return b.kind !== 'text' || i < j;
    });
    return [...outside, ...over.map((b) => `${a.what} and ${b.kind} ${b.what}`)];
  });
}
