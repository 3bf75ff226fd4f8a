/** What a reader waits for is found in the words of the state, and notes are kept as written. */
import { describe, expect, it } from 'vitest';
import { sequenceOf } from '../tell/sequence.ts';
import { parseTrace } from '../trace/parse.ts';
import { printTrace } from '../trace/print.ts';
import { follow, replay } from '../trace/replay.ts';
import { parseSystem } from '../trace/setup.ts';
import { eventsIn } from './link.ts';
import { notedTrace, parseNotes, printNotes, withNote, writtenNotes } from './notes.ts';
import { OFFERED, parseUntil } from './until.ts';

const [READ, LOOK] = ['dev0.read.A', 'kswapd.folio_referenced.A'];
const system = parseSystem({});
const replayed = follow(system, eventsIn(system, [READ, LOOK, READ, LOOK].join()));
const { rows } = sequenceOf(replayed);
const names = rows.flatMap(({ fields }) => fields.map(({ name }) => name));
const found = (text: string) => rows.filter(parseUntil(text, names)).map(({ number }) => number);

describe('what a reader waits for', () => {
  it.each([
    ['pte old and atc present', [2, 3, 4]],
    ['pte young', [1]],
    ['A: pte old', [2, 3, 4]],
    ['B: pte old', []],
    ['atc[dev0] present', [1, 2, 3, 4]],
    ['atc[dev1] present', []],
    ['pte none', []],
    ['pte young or violation', [1, 4]],
    ['not pte young', [2, 3, 4]],
    ['look', [2, 4]],
    ['event dev0: read', [1, 3]],
    ['event == 0', [4]],
    ['kswapd: idle', [1, 2, 3, 4]],
    ['atc stale', []],
  ])('%s', (text, steps) => expect(found(text)).toEqual(steps));

  it('is stale where a frame was freed', () => {
    const unmapped = parseSystem({ driver: 'invalidate_secondary=none', scope: 'events=unmap' });
    const run = follow(unmapped, eventsIn(unmapped, `${READ},kswapd.unmap.A`));
    const [, last] = sequenceOf(run).rows;
    expect(parseUntil('pte none and atc stale', names)(last)).toBe(true);
  });

  it.each([
    ['ptf old', "the state has no field 'ptf'; did you mean 'pte'?"],
    ['pte', "'pte' does not say what pte has to be"],
    ['kswapf: idle', "there is no page or thread 'kswapf'"],
    ['', "the state has no field ''"],
  ])('cannot be %s', (text, message) => {
    expect(() => parseUntil(text, names)).toThrow(message);
  });

  it('may be anything that the page offers', () => {
    for (const text of OFFERED) expect(() => found(text)).not.toThrow();
  });
});

describe('notes', () => {
  it('stand in a link as they were written', () => {
    const notes = withNote(withNote(new Map(), 4, 'so: it is  wrong'), 2, '50% of it');
    expect(printNotes(notes)).toBe('2:50% of it\n4:so: it is wrong');
    expect(parseNotes(printNotes(notes), 4)).toEqual(new Map([...notes].toReversed()));
    expect(withNote(notes, 2, ' ').has(2)).toBe(false);
    expect(() => parseNotes('5:x', 4)).toThrow("a note cannot be '5:x'");
  });

  it('are saved in the trace, and read from it', () => {
    const notes = withNote(new Map(), 3, 'nobody sees this');
    const text = printTrace(notedTrace(replayed, notes));
    expect(text).toContain('(3) dev0: read A                    // nobody sees this');
    const saved = parseTrace(text, 'x');
    expect(writtenNotes(saved, replay(saved))).toEqual(notes);
  });
});
