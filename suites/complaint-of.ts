/** The complaint of the parser about a text. */
import { Complaint } from '../checker/trace/complaint.ts';
import { parseTrace } from '../checker/trace/parse.ts';

/** Parses a text that must be refused, and returns the complaint as it is printed. */
export function complaintOf(text: string): string {
  try {
    parseTrace(text, 'a.trace');
  } catch (error) {
    if (error instanceof Complaint) return error.format();
    throw error;
  }
  return 'no complaint';
}
