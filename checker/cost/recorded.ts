/** Turns that were recorded: those of a file of accesses, or of the log of a real kernel. */
import { doubled } from '../search/chunks.ts';
import type { Source, Turns } from './turn.ts';
import { ACCESS, PAUSE, accessOfTurn } from './turn.ts';

/** Collects turns, of which there may be many. */
export class Recorder {
  private kept = new Int32Array(1 << 10);
  length = 0;
  /** One more than the highest number of a page. */
  pages = 0;

  add(turn: number, page = -1): void {
    if (this.length === this.kept.length) this.kept = doubled(this.kept);
    this.kept[this.length++] = turn;
    this.pages = Math.max(this.pages, page + 1);
  }

  get turns(): Int32Array {
    return this.kept.subarray(0, this.length);
  }
}

/** What was recorded, as a source of turns. They are the same in every run. */
export function recorded(text: string, all: Int32Array): Source {
  const kinds = new Set<number>();
  for (const turn of all) if (turn !== PAUSE) kinds.add(accessOfTurn(turn));
  const turns = (): Turns => {
    let at = 0;
    return {
      fill(into) {
        const part = all.subarray(at, at + into.length);
        into.set(part);
        at += part.length;
        return part.length;
      },
    };
  };
  return {
    text,
    isFixed: true,
    hasWrites: kinds.has(ACCESS.devWrite) || kinds.has(ACCESS.cpuWrite),
    hasCpus: kinds.has(ACCESS.cpuRead) || kinds.has(ACCESS.cpuWrite),
    length: all.length,
    turns,
  };
}
