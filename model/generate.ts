/**
 * Turns generated source into a function. A web page may forbid that by its policy for content; the
 * model then runs the same by closures, which are several times slower.
 */

/** The function of a source; undefined where none may be made of a text. */
export function generated(names: readonly string[], source: string): unknown {
  try {
    return new Function(...names, source);
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    return undefined;
  }
}
