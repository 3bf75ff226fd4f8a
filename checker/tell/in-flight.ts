/**
 * Follows what is sent in one step and arrives in another: answers, invalidations, posted writes.
 */
import type { Arrow, LaneId } from './arrow.ts';

interface Sent {
  readonly number: number;
  readonly from: LaneId;
}

const keyOf = ({ kind, to, from, page, unit }: Arrow): string =>
  // All posted writes land in memory, so that the sender tells them apart.
  [kind, kind === 'posted-write' ? from : to, page, unit].join();

/** Matches arrivals with what was sent. It is given the steps in order. */
export class InFlight {
  private readonly open = new Map<string, Sent[]>();
  /** The step in which something arrived, by its key and the step in which it was sent. */
  private readonly landed = new Map<string, number>();

  /**
   * Returns the arrows of a step. An arrow that arrives in it gets its sender, and the step in
   * which it was sent.
   */
  resolve(number: number, arrows: readonly Arrow[]): Arrow[] {
    let senders: readonly LaneId[] = [];
    return arrows.flatMap((arrow) => {
      const { kind, from, to, sent, arrives } = arrow;
      const key = keyOf(arrow);
      if (arrives !== undefined) this.send(key, { number, from });
      if (kind === 'invalidation-completion' && from === to) {
        return senders.map((sender) => ({ ...arrow, to: sender }));
      }
      if (sent === undefined) return [arrow];
      const taken = this.take(key, number);
      if (kind === 'invalidation') senders = [...new Set(taken.map((s) => s.from))];
      return taken.map((s) => ({ ...arrow, from: s.from, sent: s.number }));
    });
  }

  /**
   * Writes into a row where something was sent in which step it arrived. A row of which that is
   * known already stays the same object.
   */
  complete<R extends { readonly number: number; readonly arrows: readonly Arrow[] }>(row: R): R {
    const arrows = row.arrows.map((arrow) => {
      if (arrow.arrives === undefined) return arrow;
      const key = keyOf(arrow);
      const arrives = this.landed.get(`${key},${row.number}`) ?? 'never';
      return arrives === arrow.arrives ? arrow : { ...arrow, arrives };
    });
    return arrows.every((arrow, i) => arrow === row.arrows[i]) ? row : { ...row, arrows };
  }

  private send(key: string, sent: Sent): void {
    this.open.set(key, [...(this.open.get(key) ?? []), sent]);
  }

  private take(key: string, number: number): readonly Sent[] {
    const taken = this.open.get(key) ?? [];
    this.open.delete(key);
    for (const sent of taken) this.landed.set(`${key},${sent.number}`, number);
    return taken;
  }
}
