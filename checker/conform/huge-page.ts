/**
 * Pages of 2 MiB, which a PMD maps. Each is one page of the model, at the address where it begins.
 * While it is one, its pages of 4 KiB are none: what a line says of an address in it is about it.
 */
import { HUGE_SIZE, PAGE_SIZE, PARTS, pageOf } from './page-log.ts';
import type { PageLog, Space } from './page-log.ts';

export const hugeOf = (address: number): number => address - (address % HUGE_SIZE);

/** The tracked page at an address of a space. */
export function pageIn({ pages }: Pick<Space, 'pages'>, address: number): PageLog | undefined {
  const first = pages.get(hugeOf(address));
  return first?.isHuge ? first : pages.get(pageOf(address));
}

/** Whether a page is part of a huge one at present. */
export const isPart = (page: PageLog): boolean => pageIn(page.space, page.address) !== page;

/** The tracked pages of a range. */
export const pagesIn = ({ pages }: Space, start: number, end: number): PageLog[] =>
  [...pages.values()].filter((page) => page.isIn(start, end) && !isPart(page));

/** Whether a range of addresses has more than one page. */
export const isWide = (space: Space, start: number, end: number): boolean =>
  (pageIn(space, start)?.end ?? pageOf(start) + PAGE_SIZE) < end;

/** The page of a guest frame, as far as lines have named it. */
export function pageOfGfn({ pages, gfns }: Space, gfn: number): PageLog | undefined {
  const named = gfns.get(gfn);
  if (named !== undefined) return pageIn({ pages }, named.address);
  const start = gfn - (gfn % PARTS);
  const first = gfns.get(start);
  return first?.isHuge && first.firstGfn === start ? first : undefined;
}

/** The tracked pages of 4 KiB in a page: itself, and others if it is huge. */
export function partsOf(page: PageLog): PageLog[] {
  const { address, space } = page;
  if (!page.isHuge) return [page];
  return [...space.pages.values()].filter((part) => hugeOf(part.address) === address);
}
