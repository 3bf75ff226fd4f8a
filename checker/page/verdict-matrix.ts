/** The table of verdicts as a matrix of systems and properties in one scope. */
import { PROPERTIES } from '../../properties/index.ts';
import { Complaint, didYouMean, quote } from '../trace/complaint.ts';
import type { LineDifference, TableLine } from '../judge/catalogue/table.ts';
import { count } from '../tell/verdict-text.ts';
import type { PageData } from './data.ts';
import { unpackStreaks } from './data.ts';
import { changesSince, isOtherVerdict } from './table-changes.ts';

export const CHOICES = ['scope', 'kernel', 'driver', 'hardware', 'property'] as const;
export type Choice = (typeof CHOICES)[number];
/** The index of each choice in the key of a row. */
const PLACE: Readonly<Record<Choice, number>> = {
  kernel: 0,
  driver: 1,
  hardware: 2,
  scope: 3,
  property: 4,
};

/** The values of each choice, in the order of the table. */
export const choicesOf = (
  rows: readonly TableLine[],
): Readonly<Record<Choice, readonly string[]>> =>
  Object.fromEntries(
    CHOICES.map((choice) => [choice, [...new Set(rows.map(({ key }) => key[PLACE[choice]]))]]),
  ) as Record<Choice, string[]>;

/**
 * Complains about a chosen value that no row of the table has. An empty one counts as not chosen.
 */
export function checkChoices(data: PageData, rows: readonly TableLine[], chosen: Chosen): void {
  if (chosen.changed && data.against === undefined) {
    const message = 'this report holds no other table that anything could have changed since';
    const hint = 'youngcheck report --against VERDICTS';
    throw new Complaint(message, undefined, { hint });
  }
  const possible = { ...choicesOf(rows), changed: ['only'] };
  for (const [name, values] of Object.entries(possible)) {
    const value = chosen[name as keyof Chosen];
    if (!value || values.includes(value)) continue;
    const message = `${name} cannot be ${quote(value)}${didYouMean(value, values)}`;
    throw new Complaint(message, undefined, { possible: values });
  }
}

export interface MatrixColumn {
  readonly name: string;
  /** The property's sentence. */
  readonly title: string;
  readonly short: string;
  readonly observer?: string;
}

export interface MatrixCell {
  readonly key: readonly string[];
  readonly kind: 'never' | 'sometimes' | 'vacuous';
  readonly text: string;
  readonly streak?: string;
  /** What another table says, if that differs: `was 5`. */
  readonly was?: string;
  /** The cell is shown pale: only what changed was asked for, and this cell did not change. */
  readonly pale: boolean;
  /** The cell's content in words. */
  readonly label: string;
}

export interface MatrixRow {
  readonly driver: string;
  readonly hardware: string;
  /** A cell for each column. Undefined if the property makes no sense in the system. */
  readonly cells: readonly (MatrixCell | undefined)[];
}

export interface Matrix {
  readonly scope: string;
  readonly columns: readonly MatrixColumn[];
  readonly groups: readonly { readonly kernel: string; readonly rows: readonly MatrixRow[] }[];
  /** The lines of the other table that this table lacks. */
  readonly gone: readonly string[];
}

/** Short column heads, by the property's name without its observer. */
const SHORT: Readonly<Record<string, string>> = {
  'no-missed-device-reference': 'missed',
  'no-repeated-miss': 'repeated',
  'no-missed-cpu-reference': 'missed CPU',
  'no-false-reference': 'false',
  'no-stale-access': 'stale',
  'no-write-after-write-protect': 'revoked',
  'no-spurious-invalidation': 'spurious',
  'fault-makes-progress': 'stuck',
};

function columnOf(name: string): MatrixColumn {
  const [base, observer] = name.replace(')', '').split('(');
  const title = PROPERTIES.find((property) => property.name === name)?.sentence ?? name;
  const short = SHORT[base] ?? base;
  return { name, title, short, ...(observer === undefined ? {} : { observer }) };
}

type Chosen = Readonly<Partial<Record<Choice | 'changed', string>>>;

/** The scope of the gravest change, among those that the table has. */
function changedScope({ against }: PageData, rows: readonly TableLine[]): string | undefined {
  if (against === undefined) return undefined;
  const known = choicesOf(rows).scope;
  const changed = changesSince(against).kinds.flatMap(({ scopes }) => [...scopes.keys()]);
  return changed.find((scope) => known.includes(scope));
}

/**
 * The matrix of the chosen rows. Without a chosen scope it has the scope of the first row, or of
 * the gravest change if only changes are asked for.
 */
export function matrixOf(data: PageData, rows: readonly TableLine[], chosen: Chosen): Matrix {
  const only = chosen.changed === 'only';
  const first = (only ? changedScope(data, rows) : undefined) ?? rows[0]?.key[PLACE.scope] ?? '';
  const scope = chosen.scope || first;
  const changed = (data.against?.changes ?? []).filter(isOtherVerdict);
  const changes = new Map(changed.map((change) => [change.key.join(' '), change]));
  const streaks = new Map(
    unpackStreaks(data.table, data.streaks).map(({ key, text }) => [key.join(' '), text]),
  );
  const isChosen = ({ key }: { readonly key: readonly string[] }) =>
    CHOICES.every((choice) => {
      const asked = choice === 'scope' ? scope : chosen[choice];
      return !asked || key[PLACE[choice]] === asked;
    });
  const all = rows.filter(isChosen);
  const isShown = ({ key }: TableLine) => !only || changes.has(key.join(' '));
  const asked = all.filter(isShown);
  const names = [...new Set(asked.map(({ key }) => key[PLACE.property]))];
  const columns = inOrder(names).map(columnOf);
  // Beside what changed stand all other verdicts of the same systems about the same properties.
  const systems = new Set(asked.map(systemOfRow));
  const shown = all.filter((row) => systems.has(systemOfRow(row)));
  const cell = (row: TableLine): MatrixCell => {
    const id = row.key.join(' ');
    return cellOf(row, !isShown(row), streaks.get(id), changes.get(id));
  };
  return {
    scope,
    columns,
    groups: groupsOf(shown, columns, cell),
    gone: [...changes.values()]
      .filter((change) => change.now === undefined && isChosen(change))
      .map(({ key, old }) => `${key.join(' ')} ${old?.verdict}`),
  };
}

/**
 * Sorts properties as verdicts are printed. A property that this version does not know comes last.
 */
function inOrder(names: readonly string[]): string[] {
  const known = PROPERTIES.map(({ name }) => name).filter((name) => names.includes(name));
  return [...known, ...names.filter((name) => !known.includes(name))];
}

const systemOfRow = ({ key }: TableLine): string => key.slice(0, PLACE.property).join(' ');

function groupsOf(
  rows: readonly TableLine[],
  columns: readonly MatrixColumn[],
  cell: (row: TableLine) => MatrixCell,
): Matrix['groups'] {
  const groups = new Map<string, Map<string, TableLine[]>>();
  for (const row of rows) {
    const [kernel, driver, hardware] = row.key;
    if (!groups.has(kernel)) groups.set(kernel, new Map());
    const systems = groups.get(kernel)!;
    const id = `${driver} ${hardware}`;
    if (!systems.has(id)) systems.set(id, []);
    systems.get(id)!.push(row);
  }
  return [...groups].map(([kernel, systems]) => ({
    kernel,
    rows: [...systems.values()].map((found) => {
      const [, driver, hardware] = found[0].key;
      const cells = columns.map(({ name }) => {
        const row = found.find(({ key }) => key[PLACE.property] === name);
        return row && cell(row);
      });
      return { driver, hardware, cells };
    }),
  }));
}

/** A verdict in its shortest form: for a violation only the length. */
export const shortVerdict = (verdict: string): string =>
  verdict
    .replace('Sometimes ', '')
    .replace('At most ', '\u2264')
    .replace('At least ', '\u2265')
    .replace('Up to', 'up to')
    .replace('Vacuous', 'vacuous');

/** A verdict of the table: how it is shown, and what it says in words. */
export function toldVerdict({ verdict, states }: TableLine): Pick<MatrixCell, 'kind' | 'label'> {
  const [, bound, length] = /^(Sometimes|At most|At least) (\d+)$/.exec(verdict) ?? [];
  if (length !== undefined) {
    const about = bound === 'Sometimes' ? '' : `${bound.toLowerCase()} `;
    return { kind: 'sometimes', label: `violated in ${about}${count(Number(length), 'event')}` };
  }
  const counted = states === undefined ? '' : ` in ${count(states, 'state')}`;
  if (verdict === 'Never') {
    const every = states === undefined ? ' for every number' : counted;
    return { kind: 'never', label: `never, proved${every}` };
  }
  const pages = /^Up to (\d+) pages$/.exec(verdict)?.[1];
  const upTo = `not violated with up to ${pages} pages; no argument covers more`;
  return { kind: 'vacuous', label: pages === undefined ? 'vacuous' : upTo };
}

function cellOf(
  row: TableLine,
  pale: boolean,
  streak: string | undefined,
  change: LineDifference | undefined,
): MatrixCell {
  const { key, verdict } = row;
  const { kind, label: words } = toldVerdict(row);
  const label = [
    `${key[PLACE.property]}: ${words}`,
    ...(streak === undefined ? [] : [streak]),
    ...(change === undefined ? [] : [change.old ? `was ${change.old.verdict}` : 'was not asked']),
  ].join(', ');
  return {
    key,
    kind,
    text: shortVerdict(verdict),
    pale,
    ...(streak === undefined ? {} : { streak: streakSign(streak) }),
    ...(change === undefined
      ? {}
      : { was: change.old ? `was ${shortVerdict(change.old.verdict)}` : 'new' }),
    label,
  };
}

/** A streak in its shortest form, as streakText() has it in words. */
function streakSign(streak: string): string {
  if (streak.includes('for ever')) return / if /.test(streak) ? '(\u221e)' : '\u221e';
  if (streak.includes('in flight')) return '\u2026';
  return `\u00d7${/\d+/.exec(streak)?.[0] ?? 1}`;
}
