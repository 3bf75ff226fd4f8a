/** What the rules of the model refuse, and what they leave: found by mutations that passed. */
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../checker/trace/setup.ts';
import { eventText } from '../model/events.ts';
import { Model } from '../model/model.ts';
import { decide } from '../model/rules/lru.ts';

/** What is enabled after a run. */
function enabledAfter(scope: string, run: readonly string[]): string[] {
  const model = new Model(parseSystem({ scope }));
  let state = model.initial;
  for (const text of run) {
    const event = model.events.find((each) => eventText(each) === text)!;
    state = model.step(state, event)!.state;
  }
  return model.enabled(state).map(eventText);
}

describe('a CPU', () => {
  const scope = 'cpus=1 granularity=fine events=unmap,evict';
  const EVICT = 'cpu0: evict A';
  const READ = 'cpu0: read A';

  it('evicts what its TLB has, once', () => {
    expect(enabledAfter(scope, [])).not.toContain(EVICT);
    expect(enabledAfter(scope, [READ])).toContain(EVICT);
    expect(enabledAfter(scope, [READ, EVICT])).not.toContain(EVICT);
  });

  it('waits with a fault for the lock of the page', () => {
    const unmapping = [READ, 'kswapd: unmap A'];
    expect(enabledAfter(scope, unmapping)).toContain(READ);
    expect(enabledAfter(scope, [...unmapping, EVICT])).not.toContain(READ);
  });
});

describe('the classic LRU', () => {
  it.each([0, 1])('deactivates an active page, referenced or not: %i', (referenced) => {
    const model = new Model(parseSystem({ scope: 'events=lru' }));
    const [page] = model.view(model.initial).pages;
    page.flags.PG_active = 1;
    decide(page, referenced);
    expect(page.flags.PG_active).toBe(0);
    expect(page.flags.condemned).toBe(0);
  });
});
