/**
 * Where a player is, where he was, and where he was before he took something back. A position is a
 * system and all events that have happened in it.
 */
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import { textsOf } from './answer.ts';

export interface Position {
  readonly system: System;
  readonly events: readonly Event[];
}

export class Positions {
  private past: readonly Position[] = [];
  private present: Position;
  /** The next one to do again comes first. */
  private future: readonly Position[] = [];

  constructor(position: Position) {
    this.present = position;
  }

  get now(): Position {
    return this.present;
  }

  /** Goes on through these positions to the last of them. Each can be taken back. */
  go(...positions: readonly Position[]): void {
    const last = positions.at(-1);
    if (last === undefined) return;
    this.past = [...this.past, this.present, ...positions.slice(0, -1)];
    this.present = last;
    this.future = [];
  }

  /** Where undo leads. A run that came with a link loses one event after another. */
  get before(): Position | undefined {
    const { system, events } = this.present;
    if (this.past.length > 0) return this.past.at(-1);
    return events.length === 0 ? undefined : { system, events: events.slice(0, -1) };
  }

  /** Where redo leads. */
  get after(): Position | undefined {
    return this.future[0];
  }

  undo(): void {
    const { before } = this;
    if (before === undefined) return;
    this.future = [this.present, ...this.future];
    this.past = this.past.slice(0, -1);
    this.present = before;
  }

  redo(): void {
    const { after } = this;
    if (after === undefined) return;
    this.past = [...this.past, this.present];
    this.present = after;
    this.future = this.future.slice(1);
  }

  /**
   * Goes to a position that the browser names. If it is one that was left, all that was done since
   * is taken back; if it is one that was taken back, it is done again.
   */
  to(position: Position): void {
    const isIt = (other: Position) => isSame(position, other);
    if (isIt(this.present)) return;
    const back = this.past.findLastIndex(isIt);
    const on = this.future.findIndex(isIt);
    if (back >= 0) while (!isIt(this.present)) this.undo();
    else if (on >= 0) while (!isIt(this.present)) this.redo();
    else this.go(position);
  }
}

const isSame = (one: Position, other: Position): boolean =>
  one.events.length === other.events.length &&
  one.events.every(({ index }, i) => index === other.events[i].index) &&
  isSameSystem(one.system, other.system);

export const isSameSystem = (one: System, other: System): boolean =>
  one === other || JSON.stringify(textsOf(one)) === JSON.stringify(textsOf(other));
