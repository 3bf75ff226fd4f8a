/** How a search can differ from that of a system and its scope alone. */
import type { Event } from '../../model/events.ts';
import type { Others } from '../../model/others.ts';
import { NOBODY } from '../../model/others.ts';
import type { Ghost } from '../../model/state.ts';
import type { Observer } from '../../model/system.ts';

export interface How {
  /** The search and its runs begin in the state to which these events lead. */
  readonly after?: readonly Event[];
  /** Agents beyond those in scope: see model/others.ts. */
  readonly others?: Others;
  /** The ghosts that are tracked; by default those that the properties read. */
  readonly ghosts?: ReadonlySet<Ghost>;
  readonly seenBy?: readonly Observer[];
  /**
   * The search ends once every property is violated as shortly as can be. A small one without
   * others goes on, so that its numbers are those of the system.
   */
  readonly untilViolated?: boolean;
  /** With `untilViolated`: runs of so many events or more are not asked for. */
  readonly shorterThan?: number;
  /** States that differ only by an exchange of agents are searched once. */
  readonly symmetric?: boolean;
}

/** Whether a search has agents beyond those in scope. */
export const hasOthers = ({ others = NOBODY }: How): boolean =>
  others.cpus || others.devices || others.page;
