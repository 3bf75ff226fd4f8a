/**
 * The events from which a walk chooses, sorted by kind and then by page. A narrow menu leaves most
 * of them out: a violation that needs many events mostly needs few kinds of them, and one page.
 */
import type { Event } from '../../model/events.ts';
import { kindOf } from '../../model/events.ts';
import { THREADS } from '../../model/operation.ts';
import type { Expansion } from './expansion.ts';
import { isDevice } from './moves.ts';

/** The kinds into which a walk sorts events. */
export const ACCESS = 0;
/** Pending messages of a device: translations, completions, invalidations and posted writes. */
export const CARRY_ON = 1;
/** A step or the end of an operation: a kind for each of THREADS, in their order. */
export const STEP = 2;
export const LOOK = STEP + THREADS.length;
export const TAKE_AWAY = LOOK + 1;
export const CPU_ACCESS = LOOK + 2;
const KINDS = LOOK + 3;

function roleOf(event: Event): number {
  const { role, thread } = kindOf(event);
  switch (role) {
    case 'look':
      return LOOK;
    case 'take-away':
      return TAKE_AWAY;
    case 'carry-on':
      return CARRY_ON;
    case 'step':
      return STEP + THREADS.findIndex((name) => name === thread);
    case 'access':
      return event.actor === 'cpu' ? CPU_ACCESS : ACCESS;
  }
}

/** What begins by itself may be left out. What goes on or ends may not. */
const CHOSEN = [ACCESS, LOOK, TAKE_AWAY, CPU_ACCESS];

export class Menu {
  /** The events of a slot, which is `kind * pages + page`, begin at `order[starts[slot]]`. */
  readonly order: Uint16Array;
  readonly starts: Uint16Array;

  constructor(order: Uint16Array, starts: Uint16Array) {
    this.order = order;
    this.starts = starts;
  }
}

/** Makes the menus of one system. */
export class Menus {
  readonly whole: Menu;
  private readonly events: readonly Event[];
  private readonly pages: number;
  private readonly narrow: Menu;
  /** For each event, the number of its verb. */
  private readonly verbs: Uint8Array;
  private readonly verbCount: number;
  private readonly left: Uint8Array;

  constructor(events: readonly Event[], pages: number) {
    const slots = Array.from({ length: KINDS * pages }, (_, slot) =>
      events.filter((event) => roleOf(event) * pages + event.page === slot),
    );
    const starts = [0];
    for (const slot of slots) starts.push(starts.at(-1)! + slot.length);
    const order = Uint16Array.from(slots.flat(), ({ index }) => index);
    this.whole = new Menu(order, Uint16Array.from(starts));
    this.events = events;
    this.pages = pages;
    this.narrow = new Menu(order.slice(), Uint16Array.from(starts));
    const names = [...new Set(events.map(({ actor, verb }) => `${actor} ${verb}`))];
    this.verbs = Uint8Array.from(events, ({ actor, verb }) => names.indexOf(`${actor} ${verb}`));
    this.verbCount = names.length;
    this.left = new Uint8Array(names.length);
  }

  /**
   * Draws a menu of page A, some CPUs and devices, and some of the verbs. It is valid until the
   * next one is drawn.
   */
  draw(random: Expansion, cpus: number, devices: number): Menu {
    const { events, left, narrow, pages, verbs, whole } = this;
    const [cpu, device] = [random.below(cpus + 1), 1 + random.below(devices)];
    for (let verb = 0; verb < this.verbCount; verb++) left[verb] = random.below(4) === 0 ? 1 : 0;
    let count = 0;
    for (let slot = 0; slot < KINDS * pages; slot++) {
      narrow.starts[slot] = count;
      if (slot % pages !== 0) continue;
      const isChosen = CHOSEN.includes(slot / pages);
      for (let at = whole.starts[slot]; at < whole.starts[slot + 1]; at++) {
        const event = events[whole.order[at]];
        const agents = event.actor === 'cpu' ? cpu : isDevice(event) ? device : Infinity;
        if (isChosen && (event.unit >= agents || left[verbs[event.index]] === 1)) continue;
        narrow.order[count++] = event.index;
      }
    }
    narrow.starts[KINDS * pages] = count;
    return narrow;
  }
}
