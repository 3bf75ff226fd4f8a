/** Parts of a system that do not fit together, so that the system is refused. */
import { MANY } from './field.ts';
import { manyOf } from './many.ts';
import { hasDmaInFlight, hasLookups } from './play.ts';
import { runOf } from './ranges.ts';
import type { PartName, Parts } from './system.ts';

/** Why a system is refused: the field to blame, the reason, and what to write instead. */
export interface Misfit {
  readonly part: PartName;
  readonly field: string;
  readonly reason: string;
  readonly hint: string;
}

const misfit = (part: PartName, field: string, reason: string, hint: string): Misfit => ({
  part,
  field,
  reason,
  hint,
});

/** Whether a block or a run of pages fits the pages in scope. */
function placesMisfit(parts: Parts): Misfit | undefined {
  const { pages, block, range } = parts.scope;
  const run = runOf(parts);
  const isPlaced = block !== '1' || run !== undefined;
  if (pages === MANY && isPlaced) {
    const field = run === undefined ? 'block' : 'range';
    return misfit('scope', field, 'pages=many needs pages that are alike', 'pages=4');
  }
  if (block !== '1' && run !== undefined) {
    return misfit('scope', 'range', 'range needs block=1', 'block=1');
  }
  if (isPlaced && pages % Number(block) !== 0) {
    const hint = `pages=${Math.ceil(pages / Number(block)) * Number(block)}`;
    return misfit('scope', 'block', `pages=${pages} is no multiple of block=${block}`, hint);
  }
  if (run !== undefined && run.to >= pages) {
    const reason = `range=${range} is not within pages=${pages}`;
    return misfit('scope', 'range', reason, `pages=${run.to + 1}`);
  }
  return undefined;
}

/** Whether a look inside an unmap is possible. */
function lookMisfit(parts: Parts): Misfit | undefined {
  if (!parts.kernel.unmap.some(({ name }) => name === 'look')) return undefined;
  if (parts.scope.granularity === 'atomic') {
    const reason = 'an unmap with a look is refused in granularity=atomic';
    return misfit('kernel', 'unmap', reason, 'scope ... granularity=fine');
  }
  if (parts.scope.range === 'none') return undefined;
  return misfit('kernel', 'unmap', 'an unmap of a run of pages has no look', 'range=none');
}

/** Whether any number of devices can be decided. */
function manyMisfit(parts: Parts): Misfit | undefined {
  if (!manyOf(parts).includes('devices')) return undefined;
  const reason = (what: string) => `devices=many has no argument with ${what}`;
  if (hasLookups(parts)) {
    return misfit('driver', 'fill', reason(`fill=${parts.driver.fill}`), 'devices=2');
  }
  if (!hasDmaInFlight(parts)) return undefined;
  return misfit('hardware', 'inFlight', reason('inFlight=true'), 'devices=2');
}

/** The first misfit of a system; undefined if its parts fit together. */
export const misfitOf = (parts: Parts): Misfit | undefined =>
  placesMisfit(parts) ?? lookMisfit(parts) ?? manyMisfit(parts);
