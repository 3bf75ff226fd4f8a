/** Makes the links of a table one stop of the Tab key: arrows go from cell to cell within it. */

const STEPS: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

const linkIn = (cell: Element | undefined): HTMLAnchorElement | null =>
  cell?.querySelector('a') ?? null;

/** `first` selects the link that the Tab key comes to at first, if there is any. */
export function oneStop(table: HTMLTableElement, first: string): void {
  const links = [...table.querySelectorAll('a')];
  for (const link of links) link.tabIndex = -1;
  const start = table.querySelector<HTMLAnchorElement>(first) ?? links[0];
  if (start !== undefined) start.tabIndex = 0;
  table.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLAnchorElement)) return;
    for (const link of links) link.tabIndex = link === target ? 0 : -1;
  });
  table.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (step === undefined || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const cell = document.activeElement?.closest('td');
    if (!cell || !table.contains(cell)) return;
    event.preventDefault();
    linkFrom(table, cell, step)?.focus();
  });
}

/** The next link in a direction. Rows without links and cells without one are passed. */
function linkFrom(
  table: HTMLTableElement,
  cell: HTMLTableCellElement,
  [down, right]: readonly [number, number],
): HTMLAnchorElement | undefined {
  const row = cell.parentElement as HTMLTableRowElement;
  let [y, x] = [row.rowIndex + down, cell.cellIndex + right];
  for (; y >= 0 && y < table.rows.length && x >= 0; y += down, x += right) {
    const { cells } = table.rows[y];
    // The row that names a kernel has one cell.
    if (right !== 0 && x >= cells.length) return undefined;
    const link = linkIn(cells[x]);
    if (link !== null) return link;
  }
  return undefined;
}
