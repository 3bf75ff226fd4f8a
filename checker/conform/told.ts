/** Tells misses while the log is read, as lines of text or of JSON. */
import { documentLine } from '../trace/document.ts';
import { isCertain } from './conform.ts';
import { harmJson, missedJson } from './conformance-json.ts';
import { harmText, missText } from './conformance-text.ts';
import { timeText } from './host-summary-text.ts';
import type { Log } from './log.ts';
import { spaceText } from './page-log.ts';
import type { Follower, HarmedPage, MissedPage } from './watch.ts';

/** How many misses wait until a line shows that they are certain. */
const MAX_WAITING = 1000;

export class Told implements Follower {
  private readonly log: Log;
  private readonly print: (text: string) => void;
  private readonly asJson: boolean;
  private waiting: MissedPage[] = [];

  constructor(log: Log, print: (text: string) => void, asJson: boolean) {
    this.log = log;
    this.print = print;
    this.asJson = asJson;
  }

  found(miss: MissedPage): void {
    if (!isCertain(this.log, miss)) {
      this.waiting.push(miss);
      if (this.waiting.length > MAX_WAITING) this.waiting.shift();
      return;
    }
    // What has waited is as certain as this, and came before.
    const certain = this.waiting.filter((other) => isCertain(this.log, other));
    this.waiting = this.waiting.filter((other) => !certain.includes(other));
    for (const each of [...certain, miss]) this.tell(each);
  }

  harmed(harm: HarmedPage): void {
    this.print(
      this.asJson
        ? documentLine({ harm: harmJson(harm) })
        : `${harmText(harm)} (${spaceText(harm.page.space)})\n`,
    );
  }

  takenBack({ page, line }: MissedPage): void {
    const wait = this.waiting.length;
    this.waiting = this.waiting.filter((miss) => miss.page !== page || miss.line !== line);
    if (this.waiting.length < wait) return;
    this.print(
      this.asJson
        ? documentLine({ takenBack: { line, page: page.name } })
        : `${page.name}, line ${line}: taken back, as events were lost around it\n`,
    );
  }

  private tell(miss: MissedPage): void {
    const { page, after } = miss;
    if (this.asJson) return this.print(documentLine({ miss: missedJson(miss, this.log) }));
    const later = this.log.watch.isSeconds ? `, ${timeText(after)} before` : '';
    this.print(`${missText(miss)}${later} (${spaceText(page.space)})\n`);
  }
}
