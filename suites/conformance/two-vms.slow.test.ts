/**
 * Two processes with VMs in one log. A script merges two excerpts by time, with other pids and mms
 * in the second. Each page is judged as in its own log.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { conform, outcomeOf } from '../../checker/conform/conform.ts';

const LINE = /^(.*?-)(\d+)(\s+\[\d+\].*?\s)(\d+\.\d+)(: .*)$/;

/** The events of an excerpt, with or without the program's markers. */
const eventsOf = (name: string, marked: boolean): string[] =>
  readFileSync(new URL(`${name}.log`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => LINE.test(line) && (marked || !line.includes('tracing_mark_write')));

interface As {
  readonly pid: number;
  readonly mm: string;
  readonly start: number;
}

/** The events with their times, as another process at another time would have made them. */
function timed(lines: readonly string[], { pid, mm, start }: As) {
  const begin = Number(LINE.exec(lines[0])![4]);
  return lines.map((line) => {
    const [, task, own, head, time, text] = LINE.exec(line)!;
    const at = Number(time) - begin + start;
    const other = text
      .replace(/(pid=|child=)(\d+)/g, (_, key: string, n: string) => `${key}${+n + pid}`)
      .replace(/((?:mm|vma|folio)=0xffff)8/g, `$1${mm}`)
      .replace(/(folio=0xffff)e/g, `$1${mm}`);
    return { at, line: `${task}${+own + pid}${head}${at.toFixed(6)}${other}` };
  });
}

const FIRST: As = { pid: 0, mm: '8', start: 0 };
const SECOND: As = { pid: 5000, mm: '9', start: 0.0015 };
type Event = ReturnType<typeof timed>[number];

const textOf = (events: readonly Event[]): string =>
  events
    .toSorted((a, b) => a.at - b.at)
    .map(({ line }) => `${line}\n`)
    .join('');

async function toldOf(events: readonly Event[]) {
  const conformance = await conform([textOf(events)], 'x.log', {});
  const pages = conformance.pages.map(({ page, refusal }) =>
    [
      page.address.toString(16),
      `${page.uses.looks} looks`,
      refusal === undefined ? 'explained' : `refused at ${refusal.line}`,
      page.unjudged?.why ?? 'judged',
      ...page.uses.missed.map(({ kind }) => kind),
    ].join(' '),
  );
  return { outcome: outcomeOf(conformance), pages: pages.toSorted() };
}

describe.each([
  ['6.1-A', '6.1-B'],
  ['6.1-H', '6.1-D'],
  ['6.12-Q-classic', '6.12-R-classic'],
])('%s and %s at once', (one, other) => {
  it.each([true, false])('are judged as each alone; with markers: %j', async (marked) => {
    const [first, second] = [
      timed(eventsOf(one, marked), FIRST),
      timed(eventsOf(other, marked), SECOND),
    ];
    const alone = [await toldOf(first), await toldOf(second)].flatMap(({ pages }) => pages);
    const both = await toldOf([...first, ...second]);
    expect(both.pages).toEqual(alone.toSorted());
  });
});

describe('a vCPU of another VM faults on a frame of the same number', () => {
  const B = timed(eventsOf('6.1-B', false), FIRST);
  const evicted = B.findIndex(({ line }) => line.includes(': try_to_unmap_one: '));
  const look = B.findLastIndex(({ line }, i) => i < evicted && / folio_referenced: /.test(line));

  /** What a fault of another VM leaves between two lines. */
  const faultAt = (place: number): Event[] =>
    [
      'kvm_page_fault: vcpu 0 rip 0x1000 address 0x0000000000200000 error_code 0x100000004',
      'kvm_tdp_mmu_spte_changed: as id 0 gfn 200 level 1 old_spte 0 new_spte 1e42e67',
      'kvm_mmu_set_spte: gfn 200 spte 1e42e67 (rwxu) level 1 at 8a88000',
      'tdp_page_fault_ret: (kvm_mmu_page_fault+0x113/0x980 [kvm] <- kvm_tdp_page_fault) ret=4',
    ].map((text) => {
      const { at } = B[place];
      return { at, line: `   agetrace-5125     [003] .....     ${at.toFixed(6)}: ${text}` };
    });

  it.each([
    ['before a look', look - 1],
    ['within a look', look + 1],
    ['at the eviction', evicted],
  ])('%s: it counts for nothing', async (_, place) => {
    expect(await toldOf(B.toSpliced(place + 1, 0, ...faultAt(place)))).toEqual(await toldOf(B));
  });
});

describe.each([
  ['6.1-A', '6.1-B', 0.0015],
  ['6.1-B', '6.1-A', 0.0005],
])('a marker of one of two programs, %s and then %s', (first, second, start) => {
  const both = [
    timed(eventsOf(first, true), FIRST),
    timed(eventsOf(second, true), { ...SECOND, start }),
  ]
    .flat()
    .toSorted((a, b) => a.at - b.at);
  const markers = both.flatMap(({ line }, at) =>
    line.includes(': tracing_mark_write: ') ? [[at, LINE.exec(line)![5]] as const] : [],
  );
  const accused = async (events: readonly Event[]): Promise<string[]> => {
    const { pages } = await toldOf(events);
    return pages.filter((page) => /unreferenced|evicted/.test(page));
  };

  /** The markers whose loss or delay accuses a page. */
  async function accusing(changed: (at: number) => readonly Event[]): Promise<string[]> {
    const found: string[] = [];
    for (const [at, text] of markers) {
      const pages = await accused(changed(at));
      found.push(...pages.map((page) => `${at}: ${text}: ${page}`));
    }
    return found;
  }

  it('accuses nobody if it is lost', async () => {
    expect(markers.length).toBeGreaterThan(60);
    expect(await accusing((at) => both.toSpliced(at, 1))).toEqual([]);
  });

  it('accuses nobody if it comes three lines late', async () => {
    const behind = (at: number): number => both[Math.min(at + 3, both.length - 1)].at + 1e-7;
    expect(await accusing((at) => both.with(at, { ...both[at], at: behind(at) }))).toEqual([]);
  });

  it('says that the page is claimed by two if the SCENARIO of one is lost', async () => {
    const scenarios = markers.filter(([, text]) => text.includes('region='));
    expect(scenarios).toHaveLength(2);
    for (const [at] of scenarios) {
      const { pages } = await toldOf(both.toSpliced(at, 1));
      expect(pages).toEqual([expect.stringContaining('claimed')]);
    }
  });
});

describe('a marker of a task that no SCENARIO names', () => {
  const B = timed(eventsOf('6.1-B', true), FIRST);
  const used = B.findIndex(({ line }) => line.includes(': DEV begin '));
  /** The markers from an access on have another writer, which `echo | tee` would be. */
  const by = (pid: (at: number) => number, from: number): Event[] =>
    B.map((event, at) =>
      at >= from && event.line.includes(': tracing_mark_write: ')
        ? { ...event, line: event.line.replace(/-136\b/, `-${pid(at)}`) }
        : event,
    );

  it('may be of another program, and the page is claimed', async () => {
    const { outcome, pages } = await toldOf(by(() => 9000, used));
    expect([outcome, ...pages]).toEqual(['partly judged', expect.stringContaining('claimed')]);
  });

  it('is of the program if another task announced it', async () => {
    expect(await toldOf(by((at) => 9000 + at, 0))).toEqual(await toldOf(B));
  });

  it('is of nobody if another task announced two programs', async () => {
    const A = timed(eventsOf('6.1-A', true), { ...SECOND, start: 0.0005 });
    const { pages } = await toldOf([...by((at) => 9000 + at, 0), ...A]);
    expect(pages).toEqual([expect.stringContaining('claimed'), expect.stringContaining('claimed')]);
  });
});

it('two logs whose pids and mms are the same accuse nobody, and are not explained', async () => {
  const one = timed(eventsOf('6.1-A', true), FIRST);
  const same = timed(eventsOf('6.1-B', true), { pid: 125 - 136, mm: '8', start: 0.0015 });
  const mm = (events: readonly Event[]): Event[] =>
    events.map(({ at, line }) => ({ at, line: line.replace(/mm=\S+/, 'mm=0xffff888004860000') }));
  const { outcome, pages } = await toldOf(mm([...one, ...same]));
  expect(['partly judged', 'refused']).toContain(outcome);
  expect(pages.join()).not.toMatch(/unreferenced|evicted/);
});
