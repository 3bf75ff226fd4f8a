/** Nothing that a player does is lost: everything can be taken back, and done again. */
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../trace/setup.ts';
import { eventsIn, wordsOf } from './link.ts';
import type { Position } from './positions.ts';
import { Positions } from './positions.ts';

const system = parseSystem({});
const at = (words: string, of = system): Position => ({ system: of, events: eventsIn(of, words) });
const [READ, LOOK] = ['dev0.read.A', 'kswapd.folio_referenced.A'];
const words = ({ now }: Positions) => wordsOf(now.events);

describe('positions', () => {
  it('are taken back and done again, starting over among them', () => {
    const positions = new Positions(at(''));
    positions.go(at(READ), at(`${READ},${LOOK}`));
    positions.go(at(''));
    positions.undo();
    expect(words(positions)).toBe(`${READ},${LOOK}`);
    positions.undo();
    expect(words(positions)).toBe(READ);
    positions.redo();
    positions.redo();
    expect(words(positions)).toBe('');
    expect(positions.after).toBeUndefined();
  });

  it('of a link are taken back event by event', () => {
    const positions = new Positions(at(`${READ},${LOOK}`));
    positions.undo();
    positions.undo();
    expect(words(positions)).toBe('');
    expect(positions.before).toBeUndefined();
    positions.undo();
    positions.redo();
    expect(words(positions)).toBe(READ);
  });

  it('forget what was taken back when something else is done', () => {
    const positions = new Positions(at(READ));
    positions.undo();
    positions.go(at(`${READ},${READ}`));
    expect(positions.after).toBeUndefined();
  });

  it('are found again when the browser goes back and forward', () => {
    const other = parseSystem({ driver: 'kvm' });
    const positions = new Positions(at(''));
    positions.go(at(READ));
    positions.go(at(`${READ},${LOOK}`));
    positions.go(at(READ, other));
    positions.to(at(READ));
    expect(positions.now.system).toBe(system);
    expect(positions.after?.events).toHaveLength(2);
    positions.to(at(READ, parseSystem({ driver: 'kvm' })));
    expect(positions.now.system).toBe(other);
    positions.to(at(LOOK));
    expect(positions.after).toBeUndefined();
    positions.undo();
    expect(positions.now.system).toBe(other);
  });
});
