/** Looks up what something becomes in Promela. */
import { Complaint, quote } from '../trace/complaint.ts';

/** The rule of a name. Complains if there is none: nothing is left out of a file in silence. */
export function ruleOf<T>(rules: Readonly<Partial<Record<string, T>>>, name: string): T {
  const rule = rules[name];
  if (rule !== undefined) return rule;
  throw new Complaint(`export knows no Promela for ${quote(name)}`, undefined, {
    hint: 'leave out of the system what needs it, or declare it in checker/export',
  });
}
