/**
 * How wide a text is at most, whichever font a reader has. A picture knows no font, so it counts
 * with the widest that is common.
 */

/**
 * The widths of the letters from the blank to the tilde, in hundredths of the font's size. Each is
 * the larger of DejaVu Sans and Liberation Sans, which is as wide as Arial and Helvetica.
 */
// oxfmt-ignore
const PLAIN = [
  32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
  64, 64, 34, 34, 84, 84, 84, 56, 102, 69, 69, 73, 78, 67, 62, 78, 76, 30, 50, 67, 56, 87, 75, 79,
  67, 79, 73, 67, 62, 74, 69, 99, 69, 67, 69, 40, 34, 40, 84, 56, 50, 62, 64, 55, 64, 62, 36, 64,
  64, 28, 28, 58, 28, 98, 64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84,
];
// oxfmt-ignore
const BOLD = [
  35, 46, 53, 84, 70, 101, 88, 31, 46, 46, 53, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70, 70, 70,
  70, 70, 40, 40, 84, 84, 84, 62, 100, 78, 77, 74, 84, 69, 69, 83, 84, 38, 56, 78, 64, 100, 84,
  86, 74, 86, 78, 73, 69, 82, 78, 111, 78, 73, 73, 46, 37, 46, 84, 56, 50, 68, 72, 60, 72, 68, 44,
  72, 72, 35, 35, 67, 35, 105, 72, 69, 72, 72, 50, 60, 48, 72, 66, 93, 65, 66, 59, 72, 37, 72, 84,
];
/** All letters of a monospaced font have this width. */
const MONO = 61;
/** Letters of other scripts may have any width. */
const OTHER = 110;

export type Face = 'plain' | 'bold' | 'mono';

const FIRST = 32;

/** The width of a text at font size 1. */
export function lettersWidth(text: string, face: Face): number {
  const widths = face === 'bold' ? BOLD : PLAIN;
  let sum = 0;
  for (const letter of text) {
    const width = widths[letter.codePointAt(0)! - FIRST];
    sum += width === undefined ? OTHER : face === 'mono' ? MONO : width;
  }
  return sum / 100;
}
