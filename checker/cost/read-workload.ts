/** Reads a workload as it is written on a command line: `zipf:exponent=0.9,writes=0.1`. */
import type { Place } from '../trace/complaint.ts';
import { Complaint, didYouMean, quote } from '../trace/complaint.ts';
import type { Source } from './turn.ts';
import type { Parameter, PatternName } from './workloads.ts';
import { PATTERNS, PATTERN_NAMES, defaultsOf, parametersOf, workload } from './workloads.ts';

const HINT = 'youngcheck cost --help';

const FORMS: Readonly<Record<Parameter['form'], string>> = {
  share: 'a number from 0 to 1',
  whole: 'a whole number from 1 to 1000000',
  positive: 'a number above 0, up to 100',
};

/** Reads the value of a parameter. Undefined if it cannot have this value. */
function valueOf({ form }: Parameter, text: string): number | undefined {
  if (!/^\d{1,9}(\.\d{1,9})?$|^\.\d{1,9}$/.test(text)) return undefined;
  const value = Number(text);
  switch (form) {
    case 'share':
      return value <= 1 ? value : undefined;
    case 'whole':
      return Number.isInteger(value) && value >= 1 && value <= 1e6 ? value : undefined;
    case 'positive':
      return value > 0 && value <= 100 ? value : undefined;
  }
}

const isPattern = (name: string): name is PatternName => Object.hasOwn(PATTERNS, name);

/** A parameter as it can be written. */
const written = ([key, { form, otherwise }]: readonly [string, Parameter]): string =>
  `${key}=${otherwise}: ${FORMS[form]}`;

/** Reads a workload for so many pages. Throws a Complaint that points at the wrong word. */
export function readWorkload(text: string, pages: number, file = '--workload'): Source {
  const at = (index: number): Place => ({ file, line: 1, column: index + 1, source: text });
  const [, name, , rest] = /^([^:]*)(:(.*))?$/s.exec(text)!;
  if (!isPattern(name)) {
    throw new Complaint(
      `unknown workload ${quote(name)}${didYouMean(name, PATTERN_NAMES)}`,
      at(0),
      { hint: HINT, possible: PATTERN_NAMES },
    );
  }
  const parameters = parametersOf(name);
  const values: Record<string, number> = { ...defaultsOf(name) };
  const given = new Set<string>();
  const possible = Object.entries(parameters).map(written);
  let index = name.length + 1;
  for (const pair of rest === undefined ? [] : rest.split(',')) {
    const [, key, value] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
    if (key === undefined) {
      const message = `${quote(pair)} is not PARAMETER=VALUE`;
      throw new Complaint(message, at(index), { hint: HINT, possible });
    }
    if (!Object.hasOwn(parameters, key)) {
      const guess = didYouMean(key, Object.keys(parameters));
      const message = `${name} has no parameter ${quote(key)}${guess}`;
      throw new Complaint(message, at(index), { hint: HINT, possible });
    }
    if (given.has(key)) throw new Complaint(`${key} is given twice`, at(index), { hint: HINT });
    given.add(key);
    const read = valueOf(parameters[key], value);
    if (read === undefined) {
      throw new Complaint(`${key} cannot be ${quote(value)}`, at(index + key.length + 1), {
        hint: HINT,
        possible: [FORMS[parameters[key].form]],
      });
    }
    if (parameters[key].countsPages && read > pages) {
      const message = `${key} cannot be ${value}: the workload has ${pages} pages`;
      const all = `a whole number from 1 to ${pages}`;
      throw new Complaint(message, at(index + key.length + 1), {
        hint: `--pages ${value}`,
        possible: [all],
      });
    }
    values[key] = read;
    index += pair.length + 1;
  }
  return workload(name, values, pages);
}
