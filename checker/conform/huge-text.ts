/** Says in words which pages are huge, from when to when, and what is not known of them. */
import type { HugeTime, PageLog } from './page-log.ts';

/** How many times of a page its row has. */
const MAX_TIMES = 2;
/** How many sentences are printed. */
const MAX_SAID = 12;

const timeText = ({ from, until }: HugeTime): string =>
  until === undefined ? `from line ${from} on` : `from line ${from} to ${until}`;

/** When a page is huge, for its row. It is empty if it never is. */
export function hugeTimes({ huge }: Pick<PageLog, 'huge'>): string {
  if (huge.length === 0) return '';
  const more = huge.length > MAX_TIMES ? ', and again' : '';
  return `, 2 MiB ${huge.slice(0, MAX_TIMES).map(timeText).join(', ')}${more}`;
}

/** What came of a page when its size changed, and by what its young bit is known. */
function sentencesOf({ name, huge, mostSmall }: PageLog): string[] {
  return [
    ...huge.flatMap(({ from, isCollapse, until, isSplit }) => [
      ...(isCollapse
        ? [
            `${name} is made of pages of 4 KiB at line ${from}: its PMD is young from then on, ` +
              'and their uses count no more',
          ]
        : []),
      ...(isSplit
        ? [`${name} is split at line ${until}: which of its pages were used is not known`]
        : []),
    ]),
    ...(mostSmall > 0
      ? [
          `KVM maps ${name} by small entries, of which the log names ${mostSmall}: it is young ` +
            'if one of them is',
        ]
      : []),
  ];
}

/** A bounded number of sentences about the huge pages of a log. */
export function hugeSentences(pages: readonly PageLog[]): string[] {
  const all = pages.flatMap(sentencesOf);
  const more = all.length - MAX_SAID;
  return more > 0 ? [...all.slice(0, MAX_SAID), `${more} more such lines: --json has all`] : all;
}
