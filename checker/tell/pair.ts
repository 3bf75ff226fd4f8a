/** What is drawn of two systems beside each other: row beside row, and where they part. */
import type { Row, Sequence } from './sequence.ts';

/** Rows that stand beside each other: either one may do something of its own, or be unable to. */
export interface Beside {
  readonly left?: Row;
  readonly right?: Row;
  /** In the place of the right row: what there is to say. */
  readonly absent?: string;
}

export interface SideBySide {
  readonly left: Sequence;
  readonly right: Sequence;
  readonly rows: readonly Beside[];
  /** The first of these rows in which one comes to what the other cannot come to. */
  readonly parts: number | undefined;
}
