/**
 * Draws the graph of a few states. The states stand below each other. In the box of each stand its
 * fields and the events that leave it. A line leads from an event to the head of the state to which
 * it goes. All lines to one state share a lane at the right, so that they cover no text.
 */
import { path, rect, text } from '../tell/svg-shapes.ts';
import type { Kind } from '../tell/svg-style.ts';
import { textWidth } from '../tell/svg-style.ts';
import type { SvgOptions } from '../tell/svg.ts';
import { WIDE, framed } from '../tell/svg.ts';
import { element, round } from '../tell/xml.ts';
import type { DrawnEdge, StateGraph } from './state-graph.ts';

const MARGIN = 12;
/** Below this width a long line is cut in two. */
const NARROW = 480;
/** Room in a box, between its two columns, and between two boxes. */
const [PAD, GAP, BETWEEN] = [10, 24, 22];
const LINE = 17;
/** From a box to the first lane, and from lane to lane. */
const [FIRST, LANE] = [16, 11];
const CORNER = 5;
/** From the top of a box to the line at which arrows enter. */
const ENTRY = 12;

type Line = readonly [kind: Kind, content: string];

interface Leaving {
  readonly edge: DrawnEdge;
  readonly lines: readonly Line[];
}

/** What stands in the box of a state. */
interface Content {
  readonly name: string;
  readonly fields: readonly Line[];
  readonly leaving: readonly Leaving[];
}

const stepText = (steps: readonly number[]): string => steps.map((step) => `(${step}) `).join('');

function leavingOf(edge: DrawnEdge, property: string, isNarrow: boolean): Leaving {
  const { from, to, text: event, steps, isViolating } = edge;
  const stays = from === to ? ', stays' : '';
  const lines: Line[] = [[`event`, `${stepText(steps)}${event}${stays}`]];
  const violates = isNarrow ? ['violates', property] : [`violates ${property}`];
  const wrong = violates.map((words): Line => ['verdict', words]);
  return { edge, lines: isViolating ? [...lines, ...wrong] : lines };
}

const contentsOf = ({ states, edges, property }: StateGraph, isNarrow: boolean): Content[] =>
  states.map(({ fields }, number) => ({
    name: `State ${number + 1}${number === 0 ? ', the first' : ''}`,
    fields: fields.map(({ name, text: value, ghost }) => [
      ghost ? 'ghost' : 'setup',
      `${name} ${value}`,
    ]),
    leaving: edges
      .filter(({ from }) => from === number)
      .map((edge) => leavingOf(edge, property.name, isNarrow)),
  }));

const widest = (lines: readonly Line[]): number =>
  Math.max(0, ...lines.map(([kind, content]) => textWidth(kind, content)));

/** The widths of the columns, and whether they stand side by side. */
function columnsOf(contents: readonly Content[], room: number) {
  const fields = widest(contents.flatMap((content) => content.fields));
  const heads = widest(contents.map(({ name }) => ['mention', name]));
  const events = widest(contents.flatMap(({ leaving }) => leaving.flatMap(({ lines }) => lines)));
  const side = Math.max(fields, heads) + GAP + events + 2 * PAD;
  const isWide = side <= room;
  const inner = isWide ? side : Math.max(fields, heads, events) + 2 * PAD;
  return { isWide, width: inner, eventsAt: isWide ? PAD + Math.max(fields, heads) + GAP : PAD };
}

/** An event in its place: where its line begins. */
interface PlacedLeaving extends Leaving {
  readonly y: number;
}

interface PlacedBox extends Omit<Content, 'leaving'> {
  readonly top: number;
  readonly bottom: number;
  readonly leaving: readonly PlacedLeaving[];
}

function placed(contents: readonly Content[], isWide: boolean): PlacedBox[] {
  let top = MARGIN;
  return contents.map(({ name, fields, leaving }) => {
    const begin = top + ENTRY + 5 + LINE;
    let y = isWide ? begin : begin + fields.length * LINE;
    const rows = leaving.map((one) => {
      const row = { ...one, y };
      y += one.lines.length * LINE;
      return row;
    });
    const bottom = Math.max(y, begin + fields.length * LINE) - LINE + PAD;
    const box = { name, fields, leaving: rows, top, bottom };
    top = bottom + BETWEEN;
    return box;
  });
}

/** The looks of the lines: those of a walk are thick, and red if it comes to a violation. */
function linesOf({ edges }: StateGraph, { steps }: DrawnEdge): readonly [Kind, Kind] {
  if (steps.length === 0) return ['way', 'way-tip'];
  const isWrong = edges.some((edge) => edge.isViolating && edge.steps.length > 0);
  return isWrong ? ['lost', 'lost-tip'] : ['walk', 'walk-tip'];
}

/** A line with round corners from an event to the head of a state, by a lane. */
function wayOf(from: readonly [number, number], lane: number, to: readonly [number, number]) {
  const [[x, y], [right, entry]] = [from, to];
  const down = entry > y ? 1 : -1;
  const r = Math.min(CORNER, Math.abs(entry - y) / 2);
  const at = (n: number) => round(n);
  return (
    `M${at(x)} ${at(y)}H${at(lane - r)}` +
    `Q${at(lane)} ${at(y)} ${at(lane)} ${at(y + down * r)}` +
    `V${at(entry - down * r)}Q${at(lane)} ${at(entry)} ${at(lane - r)} ${at(entry)}` +
    `H${at(right + 6)}`
  );
}

/** What the picture says to those who do not see it. */
const describe = (contents: readonly Content[]): string =>
  contents
    .map(({ name, fields, leaving }) => {
      const ways = leaving.map(
        ({ edge, lines }) =>
          `${lines.map(([, content]) => content).join(', ')}: to state ${edge.to + 1}`,
      );
      return `${name}: ${fields.map(([, content]) => content).join('; ')}. ${ways.join('. ')}.`;
    })
    .join('\n');

export function stateGraphSvg(graph: StateGraph, options: SvgOptions = {}): string {
  const { width: asked = WIDE, prefix = 'yc-states-' } = options;
  const contents = contentsOf(graph, asked < NARROW);
  // A state that is entered from another one has a lane.
  const targets = [
    ...new Set(graph.edges.filter(({ from, to }) => from !== to).map(({ to }) => to)),
  ];
  const lanes = new Map(targets.toSorted((a, b) => a - b).map((to, i) => [to, i]));
  const beside = FIRST + lanes.size * LANE + MARGIN;
  const { isWide, width: box, eventsAt } = columnsOf(contents, asked - MARGIN - beside);
  const boxes = placed(contents, isWide);
  const right = MARGIN + box;
  const laneX = (to: number) => right + FIRST + lanes.get(to)! * LANE;
  const drawnBox = ({ name, fields, leaving, top, bottom }: PlacedBox, number: number): string => {
    const words = (lines: readonly Line[], x: number, y: number) =>
      lines.map(([kind, content], i) => text(x, y + i * LINE, kind, content)).join('');
    return element(
      'g',
      { class: 'state-box', 'data-state': number + 1 },
      rect('pill', { left: MARGIN, right, top, bottom }, { rx: 6 }) +
        text(MARGIN + PAD, top + ENTRY + 4, 'mention', name, { 'text-anchor': 'start' }) +
        words(fields, MARGIN + PAD, top + ENTRY + 5 + LINE) +
        leaving.map(({ lines, y }) => words(lines, MARGIN + eventsAt, y)).join(''),
    );
  };
  const ways = boxes.flatMap(({ leaving }) =>
    leaving.flatMap(({ edge, lines, y }) => {
      if (edge.from === edge.to) return [];
      const entry = boxes[edge.to].top + ENTRY;
      const begin = MARGIN + eventsAt + textWidth(...lines[0]) + 6;
      const [line, tip] = linesOf(graph, edge);
      const drawn =
        path(line, wayOf([begin, y - 4], laneX(edge.to), [right, entry])) +
        path(tip, `M${round(right)} ${round(entry)}l8 -4.5v9Z`);
      return [{ edge, drawn }];
    }),
  );
  const inOrder = ways.toSorted((a, b) => a.edge.steps.length - b.edge.steps.length);
  const size = [right + beside, boxes.at(-1)!.bottom + MARGIN] as const;
  const title = `The ${graph.states.length} states as ${graph.property.name} sees them`;
  return framed({ title, desc: describe(contents) }, size, prefix, [
    ...boxes.map(drawnBox),
    ...inOrder.map(({ drawn }) => drawn),
  ]);
}
