/** Huge pages: each is one page of the model, whatever the entries are by which KVM maps it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Conformance } from '../../checker/conform/conform.ts';
import { conform, outcomeOf, readWhole } from '../../checker/conform/conform.ts';
import { conformanceJson } from '../../checker/conform/conformance-json.ts';
import { conformanceText } from '../../checker/conform/conformance-text.ts';
import { explanation } from '../../checker/conform/explanation.ts';
import type { Log } from '../../checker/conform/log.ts';
import { Told } from '../../checker/conform/told.ts';
import { whole } from '../../checker/search/progress.ts';
import { Complaint } from '../../checker/trace/complaint.ts';
import { parsingTraces } from '../../checker/trace/parse.ts';
import { replay } from '../../checker/trace/replay.ts';
import type { Change } from './huge-log.ts';
import {
  AGED,
  HUGE,
  PAGE,
  asks,
  collapses,
  evicts,
  faults,
  hugeLog,
  invalidates,
  looks,
  marks,
  rangeText,
  splits,
  zaps,
} from './huge-log.ts';

const KVM = { kernel: 'v6.12-x86-thp', driver: 'kvm' };
const judged = (text: string, given = KVM): Promise<Conformance> => conform([text], 'x', given);
const excerpt = (name: string): string =>
  readFileSync(new URL(`${name}.log`, import.meta.url), 'utf8');

/** What is said of each page, and the sentences about it. */
function told(conformance: Conformance) {
  const text = conformanceText(conformance);
  return {
    outcome: outcomeOf(conformance),
    rows: text.match(/^ {2}0x.*$/gm)?.map((row) => row.trim().replaceAll(/ +/g, ' ')) ?? [],
    missed: conformance.missed.map(({ line, kind }) => `${line} ${kind}`),
    text: text.replaceAll(/\n +/g, ' '),
  };
}

/** Replays the run that explains each page. */
function replays(conformance: Conformance): void {
  for (const { page } of conformance.pages) {
    const traces = whole(parsingTraces(explanation(conformance, page.name), page.name));
    expect(traces.length).toBeGreaterThan(0);
    for (const { read } of traces) {
      if (read instanceof Complaint) throw read;
      replay(read);
    }
  }
}

const ZAPPED: Change = { ...AGED, to: '0' };
/** What KVM does to the small entry of a page with a number. */
const small = (number: number, from: string, to: string): Change => ({
  level: 1,
  number,
  from,
  to,
});
const BEGIN = [
  'SCENARIO X pid=136 child=139 region=0x10000000 pages=4 gpa=0x200000',
  'CPU begin P0 w va=0x10000000',
  'CPU end P0',
];

describe('a huge page that KVM maps by one entry', () => {
  const LIFE = [
    faults(2),
    looks([AGED], 1),
    looks([]),
    evicts([{ ...ZAPPED, from: 'ec7' }]),
  ] as const;

  it('is one page, is looked at, and is evicted', async () => {
    const conformance = await judged(hugeLog(...LIFE));
    const { outcome, rows } = told(conformance);
    expect(outcome).toBe('explained');
    expect(rows).toEqual([expect.stringMatching(/^0x10000000 \d+ 2 explained, 2 MiB from line/)]);
    const [{ page }] = conformance.pages;
    expect([page.uses.looks, page.uses.evictions, page.isHuge]).toEqual([2, 1, false]);
    replays(conformance);
    expect(conformanceJson(conformance)).toMatchObject({
      pages: [{ page: '0x10000000', huge: [{ isCollapse: false, isSplit: false }] }],
    });
  });

  it('is held against the model: a look that clears no young bit is refused', async () => {
    const [used, look] = LIFE;
    const again = [
      used,
      look,
      invalidates(136, rangeText(), zaps([{ ...ZAPPED, from: 'ec7' }])),
      used,
    ];
    expect(told(await judged(hugeLog(...again, look))).outcome).toBe('explained');
    expect(told(await judged(hugeLog(...again, looks([], 1)))).outcome).toBe('refused');
  });

  it('is evicted in use, if the zap finds its entry young and no look came since', async () => {
    const { outcome, missed, text } = told(
      await judged(hugeLog(faults(2), looks([AGED], 1), evicts([ZAPPED]))),
    );
    expect(outcome).toBe('missed');
    expect(missed).toEqual([expect.stringMatching(/ evicted$/)]);
    expect(text).toContain("the zap finds KVM's entry young");
  });

  it('is inferred to be of a kernel whose page is a PMD', async () => {
    const { ranked } = await judged(hugeLog(...LIFE), {} as typeof KVM);
    expect(ranked[0].hypothesis.candidate.pairs[0]).toEqual({
      kernel: 'v6.12-x86-thp',
      driver: 'kvm',
    });
  });
});

describe('a huge page that KVM maps by small entries', () => {
  const FAULTS = [faults(1), faults(1, 3)] as const;
  /** The first look finds both young, and shows that the page is huge. */
  const FIRST = looks([small(0, 'e67', 'e47'), small(3, 'e67', 'e47')]);

  it('is young if any of them is, and the sentence says so', async () => {
    const conformance = await judged(
      hugeLog(...FAULTS, FIRST, looks([small(3, 'e67', 'e47')]), looks([])),
    );
    const { outcome, rows, text } = told(conformance);
    expect(outcome).toBe('explained');
    expect(rows).toEqual([expect.stringMatching(/^0x10000000 \d+ 3 explained, 2 MiB/)]);
    expect(text).toContain(
      'KVM maps 0x10000000 by small entries, of which the log names 2: it is young if one',
    );
    replays(conformance);
  });

  it('needs no entry of its own for each further fault', async () => {
    const life = [...FAULTS, FIRST, faults(1, 5), faults(1, 7), looks([small(7, 'e67', 'e47')])];
    expect(told(await judged(hugeLog(...life))).outcome).toBe('explained');
  });

  it('is evicted in use, if one of them was young', async () => {
    const zaps = [small(0, 'e47', '0'), small(3, 'e67', '0')];
    const { outcome, missed, text } = told(await judged(hugeLog(...FAULTS, FIRST, evicts(zaps))));
    expect(outcome).toBe('missed');
    expect(missed).toHaveLength(1);
    expect(text).toContain("the zap finds one of KVM's 2 small entries young");
  });

  it('tells in a story which of them were young', async () => {
    const zaps = [small(3, 'e67', '0')];
    const { text } = told(
      await judged(hugeLog(...FAULTS, FIRST, looks([small(3, 'e67', 'e47')]), evicts(zaps))),
    );
    expect(text).toContain('2 of its 2 small entries were young');
    expect(text).toContain('one of its 2 small entries was young');
  });
});

describe('a huge page that comes and goes', () => {
  it('is made of pages of 4 KiB by khugepaged, as a real log shows', async () => {
    const conformance = await judged(excerpt('pieces/6.1-K-collapse'), {
      kernel: 'v6.1-x86',
      driver: 'kvm',
    });
    const { outcome, rows, text } = told(conformance);
    expect(outcome).toBe('explained');
    expect(rows).toEqual([expect.stringMatching(/^0x10000000 .* 2 MiB from line 45 on$/)]);
    expect(text).toMatch(/huge +0x10000000 is made of pages of 4 KiB at line 45: its PMD is young/);
    replays(conformance);
  });

  it.each([
    ['succeeded', true],
    ['fail', false],
  ])('is made by MADV_COLLAPSE only if that has %s', async (status, isHuge) => {
    const conformance = await judged(
      hugeLog(marks(...BEGIN), collapses([], status), marks('SCENARIO X end')),
    );
    const [{ page }] = conformance.pages;
    expect(page.isHuge).toBe(isHuge);
    expect(told(conformance).outcome).toBe('explained');
  });

  it('is young after a collapse: a look that finds its PMD old is refused', async () => {
    const life = [marks(...BEGIN), collapses([], 'succeeded')];
    expect(told(await judged(hugeLog(...life, looks([], 1)))).outcome).toBe('explained');
    expect(told(await judged(hugeLog(...life, looks([], 0)))).outcome).toBe('refused');
  });

  const read = (young: 0 | 1) =>
    marks(`PTE after-split P1 pte=0x80000000042018${young ? '67' : '47'} A=${young} D=1 W=1`);
  const FIRST = [marks(...BEGIN), looks([], 1)];

  it.each([
    ['e7', 0, 1, 'explained'],
    ['e7', 0, 0, 'refused'],
    ['c7', 0, 0, 'explained'],
    ['c7', 0, 1, 'explained'],
    ['e7', 1, 0, 'explained'],
  ] as const)(
    'is split: by pmd=..%s freeze=%i, each PTE with A=%i is %s',
    async (pmd, freeze, young, outcome) => {
      const conformance = await judged(hugeLog(...FIRST, splits([], pmd, freeze), read(young)));
      const page = conformance.pages.find(({ page: { name } }) => name === '0x10001000')!;
      expect(page.refusal === undefined ? 'explained' : 'refused').toBe(outcome);
      expect(told(conformance).text).toMatch(
        /huge +0x10000000 is split at line \d+: which of its pages were used is not known/,
      );
    },
  );

  it('has no use from before a split held against it', async () => {
    const use = marks('DEV begin P1 r va=0x10001000', 'DEV end P1');
    const { missed } = told(await judged(hugeLog(...FIRST, use, splits([], 'e7'), evicts([]))));
    expect(missed).toEqual([]);
  });
});

describe('a log with huge pages', () => {
  const used = [faults(2), looks([AGED], 1), evicts([ZAPPED])] as const;

  it('shows the program of a look at a PMD, which flushes before it returns', async () => {
    const { learning } = await readWhole([excerpt('sva/6.12.57-T')], 'T', true);
    const age = learning!.kernel.find(({ name }) => name === 'age')!;
    expect(age.texts[0]).toBe('pte,invalidate@mm?young,clear_flush_young');
    expect(age.texts).toContain('pte,flush-tlb?young,invalidate@mm?young,clear_flush_young');
  });

  it('may have small ones beside them, which is no mixture for KVM', async () => {
    const others = excerpt('6.12-A-classic').replace(/^.*tracing_mark_write.*\n/gm, '');
    const conformance = await judged(hugeLog(...used) + others);
    const looked = conformance.pages.filter(({ page }) => page.uses.looks > 0);
    const sizes = looked.map(({ page }) => (page.huge.length > 0 ? 'huge' : 'small'));
    expect(new Set(sizes)).toEqual(new Set(['huge', 'small']));
    expect(told(conformance).text).not.toMatch(/^mixed/m);
  });

  it('can be followed', async () => {
    const said: string[] = [];
    const tell = (log: Log) => new Told(log, (text) => void said.push(text), false);
    await readWhole([hugeLog(...used)], 'x', false, tell);
    expect(said).toEqual([expect.stringMatching(/^0x10000000 was evicted at line \d+, although/)]);
  });

  it('has the times and the small entries of a page in its document', async () => {
    const split = [marks(...BEGIN), looks([], 1), splits([], 'e7')];
    const document = conformanceJson(await judged(hugeLog(...split)));
    expect(document).toMatchObject({
      pages: expect.arrayContaining([
        expect.objectContaining({
          page: '0x10000000',
          huge: [{ from: 11, isCollapse: false, isSplit: true, until: 16 }],
        }),
      ]) as unknown,
    });
  });

  it('may have lost events, after which nothing is known of the page', async () => {
    const [head, ...lines] = hugeLog(...used).split('\n');
    const zap = lines.findIndex((line) => line.includes('try_to_unmap_one:'));
    const lost = [head, ...lines.toSpliced(zap, 0, 'CPU:0 [LOST 12 EVENTS]')].join('\n');
    const { outcome, missed } = told(await judged(lost));
    expect([outcome, missed]).toEqual(['partly judged', []]);
  });
});

describe('what is not judged of huge pages is said at the top', () => {
  const half = rangeText(PAGE + 0x803cd, PAGE + 0x803cd + HUGE);
  it.each([
    ['an aging of a part', [faults(2), looks([AGED], 1), asks('clear_young', half, [])], /a part/],
    [
      'an entry of 1 GiB',
      [faults(2), looks([AGED], 1), asks('clear_young', rangeText(), [{ ...AGED, level: 3 }])],
      /no page of 1 GiB/,
    ],
  ] as const)('%s', async (_, life, what) => {
    const { outcome, rows, text } = told(await judged(hugeLog(...life)));
    expect(outcome).toBe('partly judged');
    expect(text).toMatch(/^1 page is not judged, from line \d+ on: /);
    expect(text).toMatch(what);
    expect(rows[0]).toMatch(/explained, not judged from line \d+ on, 2 MiB/);
  });
});
