/** What `saturate` exits with. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Saturation } from '../checker/judge/saturate.ts';
import { saturate } from '../checker/judge/saturate.ts';
import { whole } from '../checker/search/progress.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import { STATUS } from './command.ts';
import { statusOf } from './saturate.ts';

describe('saturate', () => {
  afterEach(() => void vi.restoreAllMocks());
  const found = whole(saturate(parseSystem({ driver: 'amd-iommu-v2' }), { maxStates: 200 }));

  it('has done its work, whatever the verdicts, or was interrupted', () => {
    expect(statusOf(found, false)).toBe(STATUS.holds);
    expect(statusOf(found, true)).toBe(STATUS.unfinished);
  });

  it('has an error of its own if a size contradicts the verdict for every number', () => {
    const everyNumber = found.everyNumber!;
    const verdicts = everyNumber.verdicts.map(({ property }) => ({
      property,
      verdict: 'holds' as const,
    }));
    const wrong: Saturation = { ...found, everyNumber: { ...everyNumber, verdicts } };
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(statusOf(wrong, true)).toBe(STATUS.fault);
    expect(said.mock.calls.join()).toContain('ERROR OF YOUNGCHECK ITSELF');
    expect(said.mock.calls.join()).toContain('Never for every number, but pages=1');
  });
});
