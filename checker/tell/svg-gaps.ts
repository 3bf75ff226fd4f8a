/**
 * The room that the labels of arrows need between the lanes. No entry is ever drawn there, so that
 * a label covers none.
 */
import { wrapWords } from '../trace/wrap.ts';
import type { Arrow } from './arrow.ts';
import type { Sequence } from './sequence.ts';
import type { Kind } from './svg-style.ts';
import { textWidth } from './svg-style.ts';

/** The width in pixels at which a label breaks between words: never, sometimes, wherever it can. */
export const [WHOLE, BROKEN, SHORT] = [Infinity, 66, 40] as const;

/** The lines of a label above its arrow, and of what it changes below it. */
interface Label {
  readonly above: readonly string[];
  readonly below: readonly string[];
}

/** What an actor does alone, in one line. */
export const pillText = ({ label }: Arrow): string => label.replace(', ', ' ');

/** The label of an arrow in lines. What is in flight says all above. */
export function labelOf(arrow: Arrow, kind: Kind, labelWidth: number): Label {
  const { label, from, to, arrives, sent, lost = false } = arrow;
  // The name of a page stays with the next word.
  const lines = (text: string) =>
    text === ''
      ? []
      : wrapWords(text.split(/(?<!:) /), labelWidth, (line) => textWidth(kind, line));
  if (from === to) return { above: [], below: [] };
  const isQuiet = arrives === undefined ? sent !== undefined && !lost : lost;
  if (isQuiet) return { above: [], below: [] };
  if (arrives !== undefined || sent !== undefined) return { above: lines(label), below: [] };
  const [above, ...below] = label.split(', ');
  return { above: lines(above), below: lines(below.join(', ')) };
}

/** The width of a label's longest line. */
export const labelWidthOf = ({ above, below }: Label, kind: Kind): number =>
  Math.max(0, ...[...above, ...below].map((line) => textWidth(kind, line)));

/** Pixels beside a label; beside a pill, with the line to its lane; and beside a lost message. */
export const AROUND_LABEL = 4;
export const [LINK, AROUND_PILL] = [8, 6] as const;
export const CROSS = 12;

/** One of these gaps, given by the index of the lane at its right, has to have this width. */
export interface Demand {
  readonly gaps: readonly number[];
  readonly width: number;
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** What the labels of a sequence demand of the gaps. */
export function demandsOf({ lanes, rows }: Sequence, kind: Kind, labelWidth: number): Demand[] {
  const laneAt = new Map(lanes.map(({ id }, i) => [id, i]));
  return rows
    .flatMap(({ arrows }) => arrows)
    .flatMap((arrow): Demand[] => {
      const [from, to] = [laneAt.get(arrow.from)!, laneAt.get(arrow.to)!];
      if (from === to) {
        const pill = textWidth(kind, pillText(arrow)) + 2 * AROUND_PILL;
        const isBeside = lanes[from].holds !== undefined;
        if (isBeside) return [{ gaps: [from + 1], width: LINK + pill + AROUND_LABEL }];
        return [from, from + 1].map((gap) => ({ gaps: [gap], width: pill / 2 + AROUND_LABEL }));
      }
      const width = labelWidthOf(labelOf(arrow, kind, labelWidth), kind) + 2 * AROUND_LABEL;
      if (arrow.arrives !== undefined) return [{ gaps: [to > from ? from + 1 : from], width }];
      if (arrow.sent !== undefined) {
        return [{ gaps: [to > from ? to : to + 1], width: width + CROSS }];
      }
      return [{ gaps: range(Math.min(from, to) + 1, Math.max(from, to)), width }];
    });
}

/** How wide each gap has to be. A demand that has a choice takes the gap that grows least. */
export function needsOf(demands: readonly Demand[], gaps: number): number[] {
  const needs = Array.from({ length: gaps }, () => 0);
  for (const demand of [...demands].sort((a, b) => a.gaps.length - b.gaps.length)) {
    const most = Math.max(...demand.gaps.map((gap) => needs[gap]));
    const widest = demand.gaps.find((gap) => needs[gap] === most)!;
    needs[widest] = Math.max(needs[widest], demand.width);
  }
  return needs;
}
