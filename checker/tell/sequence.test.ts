/** A run that grows, shrinks and turns off is told as if it were told for the first time. */
import { describe, expect, it } from 'vitest';
import type { Event } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import { follow } from '../trace/replay.ts';
import type { Replay } from '../trace/replay.ts';
import { parseSystem } from '../trace/setup.ts';
import { SequenceTeller, sequenceOf } from './sequence.ts';

const system = parseSystem({
  driver: 'amd-iommu-v2',
  scope: 'granularity=fine events=unmap,protect,write,posted observers=reclaim,idle',
});
const model = new Model(system, []);

/** A run that mostly takes another event than the last time. */
function run(length: number, turn: number): Event[] {
  const events: Event[] = [];
  let state = model.initial;
  for (let i = 0; i < length; i++) {
    const enabled = model.enabled(state);
    const event = enabled[(i * i + turn * i + turn) % enabled.length];
    events.push(event);
    state = model.step(state, event)!.state;
  }
  return events;
}

const long = run(120, 3);
const turned = [...long.slice(0, 40), ...run(120, 3).slice(40, 60)];

describe('a run that is told again', () => {
  it.each([
    ['longer by an event', long.slice(0, 60), long.slice(0, 61)],
    ['shorter by an event', long.slice(0, 60), long.slice(0, 59)],
    ['longer by many', long.slice(0, 10), long],
    ['empty', long, []],
    ['another from its beginning on', run(50, 1), run(50, 2)],
    ['the same up to its middle', turned, long],
  ])('reads as if it were new: %s', (_, first, second) => {
    const teller = new SequenceTeller();
    const before = follow(system, first);
    teller.tell(before);
    const after = follow(system, second, {}, before);
    expect(after.trace).toEqual(follow(system, second).trace);
    expect(teller.tell(after)).toEqual(sequenceOf(follow(system, second)));
  });

  it('is told of another property', () => {
    const mail = parseSystem({});
    const words = new Map<string, Event>(
      new Model(mail, []).events.map((event) => [event.verb, event]),
    );
    const [read, look] = ['read', 'folio_referenced'].map((verb) => words.get(verb)!);
    const events = [read, look, read, look, read, look];
    const whole = follow(mail, events);
    const about = whole.steps[5].violated.map((verdict) =>
      follow(mail, events, { verdict }, whole),
    );
    expect(about.length).toBeGreaterThan(1);
    const teller = new SequenceTeller();
    for (const replayed of about) expect(teller.tell(replayed)).toEqual(sequenceOf(replayed));
  });

  it('keeps the rows of the steps that stay as they were', () => {
    const teller = new SequenceTeller();
    const before: Replay = follow(system, long.slice(0, 100));
    const rows = teller.tell(before).rows;
    const after = teller.tell(follow(system, long.slice(0, 101), {}, before));
    const kept = after.rows.filter((row, i) => row === rows[i]);
    expect(kept.length).toBeGreaterThan(90);
  });
});
