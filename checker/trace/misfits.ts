/** Refuses a system whose parts do not fit together. */
import { misfitOf } from '../../model/misfit.ts';
import type { PartName, Parts } from '../../model/system.ts';
import { fieldsOf } from '../../model/system.ts';
import { valueText } from '../../model/text.ts';
import type { Place } from './complaint.ts';
import { Complaint } from './complaint.ts';

/** Complains about parts that do not fit together, at what was written last of them. */
export function refuseMisfit(
  parts: Parts,
  placeOf: (part: PartName, field: string) => Place | undefined,
): void {
  const misfit = misfitOf(parts);
  if (misfit === undefined) return;
  const { part, field, reason, hint } = misfit;
  const source = `${field}=${valueText(fieldsOf(part)[field], Reflect.get(parts[part], field))}`;
  const place = placeOf(part, field) ?? { file: part, line: 1, column: 1, source };
  throw new Complaint(reason, place, { hint });
}
