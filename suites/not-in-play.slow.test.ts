/** Optional events that do nothing in a system. Only many systems have each of them. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventText } from '../model/events.ts';
import { Model } from '../model/model.ts';
import { notInPlay } from '../model/not-in-play.ts';
import type { OptionalEvent, System } from '../model/system.ts';
import { DEFAULTS } from '../model/system.ts';
import { anySystem } from '../properties/generators/any-system.ts';

const withEvents = (system: System, events: readonly OptionalEvent[]): System => ({
  ...system,
  scope: { ...system.scope, events },
});

/** Whether an optional event makes a difference to the system: in its events or in its states. */
const matters = (system: System, gone: OptionalEvent): boolean => {
  const shape = (each: System) => {
    const { events: all, bits } = new Model(each);
    return [bits, ...all.map(eventText)].join();
  };
  const rest = system.scope.events.filter((event) => event !== gone);
  return shape(system) !== shape(withEvents(system, rest));
};

it('optional events that are not in play are exactly those that change nothing', () => {
  const tried = new Set<string>();
  const property = fc.property(anySystem({ pages: 1, cpus: 1, devices: 1 }), (system) => {
    const told = notInPlay(system, DEFAULTS).filter(({ field }) => field === 'events');
    for (const { word } of told) tried.add(word);
    // What happens and changes nothing has an event all the same.
    const idle = told.filter(({ isEvent }) => isEvent !== true);
    const { events } = system.scope;
    expect(idle.map(({ word }) => word)).toEqual(events.filter((e) => !matters(system, e)));
  });
  fc.assert(property, { seed: 20190131, numRuns: 300 });
  expect([...tried].toSorted()).toEqual(
    'cow dontneed evict lru migrate mprotect pageout posted rewrite swap'.split(' '),
  );
});
