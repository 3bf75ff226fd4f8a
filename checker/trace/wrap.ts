/**
 * Breaks a text between words into lines of at most `width` columns, or of whatever
 * `widthOf` counts in. A longer word has a line of its own.
 */
export const wrap = (text: string, width: number, widthOf = columnsOf): string[] =>
  wrapWords(
    text.split(/\s+/).filter((part) => part !== ''),
    width,
    widthOf,
  );

/** The width of a text where all letters are equally wide. */
const columnsOf = (text: string): number => text.length;

/** The same for words that may have blanks in them, at which no line ends. */
export function wrapWords(words: readonly string[], width: number, widthOf = columnsOf): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(`${last} ${word}`) <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
