/** What the uses of all pages share while a log is read. */
export class Watch {
  /** The time of the line that is read, as it is printed. */
  now = NaN;
  /** Some time has a fraction: the clock tells seconds, and not counts or cycles. */
  isSeconds = false;

  at(time: number): void {
    this.now = time;
    if (!this.isSeconds && !Number.isInteger(time)) this.isSeconds = true;
  }
}
