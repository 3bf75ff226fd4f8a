/** Prose of files, in which backticks mark code. */

/** A piece of prose: plain text, or code. */
export interface ProsePiece {
  readonly text: string;
  readonly code: boolean;
}

/** Cuts prose at its backticks. One that has no partner stays as it is. */
export function proseOf(text: string): ProsePiece[] {
  const pieces = text.split(/`([^`]+)`/);
  return pieces
    .map((piece, i) => ({ text: piece, code: i % 2 === 1 }))
    .filter((piece) => piece.text !== '');
}
