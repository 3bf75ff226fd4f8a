/**
 * Draws a sample of the mutations: all of some functions, methods and top-level declarations. Two
 * environment variables give the share and the seed; `long:mutation-sample` sets both.
 */

const EVERY = Number(process.env.YOUNGCHECK_MUTATE_EVERY ?? 1);
const SEED = Number(process.env.YOUNGCHECK_MUTATE_SEED ?? 0);

const isClass = ({ node }) => (node.declaration ?? node).type === 'ClassDeclaration';

/** Whether a node is drawn or left out as a whole. */
const isUnit = (path) =>
  path.isClassMethod() ||
  path.isClassProperty() ||
  (path.parentPath?.isProgram() === true && !isClass(path));

/** The hash is FNV-1a, so that the same text and seed draw the same sample. */
function hash(text) {
  let h = 0x811c9dc5;
  for (const letter of text) h = Math.imul(h ^ letter.codePointAt(0), 0x01000193) >>> 0;
  return h;
}

const isDrawn = ({ node }) => {
  const { start, end } = node.loc;
  const place = [start.line, start.column, end.line, end.column].join(' ');
  return hash(`${SEED} ${node.type} ${place}`) % EVERY === 0;
};

export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'sample',
    value: {
      shouldIgnore: (path) => (isUnit(path) && !isDrawn(path) ? 'not in the sample' : undefined),
    },
  },
];
