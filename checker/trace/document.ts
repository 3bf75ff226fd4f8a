import { printableJson } from './printable.ts';

/**
 * The schema version of the JSON documents that --json prints; it is their first key. It rises when
 * a key is removed, renamed, or changes its meaning. A new key does not change it.
 *
 * 2: a kernel's programs and a driver's callbacks are texts, as in a setup block.
 * 3: the chance of explore has the intervals `perRun` and `allMiss` in place of `missed`.
 */
export const SCHEMA = 3;

/** The text of any JSON document. No character in it makes a terminal do something. */
export const jsonText = (document: object): string =>
  `${printableJson(JSON.stringify(document, null, 2))}\n`;

/** A document of --json as one line of several. */
export const documentLine = (keys: object): string =>
  `${printableJson(JSON.stringify({ schema: SCHEMA, ...keys }))}\n`;

/** The text of a document of --json. */
export const documentText = (keys: object): string => jsonText({ schema: SCHEMA, ...keys });
