/** The events that a person would name who reads the lines of a real log. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readWhole } from '../conform.ts';
import type { Granularity } from './event-kinds.ts';
import { seenEvents } from './seen-events.ts';

/** The events on the first page of a log: the kinds, the answer, and the first and last line. */
async function seen(name: string, granularity: Granularity, ats = true): Promise<string[]> {
  const text = readFileSync(`suites/conformance/${name}.log`, 'utf8');
  return seenIn(text, name, granularity, ats);
}

async function seenIn(
  text: string,
  name: string,
  granularity: Granularity,
  ats: boolean,
): Promise<string[]> {
  const { log } = await readWhole([text], `${name}.log`);
  const { events, unclear } = seenEvents(log, log.pages.slice(0, 1), { granularity, ats });
  expect(unclear).toEqual([]);
  return events.map(({ kinds, answer, lines }) => {
    const said = answer === undefined ? '' : ` == ${answer}`;
    return `${lines[0]}-${lines.at(-1)} ${kinds.join('|')}${said}`;
  });
}

describe('the events that lines show', () => {
  it('a fork and a copy on write, which belongs to the access that faults', async () => {
    expect(await seen('6.1-I-captured', 'atomic')).toEqual([
      '59-63 cpu0: write',
      '65-81 dev0: write',
      '107-113 user: fork',
      '161-170 dev0: read',
      '172-190 dev0: write',
      '193-199 user: mprotect',
      '203-208 dev0: read',
      '209-215 kswapd: write-protect',
      '217-222 dev0: write',
    ]);
  });

  it('an eviction by MADV_PAGEOUT, with a look on 6.1 and without on 6.12', async () => {
    expect(await seen('6.1-F-captured', 'atomic')).toEqual([
      '59-63 cpu0: write',
      '67-67 user: madvise-cold',
      '69-85 dev0: write',
      '91-98 kswapd: folio_referenced == 1',
      // The look that finds no use is a part of it.
      '112-120 kswapd: pageout',
      '124-131 dev0: read',
      '133-134 cpu0: read',
    ]);
    expect(await seen('6.12-F-captured', 'atomic')).toContainEqual(
      expect.stringContaining('kswapd: pageout'),
    );
    expect((await seen('6.12-F-captured', 'atomic')).join()).not.toContain('folio_referenced');
  });

  it('walks of the multi-gen LRU, which call the notifier on 6.12 and not on 6.1', async () => {
    expect(await seen('6.1-G', 'atomic')).toContain('200-200 kswapd: walk == 1');
    expect(await seen('6.12-G-mglru', 'atomic')).toContain('78-83 kswapd: walk == 1');
  });

  it('the steps of a look at a page of KVM', async () => {
    const steps = await seen('6.1-B', 'fine');
    expect(steps.filter((text) => /^(?:6|7)\d-/.test(text))).toEqual([
      '67-67 kswapd: age == 0',
      '71-71 kswapd: harvest|page_idle: harvest|user: harvest == 1',
      '72-72 kswapd: post-atc|page_idle: post-atc|user: post-atc',
      '74-74 kswapd: report == 1',
    ]);
  });

  it('an access without an ATC, which has no steps', async () => {
    const text = readFileSync('suites/conformance/6.1-M1-noflush.log', 'utf8');
    const lines = text.split('\n').filter((line) => !line.includes('atc_access'));
    const without = lines.join('\n').replaceAll(/path=atc-\w+/g, 'path=dma');
    const events = await seenIn(without, 'x', 'fine', false);
    expect(events.filter((event) => event.includes('dev0'))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^\d+-\d+ dev0: read$/)]),
    );
    expect(events.join()).not.toMatch(/request|translate|complete/);
  });
});
