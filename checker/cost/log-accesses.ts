/**
 * The accesses of a real log, as `conform` reads them: what the markers of a program say, and else
 * what faults, walks and hits show. An access that leaves no line, as most hits do, is not there.
 */
import type { Log } from '../conform/log.ts';
import type { User } from '../conform/missed.ts';
import { HIDDEN } from '../conform/observation.ts';
import type { PageLog } from '../conform/page-log.ts';
import { Recorder } from './recorded.ts';
import { turnOf } from './turn.ts';

interface Access {
  readonly line: number;
  readonly by: User;
  readonly isWrite: boolean;
}

const WRITES: Readonly<Record<User, number>> = {
  device: HIDDEN.devWrites,
  cpu: HIDDEN.cpuWrites,
};

/** The accesses of one page. What is seen between two markers is the access that they tell. */
function accessesOf({ observations }: Log, page: PageLog): Access[] {
  const { observed, hides, lines, space } = page;
  const found: Access[] = [];
  const open = new Set<User>();
  for (let i = 0; i < page.length; i++) {
    const observation = observations.at(observed.at(i));
    const add = (by: User, isWrite: boolean): void => {
      if (!open.has(by)) found.push({ line: lines.at(i), by, isWrite });
    };
    switch (observation.kind) {
      case 'opens':
        open.add(observation.by);
        break;
      case 'closes':
        open.delete(observation.by);
        add(observation.by, space.marked && (hides.at(i) & WRITES[observation.by]) !== 0);
        break;
      case 'hit':
      case 'walk':
        add('device', observation.isWrite);
        break;
      case 'install':
        add('device', observation.writable);
        break;
      case 'cpu-fault':
        add('cpu', observation.isWrite);
        break;
      default:
    }
  }
  return found;
}

/** The accesses of a log in the order of its lines. Pages are numbered by their addresses. */
export function logAccesses(log: Log): Recorder {
  const pages = log.pages
    .map((page) => ({ page, accesses: accessesOf(log, page) }))
    .filter(({ accesses }) => accesses.length > 0)
    .toSorted((a, b) => a.page.address - b.page.address);
  const all = pages
    .flatMap(({ accesses }, number) => accesses.map((access) => ({ ...access, number })))
    .toSorted((a, b) => a.line - b.line);
  const recorder = new Recorder();
  for (const { number, by, isWrite } of all) {
    recorder.add(turnOf(number, by === 'cpu', isWrite), number);
  }
  return recorder;
}
