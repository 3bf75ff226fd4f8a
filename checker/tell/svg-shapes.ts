/** The shapes and texts of a picture, each of a kind that says how it looks. */
import type { Kind } from './svg-style.ts';
import { paint } from './svg-style.ts';
import { element, escapeXml, round } from './xml.ts';

type More = Readonly<Record<string, string | number>>;

export const text = (x: number, y: number, kind: Kind, content: string, more: More = {}): string =>
  element('text', { x: round(x), y: round(y), ...paint(kind), ...more }, escapeXml(content));

export const path = (kind: Kind, d: string): string => element('path', { ...paint(kind), d });

/** A rectangle by its edges. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export function rect(kind: Kind, { left, right, top, bottom }: Box, more: More = {}): string {
  const [x, y] = [round(left), round(top)];
  const size = { x, y, width: round(right - x), height: round(bottom - y) };
  return element('rect', { ...paint(kind), ...size, ...more });
}
