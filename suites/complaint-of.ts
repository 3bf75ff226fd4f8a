/** What the parser has to say of a text. */
import { Complaint } from '../checker/trace/complaint.ts';
import { parseTrace } from '../checker/trace/parse.ts';

/** The complaint about a text, as it is printed. */
export function complaintOf(text: string): string {
  try {
    parseTrace(text, 'a.trace');
  } catch (error) {
    if (error instanceof Complaint) return error.format();
    throw error;
  }
  return 'no complaint';
}
