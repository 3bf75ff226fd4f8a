/**
 * The arguments of docs/reductions.md by which one verdict is that of every number of agents. Which
 * of them is used depends on the system alone.
 */
import type { Kind } from '../../model/many.ts';
import type { Parts } from '../../model/system.ts';
import { devicesAreAlike, meetingOfPages, waitsForDevices } from './reach.ts';

/** An argument for one kind of agent. */
export interface Argument {
  /** The heading of its section in docs/reductions.md. */
  readonly section: string;
  /** Whether it covers every number. Otherwise some numbers are searched. */
  readonly coversAll: boolean;
}

const PAGES = {
  never: { section: 'Pages that do not meet', coversAll: true },
  'in unmaps': { section: '`@mm` in unmaps alone', coversAll: true },
  'in other ways': { section: 'Other ranges', coversAll: false },
} as const satisfies Readonly<Record<ReturnType<typeof meetingOfPages>, Argument>>;

const devicesSection = (parts: Parts): string => {
  if (devicesAreAlike(parts)) return 'Devices that remember nothing';
  return waitsForDevices(parts) ? 'In `fine`' : 'In `atomic`';
};

/** The argument for each kind of agent, if a scope has any number of it. */
export const argumentsFor = (parts: Parts): Readonly<Record<Kind, Argument>> => ({
  pages: PAGES[meetingOfPages(parts)],
  cpus: { section: 'CPUs', coversAll: true },
  devices: { section: devicesSection(parts), coversAll: true },
});
