/** A log is read the same however it arrives, and its errors are reported. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absent } from '../../../suites/absent.ts';
import { samples } from '../../../suites/samples.ts';
import { Complaint } from '../../trace/complaint.ts';
import type { Break, LogEvent, LogSummary } from './index.ts';
import { openLog, readLog } from './index.ts';

interface Read {
  readonly events: LogEvent[];
  readonly breaks: Break[];
  readonly summary: LogSummary;
}

async function read(chunks: Iterable<Buffer | string>, file = 'x.log'): Promise<Read> {
  const events: LogEvent[] = [];
  const breaks: Break[] = [];
  const summary = await readLog(chunks, (event) => void events.push(event), {
    file,
    onBreak: (at) => void breaks.push(at),
  });
  return { events, breaks, summary };
}

const refused = async (chunks: Iterable<Buffer | string>): Promise<Complaint> => {
  try {
    await read(chunks);
  } catch (error) {
    if (error instanceof Complaint) return error;
    throw error;
  }
  throw new Error('was read');
};

const HEAD = `# tracer: nop
#
# entries-in-buffer/entries-written: 5/12   #P:2
#
#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
`;
const LOG = `${HEAD}##### CPU 1 buffer started ####
        agetrace-125     [000] .....     5.421067: tracing_mark_write: DEV begin
of two lines, \u00e9

 kvm-nx-lpage-re-178     [001] d..1.     5.421100: clear_young: (a+0x0/0x9) start=0x1000
CPU:1 [LOST 7 EVENTS]
        agetrace-125     [000] .....     5.421090: clear_young_ret: (b+0x1/0x2 <- a) ret=1
 => handle_mm_fault
 => exc_page_fault
        agetrace-125     [000] .....     5.421200: odd:
`;

describe('a log', () => {
  it('gives its events in the order of the file', async () => {
    const { events, breaks } = await read([LOG]);
    expect(events.map(({ line, name, text }) => [line, name, text])).toEqual([
      [7, 'tracing_mark_write', 'DEV begin\nof two lines, \u00e9\n'],
      [10, 'clear_young', '(a+0x0/0x9) start=0x1000'],
      [12, 'clear_young_ret', '(b+0x1/0x2 <- a) ret=1'],
      [15, 'odd', ''],
    ]);
    expect(breaks).toEqual([{ line: 11, cpu: 1, events: 7 }]);
  });

  const on = (cpu: number): string => ` a-1 [00${cpu}] 1.0: x: y\n`;
  const OVERWRITTEN = '# entries-in-buffer/entries-written: 4/9   #P:3\n';
  const STARTED = '##### CPU 1 buffer started ####\n';
  const lost = (line: number, cpu = 1) => ({ line, cpu, events: undefined });
  it.each([
    ['whose begin was overwritten', OVERWRITTEN + on(0) + on(0) + on(1) + on(1), [lost(4)]],
    ['that is first', OVERWRITTEN + on(1) + on(1), []],
    ['of a log that is whole', on(0) + on(1), []],
    ['that the kernel names', on(0) + STARTED + on(1), [lost(2)]],
    ['that is named, and was overwritten', OVERWRITTEN + on(0) + STARTED + on(1), [lost(3)]],
    [
      'that the capture has counted',
      `# youngcheck: overrun cpu1: 0\n# youngcheck: overrun cpu2: 5\n${OVERWRITTEN}` +
        on(0) +
        STARTED +
        on(1) +
        on(2),
      [lost(7, 2)],
    ],
    [
      'of the second of two logs',
      `# tracer: nop\n${on(1)}# tracer: nop\n${OVERWRITTEN}${on(0)}${on(1)}`,
      [{ line: 3, cpu: undefined, events: undefined }, lost(6)],
    ],
  ])('lacks what was before the first line of a CPU %s', async (_, text, expected) => {
    expect((await read([text])).breaks).toEqual(expected);
  });

  it('lacks events anywhere if the capture has counted dropped ones', async () => {
    const text = `# youngcheck: dropped cpu1: 3\n# youngcheck: dropped cpu0: 0\n${on(0)}${on(0)}`;
    const { breaks } = await read([text]);
    expect(breaks).toEqual([{ line: 4, cpu: 1, events: 3, isAnywhere: true }]);
  });

  it('is summed up', async () => {
    const { summary } = await read([LOG]);
    expect(summary).toEqual({
      file: 'x.log',
      lines: 15,
      events: 4,
      names: new Map([
        ['tracing_mark_write', 1],
        ['clear_young', 1],
        ['clear_young_ret', 1],
        ['odd', 1],
      ]),
      unknown: {
        count: 2,
        shapes: [
          { shape: '=> handle_mm_fault', count: 1, line: 13 },
          { shape: '=> exc_page_fault', count: 1, line: 14 },
        ],
      },
      lost: { markers: [{ line: 11, cpu: 1, events: 7 }], count: 1, events: 7 },
      tracer: 'nop',
      overrun: 7,
      starts: [{ cpu: 1, line: 6 }],
      truncated: undefined,
      stopped: false,
      addresses: undefined,
      backwards: { count: 1, line: 12 },
      capture: undefined,
    });
  });

  it('may have CRLF and a byte order mark', async () => {
    const plain = await read([LOG]);
    const other = await read([`\ufeff${LOG.replaceAll('\n', '\r\n')}`]);
    expect(other).toEqual(plain);
  });

  it('is read the same wherever it is cut into chunks', async () => {
    const bytes = Buffer.from(LOG);
    const whole = await read([bytes]);
    for (let at = 1; at < bytes.length; at++) {
      expect(await read([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
    }
    expect(await read([...bytes].map((byte) => Buffer.from([byte])))).toEqual(whole);
  });

  it('may end anywhere: what is whole is read, what is cut is said', async () => {
    const bytes = Buffer.from(LOG);
    const { events } = await read([bytes]);
    for (let length = HEAD.length; length < bytes.length; length++) {
      const cut = await read([bytes.subarray(0, length)]);
      const whole = bytes.subarray(0, length).lastIndexOf(0x0a) + 1 === length;
      expect(cut.summary.truncated === undefined, `${length} bytes`).toBe(whole);
      cut.events.forEach((event, index) => {
        const isLast = index === cut.events.length - 1;
        if (!isLast) expect(event).toEqual(events[index]);
        else expect(events[index].text.startsWith(event.text)).toBe(true);
      });
    }
  });

  it('may be several logs, one after the other', async () => {
    const { breaks, summary } = await read([LOG, LOG]);
    expect(breaks[1]).toEqual({ line: 16, cpu: undefined, events: undefined });
    expect(summary).toMatchObject({ events: 8, overrun: 14, backwards: { count: 2 } });
  });

  it('may say what was recorded', async () => {
    const note = ['kernel 6.12.0-1 x86_64', 'has a', 'lacks b: gone', 'missed a: 7', 'odd c']
      .map((what) => `# youngcheck: ${what}\n`)
      .join('');
    const { summary } = await read([note]);
    expect(summary.capture).toEqual({
      overrun: [],
      dropped: [],
      cgroups: new Map(),
      kernel: '6.12.0-1',
      has: ['a'],
      lacks: ['b'],
      missed: [{ name: 'a', times: 7 }],
    });
  });

  it('may be of any length in the same memory', async () => {
    const line = LOG.split('\n')[9];
    const block = `${line}\n`.repeat(1000);
    function* blocks(): Iterable<string> {
      for (let i = 0; i < 300; i++) yield block;
    }
    let events = 0;
    const { lines } = await readLog(blocks(), () => void events++);
    expect([events, lines]).toEqual([300_000, 300_000]);
  });
});

const TRACE_CMD = 'cpus=2\n        agetrace-754   [001]   161.634987: ';

describe('what is no log is refused', () => {
  it.each([
    ['an empty file', ''],
    ['no line of it is an event', 'hello\n'],
    ['no line of it is an event', '\n'],
    ['no line of it is an event', 'x'],
    ['a line of more than 64 KiB', 'x'.repeat(70_000)],
    ['a NUL after 1 lines', 'x\n\0'],
    ['a NUL after 15 lines', `${LOG}\0\n`],
    ['trace.dat', Buffer.from('\x17\x08Dtracing6\0\0\0', 'latin1')],
    ['perf.data', 'PERFILE2'],
    ['gzip', Buffer.from([0x1f, 0x8b, 8])],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
    ['bzip2', Buffer.from('BZh91AY&SY', 'latin1')],
    ['xz', Buffer.from('\xfd7zXZ\0', 'latin1')],
    ['UTF-16', Buffer.from(`\ufeff${LOG}`, 'utf16le')],
    ['the trace option raw', `${HEAD}764 0 189490964093 type: 1722\n`],
    ['the trace option raw', `${HEAD}764 0 189599114374 # ffffffff811c36bd DEV begin\n`],
    ['the trace option hex', `${HEAD}000002fd 00000001 0000002c199a5894 type: 118\n\n`],
    ['perf script', 'agetrace   764 [000]   189.599286: exceptions:page_fault_user: address=0x1\n'],
    ['perf script', 'a b   764/765 [000]   189.599: 1 youngcheck:test_young: (ffff) mm=0x1\n'],
    ['without a task, a CPU and a time', `${HEAD}kvm_age_hva: mmu notifier age hva: 0x1\n`],
    ['printed as key=value', `${TRACE_CMD}test_young:   __probe_ip=ffffffff812e5250 addr=0x4\n`],
    ['printed as key=value', `${TRACE_CMD}a_ret: __probe_func=ffff __probe_ret_ip=ffff ret=1\n`],
    ['printed as key=value', `${TRACE_CMD}print:     ip=tracing_mark_write buf=DEV begin\n`],
    ['printed as key=value', `${TRACE_CMD}kvm_tdp_mmu_spte_changed:  gfn=200 old_spte=0\n`],
  ])('%s', async (message, content) => {
    const bytes = Buffer.from(content as string);
    expect((await refused([bytes])).message).toContain(message);
    // What is long comes in pieces of odd lengths; a piece a byte would take seconds.
    const length = bytes.length > 10_000 ? 97 : 1;
    const pieces = Array.from({ length: Math.ceil(bytes.length / length) }, (_, i) =>
      bytes.subarray(i * length, (i + 1) * length),
    );
    expect((await refused(pieces)).message).toContain(message);
  });

  it('a name of nothing, or of a folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'youngcheck-'));
    try {
      const gone = join(folder, 'gone');
      expect(() => openLog(gone)).toThrow(`${gone}: no such file`);
      expect(() => openLog(folder)).toThrow(`${folder}: a folder, not a file`);
      writeFileSync(join(folder, 'log'), LOG);
      const summary = await readLog(openLog(join(folder, 'log')), () => {});
      expect(summary.events).toBe(4);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('garbage is read or refused, never more', async () => {
    const pieces = LOG.split(/(?<=[\s:[\]=-])/);
    const anyText = fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary' })), { maxLength: 60 })
      .map((parts) => Buffer.from(parts.join('')));
    const anyBytes = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyText, anyBytes), async (bytes) => {
        await read([bytes]).catch((error) => {
          if (!(error instanceof Complaint)) throw error;
        });
      }),
      { numRuns: samples(50) },
    );
  });
});

const REAL = new URL('../../../../shared/realtrace/', import.meta.url);

// The captures are not part of this repository. CI has them and requires them.
describe('logs of real kernels', () => {
  it.skipIf(absent(REAL))('are read to the last line', async () => {
    for (const kernel of ['6.1', '6.12']) {
      const folder = new URL(`${kernel}/`, REAL);
      for (const name of readdirSync(folder).filter((file) => file.endsWith('.trace.txt'))) {
        const text = readFileSync(new URL(name, folder), 'utf8');
        const { summary } = await read([text], name);
        const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
        expect(summary.events, name).toBe(lines.length);
        expect(summary, name).toMatchObject({
          unknown: { count: 0 },
          lost: { count: 0 },
          overrun: 0,
          truncated: undefined,
          backwards: { count: 0 },
        });
      }
    }
  });
});
