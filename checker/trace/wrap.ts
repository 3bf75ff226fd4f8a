/**
 * Breaks a text between words into lines of at most `width` columns. A longer word has a line of
 * its own.
 */
export const wrap = (text: string, width: number): string[] =>
  wrapWords(
    text.split(/\s+/).filter((part) => part !== ''),
    width,
  );

/** The same for words that may have blanks in them, at which no line ends. */
export function wrapWords(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
