/** A replay checks every claim of a trace, and complains about each that is wrong. */
import { describe, expect, it } from 'vitest';
import { PROPERTIES } from '../../properties/index.ts';
import { Complaint } from './complaint.ts';
import { parseTrace } from './parse.ts';
import { printTrace } from './print.ts';
import { replay, traceOf } from './replay.ts';
import { parseSystem } from './setup.ts';

/** The complaint about a trace, as it is printed. */
function complaintOf(text: string): string {
  try {
    replay(parseTrace(text, 'a.trace'));
  } catch (error) {
    if (error instanceof Complaint) return error.format();
    throw error;
  }
  return 'no complaint';
}

const lines = (...parts: string[]): string => parts.join('\n');

/** A trace with numbered events, a setup block and a last line. */
function traced(setup: string, events: string, last = 'ends'): string {
  const numbered = events.split('; ').map((event, i) => `(${i + 1}) ${event}`);
  return ['{', setup, '}', ...numbered, last].join('\n');
}

/** The reason why the last event cannot happen. */
function reasonOf(setup: string, events: string): string {
  const message = complaintOf(traced(setup, events)).split('\n')[0];
  const last = events.split('; ').length;
  const line = 2 + setup.split('\n').length + last;
  const start = new RegExp(`^a\\.trace:${line}:5: error: \\(${last}\\) .* cannot happen here: `);
  return message.replace(start, '');
}

const LOOK = 'kswapd: folio_referenced A';
const MISSED = 'violates no-missed-device-reference(reclaim)';
const SEEN_TWICE = `dev0: read A; ${LOOK} == 1; dev0: read A; ${LOOK} == 0`;
const TWICE_MISSED = `${SEEN_TWICE}; dev0: read A; ${LOOK} == 0`;

describe('a replay', () => {
  it('tells of every step what happened', () => {
    const { steps, model } = replay(parseTrace(traced('', SEEN_TWICE, MISSED), 'x'));
    expect(steps.map(({ number, answer, violated }) => ({ number, answer, violated }))).toEqual([
      { number: 1, answer: undefined, violated: [] },
      { number: 2, answer: 1, violated: [] },
      { number: 3, answer: undefined, violated: [] },
      { number: 4, answer: 0, violated: [PROPERTIES[0]] },
    ]);
    expect(steps[0].before).toEqual(model.initial);
    expect(steps[1].before).toEqual(steps[0].after);
    expect(steps[3].shown.look).toMatchObject({ observer: 'reclaim', devSure: true });
  });

  it('needs no answers', () => {
    const text = traced('', SEEN_TWICE.replaceAll(/ == ./g, ''), MISSED);
    expect(complaintOf(text)).toBe('no complaint');
  });

  it('goes through the violation of another property to its own', () => {
    const text = traced('', TWICE_MISSED, 'violates no-repeated-miss(reclaim)');
    expect(complaintOf(text)).toBe('no complaint');
  });
});

describe('what is not so', () => {
  it('an answer', () => {
    expect(complaintOf(traced('', SEEN_TWICE.replace('== 0', '== 1'), MISSED))).toBe(
      lines(
        'a.trace:7:35: error: (4) kswapd: folio_referenced A answers 0 here, not 1',
        '  (4) kswapd: folio_referenced A == 1',
        '                                    ^',
        'possible:',
        '  kswapd: folio_referenced A == 0',
      ),
    );
  });

  it('an event', () => {
    const text = traced('', `${LOOK} == 0`).replace('(1)', '>  (1)');
    expect(complaintOf(text)).toBe(
      lines(
        'a.trace:4:8: error: (1) kswapd: folio_referenced A cannot happen here: A is not mapped',
        '  >  (1) kswapd: folio_referenced A == 0',
        '         ^',
        'possible:',
        '  dev0: read A',
      ),
    );
  });

  it.each([
    [
      traced('', SEEN_TWICE),
      lines(
        'a.trace:8:1: error: (4) violates no-missed-device-reference(reclaim)',
        '  ends',
        '  ^',
        'possible:',
        `  ${MISSED}`,
      ),
    ],
    [
      traced('', 'dev0: read A', MISSED),
      lines(
        'a.trace:5:10: error: nothing is violated',
        `  ${MISSED}`,
        '           ^',
        'possible:',
        '  ends',
      ),
    ],
    [
      traced('', SEEN_TWICE, 'violates no-false-reference'),
      lines(
        'a.trace:8:10: error: (4) violates no-missed-device-reference(reclaim) instead',
        '  violates no-false-reference',
        '           ^',
        'possible:',
        `  ${MISSED}`,
      ),
    ],
    [
      traced('', `${SEEN_TWICE}; dev0: read A`, MISSED),
      lines(
        'a.trace:9:10: error: no-missed-device-reference(reclaim) is violated already at (4), ' +
          'and not by the last event',
        `  ${MISSED}`,
        '           ^',
        'hint: drop what follows (4)',
      ),
    ],
    [
      traced('', `${SEEN_TWICE}; dev0: read A`, 'violates no-false-reference'),
      lines(
        'a.trace:9:10: error: no-false-reference is not violated; ' +
          '(4) violates no-missed-device-reference(reclaim)',
        '  violates no-false-reference',
        '           ^',
        `hint: drop what follows (4), and end with '${MISSED}'`,
      ),
    ],
    [
      traced('', `${SEEN_TWICE}; dev0: read A`),
      lines(
        'a.trace:9:1: error: (4) violates no-missed-device-reference(reclaim)',
        '  ends',
        '  ^',
        `hint: drop what follows (4), and end with '${MISSED}'`,
      ),
    ],
    [
      traced('', `${TWICE_MISSED}; dev0: read A`, 'violates no-repeated-miss(reclaim)'),
      lines(
        'a.trace:11:10: error: no-repeated-miss(reclaim) is violated already at (6), ' +
          'and not by the last event',
        '  violates no-repeated-miss(reclaim)',
        '           ^',
        'hint: drop what follows (6)',
      ),
    ],
    [
      `/* Result: Never */\n${traced('', SEEN_TWICE, MISSED)}`,
      lines(
        'a.trace:1:12: error: the result is not Never: ' +
          'this trace violates no-missed-device-reference(reclaim)',
        '  /* Result: Never */',
        '             ^',
        'possible:',
        '  Sometimes',
      ),
    ],
  ])('the last line %#', (text, message) => {
    expect(complaintOf(text)).toBe(message);
  });
});

const ALL = 'scope observers=reclaim,idle events=unmap,protect,write,evict,clear-refs,posted';
const FINE = `${ALL} granularity=fine`;
const MISS = 'dev0: request-read A; iommu: translate dev0 A';
const MISS_W = MISS.replace('read', 'write');

describe('why an event cannot happen', () => {
  it.each([
    [ALL, 'dev0: evict A', 'dev0 has no ATC entry of A'],
    [ALL, 'iommu: evict A', 'the IOTLB has no entry of A'],
    [`${ALL} cpus=1`, 'cpu0: evict A', 'cpu0 has no TLB entry of A'],
    [ALL, 'user: clear-refs A', 'A is not mapped'],
    [ALL, 'page_idle: check A', 'A is not marked idle'],
    [
      ALL,
      'dev0: write A; kswapd: write-protect A; kswapd: write-protect A',
      'A is write-protected already',
    ],
    [FINE, 'dev0: read A', 'dev0 has no ATC entry of A: a miss begins with request-read'],
    [
      FINE,
      `${MISS}; dev0: complete A; dev0: write A`,
      "dev0's ATC entry of A does not permit writes: a miss begins with request-write",
    ],
    [
      FINE,
      `${MISS}; dev0: complete A; dev0: request-read A`,
      'dev0 has an ATC entry of A: the read is a hit',
    ],
    [
      FINE,
      'dev0: request-write A; dev0: request-read A',
      'dev0 has a request for A in flight already',
    ],
    [FINE, 'dev0: complete A', 'dev0 has no request for A in flight'],
    [
      FINE,
      'dev0: request-read A; dev0: complete A',
      'the IOMMU has not translated the request of dev0 for A',
    ],
    [FINE, 'iommu: translate dev0 A', 'dev0 has not requested A'],
    [
      FINE,
      `${MISS}; iommu: translate dev0 A`,
      'the translation of A for dev0 is on its way already',
    ],
    [FINE, 'dev0: handle-invalidation A', 'no invalidation of A is pending at dev0'],
    [
      FINE,
      `${MISS_W}; dev0: complete A; dev0: post-write A; kswapd: unmap A; kswapd: flush-iotlb A; ` +
        'kswapd: post-atc A; dev0: handle-invalidation A',
      'the posted write of dev0 to A has not landed',
    ],
    [FINE, 'dev0: post-write A', 'dev0 has no ATC entry of A'],
    [
      FINE,
      `${MISS_W}; dev0: complete A; dev0: post-write A; dev0: post-write A`,
      'dev0 has a posted write to A in flight already',
    ],
    [FINE, 'dev0: land-write A', 'dev0 has posted no write to A'],
    [FINE, 'page_idle: report A', 'page_idle is idle'],
    [
      `${FINE} pages=2`,
      `${MISS}; kswapd: unmap A; kswapd: flush-iotlb B`,
      'kswapd is in its unmap A, next comes flush-iotlb A',
    ],
    [
      FINE,
      `${MISS}; kswapd: unmap A; kswapd: free A`,
      'kswapd is in its unmap A, next comes flush-iotlb A',
    ],
    [
      FINE,
      `${MISS}; kswapd: unmap A; kswapd: age A`,
      'kswapd is in its unmap A, next comes flush-iotlb A',
    ],
    [FINE, `${MISS}; kswapd: age A; page_idle: mark A`, 'kswapd holds the page-table lock of A'],
    [FINE, `${MISS}; kswapd: age A; user: clear-refs A`, 'kswapd holds the page-table lock of A'],
    [
      FINE,
      `${MISS}; kswapd: unmap A; kswapd: flush-iotlb A; kswapd: post-atc A; ` +
        'kswapd: await-atc A',
      'dev0 has not handled the invalidation of A',
    ],
    [
      FINE,
      `${MISS}; dev0: complete A; kswapd: unmap A; kswapd: flush-iotlb A; dev0: request-write A; ` +
        'iommu: translate dev0 A',
      'A is not mapped, and kswapd holds the page-table lock of A',
    ],
    [
      `${FINE} cpus=1`,
      `${MISS}; kswapd: write-protect A; cpu0: write A`,
      'it needs the fault handler, and kswapd holds the page-table lock of A',
    ],
    [
      `hardware ats=false iotlb=false\n${FINE}`,
      'dev0: read A; kswapd: unmap A; dev0: read A',
      'A is not mapped, and kswapd holds the page-table lock of A',
    ],
    [
      `kernel unmap=pte,flush-tlb,invalidate@mm\n${FINE} pages=2`,
      `${MISS}; kswapd: unmap A; kswapd: flush-iotlb A; kswapd: post-atc A; ` +
        'dev0: handle-invalidation A; kswapd: await-atc A',
      'dev0 has not handled the invalidation of B',
    ],
  ])('%s: %s', (setup, events, reason) => {
    expect(reasonOf(setup, events)).toBe(reason);
  });
});

describe('traceOf', () => {
  it('answers, and finds the verdict', () => {
    const system = parseSystem({});
    const given = parseTrace(traced('', SEEN_TWICE, MISSED), 'x');
    const run = given.steps.map(({ event }) => event);
    expect(printTrace(traceOf(system, run))).toBe(printTrace(given));
    expect(traceOf(system, run.slice(0, 3), { name: 'x' })).toMatchObject({
      name: 'x',
      verdict: 'ends',
    });
    expect(() => traceOf(system, run.slice(1))).toThrow('(1) kswapd: folio_referenced A cannot');
  });
});
