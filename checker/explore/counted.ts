/** The names of what a search covers, and how its JSON lines are read. */
import { Complaint } from '../trace/complaint.ts';

/** How often something happened. */
export interface Tallied {
  readonly name: string;
  readonly count: number;
}

/** The kinds of things that are counted, each with what a table of it says above. */
export const COUNTED = {
  event: 'how often each event happened',
  antecedent: 'how often each property was put to the test',
  step: 'how often each step of a program was taken, in a sample',
  rule: 'what the rules did, in a sample',
  length: 'how many runs of a sample had so many events',
  states: 'how many distinct states a sample had visited after so many events',
} as const;
export type Counted = keyof typeof COUNTED;
export type Coverage = Readonly<Record<Counted, readonly Tallied[]>>;

/** Reads what coverageLines() has printed. `file` is named in a complaint. */
export function readCoverage(text: string, file: string): Coverage {
  const coverage = Object.fromEntries(
    Object.keys(COUNTED).map((kind) => [kind, []]),
  ) as unknown as Record<Counted, Tallied[]>;
  for (const [i, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const row = rowOf(line);
    if (row === undefined) {
      throw new Complaint(`${file}:${i + 1}: no line of a coverage`, undefined, {
        hint: 'youngcheck explore --coverage-lines > FILE',
      });
    }
    const { kind, name, count } = row;
    coverage[kind].push({ name, count });
  }
  return coverage;
}

function rowOf(line: string): (Tallied & { readonly kind: Counted }) | undefined {
  try {
    const row = JSON.parse(line) as Tallied & { readonly kind: Counted };
    const isRow =
      Object.hasOwn(COUNTED, row.kind) &&
      typeof row.name === 'string' &&
      Number.isSafeInteger(row.count) &&
      row.count >= 0;
    return isRow ? row : undefined;
  } catch {
    return undefined;
  }
}
