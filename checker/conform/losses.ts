/**
 * Where a CPU has lost events. They may have been any that the log records, and about any page of
 * which it told before. So a page is not judged there.
 */

/** Events of a CPU that are lost between two lines. `since` is 0 if that is the begin. */
export interface Loss {
  readonly since: number;
  readonly until: number;
  readonly cpu: number;
  /** How many. Undefined if the log does not say. */
  readonly events: number | undefined;
}

/** The losses that may hide something of a page. */
export interface Losses {
  readonly first: Loss;
  readonly times: number;
}

interface Judged {
  readonly losses: Losses | undefined;
}

export const withLoss = (known: Losses | undefined, loss: Loss): Losses =>
  known === undefined ? { first: loss, times: 1 } : { ...known, times: known.times + 1 };

/** The place of a loss. */
const placeText = ({ since, until }: Loss): string =>
  since === 0 ? `before line ${until}` : `between lines ${since} and ${until}`;

/** What of a page is not judged, for its row. */
export const exceptLossesText = ({ first, times }: Losses): string =>
  `not ${placeText(first)}${times === 1 ? '' : `, and ${times - 1} more gaps`}`;

/** One sentence for all losses. */
export function lossesText(pages: readonly Judged[]): string[] {
  const all = pages.flatMap(({ losses }) => losses ?? []);
  if (all.length === 0) return [];
  const { first } = all.reduce((a, b) => (b.first.until < a.first.until ? b : a));
  const what = all.length === 1 ? 'page is' : 'pages are';
  const events = first.events === undefined ? 'events' : `${first.events} events`;
  const most = Math.max(...all.map(({ times }) => times));
  const more = most === 1 ? '' : `, nor at ${most - 1} more such gaps`;
  return [
    `${all.length} ${what} not judged ${placeText(first)}, where CPU ${first.cpu} lost ${events}` +
      `${more}.`,
  ];
}
