/**
 * Tests the pictures of a page that has lost its frame while something still caches the frame. An
 * entry of the old frame looks like no live one, from the arrow on that takes the frame away.
 */
import { describe, expect, it } from 'vitest';
import { readCatalogueTrace, traceNames } from '../checker/judge/catalogue/catalogue.ts';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import { eventsIn } from '../checker/page/link.ts';
import type { Sequence } from '../checker/tell/sequence.ts';
import { sequenceOf } from '../checker/tell/sequence.ts';
import { sequenceText } from '../checker/tell/sequence-text.ts';
import { sequenceSvg } from '../checker/tell/svg.ts';
import { follow, replay } from '../checker/trace/replay.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import { overlapsIn } from './svg-overlap.ts';

interface Loss {
  readonly kernel?: string;
  readonly shadow?: true;
  /** The optional events, and those by which the page loses its frame. */
  readonly needs: string;
  readonly loses: string;
}

/** Every way in which a page loses its frame before the frame is freed. */
const LOSSES: Readonly<Record<string, Loss>> = {
  'an unmap with unlock': {
    kernel: 'unmap=pte,unlock,flush-tlb',
    needs: 'unmap',
    loses: 'kswapd.unmap.A',
  },
  'a migrate': { needs: 'migrate', loses: 'kswapd.migrate.A' },
  'a migrate beside KVM': { shadow: true, needs: 'migrate', loses: 'kswapd.migrate.A' },
  'a copy': { needs: 'fork,cow', loses: 'user.fork.A,user.cow.A' },
  'a copy that is mapped first': {
    kernel: 'cow=set,flush-tlb,invalidate',
    needs: 'fork,cow',
    loses: 'user.fork.A,user.cow.A',
  },
};

/** The picture of an access, what becomes of its entry before, and the loss. */
function lost(loss: Loss, verb: 'read' | 'write', before = ''): Sequence {
  const { kernel = '', shadow, needs, loses } = loss;
  const system = parseSystem({
    kernel: `write-protect=pte fork=pte ${kernel}`,
    driver: shadow ? 'secondary=shadow' : 'none',
    hardware: 'ats=false',
    scope: `granularity=fine observers=none events=write,protect,${needs}`,
  });
  const access = shadow ? `dev0.request-${verb}.A,iommu.translate.dev0.A` : `dev0.${verb}.A`;
  return sequenceOf(follow(system, eventsIn(system, `${access},${before}${loses}`)));
}

const REVOKES = 'kswapd.write-protect.A,kswapd.end.A,';
const LOOKS = [
  ['read', '', 'old-frame', 'old frame'],
  ['write', REVOKES, 'old-frame-revoked', 'old frame revoked'],
] as const;

describe.each(Object.entries(LOSSES))('%s', (_, loss) => {
  it.each(LOOKS)('of an entry by a %s%s leaves the %s', (verb, before, look, words) => {
    const sequence = lost(loss, verb, before);
    const row = sequence.rows.at(-1)!;
    const [change] = row.changes.filter(({ lane }) => lane === 'iommu');
    expect(change.is?.look).toBe(look);
    // The arrow that takes the frame away changes the entry, and no arrow is missing.
    expect(row.arrows[change.at]?.to).toBe('table');
    for (const width of [900, 390]) {
      const svg = sequenceSvg(sequence, { width });
      expect(overlapsIn(svg)).toEqual([]);
      for (const word of words.split(' ')) expect(svg).toContain(`>${word}</text>`);
      expect(svg.match(new RegExp(`class="yc-${look}-bar"[^>]*hatch-frame`, 'g'))).toHaveLength(2);
      expect(svg).toMatch(new RegExp(`class="yc-${look}-side"[^>]*stroke-dasharray`));
      expect(svg).toMatch(new RegExp(`\\.yc-${look}-side\\{stroke:#`));
    }
    expect(sequenceText(sequence)).toContain('the old frame');
  });
});

describe('the legend of a picture', () => {
  const folder = catalogueFolder();
  it('tells of the old frame where one is cached, and nowhere else', () => {
    let some = 0;
    for (const name of traceNames(folder)) {
      const trace = readCatalogueTrace(folder, name);
      const { granularity, pages, events } = trace.system.scope;
      if (pages > 1 || granularity === 'atomic' || !events.includes('write')) continue;
      const sequence = sequenceOf(replay(trace));
      const looks = sequence.rows.flatMap(({ entries }) => entries.map((entry) => entry.look));
      const isCached = looks.some((look) => look.startsWith('old-frame'));
      if (isCached) some++;
      expect(sequenceSvg(sequence).includes('the old frame'), name).toBe(isCached);
      expect(sequenceText(sequence).includes('the old frame'), name).toBe(isCached);
    }
    expect(some).toBeGreaterThan(3);
  });
});
