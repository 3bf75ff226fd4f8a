/** The complaints about every kind of error in the setup block of a trace. */
import { describe, expect, it } from 'vitest';
import { complaintOf } from '../../suites/complaint-of.ts';

const lines = (...parts: string[]): string => parts.join('\n');

describe('a setup', () => {
  it.each([
    ['{ scope pages }', '1:9', 'pages is a field of scope: write pages=VALUE, without blanks'],
    ['{ scope pages = 1 }', '1:9', 'pages is a field of scope: write pages=VALUE, without blanks'],
    ['{\n pages = 1\n}', '2:2', 'pages is a field of scope: write pages=VALUE, without blanks'],
    [
      '{ kernel v6.6-x86 swapinWritable }',
      '1:19',
      'swapinWritable is a field of kernel: write swapinWritable=VALUE, without blanks',
    ],
    ['{ scope observers=reclaim ,idle }', '1:27', 'lists have commas and no blanks'],
    [
      '{\nkernel age=pte,\n  clear_flush_young\n}',
      '2:15',
      'a list stands on one line, and this one ends with a comma',
    ],
    [
      '{ hardware swapinWritable=true }',
      '1:12',
      'swapinWritable is a field of kernel, not of hardware',
    ],
  ])('%j', (text, place, message) => {
    expect(complaintOf(text).split('\n')[0]).toBe(`a.trace:${place}: error: ${message}`);
  });

  it('lists the values of a field that has none, or has it behind a blank', () => {
    expect(complaintOf('{ kernel v6.6-x86 swapinWritable }')).toMatch(
      /\npossible:\n {2}true\n {2}false$/,
    );
    expect(complaintOf('{ scope pages= 1 }')).toBe(
      lines(
        "a.trace:1:15: error: pages cannot be ''",
        '  { scope pages= 1 }',
        '                ^',
        'hint: field=value has no blanks',
        'possible:',
        '  a number from 1 to 4',
        '  many',
      ),
    );
  });

  it('refuses any number of something, and names the numbers that there can be', () => {
    const text = lines('{', '  kernel v4.20-x86', '  scope devices=many events=unmap', '}');
    expect(complaintOf(text)).toBe(
      lines(
        'a.trace:3:9: error: a trace needs a number, not devices=many',
        '    scope devices=many events=unmap',
        '          ^',
        'hint: a trace that check prints for many states the numbers that it uses',
        'possible:',
        '  devices=1',
        '  devices=2',
        '  devices=3',
      ),
    );
    expect(complaintOf('{ scope any cpus=1 }').split('\n')[0]).toBe(
      'a.trace:1:9: error: a trace needs a number, not pages=many',
    );
  });

  it.each(['{\n; a note\n}', '{ kernel v6.6-x86 ; a note }', '{ /* a note */ }'])(
    'tells how a note begins: %j',
    (text) => {
      expect(complaintOf(text)).toContain("\nhint: a note begins with '//' or '#'");
    },
  );
});

describe('a list', () => {
  const many = Array.from({ length: 9 }, () => 'zap').join();
  const steps = ['pte', ...Array.from({ length: 12 }, () => 'flush-tlb')].join();

  it.each([
    ['driver', 'clear_young', '', "cannot be ''", 1],
    [
      'driver',
      'clear_young',
      'zap,flsh-atc',
      "cannot have 'flsh-atc'; did you mean 'flush-atc'?",
      5,
    ],
    ['driver', 'clear_young', 'return-one,zap', "cannot be '%': 'return-one' comes last", 1],
    ['driver', 'clear_young', 'return-one,return-zero', "cannot be '%': it returns once", 1],
    ['driver', 'clear_young', 'none,zap', "cannot be '%': 'none' stands alone", 1],
    ['driver', 'clear_young', many, `cannot be '${many}': it has at most 8 actions`, 33],
    ['driver', 'clear_young', 'zap?young', "cannot be '%': ?young is for the steps of a kernel", 1],
    [
      'driver',
      'clear_young',
      'zap@all',
      "cannot be '%': a range is one of " +
        '@page, @first, @all-but-last, @next, @pow2, @pow2-short, @mm',
      1,
    ],
    [
      'driver',
      'clear_young',
      'zap,zap?old',
      "cannot be '%': a condition is one of ?young, ?harvested",
      5,
    ],
    [
      'driver',
      'clear_young',
      'zap?young@mm',
      "cannot be '%': a step is written NAME@RANGE?CONDITION",
      1,
    ],
    ['kernel', 'age', 'clear_young', "cannot be '%': it begins with 'pte'", 1],
    ['kernel', 'age', 'pte,clear_young,pte', "cannot be '%': 'pte' stands first, and once", 17],
    ['kernel', 'age', 'pte?young', "cannot be '%': 'pte' takes no condition", 1],
    ['kernel', 'age', 'pte,flush-tlb@mm', "cannot be '%': 'flush-tlb' takes no range", 5],
    [
      'kernel',
      'age',
      'pte,clear_young?harvested',
      "cannot be '%': ?harvested is for the actions of a driver",
      5,
    ],
    ['kernel', 'age', 'pte,zap', "cannot have 'zap': zap is an action of a driver's callback", 5],
    [
      'kernel',
      'age',
      'pte,flush-atc@mm',
      "cannot have 'flush-atc@mm': flush-atc is an action of a driver's callback",
      5,
    ],
    [
      'driver',
      'clear_young',
      'flush-tlb',
      "cannot be 'flush-tlb': flush-tlb is a step of a kernel's program",
      1,
    ],
    ['kernel', 'age', 'pte,post-invalidation', "cannot have 'post-invalidation'", 5],
    ['kernel', 'age', steps, `cannot be '${steps.slice(0, 37)}...': it has at most 12 steps`, 115],
    ['kernel', 'upgrade', 'pte', "cannot be '%': 'upgrade' has no 'pte'", 1],
    ['scope', 'events', 'unmap,write,unmap', "cannot be '%': 'unmap' is given twice", 13],
    ['scope', 'events', 'unmap,none', "cannot be '%': 'none' stands alone", 7],
    ['scope', 'events', 'unmp', "cannot be 'unmp'; did you mean 'unmap'?", 1],
    [
      'scope',
      'observers',
      'reclaim, idle',
      "cannot be 'reclaim,': lists have commas and no blanks",
      9,
    ],
    ['scope', 'observers', 'reclaim,,idle', "cannot be '%': lists have commas and no blanks", 9],
  ])('of %s: %s=%s', (part, field, list, message, at) => {
    const before = `{ ${part} ${field}=`;
    const place = `a.trace:1:${before.length + at}`;
    const first = complaintOf(`${before}${list} }`).split('\n')[0];
    expect(first).toBe(`${place}: error: ${field} ${message.replace('%', list)}`);
  });

  it.each(['none', 'zap,zap', 'return-one', 'zap,return-one', many.slice(4)])(
    'may be %s',
    (actions) => {
      expect(complaintOf(`{ driver clear_young=${actions} }\n(1) dev0: read A\nends`)).toBe(
        'no complaint',
      );
    },
  );
});

describe('a word of the first edition', () => {
  it.each([
    ['{ kernel agingHelper=ptep_clear_flush_young_notify }', 'age=pte,clear_flush_young'],
    ['{ kernel agingHelper=ptep_clear_young_notify }', 'age=pte,clear_young'],
    ['{ kernel agingHelper=ptep_test_and_clear_young }', 'age=pte'],
    ['{ kernel pageoutLooks=true }', 'pageout=clears'],
    ['{ kernel agingHelper }', 'age=pte,clear_flush_young; or age=pte,clear_young; or age=pte'],
    ['{ kernel flushesTlbWhenYoung=true }', 'age=pte,flush-tlb?young,clear_flush_young'],
    [
      '{ kernel tlbFlushReachesSecondary=true }',
      'age=pte,flush-tlb?young,invalidate?young,clear_flush_young',
    ],
    ['{ kernel notifiesFlushYoung=true }', 'age=pte,clear_flush_young,flush_young?young'],
    [
      '{ kernel unmapFlushesOld=false }',
      'unmap=pte,flush-tlb?young,invalidate (and write-protect alike)',
    ],
    ['{ kernel unmapNotifies=false }', 'unmap=pte,flush-tlb'],
    ['{ kernel unmapInvalidates=mm }', 'unmap=pte,flush-tlb,invalidate@mm'],
    ['{ kernel v6.6-x86 upgradeNotifies=true }', 'upgrade=invalidate'],
    ['{ kernel upgradeNotifies }', 'upgrade=invalidate; or upgrade=none'],
    ['{ kernel v6.6-x86 upgradeNotifies = true }', 'upgrade=invalidate; or upgrade=none'],
    ['{ kernel walkHelper=ptep_clear_young_notify }', 'walk=pte,clear_young'],
    ['{ kernel pageoutLooks=false }', 'pageout=takes'],
    ['{ kernel idleRange=two-pages }', 'idle=pte,clear_young@next'],
    ['{ driver clear_young=zap,flush-atc-nowait }', 'post-atc'],
    ['{ driver clear_young=harvest,flush-atc-if-harvested }', 'flush-atc?harvested'],
    ['{ scope granularity=fine }\n(1) kswapd: post-invalidation A', 'post-atc'],
    ['{ scope granularity=fine }\n(1) kswapd: await-invalidation A', 'await-atc'],
  ])('%s', (text, today) => {
    const [, hint] = /^hint: since the second edition: (.*)$/m.exec(complaintOf(text)) ?? [];
    expect(hint).toBe(today);
  });

  it('gets no hint where a word of today would be refused too', () => {
    for (const word of ['post-invalidation', 'flush-atc-nowait']) {
      expect(complaintOf(`{ kernel age=pte,${word} }`)).not.toContain('second edition');
    }
  });
});
