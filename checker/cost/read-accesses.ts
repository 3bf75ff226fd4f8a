/**
 * Reads a file of accesses, a line for each: `dev0: read 17`, `cpu0: write 3`, and `pause` or
 * `pause 100` for turns in which nobody accesses a page. Pages are numbered from 0. `//` and `#`
 * begin a note.
 */
import { Complaint, quote } from '../trace/complaint.ts';
import { cutNote } from '../trace/lines.ts';
import { Recorder } from './recorded.ts';
import { MOST_PAGES, PAUSE, turnOf } from './turn.ts';

const LINE = /^\s*(?:(dev0|cpu0):\s*(read|write)\s+(\d+)|pause(?:\s+(\d+))?)\s*$/;
const POSSIBLE = [
  'dev0: read PAGE',
  'dev0: write PAGE',
  'cpu0: read PAGE',
  'cpu0: write PAGE',
  'pause',
  'pause TURNS',
];

/** The most turns of a file. They take four bytes each. */
const MOST_TURNS = 5e7;

/** Reads the lines of a file, as they come. */
export class AccessReader {
  readonly recorder = new Recorder();
  private readonly file: string;
  private line = 0;
  /** One more than the highest page that the file may name, where that is given. */
  private readonly pages: number | undefined;

  constructor(file: string, pages?: number) {
    this.file = file;
    this.pages = pages;
  }

  read(source: string): void {
    this.line++;
    const { code } = cutNote(source);
    if (code.trim() === '') return;
    const [match, who, how, number, turns] = LINE.exec(code) ?? [];
    if (match === undefined) throw this.notUnderstood(code, source);
    if (who === undefined) return this.pause(Number(turns ?? 1), source, code);
    const page = Number(number);
    const most = this.pages ?? MOST_PAGES;
    if (page >= most) {
      const which = this.pages === undefined ? '' : ', as --pages says';
      const message = `page ${number}: the pages are 0 to ${most - 1}${which}`;
      throw this.complaint(message, source, code.lastIndexOf(number));
    }
    this.room(1, source, code);
    this.recorder.add(turnOf(page, who === 'cpu0', how === 'write'), page);
  }

  private pause(turns: number, source: string, code: string): void {
    this.room(turns, source, code);
    for (let i = 0; i < turns; i++) this.recorder.add(PAUSE);
  }

  private room(turns: number, source: string, code: string): void {
    if (this.recorder.length + turns <= MOST_TURNS) return;
    const message = `more than ${MOST_TURNS} turns`;
    throw this.complaint(message, source, code.search(/\S/));
  }

  private notUnderstood(code: string, source: string): Complaint {
    const at = code.search(/\S/);
    const unit = /^\s*((?:dev|cpu)[1-9]\d*):/.exec(code)?.[1];
    const message =
      unit === undefined
        ? `${quote(code.trim())} is no access`
        : `${unit}: one device and one CPU access the pages, dev0 and cpu0`;
    return this.complaint(message, source, at, POSSIBLE);
  }

  private complaint(message: string, source: string, at: number, possible: string[] = []) {
    const place = { file: this.file, line: this.line, column: at + 1, source };
    return new Complaint(message, place, { hint: 'youngcheck cost --help', possible });
  }
}
