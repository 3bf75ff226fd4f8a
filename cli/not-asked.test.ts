/** Below the verdicts commands tell what was not asked. */
import { describe, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';

const UNFLUSHED = 'clear_flush_young=flush-iotlb invalidate_secondary=flush-iotlb';
const REORDERED =
  'clear_flush_young=flush-atc,flush-iotlb invalidate_secondary=flush-atc,flush-iotlb';

describe('what was not asked', () => {
  const small = ['--driver', UNFLUSHED, '--hardware', 'no-ats', '--scope', 'mail'];
  const named = ['--driver', REORDERED, '--scope', 'events=unmap', '--property', 'no-stale-access'];

  it('is told below verdicts that all hold, and the scope that is told asks it', async () => {
    const { stdout, status } = await youngcheck('check', ...small);
    expect(status).toBe(0);
    const [, unasked] = stdout.split('\nnot asked here:\n');
    expect(unasked).toContain("  --scope 'mail events=unmap' asks no-stale-access\n");
    const larger = await youngcheck('check', ...small.with(-1, 'mail events=unmap'));
    expect(larger.stdout).toMatch(/^ {2}no-stale-access .*holds$/m);
  });

  it('is what fine asks of a named property, and fine finds it', async () => {
    const { stdout, status } = await youngcheck('check', ...named);
    expect(status).toBe(0);
    expect(stdout).toContain(
      `not asked here: other properties than those that were named
  --scope 'granularity=fine events=unmap' asks how steps interleave
    and the order of flush-atc and flush-iotlb in clear_flush_young and
    invalidate_secondary
`,
    );
    const fine = await youngcheck('check', ...named.with(3, 'granularity=fine events=unmap'));
    expect(fine.stdout).toContain('no-stale-access  violated in 10 events');
    expect(fine.stdout).toContain(
      'not asked here: other properties than those that were named\n\n',
    );
  });

  it('is in documents of --json', async () => {
    const { stdout } = await youngcheck('check', ...named, '--json');
    const { notAsked, onlyInFine } = JSON.parse(stdout);
    expect(onlyInFine).toEqual([
      'the order of flush-atc and flush-iotlb in clear_flush_young',
      'the order of flush-atc and flush-iotlb in invalidate_secondary',
    ]);
    expect(notAsked).toContainEqual({
      name: 'no-eviction-in-use',
      needs: ['events=lru'],
      scope: 'events=unmap,lru',
    });
    expect(notAsked).toContainEqual({
      name: 'fault-makes-progress',
      needs: ['rewalksOnPermissionFault=false'],
      scope: null,
    });
    expect(notAsked).toContainEqual({
      name: 'no-false-reference',
      needs: [],
      scope: 'events=unmap',
    });
  });

  const MAIL = ['--scope', 'mail'];
  it.each([
    ['explore', [...MAIL, '--runs', '10'], "--scope 'mail events=unmap' asks no-stale-access"],
    ['ablate', [...MAIL], "--scope 'mail events=unmap' asks no-stale-access"],
    [
      'guard',
      ['kvm', '--against', 'kvm', '--max-states', '50'],
      "--scope 'races events=unmap,protect,write,lru' asks\n    no-eviction-in-use",
    ],
  ])('is told by %s', async (command, args, told) => {
    const { stdout } = await youngcheck(command, ...args);
    expect(stdout).toContain(`\n  ${told}\n`);
  });

  it('is told by diff of systems that only fine tells apart', async () => {
    const pair = ['diff', 'intel-svm', 'smmu-5.2-reordered', '--kernel', 'v4.20-x86', '--scope'];
    const { stdout } = await youngcheck(...pair, 'events=unmap');
    expect(stdout).toContain('Identical in every answer and harm in this scope');
    expect(stdout).toContain(
      "  --scope 'granularity=fine events=unmap' asks how steps interleave\n",
    );
    expect(stdout).toContain('the order of flush-atc and flush-iotlb in');
    const fine = await youngcheck(...pair, 'events=unmap granularity=fine');
    expect(fine.stdout).toContain('They differ at');
  });

  it('is told by mail', async () => {
    expect((await youngcheck('mail')).stdout).toContain(
      'not asked here: no-missed-cpu-reference, fault-makes-progress,\n' +
        'no-eviction-in-use, no-split-view, no-lost-write. ',
    );
  });

  it('is told once without a scope, below both granularities', async () => {
    const driver = 'clear_flush_young=flush-iotlb,post-atc,await-atc';
    const { stdout } = await youngcheck(
      'check',
      '--driver',
      driver,
      '--property',
      'no-stale-access',
    );
    expect(stdout.match(/not asked here/g)).toHaveLength(1);
    expect(stdout.split('\nfine: ')[1]).toContain('not asked here');
    // The await does something in one of the two.
    expect(stdout).not.toContain('does nothing');
  });
});
