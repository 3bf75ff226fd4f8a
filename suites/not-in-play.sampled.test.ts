/** Words of a system that do nothing in it: which they are, and what they need. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PartName } from '../model/system.ts';
import { PRESETS, parseSystem, writtenInVain } from '../checker/trace/setup.ts';
import { systemWith } from '../checker/trace/system-with.ts';
import { misfitOf } from '../model/misfit.ts';
import type { NotInPlay } from '../model/not-in-play.ts';
import { notInPlay } from '../model/not-in-play.ts';
import { CALLS } from '../model/steps.ts';
import { DEFAULTS } from '../model/system.ts';
import { anySystem } from '../properties/generators/any-system.ts';
import { samples } from './samples.ts';
import { resultOf, without } from './without.ts';

const NO_CACHE = { hardware: 'walk-always' };

/** Which properties are violated, in however many events. */
const verdictsOf = (lengths: string): string => lengths.replace(/\d+/g, 'violated');

/** Words of each kind that are often in vain. */
const OFTEN = ['@mm', 'clear_young', 'flush-atc', 'harvest', 'return-one', 'pageout'];
/** Words of the extensions that are often in vain. */
const EXTENSIONS = ['cow', 'migrate', 'rewrite', 'dontneed', 'mprotect', 'inFlight', 'iotlbQueue'];

describe('what is not in play', () => {
  const ANY = anySystem({ pages: 1, cpus: 1, devices: 1 });

  /** The word alone, without the list in which it stands. */
  const kindOf = ({ word }: NotInPlay): string =>
    word.replace(/ in .*/, '').replace(/(?<=\w)[@?].*/, '');

  /** Until a call is over an operation keeps what it has found, even if the callback is empty. */
  const isCall = (idle: NotInPlay): boolean => CALLS[kindOf(idle)] !== undefined;

  it('are fields, steps and actions that change nothing', () => {
    const [tried, events] = [new Set<string>(), new Set<string>()];
    const property = fc.property(ANY, (system) => {
      const expected = resultOf(system);
      fc.pre(expected !== undefined);
      for (const idle of notInPlay(system, DEFAULTS)) {
        const other = without(system, idle);
        if (misfitOf(other) !== undefined) continue;
        const { size, lengths } = resultOf(other)!;
        // Without an event that does nothing the same is violated, but in fewer events.
        const told = idle.isEvent === true ? verdictsOf : (text: string) => text;
        expect(told(lengths), idle.word).toBe(told(expected!.lengths));
        if (idle.isEvent === true) events.add(kindOf(idle));
        else if (!isCall(idle)) expect(size, idle.word).toBe(expected!.size);
        tried.add(kindOf(idle));
      }
    });
    fc.assert(property, { seed: 20190131, numRuns: samples(28) });
    expect(tried.size).toBeGreaterThan(25);
    for (const word of [...OFTEN, ...EXTENSIONS]) expect(tried).toContain(word);
    expect([...events]).toContain('harvest');
  });

  it.each([
    [{ scope: 'events=posted' }, 'posted: granularity=fine, events=write'],
    [{ scope: 'granularity=fine events=posted', ...NO_CACHE }, 'posted: an ATC, events=write'],
    [{ scope: 'events=evict', ...NO_CACHE }, 'evict: a TLB, an IOTLB or an ATC'],
    [{ scope: 'observers=none events=lru' }, 'lru: observers=reclaim'],
    [{ scope: 'events=pageout', kernel: 'v4.20-x86' }, 'pageout: pageout=takes or pageout=clears'],
    [{ driver: 'marksAccessed=zap' }, 'marksAccessed: secondary=shadow'],
    [
      { hardware: 'dropsOvertakenCompletions=false' },
      'dropsOvertakenCompletions: granularity=fine',
    ],
    [
      { hardware: 'rewalksOnPermissionFault=false accessFlag=fault ats=false', driver: 'kvm' },
      'ats: secondary=shared,rewalksOnPermissionFault: an IOTLB,accessFlag: secondary=shared',
    ],
    [{ scope: 'events=swap,protect' }, 'swap: events=unmap'],
    [{ scope: 'events=unmap,swap,protect,write' }, ''],
    [
      { kernel: 'v6.6-x86 age=pte,invalidate?young', driver: 'kvm' },
      'invalidate?young in age: secondary=shared',
    ],
    [{ kernel: 'v6.6-x86 unmap=pte,invalidate', driver: 'kvm', scope: 'events=unmap' }, ''],
    [
      { kernel: 'v6.6-x86 age=pte,flush-tlb,flush-tlb?young' },
      'flush-tlb in age: a CPU in scope,flush-tlb?young in age: a CPU in scope',
    ],
    [
      { kernel: 'swapinWritable=true pageout=takes lru=multi-gen' },
      'lru: events=lru,pageout: events=pageout,swapinWritable: events=swap, events=unmap',
    ],
    [
      { kernel: 'walk=pte,clear_young cold=pte fork=pte collapse=pte clear-refs=pte,invalidate' },
      'clear-refs: events=clear-refs,walk: events=walk,cold: events=cold,' +
        'fork: events=fork,collapse: events=collapse',
    ],
    [
      { kernel: 'age=pte idle=pte unmap=pte write-protect=pte', scope: 'observers=none' },
      'age: observers=reclaim,idle: observers=idle,unmap: events=unmap,' +
        'write-protect: events=protect',
    ],
    [{ kernel: 'pageout=takes unmap=pte', scope: 'events=pageout' }, ''],
    [
      { kernel: 'upgrade=invalidate?young,flush-tlb', scope: 'events=write,protect' },
      "invalidate?young in upgrade: a step 'pte' before it,flush-tlb in upgrade: a CPU in scope",
    ],
    [
      { driver: 'clear_flush_young=harvest,zap,flush-iotlb,flush-atc', ...NO_CACHE },
      'harvest in clear_flush_young: secondary=shadow,' +
        'zap in clear_flush_young: secondary=shadow,' +
        'flush-iotlb in clear_flush_young: an IOTLB,flush-atc in clear_flush_young: an ATC',
    ],
    [
      { driver: 'clear_flush_young=post-atc,await-atc', ...NO_CACHE },
      'post-atc in clear_flush_young: an ATC,await-atc in clear_flush_young: an ATC',
    ],
    [{ driver: 'clear_young=zap' }, 'clear_young: a program in scope that calls it'],
    [
      { driver: 'clear_young=harvest', scope: 'observers=idle' },
      'harvest in clear_young: secondary=shadow',
    ],
    [
      {
        driver: 'secondary=shadow clear_young=flush-atc?harvested,harvest',
        scope: 'observers=idle',
      },
      'flush-atc?harvested in clear_young: a young bit that is harvested before it',
    ],
    [
      { driver: 'clear_flush_young=harvest,flush-atc?harvested,return-harvested' },
      'harvest in clear_flush_young: secondary=shadow,' +
        'flush-atc?harvested in clear_flush_young: a young bit that is harvested before it,' +
        'return-harvested in clear_flush_young: a young bit that is harvested before it',
    ],
    [
      { driver: 'flush_young=flush-atc,return-one', kernel: 'age=pte,flush_young' },
      'return-one in flush_young: a caller that uses what it returns',
    ],
    [{ driver: 'clear_flush_young=flush-atc,return-one' }, ''],
    [
      { driver: 'clear_flush_young=flush-iotlb,await-atc' },
      'await-atc in clear_flush_young: an action post-atc or flush-atc',
    ],
    [
      { kernel: 'unmap=pte,flush-tlb?young,invalidate@mm', scope: 'cpus=1 events=unmap' },
      '@mm in unmap: pages=2',
    ],
    [{ kernel: 'unmap=pte,invalidate@mm', scope: 'pages=2 events=unmap' }, ''],
    [{ kernel: 'unmap=pte,invalidate@mm', scope: 'pages=many events=unmap' }, ''],
    [
      { kernel: 'unmap=pte,invalidate@mm', scope: 'pages=2 events=unmap', driver: 'kvm' },
      '@mm in unmap: secondary=shared',
    ],
    [
      {
        kernel: 'unmap=pte,invalidate@mm',
        driver: 'invalidate_secondary=flush-iotlb@next',
        scope: 'pages=2 events=unmap',
      },
      '@next in invalidate_secondary: a call that tells fewer pages than all',
    ],
    [
      { kernel: 'age=pte,clear_flush_young,flush_young?young', driver: 'kvm' },
      'flush_young?young in age: a driver whose flush_young does something here',
    ],
    [
      { kernel: 'walk=pte,flush-tlb?young', scope: 'cpus=1 events=walk' },
      '?young in walk: a step that calls the driver',
    ],
    [{ kernel: 'walk=pte,clear_young,flush-tlb?young', scope: 'cpus=1 events=walk' }, ''],
    [{ driver: 'kvm marksAccessed=zap' }, 'marksAccessed: observers=idle'],
    [{ driver: 'kvm marksAccessed=zap', scope: 'observers=idle events=unmap' }, ''],
    [
      { driver: 'secondary=shadow marksAccessed=zap', scope: 'observers=idle' },
      'zap in marksAccessed: an operation with zap',
    ],
    [
      { driver: 'kvm marksAccessed=fault', kernel: 'lru=multi-gen', scope: 'observers=idle' },
      'marksAccessed: lru=classic',
    ],
    [{ hardware: 'accessFlag=fault' }, 'accessFlag: granularity=fine'],
    [{ hardware: 'accessFlag=ignored' }, ''],
    [{ hardware: 'accessFlag=fault', kernel: 'upgrade=invalidate', scope: 'events=write' }, ''],
    [{ hardware: 'rewalksOnPermissionFault=false' }, 'rewalksOnPermissionFault: events=write'],
    [
      { hardware: 'dropsOvertakenCompletions=false', scope: 'granularity=fine' },
      'dropsOvertakenCompletions: an operation with post-atc',
    ],
    [{ kernel: 'upgrade=invalidate', scope: 'events=write' }, 'upgrade: events=protect'],
    // What the named preset has, too, is nothing that the user wrote.
    [{ kernel: 'v6.6-x86 age=pte,flush-tlb?young,clear_flush_young', scope: 'cpus=1' }, ''],
  ])('%j: what it needs', (texts, expected) => {
    const said = writtenInVain(parseSystem(texts)).map(
      ({ word, needs }) => `${word}: ${needs.join(', ')}`,
    );
    expect(said.join()).toBe(expected);
  });

  it('are not told of a preset as it is', () => {
    for (const [part, presets] of Object.entries(PRESETS)) {
      for (const { name } of presets) {
        expect(writtenInVain(systemWith(part as PartName, name)), name).toEqual([]);
      }
    }
  });
});
