/**
 * Leaves prose alone. A text under one of these names is written for people: no code compares it
 * with anything, and a test that did would only repeat it. Names and verbs are not prose: what a
 * trace or a command line says is mutated like any other code.
 */

const PROSE = ['about', 'source', 'sentence', 'story', 'antecedent'];

/** The value of `sentence: ...` and whatever it is put together from. */
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
