/**
<<<<<<< HEAD
 * The version of the JSON documents that the commands print with --json: their first key. It goes
 * up when a key is taken away, renamed, or means something else. A key that is new leaves it.
=======
 * The version of the JSON documents that the commands print with --json: their first key. It rises
 * when a key is taken away, renamed, or means something else; a key that is new leaves it as it is.
>>>>>>> main
 *
 * 2: a kernel's programs and a driver's callbacks are texts, as in a setup block.
 */
export const SCHEMA = 2;

/** A document as it is printed. */
export const documentText = (keys: object): string =>
  `${JSON.stringify({ schema: SCHEMA, ...keys }, null, 2)}\n`;
