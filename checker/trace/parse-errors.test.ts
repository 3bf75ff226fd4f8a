/** The complaints about every kind of error in the text of a trace. */
import { describe, expect, it } from 'vitest';
import { complaintOf } from '../../suites/complaint-of.ts';

/** A trace with one event line, in a given system. */
const withEvent = (event: string, scope = '', more = '') =>
  `{${scope === '' ? '' : ` scope ${scope}`} ${more}}\n${event}\nends\n`;

const lines = (...parts: string[]): string => parts.join('\n');

describe('a file that is no trace', () => {
  it.each([
    ['empty', '', 'a.trace:1:1: error: the file is empty\nhint: youngcheck mail prints a trace'],
    [
      'blank',
      ' > \n\t\n',
      'a.trace:1:1: error: the file is empty\nhint: youngcheck mail prints a trace',
    ],
    [
      'binary',
      'Trace x\n{ }\n\x7fELF\0\0',
      lines('a.trace:3:5: error: this file is no text: it has a NUL byte', '  ?ELF??', '      ^'),
    ],
    [
      'huge',
      'x'.repeat((4 << 20) + 1),
      'a.trace:1:1: error: the text has more than 4 MiB: it is no trace',
    ],
    [
      'notes',
      '// a note\n',
      lines(
        'a.trace:1:10: error: the file has only notes, and no trace',
        '  // a note',
        '           ^',
      ),
    ],
    [
      'a mail',
      'Hi,\n\nsee below.\n',
      lines(
        "a.trace:1:1: error: expected 'Trace NAME', a comment or '{', not 'Hi,'",
        '  Hi,',
        '  ^',
        "hint: in a mail, a trace begins at a line of its own: 'Trace NAME'",
      ),
    ],
  ])('%s', (_, text, message) => {
    expect(complaintOf(text)).toBe(message);
  });
});

/** Errors in what stands before the events. Each row has the first line of the complaint. */
describe('the head of a trace', () => {
  it.each([
    ['Trace\n{}', "1:6: error: a name is missing after 'Trace'"],
    ['Trace a b\n{}', "1:8: error: the name of a trace is one word, not 'a b'"],
    ['> Trace a\n> /* x\n> {}', "2:3: error: this comment has no '*/'"],
    ['/* x */ y\n{}', "1:9: error: 'y' does not belong behind '*/'"],
    [
      '/* Result: sometimes */\n{}',
      "1:12: error: a result is not 'sometimes'; did you mean 'Sometimes'?",
    ],
    ['/* Result: */\n{}', "1:11: error: a result is not ''"],
    ['Trace a\n(1) dev0: read A', "2:1: error: the setup block is missing: expected '{'"],
    ['Trace a', "1:8: error: the setup block is missing: expected '{'"],
    ['{ kernel v4.20-x86\n(1) dev0: read A', "1:1: error: this setup block has no '}'"],
    ['{ kernel v4.20-x86', "1:1: error: this setup block has no '}'"],
    ['{ {', "1:3: error: a second '{'"],
    ['{} x', "1:4: error: 'x' does not belong behind '}'"],
    ['{ kernl x }', "1:3: error: unknown part 'kernl' of a system; did you mean 'kernel'?"],
    ['{\n  pages=2\n}', "2:3: error: unknown part 'pages=2' of a system"],
    ['{ kernel }', '1:3: error: kernel is empty'],
    ['{\n  kernel v4.20-x86\n  kernel v4.20-x86\n}', '3:3: error: kernel is given twice'],
    [
      '{ driver amd-iomu-v2 }',
      "1:10: error: unknown driver 'amd-iomu-v2'; did you mean 'amd-iommu-v2'?",
    ],
    ['{ scope page=2 }', "1:9: error: unknown field 'page' of scope; did you mean 'pages'?"],
    ['{ scope pages=5 }', "1:15: error: pages cannot be '5'"],
    ['{ scope\tpages=2 pages=2 }', "1:17: error: 'pages' is given twice"],
    ['{ scope mail large }', "1:14: error: 'large' is neither field=value nor the first word"],
    ['{ scope mail\n  events=unmap,map }', "2:16: error: events cannot have 'map'"],
    ['{ driver clear_young=harvest,return-2 }', "1:30: error: clear_young cannot have 'return-2'"],
    ['{ kernel \x1b[2J }', '1:10: error: U+001B is not printable, and cannot stand here'],
  ])('%j', (text, message) => {
    expect(complaintOf(text).split('\n')[0]).toBe(`a.trace:${message}`);
  });
});

const FINE = 'granularity=fine';

describe('an event', () => {
  it.each([
    ['(2) dev0: read A', '1', '(2) dev0: read A', 'events count up from 1: expected (1), not (2)'],
    ['(x) dev0: read A', '1', '(x) dev0: read A', "the event's number is missing: expected (1)"],
    ['(1)', '4', '(1)', 'an actor is missing'],
    ['(1) dev0', '9', '(1) dev0', "':' is missing after dev0"],
    ['(1) kswap: read A', '5', '', "unknown actor 'kswap'; did you mean 'kswapd'?"],
    ['(1) dev: read A', '5', '', "'dev' needs a number"],
    ['(1) dev1: read A', '5', '', 'dev1 is not in scope: devices=1'],
    ['(1) cpu0: read A', '5', '', 'cpu0 is not in scope: cpus=0'],
    ['(1) dev0:', '10', '', 'what dev0 does is missing'],
    ['(1) dev0: reed A', '11', '', "dev0 knows no 'reed'; did you mean 'read'?"],
    ['(1) kswapd: mark A', '13', '', "kswapd knows no 'mark': that is for page_idle to do"],
    ['(1) iommu: read A', '12', '', "iommu knows no 'read': that is for dev and cpu to do"],
    ['(1) dev0: read', '15', '', 'a page is missing'],
    ['(1) dev0: read B', '16', '', 'page B is not in scope: pages=1'],
    ['(1) dev0: read a', '16', '', "unknown page 'a'; did you mean 'A'?"],
    ['(1) dev0: read A == 1', '18', '', "'dev0: read A' answers nothing"],
    ['(1) kswapd: folio_referenced A = 1', '32', '', "an answer is written '== value'"],
    ['(1) kswapd: folio_referenced A ==', '34', '', "a value is missing after '=='"],
    ['(1) kswapd: folio_referenced A==yes', '33', '', "no answer 'yes'"],
    ['(1) dev0: read A twice', '18', '', "'twice' does not belong here"],
  ])('%j', (event, column, source, message) => {
    const complaint = complaintOf(withEvent(event)).split('\n');
    expect(complaint[0]).toBe(`a.trace:2:${column}: error: ${message}`);
    expect(complaint.slice(1, 3)).toEqual([
      `  ${source === '' ? event : source}`,
      `  ${' '.repeat(Number(column) - 1)}^`,
    ]);
  });

  it('lists what would have been possible', () => {
    expect(complaintOf('> {}\n> (1) kswapd: folio_refrenced A\n')).toBe(
      lines(
        "a.trace:2:15: error: kswapd knows no 'folio_refrenced'; did you mean 'folio_referenced'?",
        '  > (1) kswapd: folio_refrenced A',
        '                ^',
        'possible:',
        '  folio_referenced',
      ),
    );
    expect(complaintOf(withEvent('(1) page_idle: check A == 1', 'observers=idle'))).toBe(
      lines(
        "a.trace:2:27: error: no answer '1'",
        '  (1) page_idle: check A == 1',
        '                            ^',
        'possible:',
        '  == idle',
        '  == busy',
      ),
    );
    expect(complaintOf(withEvent('(1) iommu: translate A', 'devices=2 granularity=fine'))).toBe(
      lines(
        "a.trace:2:22: error: 'translate' needs a device, not 'A'",
        '  (1) iommu: translate A',
        '                       ^',
        'possible:',
        '  dev0',
        '  dev1',
      ),
    );
  });
});

describe('an event that the system does not have', () => {
  it.each([
    ['dev0: write A', '', "the scope's events lack 'write'"],
    ['dev0: evict A', '', "the scope's events lack 'evict'"],
    ['kswapd: unmap A', '', "the scope's events lack 'unmap'"],
    ['user: clear-refs A', '', "the scope's events lack 'clear-refs'"],
    ['page_idle: mark A', '', "the scope's observers lack 'idle'"],
    ['kswapd: age A', '', "with granularity=atomic a look is one event, 'folio_referenced'"],
    [
      'kswapd: flush-iotlb A',
      '',
      'with granularity=atomic an operation is one event, without separate steps',
    ],
    ['dev0: request-read A', '', "with granularity=atomic a miss is one event, 'read'"],
    [
      'kswapd: folio_referenced A',
      FINE,
      "with granularity=fine a look is 'age', its steps, and 'report'",
    ],
    ['kswapd: flush-tlb A', FINE, 'no CPU is in scope: cpus=0'],
    ['kswapd: zap A', FINE, 'no operation of kswapd has this step with this kernel and driver'],
    ['dev0: post-write A', `${FINE} events=write`, "the scope's events lack 'posted'"],
  ])('%s', (event, scope, reason) => {
    const complaint = complaintOf(withEvent(`(1) ${event}`, scope)).split('\n');
    const [actor, verb] = event.split(/:? /);
    const place = `a.trace:2:${'(1) '.length + actor.length + ': '.length + 1}`;
    expect(complaint[0]).toBe(`${place}: error: no '${verb}' in this system: ${reason}`);
    if (reason.includes('events lack')) expect(complaint[3]).toMatch(/^hint: scope \.\.\. events=/);
  });

  it.each([
    ['dev0: complete A', 'hardware ats=false', 'the device has no ATC (hardware ats=false)'],
    ['iommu: evict A', 'driver kvm', 'a shadow secondary has no IOTLB'],
    ['iommu: evict A', 'hardware iotlb=false', 'the IOMMU has no IOTLB (hardware iotlb=false)'],
  ])('%s, %s', (event, part, reason) => {
    const text = withEvent(`(1) ${event}`, `${FINE} events=evict`, `\n${part}`);
    expect(complaintOf(text)).toContain(`in this system: ${reason}\n`);
  });
});

const EVENTS = '{}\n(1) dev0: read A\n';

describe('the end of a trace', () => {
  it.each([
    ['{}\nends', '2:1', 'the trace has no events: expected (1)'],
    ['{}\n', '1:3', 'the trace has no events: expected (1)'],
    ['{}\ndev0: read A\n', '2:1', "expected (1), not 'dev0: read A'"],
    [EVENTS, '2:17', "the last line is missing: 'violates PROPERTY' or 'ends'"],
    [
      `${EVENTS}end`,
      '3:1',
      "expected (2), 'violates PROPERTY' or 'ends', not 'end'; did you mean 'ends'?",
    ],
    [`${EVENTS}ends here`, '3:6', "'here' does not belong behind 'ends'"],
    [`${EVENTS}violates`, '3:9', 'a property is missing'],
    [
      `${EVENTS}violates no-false-refrence`,
      '3:10',
      "unknown property 'no-false-refrence'; did you mean 'no-false-reference'?",
    ],
    [
      `${EVENTS}violates no-repeated-miss`,
      '3:10',
      'no-repeated-miss needs an observer in parentheses',
    ],
    [
      `${EVENTS}violates no-stale-access`,
      '3:10',
      'no-stale-access does not apply: this system cannot violate it',
    ],
    [
      `${EVENTS}ends\nThanks,`,
      '4:1',
      "the trace has ended at line 3: 'Thanks,' does not belong to it",
    ],
    [
      `Hi,\n\nTrace x\n${EVENTS}ends\n\n(2) dev0: read A`,
      '8:1',
      "the trace has ended at line 6: '(2) dev0: read A' does not belong to it",
    ],
    [`Trace x\n${EVENTS}ends\nTrace y\n{}`, '5:1', 'a second trace begins here'],
  ])('%j', (text, at, message) => {
    expect(complaintOf(text).split('\n')[0]).toBe(`a.trace:${at}: error: ${message}`);
  });

  it('lists the properties that apply', () => {
    expect(complaintOf(`${EVENTS}violates no-stale-access`)).toBe(
      lines(
        'a.trace:3:10: error: no-stale-access does not apply: this system cannot violate it',
        '  violates no-stale-access',
        '           ^',
        'possible:',
        '  no-missed-device-reference(reclaim)',
        '  no-repeated-miss(reclaim)',
        '  no-false-reference',
        '  no-spurious-invalidation',
      ),
    );
  });

  it.each([
    ['> {}\n> (1) dev0: read A\n> the walk sets young\n> ends', '3:3'],
    ['{}\n(1) dev0: read A\n(2) kswapd: folio_referenced A\n == 1 == 1\nends', '4:2'],
  ])('%j: a line that may have been wrapped is pointed out', (text, at) => {
    const complaint = complaintOf(text);
    expect(complaint).toContain(`a.trace:${at}: error: `);
    expect(complaint).toContain('\nhint: a line that a mailer wrapped? join it with the one above');
  });

  it.each([
    [
      ['(1) dev0: read A // note', 'end'],
      "4:1: error: expected (2), 'violates PROPERTY' or 'ends'",
    ],
    [['(1) dev0: read A // note', 'violate no-false-reference'], "did you mean 'violates'?"],
    [['(1) dev0: read A // note', 'dev0: read A', 'ends'], "4:1: error: expected (2), 'violates"],
    [['(1) dev0: read A // note', '2) dev0: read A', 'ends'], "4:1: error: expected (2), 'violat"],
    [
      ['(1) dev0: read A // note', '', 'the rest of it', 'ends'],
      "5:1: error: expected (2), 'viola",
    ],
    [['(1) dev0: read A // note', 'ends here'], "4:6: error: 'here' does not belong behind 'ends'"],
    [['(1) dev0: read', 'A == 1', 'ends'], '3:15: error: a page is missing'],
  ])('%j: a slip is not taken for the rest of a note', (events, message) => {
    const text = ['{', '}', ...events].join('\n');
    expect(complaintOf(text)).toContain(message);
  });

  it.each([
    '{\n  scope pages=3D1\n}\n(1) dev0: read A\nends',
    '{}\n(1) kswapd: folio_referenced A =3D=3D 0\nends',
    '{}\n(1) dev0: read A =20\nends',
  ])('%j: quoted-printable is pointed out', (text) => {
    const hint = '\nhint: quoted-printable: decode the mail first';
    expect(complaintOf(text)).toContain(hint);
    expect(complaintOf(text.replaceAll('=3D', '=').replace('=20', '!'))).not.toContain(hint);
  });

  it.each([
    ['{}\n(1) dev0: read A</span>\nends', 'HTML: take the text of the mail'],
    ['{}\n(1) dev0:&#32;read A\nends', 'HTML: take the text of the mail'],
    ['+{}\n-(1) dev0: read A\n+(1) cpu0: read A\n+ends', 'a line that a patch takes out?'],
    ['{\n  "schema": 2\n}', 'a document of --json'],
  ])('%j: what else a text may be is pointed out', (text, hint) => {
    expect(complaintOf(text)).toContain(`\nhint: ${hint}`);
  });

  it('a reply between quoted lines is pointed out', () => {
    expect(complaintOf('> {}\n> (1) dev0: read A\nWhy?\n> ends')).toBe(
      lines(
        "a.trace:3:1: error: expected (2), 'violates PROPERTY' or 'ends', not 'Why?'",
        '  Why?',
        '  ^',
        'hint: take replies between the lines of a quoted trace out',
      ),
    );
  });
});
