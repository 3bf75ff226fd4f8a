/** A trace may be written in several ways, and may stand in a mail. */
import { describe, expect, it } from 'vitest';
import { Complaint } from './complaint.ts';
import { parseTrace } from './parse.ts';
import { printTrace } from './print.ts';
import { replay } from './replay.ts';
import { DEFAULTS, parseSystem } from './setup.ts';

const PLAIN = `Trace old-while-cached+patched-amd

/*
 * Result: Sometimes
 *
 * Reclaim reports A unreferenced although dev0 used it since the last
 * look: the second access hits the ATC, so the IOMMU never walks.
 */

{
  kernel   v4.20-x86
  driver   amd-iommu-v2-patched
  scope    pages=1 cpus=0 devices=1 observers=reclaim granularity=atomic
}

(1) dev0: read A                       // ATC miss; the walk sets young
(2) kswapd: folio_referenced A == 1    // clears young; the ATC entry stays
(3) dev0: read A                       // ATC hit; the PTE stays old
(4) kswapd: folio_referenced A == 0    // wrong: dev0 used the page

violates no-missed-device-reference(reclaim)
`;

/** As an archive of mails writes a text into HTML. */
const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** Prints a trace in its canonical form, so that two spellings of it can be compared. */
const canonical = (text: string): string => printTrace(replay(parseTrace(text, 'a.trace')).trace);
const CANONICAL = canonical(PLAIN);

describe('the same trace', () => {
  it.each([
    ['quoted', PLAIN.replaceAll(/^/gm, '> ')],
    ['quoted three times, unevenly', PLAIN.replaceAll(/^/gm, '>>  > ')],
    ['with line ends of Windows', PLAIN.replaceAll('\n', '\r\n')],
    ['with line ends of an old Mac', PLAIN.replaceAll('\n', '\r')],
    ['with a byte order mark', `\ufeff${PLAIN}`],
    ['with tabs', PLAIN.replaceAll(/ +/g, '\t').replaceAll('\t*\t', ' * ')],
    ['with non-breaking spaces', PLAIN.replaceAll('  ', '\u00a0\u00a0')],
    ['without the last line end', PLAIN.trimEnd()],
    ['without stars', PLAIN.replaceAll(/^ \*( |$)/gm, '')],
    ['with white space behind', PLAIN.replaceAll(/$/gm, '  ')],
    ['with a signature behind it', `${PLAIN}\n-- \nJean\n(5) dev0: read A\n`],
    ['in a mail', `From: Jean\nSubject: [PATCH]\n\nSee:\n\n${PLAIN}\nThanks,\nJean\n`],
    ['quoted, with an answer', `${PLAIN.replaceAll(/^/gm, '> ')}\nYes, that is it.\n`],
    ['quoted as some mailers do', PLAIN.replaceAll(/^/gm, '| ')],
    ['quoted by two mailers', PLAIN.replaceAll(/^/gm, '> | > ')],
    [
      'in a patch',
      `diff --git a/x b/x\n@@ -0,0 +1,22 @@\n${PLAIN.replaceAll(/^/gm, '+')}\n-- \n2.39`,
    ],
    ['in a patch that is quoted', PLAIN.replaceAll(/^/gm, '> +')],
    ['quoted in an archive', escaped(PLAIN.replaceAll(/^/gm, '> '))],
    ['quoted twice in an archive', escaped(PLAIN.replaceAll(/^/gm, '> > '))],
    ['with # for its notes', PLAIN.replaceAll('//', '#')],
    [
      'with lines of # alone, quoted',
      PLAIN.replaceAll(/^(\(|\{|violates|Trace)/gm, '# as it was\n$1').replaceAll(/^/gm, '> '),
    ],
    ['with # behind its lines', PLAIN.replaceAll(/^(Trace.*| {2}\w.*|[{}])$/gm, '$1 # so')],
    ['behind the word Trace in prose', `Trace below\n\nas I said.\n${PLAIN}`],
  ])('%s', (_, text) => {
    expect(canonical(text)).toBe(CANONICAL);
  });

  it('as tight as it goes', () => {
    const text = `/*Result:Sometimes*/
{}
(1)dev0:read A
(2)kswapd:folio_referenced A==1
(3)dev0 : read A//again
( 4 ) kswapd : folio_referenced A
violates no-missed-device-reference(reclaim)//so`;
    expect(canonical(text)).toBe(`/*
 * Result: Sometimes
 */

{
  kernel   v4.20-x86
  driver   amd-iommu-v2-patched
  scope    pages=1 cpus=0 devices=1 observers=reclaim granularity=atomic
}

(1) dev0: read A
(2) kswapd: folio_referenced A == 1
(3) dev0: read A    // again
(4) kswapd: folio_referenced A

violates no-missed-device-reference(reclaim)
`);
  });
});

describe('a #', () => {
  it('belongs to the name of a trace, to its story and to its notes', () => {
    const text = `Trace #1+bug#2

/*
 * Bug #3 # and #4
 */

{}

(1) dev0: read A // see #5 // or # 6
(2) dev0: read A # see #7 // or 8

ends
`;
    const { name, story, steps } = parseTrace(text, 'a.trace');
    expect({ name, story, notes: steps.map(({ note }) => note) }).toEqual({
      name: '#1+bug#2',
      story: 'Bug #3 # and #4',
      notes: ['see #5 // or # 6', 'see #7 // or 8'],
    });
    expect(canonical(canonical(text))).toBe(canonical(text));
  });

  it.each(['/* a # b */ # c', '/* http://a */ // c', '/*\n # a\n b # c */'])(
    'ends no comment: %j',
    (comment) => {
      const { story } = parseTrace(`${comment}\n{}\n(1) dev0: read A\nends`, 'a.trace');
      expect(story).toBe(
        comment
          .replace(/\*\/.*/, '')
          .replace('/*', '')
          .trim()
          .replace(/\s+/g, ' '),
      );
    },
  );
});

describe('a system on a command line', () => {
  it.each([
    'pages=2 # two',
    'pages=2 // two',
    '# two\npages=2',
    'pages=2#two',
    '  # mail\r\n # pages=3\n pages=2 # events=unmap',
  ])('may have notes: %j', (scope) => {
    expect(parseSystem({ scope })).toEqual(parseSystem({ scope: 'pages=2' }));
  });

  it('is complained of at the right place behind a note', () => {
    const scope = 'pages=2 # pages\nevents=umap';
    expect(() => parseSystem({ scope })).toThrow("events cannot be 'umap'");
    const { place } = complaintIn(() => parseSystem({ scope }));
    expect(place).toMatchObject({ column: scope.indexOf('umap') + 1 });
  });

  it('is empty if it has notes alone', () => {
    expect(() => parseSystem({ scope: '# pages=2' })).toThrow('scope is empty');
  });
});

const complaintIn = (run: () => unknown): Complaint => {
  try {
    run();
  } catch (error) {
    if (error instanceof Complaint) return error;
  }
  throw new Error('no complaint');
};

describe('the setup block', () => {
  const systemOf = (block: string) => parseTrace(`${block}\n(1) dev0: read A\nends`, 'x').system;

  it('takes the defaults for what is left out', () => {
    const { names, scope } = systemOf('{}');
    expect(names).toEqual(DEFAULTS);
    expect(scope.pages).toBe(1);
  });

  it('takes a name, pairs, or both, and goes on in a line of pairs', () => {
    const { kernel, driver, scope, names } = systemOf(`{ // a note
      kernel v6.6-arm64 upgrade=none // another
      driver clear_flush_young=harvest,flush-atc?harvested,return-harvested
             secondary=shadow
      scope  pages=2
             events=write,unmap }`);
    expect(kernel.upgrade).toEqual([]);
    expect(kernel.age.map(({ name, when }) => `${name}?${when}`)).toEqual([
      'pte?always',
      'flush-tlb?young',
      'invalidate?young',
      'clear_flush_young?always',
    ]);
    expect(driver.secondary).toBe('shadow');
    expect(driver.clear_flush_young).toEqual({
      actions: [
        { name: 'harvest', range: 'page', when: 'always' },
        { name: 'flush-atc', range: 'page', when: 'harvested' },
      ],
      returns: 'harvested',
    });
    expect(driver.invalidate_secondary.actions).toEqual([]);
    expect(scope).toMatchObject({ pages: 2, cpus: 0, events: ['unmap', 'write'] });
    expect(names).toEqual({ kernel: 'v6.6-arm64', hardware: 'ats' });
  });
});

describe('the comment', () => {
  const told = (comment: string) => {
    const { result, story } = parseTrace(`${comment}\n{}\n(1) dev0: read A\nends`, 'x');
    return { result, story };
  };

  it.each([
    ['none', '', undefined, undefined],
    ['an empty one', '/* */', undefined, undefined],
    ['a result alone', '/* Result: Never */', 'Never', undefined],
    ['a story alone', '/* It\n * goes on.\n */', undefined, 'It goes on.'],
    ['both on one line each', '/* Result: Never\n * Well. // so */', 'Never', 'Well. // so'],
    ['paragraphs', '/*\n * One\n * two.\n *\n *\n * Three.\n */', undefined, 'One two.\n\nThree.'],
    [
      'a drawing',
      '/*\n * See:\n *\n *   a -> b\n *     -> c\n */',
      undefined,
      'See:\n\n  a -> b\n    -> c',
    ],
    ['a quoted one', '> /*\n> * > Result: it\n> */', undefined, '> Result: it'],
  ])('%s', (_, comment, result, story) => {
    expect(told(comment)).toEqual({ result, story });
  });

  it('is printed in 72 columns', () => {
    const trace = parseTrace('{}\n(1) dev0: read A // \u2192 caf\u00e9\nends', 'x');
    const story = `\u201cNo\u201d \u2013 ${'naive '.repeat(20)}*/\n\n  ${'-'.repeat(80)}`;
    expect(printTrace({ ...trace, story })).toBe(`/*
 * \u201cNo\u201d \u2013 naive naive naive naive naive naive naive naive naive naive
 * naive naive naive naive naive naive naive naive naive naive * /
 *
 *   ${'-'.repeat(80)}
 */

{
  kernel   v4.20-x86
  driver   amd-iommu-v2-patched
  scope    pages=1 cpus=0 devices=1 observers=reclaim granularity=atomic
}

(1) dev0: read A    // \u2192 caf\u00e9

ends
`);
  });
});

describe('notes', () => {
  const printed = (...notes: string[]) => {
    const events = notes.map((note, i) => `(${i + 1}) dev0: read A // ${note}`);
    const text = printTrace(parseTrace(`{}\n${events.join('\n')}\nends`, 'x'));
    return text.split('\n').filter((line) => line.startsWith('('));
  };

  it('stand in a column, closer where the width asks for it', () => {
    expect(printed('short', 'x'.repeat(49))).toEqual([
      '(1) dev0: read A    // short',
      `(2) dev0: read A    // ${'x'.repeat(49)}`,
    ]);
    expect(printed('short', 'x'.repeat(52))).toEqual([
      '(1) dev0: read A // short',
      `(2) dev0: read A // ${'x'.repeat(52)}`,
    ]);
  });

  it('that are too long for a line are left as they are', () => {
    expect(printed('short', 'x'.repeat(53))).toEqual([
      '(1) dev0: read A    // short',
      `(2) dev0: read A // ${'x'.repeat(53)}`,
    ]);
  });
});
