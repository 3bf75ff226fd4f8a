/** What all pages share while a log is read: its clock, and how much is kept of a long one. */
import type { Harm, Missed } from './missed.ts';
import type { PageLog } from './page-log.ts';

/** A miss of a page. */
export interface MissedPage extends Missed {
  readonly page: PageLog;
}

/** A use of a page that was taken away. */
export interface HarmedPage extends Harm {
  readonly page: PageLog;
}

/** Hears of misses and harms while the log is read. */
export interface Follower {
  found(miss: MissedPage): void;
  harmed(harm: HarmedPage): void;
  /** Events were lost, so that a miss is not certain any more. */
  takenBack(miss: MissedPage): void;
}

/** How many observations are kept of a page of a log without an end, and how many misses. */
const BOUNDS = { observations: 256, misses: 4 };

export class Watch {
  /** The time of the line that is read, as it is printed. */
  now = NaN;
  /** Some time has a fraction: the clock tells seconds, and not counts or cycles. */
  isSeconds = false;
  /** How many observations and misses of a page are kept. */
  bounds = { observations: Infinity, misses: Infinity };
  follower: Follower | undefined;

  at(time: number): void {
    this.now = time;
    if (!this.isSeconds && !Number.isInteger(time)) this.isSeconds = true;
  }

  /** The log may have no end. Its misses are told while it is read, and little of it is kept. */
  follow(follower: Follower): void {
    this.follower = follower;
    this.bounds = BOUNDS;
  }
}
