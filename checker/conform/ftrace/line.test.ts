/** Reads every form of a line that the kernel and trace-cmd print. */
import { describe, expect, it } from 'vitest';
import { readLine, readLost } from './line.ts';

const TEXT = '(__mmu_notifier_clear_young+0x0/0x90) mm=0xffff888004861680 start=0x1000 end=0x2000';
const EVENT = {
  line: 7,
  task: 'agetrace',
  pid: 125,
  cpu: 1,
  time: 5.421067,
  flags: 'd..2.',
  group: '',
  name: 'clear_young',
  text: TEXT,
};

describe('a line is read', () => {
  it.each([
    ['trace', '        agetrace-125     [001] d..2.     5.421067: clear_young: TEXT', {}],
    ['trimmed, as in a mail', 'agetrace-125 [001] d..2. 5.421067: clear_young: TEXT', {}],
    [
      'flags of 4',
      '  agetrace-125   [001] d..2     5.421067: clear_young: TEXT',
      { flags: 'd..2' },
    ],
    ['flags of 6', ' agetrace-125 [001] d..2.x 5.421067: clear_young: TEXT', { flags: 'd..2.x' }],
    [
      'flags of 7, as PREEMPT_RT has',
      '  agetrace-125     [001] d...2..     5.421067: clear_young: TEXT',
      { flags: 'd...2..' },
    ],
    ['latency-format', 'agetrace-125       1d..2. 123456us!: clear_young: TEXT', { time: 123456 }],
    ['latency-format without a mark', 'agetrace-125 1d..2.   7us : clear_young: TEXT', { time: 7 }],
    [
      'latency-format and verbose',
      '        agetrace     125   1 16 00000002 0000008c [0b4b676a] 165.677ms (+108.065ms): ' +
        'clear_young: TEXT',
      { time: 165.677, flags: 's' },
    ],
    ['trace-cmd report -l', 'agetrace-125     1d..2.     5.421067: clear_young:    TEXT', {}],
    [
      'irq-info off',
      '        agetrace-125     [001]     5.421067: clear_young: TEXT',
      { flags: '' },
    ],
    [
      'a TGID',
      '        agetrace-125     (    120) [001] d..2.     5.421067: clear_young: TEXT',
      {},
    ],
    [
      'no TGID',
      '        agetrace-125     (-------) [001] d..2.     5.421067: clear_young: TEXT',
      {},
    ],
    ['ns', ' agetrace-125 [001] d..2. 5.421067123: clear_young: TEXT', { time: 5.421067123 }],
    ['a counter', ' agetrace-125 [001] d..2.       12345: clear_young: TEXT', { time: 12345 }],
    [
      'a short counter',
      ' agetrace-125 [001]  12345: clear_young: TEXT',
      { time: 12345, flags: '' },
    ],
    [
      'trace-cmd',
      '        agetrace-125   [001] d..2.     5.421067: clear_young:          TEXT',
      {},
    ],
    [
      'trace-cmd 2',
      '        agetrace-125   [001]     5.421067: clear_young:   TEXT',
      { flags: '' },
    ],
    ['a group:', ' agetrace-125 [001] d..2. 5.421067: mn:clear_young: TEXT', { group: 'mn' }],
    ['a group/', ' agetrace-125 [001] d..2. 5.421067: mn/clear_young: TEXT', { group: 'mn' }],
    [
      'of several files',
      'trace.dat:         agetrace-125   [001] d..2. 5.421067: clear_young: TEXT',
      {},
    ],
    [
      'no name',
      '           <...>-125     [001] d..2.     5.421067: clear_young: TEXT',
      { task: '<...>' },
    ],
  ])('%s', (_, line, differs) => {
    const read = readLine(line.replace('TEXT', TEXT), 7);
    expect(read).toEqual({ ...EVENT, ...differs });
  });

  it.each([
    ['kworker/u4:1-ev', ' kworker/u4:1-ev-125   [001] d..2.     5.421067: clear_young: x'],
    ['kvm-nx-lpage-re', ' kvm-nx-lpage-re-125     [001] d..2.     5.421067: clear_young: x'],
    ['a b', '             a b-125     [001] d..2.     5.421067: clear_young: x'],
    ['x-1 [0]', '         x-1 [0]-125     [001] d..2.     5.421067: clear_young: x'],
    ['nginx: worker', '   nginx: worker-125     [001] d..2.     5.421067: clear_young: x'],
    ['(sd-pam)', '        (sd-pam)-125     [001] d..2.     5.421067: clear_young: x'],
    [
      '\u00e9t\u00e9',
      '             \u00e9t\u00e9-125     [001] d..2.     5.421067: clear_young: x',
    ],
  ])('of the task %s', (task, line) => {
    expect(readLine(line, 7)).toEqual({ ...EVENT, task, text: 'x' });
  });

  it.each([
    ['tracing_mark_write: DEV begin', 'tracing_mark_write', 'DEV begin'],
    ['tracing_mark_write: ', 'tracing_mark_write', ''],
    ['tracing_mark_write:', 'tracing_mark_write', ''],
    ['print:                tracing_mark_write: DEV begin', 'tracing_mark_write', 'DEV begin'],
    ['print: ffffffff81231234: DEV begin', 'tracing_mark_write', 'DEV begin'],
    ['print: 0xffffffff81231234: DEV begin', 'tracing_mark_write', 'DEV begin'],
    ['print: DEV begin', 'tracing_mark_write', 'DEV begin'],
    ['bprint: atc_access: ATC hit', 'atc_access', 'ATC hit'],
    ['bprint: atc_access+0x12: ATC hit', 'atc_access', 'ATC hit'],
    ['atc_access: ATC hit', 'atc_access', 'ATC hit'],
    ['tracing_mark_write <ffffffff811c36bd>: DEV begin', 'tracing_mark_write', 'DEV begin'],
    ['tracing_mark_write+0x1d/0x60: DEV begin', 'tracing_mark_write', 'DEV begin'],
    ['atc_access+0x1d/0x60 [atcdev] <ffffffffc02a74e0>: ATC hit', 'atc_access', 'ATC hit'],
  ])('print %s', (print, name, text) => {
    const read = readLine(` agetrace-125 [001] d..2. 5.421067: ${print}`, 7);
    expect(read).toMatchObject({ name, text });
  });

  it.each([
    ['(clear_young+0x0/0x90 <ffffffff81321110>) a=1 <ffff>', '(clear_young+0x0/0x90) a=1 <ffff>'],
    [
      '(a+0x110/0x2d0 [kvm] <ffffffffc0252ba0> <- b <ffffffffc02a74e0>) ret=0',
      '(a+0x110/0x2d0 [kvm] <- b) ret=0',
    ],
  ])('sym-addr %s', (text, bare) => {
    const read = readLine(` agetrace-125 [001] d..2. 5.421067: clear_young: ${text}`, 7);
    expect(read).toMatchObject({ text: bare });
  });

  it.each([
    '',
    '# tracer: nop',
    ' => handle_mm_fault',
    'CPU:1 [LOST 12 EVENTS]',
    'agetrace-125 [001] d..2. 5.421067',
    'agetrace-125 [001] d..2. 5.421067:',
    'agetrace-125 [001] d..2. 5.421067: do_timer <-tick_do_update_jiffies64',
    'agetrace 125 [001] d..2. 5.421067: clear_young: perf script prints no dash',
    `${' '.repeat(100_000)}`,
    `${'-1'.repeat(50_000)}`,
  ])('%j is no event', (line) => {
    expect(readLine(line, 1)).toBeUndefined();
  });
});

describe('lost events', () => {
  it.each([
    ['CPU:1 [LOST 123 EVENTS]', 1, 123],
    ['CPU:12 [123 EVENTS DROPPED]', 12, 123],
    ['CPU 1: 123 EVENTS DROPPED', 1, 123],
    ['CPU 1: EVENTS DROPPED', 1, undefined],
    ['CPU:3 [EVENTS DROPPED]', 3, undefined],
    ['trace.dat: CPU:3 [EVENTS DROPPED]', 3, undefined],
  ])('%s', (line, cpu, events) => {
    expect(readLost(line, 9)).toEqual({ line: 9, cpu, events });
  });

  it.each(['LOST EVENTS', 'CPU:x [LOST 1 EVENTS]', 'a CPU:1 [LOST 1 EVENTS] b'])(
    '%s says nothing of the kind',
    (line) => {
      expect(readLost(line, 9)).toBeUndefined();
    },
  );
});
