/** How pages of 4 KiB become one huge page, and pages of 4 KiB again. */
import { hugeOf, pagesIn, partsOf } from './huge-page.ts';
import type { Log } from './log.ts';
import { HUGE_SIZE, PAGE_SIZE, pageOf } from './page-log.ts';
import type { PageLog, Space } from './page-log.ts';
import { isShadow } from './secondary.ts';

/**
 * A PMD maps the 2 MiB around an address: from here on they are one page. Undefined if the region
 * that is judged has none of them.
 */
export function becomesHuge(
  log: Log,
  space: Space,
  address: number,
  line: number,
  isCollapse = false,
): PageLog | undefined {
  const start = hugeOf(address);
  const { region, pages } = space;
  if (region !== undefined && (start + HUGE_SIZE <= region.start || start >= region.end)) {
    return undefined;
  }
  const page = pages.get(start) ?? log.addPage(space, start);
  if (page.isHuge) return page;
  log.firstHuge ??= line;
  page.huge.push({ from: line, isCollapse, until: undefined, isSplit: false });
  const others = partsOf(page).filter((part) => part !== page);
  for (const { unjudged, windows } of others) {
    page.windows |= windows;
    if (unjudged !== undefined) log.leave(page, unjudged.line, unjudged.why);
  }
  if (others.some(({ length }) => length > 0)) {
    log.observe(page, line, { kind: 'gone' });
    page.uses.takesOver(others.map(({ uses }) => uses));
  }
  return page;
}

const SPLIT = 'the PMD is split: which of its pages were used is not known';

/**
 * Its pages of 4 KiB are pages again, of which nothing is known. Returns those that are tracked.
 */
export function endsHuge(log: Log, page: PageLog, line: number, isSplit: boolean): PageLog[] {
  const last = page.huge.at(-1);
  if (last === undefined || !page.isHuge) return [];
  const parts = partsOf(page);
  last.until = line;
  last.isSplit = isSplit;
  namesParts(page, parts);
  for (const part of parts) {
    if (part === page && !isSplit) continue;
    if (part.length > 0) log.observe(part, line, { kind: 'gone' });
    part.uses.gone();
    if (isSplit) part.uses.happened(line, SPLIT);
  }
  return parts;
}

/** Guest frames of a huge page are those of its parts, as far as it is known which. */
function namesParts(page: PageLog, parts: readonly PageLog[]): void {
  const { address, firstGfn, space } = page;
  const { gfns } = space;
  for (const [gfn, named] of gfns) if (named === page) gfns.delete(gfn);
  page.smallEntries.clear();
  page.firstGfn = undefined;
  if (firstGfn === undefined) return;
  for (const part of parts) gfns.set(firstGfn + (part.address - address) / PAGE_SIZE, part);
}

/**
 * A call that clears young bits shows how large its pages are. A huge page is told of as a whole,
 * and pages of 4 KiB if PTEs map them. DAMON may begin in the middle of a huge page, and then
 * reaches into the next.
 */
export function showsSize(
  log: Log,
  space: Space,
  { start, end }: { readonly start: number; readonly end: number },
  line: number,
): void {
  if (start === hugeOf(start) && end - start === HUGE_SIZE) {
    becomesHuge(log, space, start, line);
    return;
  }
  const isAligned = start === pageOf(start) && end === pageOf(end);
  for (const page of pagesIn(space, start, end)) {
    if (!page.isHuge || page.isWithin(start, end)) continue;
    if (isAligned) endsHuge(log, page, line, true);
    else if (isShadow(log.seen)) log.leave(page, line, 'part');
  }
}
