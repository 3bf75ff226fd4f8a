/** The page's data hold everything that the files contain, whatever that is. */
import { pageDataOf } from '../../suites/page-data.ts';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { traceNames } from '../judge/catalogue/catalogue.ts';
import { catalogueFolder } from '../judge/catalogue/folder.ts';
import type { TableLine } from '../judge/catalogue/table.ts';
import { parseTable, printTable } from '../judge/catalogue/table.ts';
import { parseSystem } from '../trace/setup.ts';
import { textsOf } from './answer.ts';
import type { PageData } from './data.ts';
import { againstOf, chaptersOf, packStreaks, packTable } from './data.ts';
import { readData, systemOfRow, unpackStreaks, unpackTable } from './data.ts';
import { pageHtml } from './html.ts';
import { checkChoices, choicesOf, matrixOf, toldVerdict } from './verdict-matrix.ts';

const folder = catalogueFolder();
const text = (name: string) => readFileSync(join(folder, name), 'utf8');
const rows = parseTable(text('VERDICTS'), 'VERDICTS');
const names = traceNames(folder);

const page = (more: Partial<PageData> = {}): PageData => pageDataOf(rows, more);

describe('the data', () => {
  it('holds the table, in a third of its size', () => {
    expect(unpackTable(packTable(rows))).toEqual(rows);
    expect(JSON.stringify(packTable(rows)).length).toBeLessThan(printTable(rows).length / 3);
  });

  it('holds each text of a streak once', () => {
    const table = packTable(rows);
    const streaks = rows.slice(0, 90).map(({ key }, i) => ({ key, text: `text ${i % 3}` }));
    const packed = packStreaks(table, streaks);
    expect(packed.map(({ text }) => text)).toEqual(['text 0', 'text 1', 'text 2']);
    expect(new Set(unpackStreaks(table, packed))).toEqual(new Set(streaks));
    const absent = [{ key: ['k', 'd', 'h', 's', 'p'], text: '' }];
    expect(() => packStreaks(table, absent)).toThrow('the table has no row k d h s p');
  });

  it('has every trace of the catalogue in one chapter', () => {
    const chapters = chaptersOf(text('ORDER'), names);
    const listed = chapters.flatMap(({ parts }) =>
      parts.flatMap((part) => (typeof part === 'string' ? [] : [part.trace])),
    );
    expect([...listed].sort()).toEqual(names);
    expect(chapters[0].heading).toBe('The mail');
    expect(chapters[0].parts.slice(0, 2)).toEqual([
      expect.stringContaining('In January 2019'),
      { trace: 'old-while-cached+patched-amd' },
    ]);
  });

  it('says so if it was cut off', () => {
    for (const cut of ['', undefined, null, '{"version"']) {
      expect(() => readData(cut)).toThrow('this page is not whole');
    }
  });
});

describe('the system of a row', () => {
  const names = ['v6.6-x86', 'my-nic', 'ats', 'mail'];
  const system = parseSystem({ kernel: 'v6.6-x86', driver: 'invalidate_secondary=flush-atc' });

  it('is that of the table, one of presets, or one of a user', () => {
    expect(systemOfRow([], ['v4.20-x86', 'kvm', 'ats', 'mail']).names.driver).toBe('kvm');
    expect(systemOfRow([], rows.at(-1)!.key.slice(0, 4)).scope.granularity).toBe('fine');
    expect(() => systemOfRow([], names)).toThrow("unknown driver 'my-nic'");
    const own = JSON.parse(JSON.stringify([{ names, texts: textsOf(system) }]));
    expect(systemOfRow(own, names)).toMatchObject({ driver: system.driver, kernel: system.kernel });
  });
});

describe('a verdict for every number of pages, CPUs and devices', () => {
  const key = ['v4.20-x86', 'kvm', 'ats', 'any', 'no-stale-access'];
  it.each([
    ['Never', 'never', 'never, proved for every number'],
    ['Sometimes 4', 'sometimes', 'violated in 4 events'],
    ['Sometimes 1', 'sometimes', 'violated in 1 event'],
    ['At most 4', 'sometimes', 'violated in at most 4 events'],
    ['At least 4', 'sometimes', 'violated in at least 4 events'],
    ['Up to 3 pages', 'vacuous', 'not violated with up to 3 pages; no argument covers more'],
    ['Vacuous', 'vacuous', 'vacuous'],
  ])('%s is written, read, packed and told', (verdict, kind, label) => {
    const line = { key, verdict };
    expect(parseTable(printTable([line], 'VERDICTS-ANY'), 'VERDICTS-ANY')).toEqual([line]);
    expect(unpackTable(packTable([line]))).toEqual([line]);
    expect(toldVerdict(line)).toEqual({ kind, label });
  });
});

describe('the matrix', () => {
  const cells = (data: PageData, chosen: Parameters<typeof matrixOf>[2], known = rows) =>
    matrixOf(data, known, chosen).groups.flatMap((group) =>
      group.rows.flatMap((row) => row.cells.flatMap((cell) => (cell === undefined ? [] : [cell]))),
    );

  it.each(choicesOf(rows).scope)('has a cell for each row in the scope %s', (scope) => {
    const inScope = rows.filter(({ key }) => key[3] === scope);
    const shown = cells(page(), { scope });
    expect(shown.map(({ key }) => key.join(' ')).sort()).toEqual(
      inScope.map(({ key }) => key.join(' ')).sort(),
    );
  });

  it('says what a row says', () => {
    const find = (verdict: string) => rows.find((row) => row.verdict === verdict)!;
    const vacuous = { ...find('Never'), verdict: 'Vacuous' };
    for (const [row, text] of [
      [find('Never'), 'Never'],
      [find('Sometimes 4'), '4'],
      [vacuous, 'vacuous'],
    ] as const) {
      const chosen = {
        kernel: row.key[0],
        driver: row.key[1],
        hardware: row.key[2],
        scope: row.key[3],
        property: row.key[4],
      };
      const [cell] = cells(page(), chosen, [row]);
      expect(cell).toMatchObject({ key: row.key, text });
    }
  });

  it('marks how long it goes on', () => {
    const { key } = rows.find(({ verdict }) => verdict.startsWith('Sometimes'))!;
    const sign = (text: string) =>
      cells(page({ streaks: packStreaks(packTable(rows), [{ key, text }]) }), {
        scope: key[3],
      }).find((cell) => cell.streak)?.streak;
    expect(sign('can go on for ever')).toBe('\u221e');
    expect(sign('can go on for ever if clear-refs recurs')).toBe('(\u221e)');
    expect(sign('goes on while an invalidation is in flight')).toBe('\u2026');
    expect(sign('at most 13 in a row')).toBe('\u00d713');
    expect(sign('never twice in a row')).toBe('\u00d71');
  });

  it('marks what changed, what is new and what is gone', () => {
    const [first, second, ...others] = rows;
    const gone: TableLine = {
      key: ['k', 'd', 'h', first.key[3], 'p'],
      verdict: 'Never',
      states: 1,
    };
    const old = [{ ...first, verdict: 'Sometimes 9' }, gone, ...others];
    const data = page({ against: againstOf('OLD', old, rows) });
    const changed = cells(data, { changed: 'only' }).filter(({ was }) => was !== undefined);
    expect(changed.map(({ key, was, pale }) => [key, was, pale])).toEqual([
      [first.key, 'was 9', false],
      [second.key, 'new', false],
    ]);
    expect(changed[0].label).toContain('was Sometimes 9');
    expect(cells(data, {}).every(({ pale }) => !pale)).toBe(true);
    expect(matrixOf(data, rows, {}).gone).toEqual([`${gone.key.join(' ')} Never`]);
  });
});

describe('the matrix of what changed', () => {
  it('shows pale what the same systems were found to be, unchanged, in the same columns', () => {
    const row = (driver: string, property: string): TableLine => {
      return { key: ['k', driver, 'h', 's', property], verdict: 'Sometimes 4', states: 1 };
    };
    const [changed, beside, under, below] = [
      row('d', 'p'),
      row('d', 'q'),
      row('e', 'p'),
      row('e', 'q'),
    ];
    const now = [changed, beside, row('d', 'r'), under, below, row('f', 'p')];
    const old = now.filter((known) => known !== below);
    const was = old.map((known) => (known === changed ? { ...known, verdict: 'Vacuous' } : known));
    const data = page({ against: againstOf('OLD', was, now) });
    const { groups } = matrixOf(data, now, { changed: 'only' });
    const shown = groups[0].rows.map(({ driver, cells }) => [
      driver,
      cells.map((cell) => [cell?.text, cell?.was, cell?.pale]),
    ]);
    expect(shown).toEqual([
      [
        'd',
        [
          ['4', 'was vacuous', false],
          ['4', undefined, true],
        ],
      ],
      [
        'e',
        [
          ['4', undefined, true],
          ['4', 'new', false],
        ],
      ],
    ]);
  });
});

describe('what a link chooses', () => {
  const against = againstOf('OLD', rows, rows);

  it.each([
    [{ driver: 'kwm' }, "driver cannot be 'kwm'; did you mean 'kvm'?"],
    [{ scope: 'none' }, "scope cannot be 'none'"],
    [{ property: 'zzz' }, "property cannot be 'zzz'"],
    [{ changed: 'onli' }, "changed cannot be 'onli'; did you mean 'only'?"],
  ])('is in the table: %j', (chosen, message) => {
    expect(() => checkChoices(page({ against }), rows, chosen)).toThrow(message);
  });

  it('is what changed only where there is another table', () => {
    const chosen = { changed: 'only', driver: 'kvm', kernel: '' };
    expect(() => checkChoices(page(), rows, chosen)).toThrow('holds no other table');
    expect(() => checkChoices(page({ against }), rows, chosen)).not.toThrow();
  });
});

describe('the file', () => {
  const evil = '</script><script>alert(1)</script><!--<script>';

  it('lets no text out of the data', () => {
    const data = page({ order: evil, traces: [{ name: evil, text: evil }] });
    const html = pageHtml({ script: 'start()', style: 'p{}', data });
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toContain('<!--');
    const json = /<script type="application\/json" id="data">(.*)<\/script>/.exec(html)![1];
    expect(JSON.parse(json)).toEqual(data);
  });

  it('lets the browser run this script and no other', () => {
    const script = `f("${evil}")`;
    const html = pageHtml({ script, style: '', data: page() });
    const code = /<script id="code">([^]*?)<\/script>/.exec(html)![1];
    const hash = createHash('sha256').update(code).digest('base64');
    expect(html).toContain(`script-src 'sha256-${hash}' 'unsafe-eval'`);
    expect(new Function('f', `return ${code}`)((text: string) => text)).toBe(evil);
  });

  it('names nothing to fetch', () => {
    const html = pageHtml({ script: '', style: '', data: page() });
    expect(html).not.toMatch(/\b(src|href)=/);
    expect(html).toContain("default-src 'none'");
  });
});
