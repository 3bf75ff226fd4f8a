/** The page finds the shortest way on to what a reader says, and says when there is none. */
import { describe, expect, it } from 'vitest';
import { eventText } from '../../model/events.ts';
import { follow } from '../trace/replay.ts';
import { parseSystem } from '../trace/setup.ts';
import { answer, textsOf } from './answer.ts';
import { eventsIn } from './link.ts';
import { wayOn } from './way-on.ts';

const system = parseSystem({ scope: 'events=unmap' });
const { events } = follow(system, []).model;
const READ = 'dev0.read.A';

function way(until: string, after = '') {
  const run = eventsIn(system, after).map(({ index }) => index);
  const { run: found, ...rest } = answer(
    { ask: 'way', system: textsOf(system), after: run, until },
    () => {},
  );
  return { ...rest, run: found?.map((index) => eventText(events[index])) };
}

describe('a way on', () => {
  it.each([
    ['pte young', '', ['dev0: read A']],
    ['pte old and atc present', '', ['dev0: read A', 'kswapd: folio_referenced A']],
    ['pte old and atc present', READ, ['kswapd: folio_referenced A']],
    ['pte none and atc none', READ, ['kswapd: unmap A']],
    ['event == 1', READ, ['kswapd: folio_referenced A']],
    ['look', READ, ['kswapd: folio_referenced A']],
    [
      'violation',
      '',
      ['dev0: read A', 'kswapd: folio_referenced A', 'dev0: read A', 'kswapd: folio_referenced A'],
    ],
  ])('to %s behind %j', (until, after, run) => {
    expect(way(until, after).run).toEqual(run);
  });

  it('that does not exist is searched for everywhere', () => {
    const { run, complete, states } = way('pte young and atc none');
    expect(run).toBeUndefined();
    expect(complete).toBe(true);
    expect(states).toBeGreaterThan(2);
  });

  it('is not searched for among more states than a browser can tell of', () => {
    const work = wayOn(system, [], 'pte young and atc none', 2);
    let piece = work.next();
    while (!piece.done) piece = work.next();
    expect(piece.value).toMatchObject({ complete: false, depth: 1 });
  });

  it('cannot be told of what is not in the state', () => {
    expect(() => way('ptf young')).toThrow("did you mean 'pte'?");
  });
});
