/**
 * The lists that a part shares with the others: the family trees of all parts and the frontier.
 * They grow by pieces. A part that makes a piece sends it to the others before it lets them know
 * that there is more to read.
 */
import { receiveMessageOnPort } from 'node:worker_threads';
import type { StateSet } from '../state-set.ts';
import type { Chunk } from './family.ts';
import { Family } from './family.ts';
import type { Strip } from './frontier.ts';
import { Frontier } from './frontier.ts';
import type { Task } from './memory.ts';

/** A piece of the sender's family tree, or of the frontier. */
type Piece = { readonly chunk: Chunk } | { readonly strip: Strip };

export class Lists {
  readonly families: readonly Family[];
  readonly own: Family;
  readonly frontier: Frontier;
  private readonly me: number;
  private readonly words: Int32Array;
  private readonly ports: Task['ports'];
  private readonly publish: (chunk: Chunk) => void;

  /** The main thread is sent the pieces of the family tree, too. `publish` does so. */
  constructor({ me, memory, ports }: Task, width: number, publish: (chunk: Chunk) => void) {
    this.me = me;
    this.words = new Int32Array(width);
    this.families = Array.from({ length: memory.jobs }, () => new Family());
    this.own = this.families[me];
    this.frontier = new Frontier(width);
    this.ports = ports;
    this.publish = publish;
  }

  /** Notes the first edge into one of the part's states. */
  note(index: number, parent: number, event: number): void {
    if (this.own.lacks(index)) this.extendFamily();
    this.own.set(index, parent, event);
  }

  private extendFamily(): void {
    const chunk = this.own.extend();
    this.publish(chunk);
    this.post({ chunk });
  }

  extendFrontier(): void {
    this.post({ strip: this.frontier.extend() });
  }

  private post(piece: Piece): void {
    for (const port of this.ports) port?.postMessage(piece);
  }

  /** Takes the pieces that other parts have made. */
  take(): void {
    this.ports.forEach((port, part) => {
      if (port === undefined) return;
      for (let m = receiveMessageOnPort(port); m !== undefined; m = receiveMessageOnPort(port)) {
        const piece = m.message as Piece;
        if ('chunk' in piece) this.families[part].take(piece.chunk);
        else this.frontier.take(piece.strip);
      }
    });
  }

  /**
   * Puts the part's states of a level into their places in the frontier. `starts` and `ends` are
   * the numbers of states that each part has before the level and at its end.
   */
  arrange(states: StateSet, starts: readonly number[], ends: readonly number[]): void {
    const { me, families, own, frontier, words } = this;
    const others = starts.map((_, part) => part).filter((part) => part !== me);
    const at = [...starts];
    let place = 0;
    for (let index = starts[me]; index < ends[me]; index++) {
      for (const part of others) {
        while (at[part] < ends[part] && families[part].precedes(at[part], own, index)) {
          at[part]++;
          place++;
        }
      }
      states.read(index, words);
      frontier.write(place++, words);
    }
  }
}
