/** `youngcheck conform --expect`: a log of a real kernel shows a trace, or parts from it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'expect-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function written(text: string): string {
  const file = join(folder, `${++files}`);
  writeFileSync(file, text);
  return file;
}

const linesOf = (name: string): string[] =>
  readFileSync(`suites/conformance/${name}.log`, 'utf8').split('\n');
const marker = (text: string): string =>
  `        agetrace-125     [000] .....     6.338500: tracing_mark_write: ${text}`;
const device = (text: string): string =>
  `        agetrace-125     [000] ...1.     6.338772: atc_access: ${text}`;

/** A line that tells a step of a callback, in place of the one that tells the whole callback. */
const withStep = (line: string, verb: string): string =>
  line
    .replace('atc_invalidate_range: ', `atc_step: ${verb} `)
    .replace(/ dropped=1/, verb === 'handle-invalidation' ? '$&' : '');

/** A log with the markers of a trace behind the first lines that have these texts. */
function marked(lines: readonly string[], begin: string, end: string): string[] {
  const first = lines.findIndex((line) => line.includes(begin));
  const last = lines.findIndex((line, i) => i > first && line.includes(end));
  expect(Math.min(first, last)).toBeGreaterThan(0);
  return lines
    .toSpliced(last + 1, 0, marker('TRACE end mail'))
    .toSpliced(first + 1, 0, marker('TRACE begin mail'));
}

const M1 = marked(linesOf('6.1-M1-noflush'), 'STATE after-cold', 'AGE end 2');
const M2 = marked(linesOf('6.1-M2-flush'), 'STATE after-cold', 'AGE end 2');

const MAIL = 'counterexamples/old-while-cached+patched-amd.trace';
const IN_STEPS = 'counterexamples/old-while-cached+patched-amd-in-steps.trace';

const LOOK = 'kswapd: folio_referenced A';
const UNMAP = 'kswapd: unmap A';

/** A trace of the system of M1, or of another driver. */
const trace = (events: readonly string[], driver = 'amd-iommu-v2-patched'): string =>
  written(`{
  kernel   v4.20-x86
  driver   ${driver}
  scope    pages=1 cpus=0 devices=1 observers=reclaim granularity=atomic
           events=${events.includes(UNMAP) ? 'unmap' : 'evict'}
}
${events.map((event, i) => `(${i + 1}) ${event}`).join('\n')}
ends
`);

/** The first sentence and the status. */
async function verdict(lines: readonly string[], expected: string): Promise<[number, string]> {
  const log = written(lines.join('\n'));
  const { status, stdout, stderr } = await youngcheck('conform', log, '--expect', expected);
  const [first] = (stdout || stderr).split('\n\n');
  return [status, first.replaceAll('\n', ' ').replaceAll(log, 'LOG')];
}

const PARTED = 'the kernel parted from the trace: ';
const PREDICTED = /^as predicted: the log shows the \d+ events of the trace, in this order/;

describe('a log that shows the trace', () => {
  it('is as predicted: the four steps of the mail, each with its lines', async () => {
    const { status, stdout } = await youngcheck(
      'conform',
      written(M1.join('\n')),
      '--expect',
      MAIL,
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(PREDICTED);
    expect(stdout).toContain('The set-up, up to line 27:\n  cpu0: write A         lines 15-19\n');
    expect(stdout).toContain(`The trace, between lines 27 and 102:
  (1) dev0: read A                     lines 28-30
  (2) kswapd: folio_referenced A == 1  lines 42-45
  (3) dev0: read A                     lines 61-63
  (4) kswapd: folio_referenced A == 0  lines 76-79

Left out:
  kswapd: unmap A (line 81): the scope of the trace lacks events=unmap
`);
  });

  it('prints a document', async () => {
    const log = written(M1.join('\n'));
    const name = 'old-while-cached+patched-amd';
    const { status, stdout } = await youngcheck('conform', log, '--json', '--expect', name);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'as predicted',
      trace: 'old-while-cached+patched-amd',
      kernel: 'v4.20-x86',
      begin: 27,
      end: 102,
      pages: [{ name: 'A', address: '0x10000000' }],
      steps: [
        { number: 1, event: 'dev0: read A', isSeen: true, lines: [28, 29, 30] },
        { number: 2, event: `${LOOK} == 1`, isSeen: true, lines: [42, 44, 45] },
        { number: 3, event: 'dev0: read A', isSeen: true },
        { number: 4, event: `${LOOK} == 0`, isSeen: true },
      ],
      leftOut: [{ event: 'kswapd: unmap A', count: 1, line: 81 }],
      notUnderstood: [],
    });
  });

  it('may be that of a repaired driver', async () => {
    const right = ['dev0: read A', `${LOOK} == 1`, 'dev0: read A', `${LOOK} == 1`];
    expect(await verdict(M2, trace(right, 'sva-rework'))).toEqual([
      0,
      expect.stringMatching(PREDICTED),
    ]);
    expect(await verdict(M1, trace(right, 'sva-rework'))).toEqual([
      1,
      expect.stringContaining('LOG:44: page A: the notifier returns 0. No run of the model does'),
    ]);
  });

  it('may be one of steps, where the device tells the steps of a miss that is held', async () => {
    const miss = M1.findIndex((line) => line.includes('ATC miss'));
    const report = M1.findIndex(
      (line) => line.includes('folio_referenced_ret') && line.endsWith('=1'),
    );
    const hit = M1.findIndex((line) => line.includes('ATC hit'));
    const held = M1.toSpliced(hit - 1, 3)
      .toSpliced(report + 1, 0, device('complete addr=0x10000000 write=0'), M1[miss + 1])
      .toSpliced(
        miss,
        2,
        device('request addr=0x10000000 write=0'),
        device(
          'translate addr=0x10000000 walk pte 0x8000000003057847 -> 0x8000000003057867 write=0',
        ),
      );
    expect(await verdict(held, IN_STEPS)).toEqual([0, expect.stringMatching(PREDICTED)]);
    expect(await verdict(held, MAIL)).toEqual([
      1,
      `${PARTED}LOG:42: the log has ${LOOK} == 1, which the trace does not have before ` +
        '(1) dev0: read A',
    ]);
  });

  it('may be one of the steps of a callback, where the device tells them apart', async () => {
    const steps = ['flush-iotlb', 'post-atc', 'handle-invalidation', 'await-atc'];
    const told = (verbs: readonly string[]): string[] => {
      const unmap = M1.findIndex((line) => line.includes(': try_to_unmap_one: '));
      const first = M1.findIndex((line) => line.includes('AGE begin 1'));
      return M1.flatMap((line, at) => {
        if (at >= first && at < unmap) return [];
        if (!line.includes(': atc_invalidate_range: ')) return [line];
        return line.includes('dropped=1') ? verbs.map((verb) => withStep(line, verb)) : [];
      });
    };
    const expected = written(`{
  kernel   v4.20-x86
  driver   amd-iommu-v2-patched
  scope    pages=1 cpus=0 devices=1 observers=reclaim granularity=fine events=unmap
}
(1) dev0: request-read A
(2) iommu: translate dev0 A
(3) dev0: complete A
(4) kswapd: unmap A
(5) kswapd: flush-iotlb A
(6) kswapd: post-atc A
(7) dev0: handle-invalidation A
(8) kswapd: await-atc A
(9) kswapd: free A
ends
`);
    expect(await verdict(told(steps), expected)).toEqual([0, expect.stringMatching(PREDICTED)]);
    const [one, other, ...rest] = steps;
    expect(await verdict(told([other, one, ...rest]), expected)).toEqual([
      1,
      expect.stringMatching(/LOG:\d+: the log has kswapd: post-atc A, which .* \(5\)/),
    ]);
  });

  it('names the pages of the region in their order', async () => {
    const lines = marked(linesOf('6.12-R-classic'), 'SCENARIO R', 'AGE end 1');
    const of = (a: string, b: string): string =>
      written(`{
  kernel   v6.12-x86
  driver   kvm
  scope    pages=2 cpus=1 devices=1 observers=reclaim granularity=atomic events=unmap,write,cold
}
(1) cpu0: write A
(2) cpu0: write B
(3) user: madvise-cold ${a}
(4) user: madvise-cold ${b}
(5) dev0: read ${b}
(6) user: madvise-cold ${a}
(7) user: madvise-cold ${b}
(8) kswapd: folio_referenced ${a} == 0
(9) kswapd: unmap ${a}
(10) kswapd: folio_referenced ${b} == 1
ends
`);
    expect(await verdict(lines, of('A', 'B'))).toEqual([0, expect.stringMatching(PREDICTED)]);
    expect(await verdict(lines, of('B', 'A'))).toEqual([
      1,
      expect.stringMatching(
        /^the kernel parted .*LOG:28: the log has user: madvise-cold A, .*\(3\)/,
      ),
    ]);
  });
});

describe('a log that parts from the trace', () => {
  it.each([
    [
      'that lacks a step of the log',
      ['dev0: read A', `${LOOK} == 1`, `${LOOK} == 0`],
      `LOG:61: the log has dev0: read A, which the trace does not have before (3) ${LOOK} == 0`,
    ],
    [
      'that ends early',
      ['dev0: read A', `${LOOK} == 1`, 'dev0: read A'],
      `LOG:76: the log has ${LOOK} == 0, and the trace is over`,
    ],
    [
      'that goes on',
      ['dev0: read A', `${LOOK} == 1`, 'dev0: read A', `${LOOK} == 1`, 'dev0: read A'],
      'the log has nothing more where the trace has (5) dev0: read A',
    ],
    [
      'with a step that the log lacks',
      ['dev0: read A', `${LOOK} == 1`, UNMAP, 'dev0: read A', `${LOOK} == 1`],
      `(3) ${UNMAP} is missing: LOG:58: the log has dev0: read A`,
    ],
  ])('a trace %s', async (_, events, text) => {
    // The third answer of M1 is 0, and that of M2 is 1, by its driver.
    const isM2 = events.length === 5;
    const expected = isM2 ? trace(events, 'sva-rework') : trace(events);
    expect(await verdict(isM2 ? M2 : M1, expected)).toEqual([1, PARTED + text]);
  });

  it('a log with another answer', async () => {
    const flipped = M1.map((line) =>
      line.includes('folio_referenced_ret') ? line.replace('ret=1', 'ret=0') : line,
    );
    expect(await verdict(flipped, MAIL)).toEqual([
      1,
      `${PARTED}LOG:45: the log answers 0 where the trace has (2) ${LOOK} == 1`,
    ]);
  });

  it('a log with an access more, of the device or a second one between its markers', async () => {
    const end = M1.findIndex((line) => line.includes('path=atc-hit'));
    const more = [
      marker('DEV begin P0 r va=0x10000000'),
      device('ATC hit addr=0x10000000 pfn=0x3057 write=0'),
      marker('DEV end P0 path=atc-hit'),
    ];
    const text = `the log has dev0: read A, which the trace does not have before (4) ${LOOK} == 0`;
    expect(await verdict(M1.toSpliced(end + 1, 0, ...more), MAIL)).toEqual([
      1,
      `${PARTED}LOG:64: ${text}`,
    ]);
    expect(await verdict(M1.toSpliced(end, 0, more[1]), MAIL)).toEqual([
      1,
      `${PARTED}LOG:63: ${text}`,
    ]);
  });

  it('a log with a line that the kernel and the driver of the trace do not explain', async () => {
    const doubled = M1.flatMap((line) =>
      line.includes('clear_flush_young_ret: ') ? [line.replace('ret=0', 'ret=1')] : [line],
    );
    expect(await verdict(doubled, MAIL)).toEqual([
      1,
      `${PARTED}LOG:44: page A: the notifier returns 1. No run of the model does that here ` +
        'with the kernel and the driver of the trace',
    ]);
  });

  it('a miss whose steps came at once, against a trace that holds it', async () => {
    expect(await verdict(M1, IN_STEPS)).toEqual([
      1,
      `${PARTED}LOG:29: the log has dev0: complete A, which the trace does not have before ` +
        '(3) kswapd: age A == 1',
    ]);
  });
});

describe('a log that is not understood', () => {
  it('has no end of the trace', async () => {
    const cut = M1.filter((line) => !line.includes('TRACE end'));
    expect(await verdict(cut, MAIL)).toEqual([
      6,
      "not understood: the log has no marker 'TRACE end': the program did not come to the end of " +
        'the trace',
    ]);
  });

  it('may have a set-up that leaves the page young, as its first event is an access', async () => {
    const begin = M1.findIndex((line) => line.includes('TRACE begin'));
    const used = M1.findIndex((line) => line.includes('STATE after-dev-1'));
    const late = M1.toSpliced(used + 1, 0, M1[begin]).toSpliced(begin, 1);
    // Behind the translation the PTE is young in any case, and what parts is what comes then.
    expect(await verdict(late, IN_STEPS)).toEqual([
      1,
      expect.stringMatching(/request-read A is missing: LOG:\d+: the log has kswapd: age A == 1$/),
    ]);
    const usedFirst = await verdict(late, trace(['dev0: read A', `${LOOK} == 1`]));
    expect(usedFirst).toEqual([1, expect.stringContaining('has kswapd: folio_referenced A == 1')]);
  });

  it('has lost events', async () => {
    const at = M1.findIndex((line) => line.includes('ATC hit'));
    const lost = M1.toSpliced(at, 0, 'CPU:0 [LOST 3 EVENTS]');
    const [status, text] = await verdict(lost, MAIL);
    expect([status, text]).toEqual([6, expect.stringContaining('events were lost behind line')]);
  });
});

describe('bad input', () => {
  const twice = M1.flatMap((line) => (line.includes('TRACE begin') ? [line, line] : [line]));
  const without = linesOf('6.1-M1-noflush');

  it.each([
    ['no marker', without, MAIL, /no marker 'TRACE begin'\nhint: .*TRACE begin/],
    ['two markers', twice, MAIL, /:28:1: error: a second marker 'TRACE begin', .* line 27/],
    [
      'an answer that the model does not give',
      M1,
      trace(['dev0: read A', `${LOOK} == 0`]),
      /answers 1 here, not 0/,
    ],
    [
      'a marker outside of a scenario',
      [marker('TRACE begin'), ...without],
      MAIL,
      /before any marker SCENARIO/,
    ],
    [
      'an event that no line tells',
      M1,
      'counterexamples/use-after-free+gfn-to-pfn-cache.trace',
      /no line of a log tells \(\d+\) kvm: lookup dev0 A/,
    ],
  ])('%s', async (_, lines, expected, text) => {
    const { status, stderr } = await youngcheck(
      'conform',
      written(lines.join('\n')),
      '--expect',
      expected,
    );
    expect([status, stderr]).toEqual([2, expect.stringMatching(text)]);
  });

  it('a name that is like that of a trace', async () => {
    const args = ['conform', written(M1.join('\n')), '--expect', 'old-while-cached+patched-and'];
    const { status, stderr } = await youngcheck(...args);
    expect(status).toBe(2);
    expect(stderr).toContain("neither a file nor a trace of the catalogue; did you mean 'old-");
  });

  it('an option that the trace makes useless', async () => {
    const args = ['conform', written(M1.join('\n')), '--expect', MAIL];
    const { status, stderr } = await youngcheck(...args, '--kernel', 'v6.1-x86');
    expect([status, stderr]).toEqual([2, expect.stringContaining('the trace gives the kernel')]);
  });
});
