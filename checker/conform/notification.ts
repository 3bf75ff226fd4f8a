/** Calls to notifiers, from entry to return. */
import type { PageLog } from './page-log.ts';

/** A call to a notifier, from its entry to its return. */
export interface Notification {
  readonly name: string;
  readonly pages: PageLog[];
  /** The page that the caller works on. Other pages are only in the range. */
  readonly own: PageLog | undefined;
  /** The range has more than one page. Some of them may be unknown. */
  readonly wide: boolean;
  /** Guest frames whose secondary entry an aging has aged, or an invalidation has dropped. */
  readonly changed: Set<number>;
  harvested: boolean;
  /** Pages whose entry was dropped. Their flush comes next. */
  readonly zapped: Set<PageLog>;
  /** A page of it whose entry was young when it was dropped. */
  zappedYoung: PageLog | undefined;
}

/** What the entry of a call says. */
export type NotifierCall = Pick<Notification, 'name' | 'pages' | 'own' | 'wide'>;

/** A call of which only the entry is known. */
export const opened = (call: NotifierCall): Notification => ({
  ...call,
  changed: new Set(),
  harvested: false,
  zapped: new Set(),
  zappedYoung: undefined,
});
