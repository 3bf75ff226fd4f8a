/**
 * Tests of the pictures of a sequence: they are well-formed, complete, legible and safe to show.
 */
import { describe, expect, it } from 'vitest';
import { diff } from '../checker/judge/diff.ts';
import { whole } from '../checker/search/progress.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import { follow, replay, traceOf } from '../checker/trace/replay.ts';
import { readCatalogueTrace, traceNames } from '../checker/judge/catalogue/catalogue.ts';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import { eventsIn } from '../checker/page/link.ts';
import { sequenceMermaid } from '../checker/tell/mermaid.ts';
import type { Sequence } from '../checker/tell/sequence.ts';
import { sequenceOf } from '../checker/tell/sequence.ts';
import { sideBySide } from '../checker/judge/side-by-side.ts';
import { sideBySideSvg } from '../checker/tell/svg-pair.ts';
import { sequenceSvg } from '../checker/tell/svg.ts';
import { DARK, LIGHT } from '../checker/tell/svg-style.ts';
import { sequenceText } from '../checker/tell/sequence-text.ts';

const folder = catalogueFolder();
const names = traceNames(folder);
const sequence = (name: string) => sequenceOf(replay(readCatalogueTrace(folder, name)));
const MAIL = 'old-while-cached+patched-amd';

const ENTITY = '&(?:amp|lt|gt|quot|#39);';
const ATTRIBUTE = ` [a-zA-Z:-]+="[^"<&]*(?:${ENTITY}[^"<&]*)*"`;
const TOKEN = `<(/?)([a-zA-Z]+)((?:${ATTRIBUTE})*)(/?)>|[^<&>]+|${ENTITY}`;

/** A strict reader of XML. It throws if a parser would refuse the text, and returns every id. */
function readXml(xml: string): string[] {
  const open: string[] = [];
  const ids: string[] = [];
  let roots = 0;
  const token = new RegExp(TOKEN, 'y');
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    if (match === null) throw new Error(`no XML: ${xml.slice(at, at + 60)}`);
    const [, close, name, attributes = '', empty] = match;
    if (name === undefined) {
      if (open.length === 0 && match[0].trim() !== '') throw new Error('text outside the root');
      continue;
    }
    const keys = [...attributes.matchAll(/ ([a-zA-Z:-]+)="([^"]*)"/g)];
    if (new Set(keys.map(([, key]) => key)).size < keys.length) throw new Error(`twice: ${name}`);
    ids.push(...keys.filter(([, key]) => key === 'id').map(([, , value]) => value));
    if (close === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
    } else if (empty === '') {
      if (open.length === 0) roots++;
      open.push(name);
    }
  }
  if (open.length > 0 || roots !== 1) throw new Error(`${open.join()} left open, ${roots} roots`);
  return ids;
}

describe('the reader of XML', () => {
  it.each([
    '<a>',
    '<a></b>',
    '<a b="1" b="2"/>x',
    '<a/>&',
    '<a>&x;</a>',
    '<a><b></a></b>',
    '<a>"</',
  ])('refuses %s', (xml) => expect(() => readXml(xml)).toThrow());
  it('takes what is well-formed', () => {
    expect(readXml('<a id="x">&amp; <b c="&lt;"/></a>\n')).toEqual(['x']);
  });
});

function checkPicture(svg: string): void {
  const ids = readXml(svg);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, id] of svg.matchAll(/url\(#([^)]*)\)|aria-labelledby="([^" ]*)/g)) {
    if (id !== undefined) expect(ids).toContain(id);
  }
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
}

describe.each(names)('%s', (name) => {
  const drawn = sequence(name);

  it.each([900, 390, 320])('is a picture %i pixels wide', (width) => {
    const svg = sequenceSvg(drawn, { width });
    checkPicture(svg);
    for (const { number } of drawn.rows) expect(svg).toContain(`data-step="${number}"`);
    const right = [...svg.matchAll(/<rect[^>]* x="(-?[\d.]+)"[^>]* width="([\d.]+)"/g)];
    const drawnWidth = Number(/ width="(\d+)"/.exec(svg)![1]);
    expect(drawnWidth).toBeGreaterThanOrEqual(width);
    for (const [rect, x, w] of right) expect(+x + +w, rect).toBeLessThanOrEqual(drawnWidth);
  });

  it('is a picture beside another system', () => {
    const trace = readCatalogueTrace(folder, name);
    const none = parseSystem({ driver: 'none' });
    const other = { ...trace.system, driver: { ...none.driver, secondary: 'shared' as const } };
    const pair = sideBySide(trace, other);
    expect(pair.rows.flatMap(({ left }) => left ?? [])).toEqual(pair.left.rows);
    expect(pair.rows.flatMap(({ right }) => right ?? [])).toEqual(pair.right.rows);
    checkPicture(sideBySideSvg(pair));
  });

  it('is text for a mail', () => {
    for (const line of sequenceText(drawn).split('\n')) {
      expect(line).toMatch(/^[ -~]{0,72}$/);
      expect(line).toBe(line.trimEnd());
    }
  });

  it('is Mermaid', () => {
    checkMermaid(sequenceMermaid(drawn));
  });
});

/** Checks that a text uses only those statements of Mermaid's grammar that we know. */
function checkMermaid(text: string): void {
  const [first, ...lines] = text.trimEnd().split('\n');
  expect(first).toBe('sequenceDiagram');
  const known = new Set<string>();
  let depth = 0;
  for (const line of lines.map((one) => one.trim())) {
    const participant = /^participant (\w+) as ([^;]+)$/.exec(line);
    const message = /^(\w+)(->>|-->>|--\)|--x)(\w+): (.+)$/.exec(line);
    const note = /^Note over (\w+)(?:,(\w+))?: (.+)$/.exec(line);
    if (participant !== null) known.add(participant[1]);
    else if (message !== null)
      for (const id of [message[1], message[3]]) expect(known).toContain(id);
    else if (note !== null) expect(known).toContain(note[1]);
    else if (line.startsWith('rect rgba(')) depth++;
    else if (line === 'end') depth--;
    else expect(line).toMatch(/^title \S/);
    const said = (message?.[4] ?? note?.[3] ?? participant?.[2] ?? '').replaceAll('<br/>', ' ');
    expect(said.replace(/#\d+;/g, ''), line).not.toMatch(/[;#<>]|\bend\b/);
  }
  expect(depth).toBe(0);
}

describe('markup in a trace', () => {
  const evil = `x"></title><script>alert('&')</script>;\u0007#end`;
  const drawn: Sequence = { ...sequence(MAIL), name: evil, setup: [evil], verdict: evil };

  it('is text in a picture', () => {
    const svg = sequenceSvg(drawn);
    checkPicture(svg);
    expect(svg).not.toContain('<script');
    expect(svg).not.toContain('\u0007');
    expect(svg).toContain('&lt;script&gt;alert(&#39;&amp;&#39;)');
  });

  it('is text in Mermaid', () => {
    expect(sequenceMermaid(drawn)).toContain('title x#34;#62;#60;/title');
  });
});

describe('colours', () => {
  const luminance = (colour: string): number => {
    const [r, g, b] = [1, 3, 5].map((i) => {
      const part = parseInt(colour.slice(i, i + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one: string, other: string): number => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const TEXT = [
    ...['ground', 'stripe', 'wrong-ground'].flatMap((on) => [
      ['ink', on],
      ['muted', on],
      ['old-ink', on],
      ['wrong-ink', on],
    ]),
    ['young-ink', 'young'],
    ['cached-ink', 'cached'],
    ['cached-ink', 'ground'],
  ];
  const SHAPES = ['ground', 'stripe', 'wrong-ground'].flatMap((on) => [
    ['old', on],
    ['cached-line', on],
    ['wrong', on],
  ]);

  it.each([
    ['light', LIGHT],
    ['dark', DARK],
  ])('have the contrast of WCAG AA where it is %s', (_, palette) => {
    const of = (name: string): string => new Map(Object.entries(palette)).get(name)!;
    for (const [text, on] of TEXT) {
      expect(contrast(of(text), of(on)), `${text} on ${on}`).toBeGreaterThanOrEqual(4.5);
    }
    for (const [shape, on] of SHAPES) {
      expect(contrast(of(shape), of(on)), `${shape} on ${on}`).toBeGreaterThanOrEqual(3);
    }
  });
});

describe("the mail's trace", () => {
  it('as text', () => {
    expect(sequenceText(sequence(MAIL))).toBe(`kernel   v4.20-x86
driver   amd-iommu-v2-patched
scope    pages=1 cpus=0 devices=1 observers=reclaim granularity=atomic

 kswapd     PTE     IOTLB     ATC     dev0
(1) dev0: read A  // ATC miss; the walk sets young
    |        .        .<----------------|  request
    |        Y<-------.        .        |  page request, young
    |        Y        #------->#        |  completion
(2) kswapd: folio_referenced A == 1 // clears young; the ATC entry stays
    |------->o        %        %        |  clears young
   *|        o        %        %        |  == 1
(3) dev0: read A  // ATC hit; the PTE stays old
    |        o        %        %<-------|  ATC hit
(4) kswapd: folio_referenced A == 0  // wrong: dev0 used the page
    |------->o        %        %        |  not young
   *|        o        %        %        |  == 0

violates no-missed-device-reference(reclaim)

Y young   o old   # cached
% cached while the PTE is old: its use is unseen
`);
  });

  it('parts from the driver before the patch where it errs', () => {
    const trace = readCatalogueTrace(folder, MAIL);
    const before = parseSystem({ driver: 'amd-iommu-v2' });
    expect(sideBySide(trace, before).parts).toBe(3);
    expect(sideBySide(trace, trace.system).parts).toBeUndefined();
  });
});

it.each(['kswapd.write-protect.A', 'user.fork.A'])('%s takes the permission first', (event) => {
  const system = parseSystem({ scope: 'small events=write,protect,fork' });
  const drawn = sequenceOf(follow(system, eventsIn(system, `dev0.read.A,${event}`)));
  const lines = sequenceMermaid(drawn).split('\n');
  const changed = lines.findIndex((line) => /Note over table: young, ro/.test(line));
  expect(changed).toBeGreaterThan(0);
  expect(changed).toBeLessThan(lines.findIndex((line) => line.includes('flush IOTLB')));
});

describe('where two systems part', () => {
  const PAIRS: readonly (readonly [string, string])[] = [
    ['amd-iommu-v2-patched', 'amd-iommu-v2'],
    ['intel-svm', 'none'],
    ['kvm', 'amd-iommu-v2-patched'],
  ];
  it.each(
    PAIRS.flatMap((pair) => [
      [...pair, 'atomic'],
      [...pair, 'fine'],
    ]),
  )('of %s and %s is what diff finds last, %s', (one, other, granularity) => {
    const system = (driver: string) =>
      parseSystem({ driver, scope: `granularity=${granularity} events=unmap,write` });
    const [left, right] = [system(one), system(other)];
    const { steps, only } = whole(diff(left, right)).difference!;
    const [mine, others] = only === 'left' ? [left, right] : [right, left];
    const run = steps.flatMap((step) => [...step[only]!.own, step[only]!.seen ?? []].flat());
    const trace = traceOf(
      mine,
      run.map(({ event }) => event),
    );
    const pair = sideBySide(trace, others);
    expect(pair.parts).toBe(pair.rows.length - 1);
    expect(sideBySide(trace, mine).parts).toBeUndefined();
  });
});
