/** The complaint about bad input. */
import { Complaint } from '../checker/trace/complaint.ts';
import { parseTrace } from '../checker/trace/parse.ts';

/** Does what must be refused, and returns the complaint as it is printed. */
export function complaintBy(does: () => unknown): string {
  try {
    does();
  } catch (error) {
    if (error instanceof Complaint) return error.format();
    throw error;
  }
  return 'no complaint';
}

/** Parses a text that must be refused, and returns the complaint as it is printed. */
export const complaintOf = (text: string): string => complaintBy(() => parseTrace(text, 'a.trace'));
