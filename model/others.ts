/**
 * Agents beyond those that a state describes. They stand for any number of CPUs, devices and pages:
 * docs/reductions.md has the argument. They carry no state, so their events are always possible.
 */
import type { Parts } from './system.ts';
import { asksInSteps, hasAtc } from './play.ts';

export interface Others {
  /** One CPU after another that has nothing cached reads or writes. */
  readonly cpus: boolean;
  /** One device after another that has nothing cached asks for a translation, or accesses. */
  readonly devices: boolean;
  /**
   * A device that has asked before may be answered again without a new request. It can be if its
   * request goes back to ASKED without an event of the device.
   */
  readonly asksAgain: boolean;
  /** The last page in scope stands for any other page: it comes, and it is unmapped. */
  readonly page: boolean;
}

export const NOBODY: Others = { cpus: false, devices: false, asksAgain: false, page: false };

/** The number of a CPU or a device that carries no state. */
export const FRESH = -1;
/** The same for a device whose request for the page is known: it has asked before. */
export const ASKED_BEFORE = -2;

/** Whether a state keeps the pending invalidations of one device more than are in scope. */
export const hasOneMore = (parts: Parts, { devices }: Others): boolean =>
  devices && asksInSteps(parts) && hasAtc(parts);

/** Whether the page is not in scope, but stands for any other. */
export const standsForOthers = ({ scope }: Parts, { page }: Others, index: number): boolean =>
  page && index === scope.pages - 1;
