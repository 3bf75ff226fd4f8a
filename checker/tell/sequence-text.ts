/**
 * Prints a sequence diagram as text for a mail: lanes, with arrows below every event. After each
 * arrow a letter for each page shows what a lane holds.
 */
import { PAGE_NAMES } from '../../model/ranges.ts';
import { WIDTH } from '../trace/print.ts';
import { wrap } from '../trace/wrap.ts';
import type { Arrow } from './arrow.ts';
import type { LaneEntry, Appearance } from './entries.ts';
import type { Lane } from './lanes.ts';
import { entriesAfterArrow } from './sequence.ts';
import type { Row, Sequence } from './sequence.ts';
import type { Beside, SideBySide } from './pair.ts';

const LETTER: Readonly<Record<Appearance, string>> = {
  young: 'Y',
  old: 'o',
  cached: '#',
  unseen: '%',
  revoked: 'R',
  stale: '!',
  'old-frame': 'F',
  'old-frame-revoked': 'f',
};
const MEANING: Readonly<Record<Appearance, string>> = {
  young: 'young',
  old: 'old',
  cached: 'cached',
  unseen: 'cached while the PTE is old: its use is unseen',
  revoked: 'cached, but write-protected since',
  stale: 'cached, but freed since',
  'old-frame': 'cached, of the old frame, which the page has lost',
  'old-frame-revoked': 'the old frame, write-protected before',
};
const NOTHING = '.';

/** The first lane's column, the columns of all lanes, and the most columns between two lanes. */
const FIRST = 4;
const SPAN = 38;
const GAP = 12;

/** The name of a lane where room is short. It names what the lane holds. */
const shortName = ({ id, holds }: Lane, devices: number): string => {
  if (!id.startsWith('atc')) return holds !== undefined && !id.startsWith('cpu') ? holds : id;
  return devices > 1 ? `${holds?.split(' ').at(-1)}${id.slice(3)}` : (holds ?? id);
};

/** A line of text that is written column by column. */
class TextLine {
  private readonly letters: string[] = [];

  put(column: number, text: string): void {
    for (const [i, letter] of [...text].entries()) {
      while (this.letters.length < column + i) this.letters.push(' ');
      this.letters[column + i] = letter;
    }
  }

  isFree(column: number, length: number): boolean {
    return this.letters.slice(Math.max(0, column - 1), column + length + 1).every((l) => l === ' ');
  }

  toString(): string {
    return this.letters.join('').trimEnd();
  }
}

class Drawing {
  private readonly sequence: Sequence;
  private readonly gap: number;

  constructor(sequence: Sequence) {
    this.sequence = sequence;
    const { length } = sequence.lanes;
    this.gap = Math.min(GAP, Math.floor(SPAN / Math.max(1, length - 1)));
  }

  private column(id: string): number {
    return FIRST + this.sequence.lanes.findIndex((lane) => lane.id === id) * this.gap;
  }

  /** Prints the names of the lanes, on as many lines as keep them apart. */
  heads(): string[] {
    const { lanes } = this.sequence;
    const devices = lanes.filter(({ id }) => id.startsWith('atc')).length;
    const lines: TextLine[] = [];
    for (const lane of lanes) {
      const name = shortName(lane, devices);
      const left = Math.max(0, this.column(lane.id) - Math.floor(name.length / 2));
      let line = lines.find((one) => one.isFree(left, name.length));
      if (line === undefined) lines.push((line = new TextLine()));
      line.put(left, name);
    }
    return lines.map(String);
  }

  /** Draws the lanes with what they hold. */
  private lives(entries: readonly LaneEntry[]): TextLine {
    const { lanes, pages } = this.sequence;
    const line = new TextLine();
    for (const { id, holds } of lanes) {
      const letters = pages.map((page) => {
        const entry = entries.find((e) => e.lane === id && e.page === page);
        return entry === undefined ? NOTHING : LETTER[entry.look];
      });
      line.put(this.column(id), holds === undefined ? '|' : letters.join(''));
    }
    return line;
  }

  arrow(row: Row, index: number): string {
    const arrow = row.arrows[index];
    const line = this.lives(entriesAfterArrow(this.sequence, row, index));
    this.shaft(line, arrow);
    line.put(this.column(this.sequence.lanes.at(-1)!.id) + this.width + 2, labelOf(arrow));
    return line.toString();
  }

  private get width(): number {
    return this.sequence.pages.length;
  }

  private shaft(line: TextLine, { from, to, arrives, sent, lost }: Arrow): void {
    const [a, b] = [this.column(from), this.column(to)];
    if (a === b) return line.put(a - 1, '*');
    const right = b > a;
    const [left, end] = right ? [a + this.widthAt(from), b] : [b + this.widthAt(to), a];
    const length = end - left;
    const stub = Math.max(2, Math.min(4, Math.floor(length / 2)));
    const tip = lost === true ? 'x' : right ? '>' : '<';
    if (arrives !== undefined) {
      line.put(right ? left : end - stub, right ? `${dashes(stub)}~` : dashes(stub));
      if (!right) line.put(end - stub - 1, '~');
    } else if (sent !== undefined) {
      const shaft = dashes(stub - 1);
      if (right) line.put(end - stub - 1, `~${shaft}${tip}`);
      else line.put(left, `${tip}${shaft}~`);
    } else {
      line.put(left, right ? `${dashes(length - 1)}${tip}` : `${tip}${dashes(length - 1)}`);
    }
  }

  private widthAt(id: string): number {
    const lane = this.sequence.lanes.find((one) => one.id === id)!;
    return lane.holds === undefined ? 1 : this.width;
  }
}

const dashes = (count: number): string => '-'.repeat(Math.max(0, count));

function labelOf({ label, sent, arrives }: Arrow): string {
  const short = label.replace(', sets ', ', ');
  if (arrives !== undefined) return `${short} ~`;
  return sent === undefined ? short : `~ ${short}, of (${sent})`;
}

/** The event with its note, as in a trace. It takes two lines if one is too short. */
function eventLines({ number, text, note }: Row): string[] {
  const event = `(${number}) ${text}`;
  const short = note.replace(/\bthe /g, '');
  const lines = [`${event}  // ${note}`, `${event} // ${note}`, `${event} // ${short}`];
  const fitting = lines.find(({ length }) => length <= WIDTH);
  return fitting === undefined ? [event, `    // ${note}`] : [fitting];
}

const names = (pages: readonly number[]): string =>
  pages.map((page) => PAGE_NAMES[page]).join(', ');

function legendOf({ rows, pages }: Sequence): string[] {
  const looks = new Set(rows.flatMap(({ entries }) => entries.map(({ look }) => look)));
  const items = (Object.keys(LETTER) as Appearance[])
    .filter((look) => looks.has(look))
    .map((look) => `${LETTER[look]} ${MEANING[look]}`);
  const flies = rows.some(({ arrows }) => arrows.some(({ sent }) => sent !== undefined));
  const lines = pages.length > 1 ? [`pages ${names(pages)} beside each other`] : [];
  for (const item of flies ? [...items, '~ in flight'] : items) {
    const longer = lines.length === 0 ? item : `${lines.at(-1)}   ${item}`;
    if (lines.length > 0 && longer.length <= WIDTH) lines[lines.length - 1] = longer;
    else lines.push(item);
  }
  return lines;
}

/** Why the system was no machine, if it was none. */
const machineLines = ({ machine }: Sequence): string[] =>
  machine.flatMap((text) => wrap(text, WIDTH));

/** Prints the system and the diagram in at most 72 columns of ASCII. */
export function sequenceText(sequence: Sequence): string {
  const drawing = new Drawing(sequence);
  const { setup } = sequence;
  return `${[
    ...(setup.length === 0 ? [] : [...setup, '']),
    ...drawing.heads(),
    ...sequence.rows.flatMap((row) => [
      ...eventLines(row),
      ...row.arrows.map((_, i) => drawing.arrow(row, i)),
    ]),
    '',
    sequence.verdict,
    ...machineLines(sequence),
    '',
    ...legendOf(sequence),
  ].join('\n')}\n`;
}

/** Prints one diagram below the other, and says where they begin to differ. */
export function sideBySideText({ left, right, rows, parts }: SideBySide): string {
  const blocks = [left, right].map((side) => {
    const setup = [...side.setup, ...machineLines(side)];
    return sequenceText({ ...side, setup, machine: [] }).trimEnd();
  });
  const end = parts === undefined ? 'Nothing tells the two apart.' : partText(rows[parts]);
  return `${[...blocks, end].join('\n\n')}\n`;
}

function partText({ left, right, absent }: Beside): string {
  const one = `They part at (${left!.number}) ${left!.text}`;
  const other = right === undefined ? absent : `(${right.number}) ${right.text}`;
  return `${one}\n  on the other system: ${other}`;
}
