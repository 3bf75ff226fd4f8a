/** What the pages and the events of a log are called in a trace. */
import { printEvent } from '../../trace/print.ts';
import type { Replay } from '../../trace/replay.ts';
import type { PageLog } from '../page-log.ts';
import { PAGE_SIZE } from '../page-log.ts';
import { kindName } from './align.ts';
import type { SeenEvent } from './seen-events.ts';

/** A page of the trace, and where it is in the log. */
export interface NamedPage {
  /** A, B, C or D. */
  readonly name: string;
  readonly address: number;
  readonly page: PageLog | undefined;
}

const FIRST = 'A'.charCodeAt(0);
export const nameOf = (page: number): string => String.fromCharCode(FIRST + page);

/** What an event is called in the trace, with its answer. */
export class EventNames {
  private readonly replay: Replay;
  private readonly pages: readonly NamedPage[];

  constructor(replay: Replay, pages: readonly NamedPage[]) {
    this.replay = replay;
    this.pages = pages;
  }

  readonly pageOf = ({ page }: SeenEvent): number =>
    this.pages.findIndex((named) => named.page === page);

  readonly text = (seen: SeenEvent): string => {
    const { model } = this.replay;
    const page = this.pageOf(seen);
    const event = model.events.find(
      (each) => each.page === page && seen.kinds.includes(kindName(each)),
    );
    if (event !== undefined) return printEvent(event, model.parts.scope, seen.answer);
    const { space, address } = seen.page;
    const number = (address - space.region!.start) / PAGE_SIZE;
    const answer = seen.answer === undefined ? '' : ` == ${seen.answer}`;
    return `${seen.kinds[0]} ${page < 0 ? `P${number}` : nameOf(page)}${answer}`;
  };
}
