/** Says what changed since another table: how many verdicts, in which scopes, the worse first. */
import type { LineDifference } from '../../judge/catalogue/table.ts';
import { count } from '../../tell/verdict-text.ts';
import { linkTo } from '../link.ts';
import type { ChangesOfKind, TableChanges } from '../table-changes.ts';
import { KINDS } from '../table-changes.ts';
import { h } from './h.ts';

/** So many changes are listed without being asked for. */
const FEW = 8;

export function changesLine(changes: TableChanges): HTMLElement {
  const { file, kinds } = changes;
  const verdicts = changes.count === 0 ? 'No verdict' : count(changes.count, 'verdict');
  return h(
    'section',
    { class: kinds.length === 0 ? 'changes' : 'changes some', 'aria-label': 'What changed' },
    h(
      'p',
      {},
      h('strong', {}, `${verdicts} changed since ${file}.`),
      ...kinds.flatMap((kind) => kindLinks(kind)),
      statesText(changes),
    ),
    kinds.length > 0 &&
      h(
        'details',
        { open: changes.count <= FEW },
        h('summary', {}, 'Each of them'),
        ...kinds.map(kindList),
      ),
  );
}

const statesText = ({ statesOnly }: TableChanges): string =>
  statesOnly === 0
    ? ''
    : ` Only the number of searched states changed in ${count(statesOnly, 'other line')}.`;

/** The number of changes in each scope, with a link to the matrix of that scope. */
function kindLinks({ kind, scopes }: ChangesOfKind): (Node | string)[] {
  const links = [...scopes].flatMap(([scope, lines], i) => {
    const text = `${lines.length} in ${scope}`;
    // A scope that is gone from the table has no matrix.
    const link =
      kind === 'gone'
        ? text
        : h('a', { href: linkTo('verdicts', { scope, changed: 'only' }) }, text);
    return i === 0 ? [link] : [', ', link];
  });
  return [` ${KINDS[kind]}: `, ...links, '.'];
}

const kindList = ({ kind, scopes }: ChangesOfKind): HTMLElement =>
  h(
    'div',
    { class: kind },
    h('h3', {}, KINDS[kind]),
    h('ul', {}, ...[...scopes.values()].flat().map((line) => h('li', {}, ...changeText(line)))),
  );

function changeText({ key, old, now }: LineDifference): (Node | string)[] {
  const [kernel, driver, hardware, scope, property] = key;
  const where = `${property}: ${driver} on ${kernel}, ${hardware}, ${scope}`;
  const verdicts = `: ${old?.verdict ?? 'not asked'} \u2192 ${now?.verdict ?? 'no line'}`;
  if (now === undefined) return [where, verdicts];
  const href = linkTo('verdict', { kernel, driver, hardware, scope, property });
  return [h('a', { href }, where), verdicts];
}
