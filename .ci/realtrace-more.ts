/**
 * The small logs of `more/`: other forms, several VMs, huge pages, logs without markers. For each
 * it says which outcome and which misses are right, as the folder's README.md tells.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '../checker/conform/conform.ts';
import { conform, outcomeOf } from '../checker/conform/conform.ts';
import { openLog } from '../checker/conform/ftrace/index.ts';
import { Complaint } from '../checker/trace/complaint.ts';

/** What comes of a log: a complaint about it, or an outcome with the lines of its misses. */
interface Right {
  readonly outcome: Outcome | 'complaint';
  readonly missed?: readonly string[];
}

const explained: Right = { outcome: 'explained' };
const complaint: Right = { outcome: 'complaint' };
const unreferencedAndEvicted = (at: number): Right => ({
  outcome: 'missed',
  missed: [`${at}:unreferenced`, `${at + 1}:evicted`],
});

const MORE: Readonly<Record<string, Right>> = {
  'B.7flags': explained,
  'B.noad': explained,
  'B.nomark': explained,
  'B.thp': explained,
  'F12.nomark': { outcome: 'missed', missed: ['46:evicted'] },
  'async-B': explained,
  'o.hex': complaint,
  'o.latency-format': explained,
  'o.raw': complaint,
  'o.sym-addr': explained,
  'o.verbose': explained,
  'otherva-clear_refs_pte_range-0': unreferencedAndEvicted(628),
  'otherva-walk_pud_range-1': unreferencedAndEvicted(628),
  'symaddr-F12': { outcome: 'missed', missed: ['58:evicted'] },
  'tc.lat': explained,
  'tc.raw': complaint,
  'two-A-B-mark': explained,
  'two-kernels': complaint,
  'vm2-min': explained,
};

async function comesOf(file: string): Promise<Right> {
  try {
    const conformance = await conform(openLog(file), file, {});
    const missed = conformance.missed.map(({ line, kind }) => `${line}:${kind}`);
    return { outcome: outcomeOf(conformance), missed };
  } catch (error) {
    if (error instanceof Complaint) return complaint;
    throw error;
  }
}

const spelled = ({ outcome, missed = [] }: Right): string => [outcome, ...missed].join(' ');

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Says that logs are missing. CI must read them, and anybody else may do without. */
export function absent(folder: string): Counts {
  const must = process.env['CI'] === 'true';
  console.log(`${folder} is missing: ${must ? 'CI must read its logs' : 'skipped'}`);
  return { passed: 0, failed: must ? 1 : 0, skipped: must ? 0 : 1 };
}

/** Judges the logs, prints what is wrong, and returns how many are right and how many wrong. */
export async function judgeMore(folder: string): Promise<Counts> {
  if (!existsSync(folder)) return absent(folder);
  let [passed, failed] = [0, 0];
  for (const [name, right] of Object.entries(MORE)) {
    const [found, wanted] = [await comesOf(join(folder, `${name}.log`)), right].map(spelled);
    if (found === wanted) passed++;
    else {
      failed++;
      console.log(`more/${name}.log: ${found}, not ${wanted}`);
    }
  }
  return { passed, failed, skipped: 0 };
}
