/** Two systems side by side: the rows of both, and the row from which they differ. */
import type { Row, Sequence } from './sequence.ts';

/** Two rows that stand side by side. A system may lack a row, or be unable to follow. */
export interface Beside {
  readonly left?: Row;
  readonly right?: Row;
  /** The text that stands in place of the right row. */
  readonly absent?: string;
}

export interface SideBySide {
  readonly left: Sequence;
  readonly right: Sequence;
  readonly rows: readonly Beside[];
  /** The index of the first of these rows that leads one system to what the other cannot do. */
  readonly parts: number | undefined;
}
