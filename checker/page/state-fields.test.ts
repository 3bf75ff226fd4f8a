/** Where the states of two systems begin to differ is what parts them later. */
import { describe, expect, it } from 'vitest';
import { sideBySide } from '../judge/side-by-side.ts';
import { follow } from '../trace/replay.ts';
import { parseSystem } from '../trace/setup.ts';
import { eventsIn } from './link.ts';
import { differing, fieldsAt, firstApart, stepsAfter } from './state-fields.ts';

const [READ, LOOK] = ['dev0.read.A', 'kswapd.folio_referenced.A'];
const mail = parseSystem({});

function pairOf(driver: string, events: readonly string[]) {
  const { scope } = mail;
  return sideBySide(follow(mail, eventsIn(mail, events.join())).trace, {
    ...parseSystem({ driver }),
    scope,
  });
}

describe('two systems side by side', () => {
  it("differ since the look that flushes: the mail's patch and what it was of", () => {
    const pair = pairOf('amd-iommu-v2', [READ, LOOK, READ, LOOK]);
    expect(pair.parts).toBe(3);
    expect(firstApart(pair)).toEqual({
      row: 2,
      fields: [
        { name: 'A: iotlb', texts: ['{read}', 'none'] },
        { name: 'A: atc[dev0]', texts: ['{read}', 'none'] },
      ],
    });
    const { left, right } = stepsAfter(pair, 2);
    const sides = [fieldsAt(pair.left, left), fieldsAt(pair.right, right)] as const;
    expect(differing(...sides)).toEqual(['A: iotlb', 'A: atc[dev0]']);
  });

  it('do not differ where they are the same', () => {
    const pair = pairOf('amd-iommu-v2-patched', [READ, LOOK]);
    expect(firstApart(pair)).toBeUndefined();
    expect(stepsAfter(pair, 0)).toEqual({ left: 0, right: 0 });
    expect(stepsAfter(pair, 2)).toEqual({ left: 2, right: 2 });
  });
});
