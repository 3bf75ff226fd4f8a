/**
 * What a search has learned: the cells that its runs came to, and a way to each. The beginnings of
 * an epoch's runs follow from the runs of all epochs before it, and from nothing else.
 */
import type { Model } from '../../model/model.ts';
import type { State } from '../../model/state.ts';
import { LIVE } from '../../model/state.ts';
import type { Reached, Run } from '../../properties/generators/index.ts';

/** How many cells are kept. Those that come later are not. */
const MOST_CELLS = 1 << 18;
/** A longer way is not kept. */
const LONGEST = 100;
/** How many beginnings an epoch has. */
const BEGINNINGS = 512;
/** So many runs count as much as having been a beginning once. */
const CHOSEN = 8;

interface Cell {
  /** How many runs came here, and how often it was the end of a beginning. */
  reached: number;
  chosen: number;
  /** How many obligations are open here. */
  readonly open: number;
  readonly niche: Niche;
  way: Uint16Array;
}

/** Cells in which the operations and the ghosts are the same. */
interface Niche {
  chosen: number;
}

export class Archive {
  private readonly model: Model;
  private readonly cells = new Map<number, Cell>();
  private readonly niches = new Map<string, Niche>();
  private readonly nicheMasks: readonly number[];

  constructor(model: Model) {
    this.model = model;
    const near = model.nearMasks;
    this.nicheMasks = model.threadMasks.map(
      (mask, word) => near[word] & (mask | model.ghostMasks[word]),
    );
  }

  /** How many cells are known. */
  get size(): number {
    return this.cells.size;
  }

  /** Adds what the runs of a chunk have reached. The chunks of an epoch are added in order. */
  add({ cells, counts, from, lengths, events }: Reached): void {
    for (let i = 0; i < cells.length; i++) {
      const known = this.cells.get(cells[i]);
      if (known !== undefined) known.reached += counts[i];
      const isShorter = lengths[i] < (known?.way.length ?? LONGEST + 1);
      if (!isShorter || (known === undefined && this.size >= MOST_CELLS)) continue;
      const way = events.slice(from[i], from[i] + lengths[i]);
      if (known !== undefined) known.way = way;
      else this.cells.set(cells[i], this.cellOf(way, counts[i]));
    }
  }

  private cellOf(way: Uint16Array, reached: number): Cell {
    const { model } = this;
    const state = model.initial;
    model.load(state, 0);
    for (const event of way) {
      model.fire(event);
      model.advance(event, state);
    }
    const key = this.nicheMasks.map((mask, word) => state[word] & mask).join();
    const niche = this.niches.get(key) ?? { chosen: 0 };
    this.niches.set(key, niche);
    return { reached, chosen: 0, open: openIn(model.view(state)), niche, way };
  }

  /**
   * The beginnings of the next epoch: from each niche the way to the cell that is most worth going
   * on from. Niches that were chosen least come first.
   */
  beginnings(): Run[] {
    const best = new Map<Niche, { readonly cell: Cell; readonly rank: number }>();
    for (const cell of this.cells.values()) {
      const rank = (cell.reached + CHOSEN * cell.chosen) / (1 + cell.open);
      const before = best.get(cell.niche);
      if (before === undefined || rank < before.rank) best.set(cell.niche, { cell, rank });
    }
    const cells = [...best.values()]
      .toSorted((a, b) => a.cell.niche.chosen - b.cell.niche.chosen)
      .slice(0, BEGINNINGS)
      .map(({ cell }) => cell);
    for (const cell of cells) {
      cell.chosen++;
      cell.niche.chosen++;
    }
    return cells.map(({ way }) => [...way]);
  }
}

/**
 * How many obligations are open in a state: entries of page A whose PTE was taken, messages in
 * flight, and operations under way.
 */
function openIn({ pages, kswapd, page_idle }: State): number {
  const [{ tlb, iotlb, atc, spte, link, pte }] = pages;
  let open = [kswapd, page_idle].filter(({ at }) => at !== 0).length;
  for (const entry of [...tlb, iotlb, spte, ...atc]) {
    if (entry.present !== 0 && (entry.health !== LIVE || pte.present === 0)) open++;
  }
  for (const { request, invalidation, posted } of link) {
    open += Number(request !== 0) + Number(invalidation !== 0) + Number(posted !== 0);
  }
  return open;
}
