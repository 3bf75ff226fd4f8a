/** What the scripts that compare have in common: their numbers, and the last line of a run. */

/** Prints the last line of every run, and sets the exit status. */
export function end(passed: number, failed: number, skipped: number): void {
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed > 0 ? 1 : 0;
}

export const countOf = (text: string, option: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${option} takes a number, not '${text}'`);
  return Number(text);
};
