/** Which calls surround an event, even if the log lacks some lines. */
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absent } from '../../../suites/absent.ts';
import type { LogEvent } from './index.ts';
import { Calls, openLog, readLog, within } from './index.ts';

let line = 0;
const event = (name: string, { pid = 1, cpu = 0, flags = '.....' } = {}): LogEvent => ({
  line: ++line,
  task: 'a',
  pid,
  cpu,
  time: 0,
  flags,
  group: '',
  name,
  text: '',
});

/** The calls around each event, and the entry that a return ends, by name. */
const shown = (calls: Calls, events: readonly LogEvent[]): string[] =>
  events.map((each) => {
    const { entry, outer } = calls.take(each);
    const ends = entry === undefined ? '' : ` ends ${entry.name}`;
    return `${[...outer, each].map(({ name }) => name).join(' > ')}${ends}`;
  });

const told = (names: string): string[] =>
  shown(
    new Calls(),
    names.split(' ').map((name) => event(name)),
  );

describe('calls', () => {
  it('nest', () => {
    expect(
      told(
        'folio_referenced folio_referenced_one ptep_clear_flush_young ptep_clear_flush_young_ret ' +
          'clear_flush_young clear_flush_young_ret folio_referenced_ret tlb_flush',
      ),
    ).toEqual([
      'folio_referenced',
      'folio_referenced > folio_referenced_one',
      'folio_referenced > folio_referenced_one > ptep_clear_flush_young',
      'folio_referenced > folio_referenced_one > ptep_clear_flush_young_ret' +
        ' ends ptep_clear_flush_young',
      'folio_referenced > folio_referenced_one > clear_flush_young',
      'folio_referenced > folio_referenced_one > clear_flush_young_ret ends clear_flush_young',
      'folio_referenced_ret ends folio_referenced',
      'tlb_flush',
    ]);
  });

  it('are over when their task writes a marker', () => {
    expect(told('folio_referenced tracing_mark_write clear_young').slice(1)).toEqual([
      'tracing_mark_write',
      'clear_young',
    ]);
  });

  it('of a page mapped twice are two', () => {
    expect(
      told('folio_referenced folio_referenced_one tlb_flush folio_referenced_one tlb_flush').slice(
        3,
      ),
    ).toEqual([
      'folio_referenced > folio_referenced_one',
      'folio_referenced > folio_referenced_one > tlb_flush',
    ]);
  });

  it('may have begun before the log', () => {
    expect(told('clear_young_ret folio_referenced_one clear_young clear_young_ret')).toEqual([
      'clear_young_ret',
      'folio_referenced_one',
      'clear_young',
      'clear_young_ret ends clear_young',
    ]);
  });

  it('may lack their return', () => {
    const calls = new Calls();
    const names =
      'folio_referenced clear_young folio_referenced_ret clear_young clear_young tlb_flush';
    expect(
      shown(
        calls,
        names.split(' ').map((name) => event(name)),
      ),
    ).toEqual([
      'folio_referenced',
      'folio_referenced > clear_young',
      'folio_referenced_ret ends folio_referenced',
      'clear_young',
      'clear_young',
      'clear_young > tlb_flush',
    ]);
    expect(calls).toMatchObject({ unreturned: 2, orphans: 0 });
  });

  it('of other functions are learnt from their first return', () => {
    expect(told('odd tlb_flush odd_ret odd tlb_flush odd_ret')).toEqual([
      'odd',
      'tlb_flush',
      'odd_ret',
      'odd',
      'odd > tlb_flush',
      'odd_ret ends odd',
    ]);
  });

  it('are forgotten where events were lost', () => {
    const calls = new Calls();
    calls.take(event('folio_referenced'));
    calls.forget();
    expect(shown(calls, [event('clear_young'), event('folio_referenced_ret')])).toEqual([
      'clear_young',
      'clear_young > folio_referenced_ret',
    ]);
  });

  it('are a task of its own each, and an interrupt on top of it, and an idle CPU', () => {
    const calls = new Calls();
    expect(
      shown(calls, [
        event('folio_referenced'),
        event('folio_referenced', { pid: 2 }),
        event('clear_young', { flags: 'd.h1.' }),
        event('clear_young', { pid: 0, cpu: 0 }),
        event('test_young', { pid: 0, cpu: 1 }),
        event('test_young', { pid: 0, cpu: 0 }),
      ]),
    ).toEqual([
      'folio_referenced',
      'folio_referenced',
      'clear_young',
      'clear_young',
      'test_young',
      'clear_young > test_young',
    ]);
  });

  it('are found by name', () => {
    const calls = new Calls();
    const look = event('folio_referenced');
    calls.take(look);
    const call = calls.take(event('clear_young'));
    expect(within(call, 'folio_referenced')).toBe(look);
    expect(within(call, 'try_to_unmap_one')).toBeUndefined();
  });

  it('never are inside of themselves, and never grow without end', () => {
    const names = ['folio_referenced', 'folio_referenced_one', 'clear_young', 'tlb_flush'];
    const anyEvent = fc.constantFrom(...names, ...names.map((name) => `${name}_ret`));
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 100 }), (list) => {
        const calls = new Calls();
        for (const name of list) {
          const outer = calls.take(event(name)).outer.map((open) => open.name);
          expect(new Set(outer).size).toBe(outer.length);
        }
      }),
    );
  });
});

const REAL = new URL('../../../../shared/realtrace/6.1/M1-noflush.trace.txt', import.meta.url);

it.skipIf(absent(REAL))('of a real log all pair', async () => {
  const calls = new Calls();
  const outside: number[] = [];
  await readLog(openLog(fileURLToPath(REAL)), (each) => {
    const call = calls.take(each);
    const look = within(call, 'folio_referenced');
    if (each.name === 'ptep_clear_flush_young' && look === undefined) outside.push(each.line);
  });
  expect(outside).toEqual([]);
  expect(calls.unreturned).toBe(0);
});
