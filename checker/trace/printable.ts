/**
 * Characters that do not stand for themselves on a terminal: it obeys them, or shows the text
 * around them in another order. Messages spell them, and a trace may have none.
 */

/**
 * Control characters (C0, DEL, C1), the controls of bidirectional text, the separators of lines and
 * paragraphs, and lone halves of a surrogate pair.
 */
const UNPRINTABLE = '[\\p{Cc}\\p{Bidi_Control}\\p{Cs}\\u2028\\u2029]';
const EVERY = new RegExp(UNPRINTABLE, 'gu');
const EVERY_BUT_LAYOUT = new RegExp(`(?![\\n\\t])${UNPRINTABLE}`, 'gu');

/** The index of the first unprintable character in a line, but for tabs; -1 if there is none. */
export const firstUnprintable = (line: string): number => line.search(EVERY_BUT_LAYOUT);

/**
 * Spells a character by its code, as `<U+202E>`. A control character of ASCII becomes a question
 * mark, as it does in what `ls` prints, because nobody means to write one.
 */
export function spelled(letter: string): string {
  const code = letter.codePointAt(0)!;
  return code < 0x80 ? '?' : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** A part of a line, such as the name of a file. The end of a line is spelled, too. */
export const printable = (text: string): string => text.replace(EVERY, spelled);

/** A text of many lines. The ends of lines and tabs stay. */
export const printableLines = (text: string): string => text.replace(EVERY_BUT_LAYOUT, spelled);

/** JSON whose strings escape what is unprintable, so that a reader gets back every character. */
export const printableJson = (json: string): string =>
  json.replace(EVERY_BUT_LAYOUT, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
