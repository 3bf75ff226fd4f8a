/** What the model has not, so that a page is not judged from the line on that shows it. */

export const LIMITS = {
  huge: 'the model has no page of 1 GiB',
  part: 'an aging reaches a part of a huge page, and a page of the model has no parts',
  nested: 'the guest runs guests of its own, and their frames have the same numbers',
  'dirty-log': 'KVM takes write access or dirty bits away for its dirty log',
  memslot: 'a memslot moves, and a guest frame is another page from then on',
  contpte: 'a look reads the young bits of all 16 PTEs of a contpte block, which the model has not',
  claimed: 'two processes or VMs claim the page, and the log does not tell whose it is',
} as const;
export type Limit = keyof typeof LIMITS;

/** These held already before the line that shows them. So nothing of the page is judged at all. */
export const FROM_THE_BEGIN: ReadonlySet<Limit> = new Set(['contpte']);

export interface Unjudged {
  readonly line: number;
  readonly why: Limit;
}

interface Limited {
  readonly unjudged: Unjudged | undefined;
}

/** One sentence for each thing that the model has not, and that pages of the log have. */
export function unjudgedText(pages: readonly Limited[]): string[] {
  const names = Object.keys(LIMITS) as Limit[];
  return names.flatMap((name) => {
    const met = pages.flatMap(({ unjudged }) => (unjudged?.why === name ? [unjudged.line] : []));
    if (met.length === 0) return [];
    const what = met.length === 1 ? 'page is' : 'pages are';
    const from = `from line ${Math.min(...met)} on`;
    return [`${met.length} ${what} not judged, ${from}: ${LIMITS[name]}.`];
  });
}
