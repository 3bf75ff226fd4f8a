/**
 * Excludes prose from mutation. A text under one of these names is written for people. No code
 * compares it, and a test that did would only repeat it. Names and verbs are not prose: the words
 * of a trace or a command line are mutated like other code.
 */

const PROSE = ['about', 'source', 'sentence', 'story', 'antecedent'];

/** Whether a node is the value of `sentence: ...`, or a part of such a value. */
const isProse = (path) =>
  path.isObjectProperty() &&
  path.node.key.type === 'Identifier' &&
  PROSE.includes(path.node.key.name);

export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'prose',
    value: { shouldIgnore: (path) => (isProse(path) ? 'prose' : undefined) },
  },
];
