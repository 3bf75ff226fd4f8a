/**
 * Draws random short traces of preset systems, and keeps those that can be driven on an image. The
 * same seed draws the same traces: each is a walk of properties/generators.
 */
import { misfitOf } from '../../../model/misfit.ts';
import { Model } from '../../../model/model.ts';
import type { OptionalEvent, Scope, System } from '../../../model/system.ts';
import { DEFAULTS } from '../../../model/system.ts';
import type { Bias } from '../../../properties/generators/index.ts';
import { DEFAULT_BIAS, Expansion, Walk, asBound } from '../../../properties/generators/index.ts';
import { refuseUntold } from '../../conform/expect/expect.ts';
import { Complaint } from '../../trace/complaint.ts';
import { printEvent } from '../../trace/print.ts';
import type { Replay } from '../../trace/replay.ts';
import { follow } from '../../trace/replay.ts';
import { PRESETS } from '../../trace/setup.ts';
import type { Bootable, Image } from '../kernels.ts';
import { BOOTABLE, kernelNamed } from '../kernels.ts';
import type { Plan } from '../plan.ts';
import { planOf } from '../plan.ts';
import { isOfKernel } from '../planning.ts';

/** The most events of a trace. */
const LONGEST = 6;
/** The fewest: one event alone shows little. */
const SHORTEST = 2;

/** Optional events that some call makes happen. */
const EVENTS: readonly OptionalEvent[] = [
  'evict',
  'unmap',
  'protect',
  'clear-refs',
  'write',
  'cold',
  'walk',
  'lru',
  'pageout',
  'swap',
  'fork',
  'collapse',
];
/** Events that forbid much of what else could be drawn. */
const SELDOM_EVENTS: readonly OptionalEvent[] = ['protect', 'collapse'];
/** Much is asked of the kernel, and few operations are held half-way. */
const BIAS: Bias = {
  ...DEFAULT_BIAS,
  lookAfterAccess: 0.4,
  holdOpen: 0.15,
  carryOn: 0.8,
  takeAway: 0.35,
  look: 0.3,
};

const SELDOM = asBound(1 / 4);
const OFTEN = asBound(1 / 2);

const oneOf = <T>(random: Expansion, all: readonly T[]): T => all[random.below(all.length)];

function drawScope(random: Expansion, { damon }: Bootable): Scope {
  const events = EVENTS.filter((event) =>
    random.happens(SELDOM_EVENTS.includes(event) ? SELDOM : OFTEN),
  );
  return {
    ...DEFAULTS.scope,
    pages: random.happens(SELDOM) ? 2 : 1,
    cpus: random.happens(OFTEN) ? 1 : 0,
    observers: damon ? ['reclaim', 'idle'] : ['reclaim'],
    granularity: random.happens(SELDOM) ? 'fine' : 'atomic',
    events,
  };
}

/** Draws a kernel that an image can be, a driver, hardware and a small scope. */
function drawSystem(random: Expansion, kernels: readonly Bootable[]): System {
  const bootable = oneOf(random, kernels);
  const [driver, hardware] = [oneOf(random, PRESETS.driver), oneOf(random, PRESETS.hardware)];
  return {
    kernel: kernelNamed(bootable.kernel),
    driver: driver.value,
    // A walker of its own is all the hardware of a shadow secondary.
    hardware: driver.value.secondary === 'shadow' ? DEFAULTS.hardware : hardware.value,
    scope: drawScope(random, bootable),
    names: {
      kernel: bootable.kernel,
      driver: driver.name,
      hardware: driver.value.secondary === 'shadow' ? 'ats' : hardware.name,
    },
  };
}

/** A random run of a system, up to the last event that violates something, if one does. */
function drawRun(random: Expansion, system: System): Replay {
  const walk = new Walk(new Model(system), LONGEST, BIAS);
  walk.run(random.next() >>> 0, SHORTEST + random.below(LONGEST - SHORTEST + 1));
  const events = walk.lastRun();
  const { steps } = follow(system, events);
  // Only the last event of a trace may violate something.
  const end = steps.findLast(({ violated }) => violated.length > 0)?.number;
  return follow(system, events.slice(0, end));
}

/** The plan of a draw; undefined if its trace cannot be driven, or if no log tells of all of it. */
function planned(random: Expansion, kernels: readonly Bootable[], image: Image): Plan | undefined {
  const system = drawSystem(random, kernels);
  if (misfitOf(system) !== undefined) return undefined;
  try {
    const replay = drawRun(random, system);
    if (replay.steps.length < SHORTEST || !replay.steps.some(isOfKernel)) return undefined;
    refuseUntold(replay);
    return planOf(replay, image);
  } catch (error) {
    if (error instanceof Complaint) return undefined;
    throw error;
  }
}

/** What is to be drawn. */
export interface Draws {
  readonly count: number;
  readonly seed: number;
  readonly image: Image;
}

/** The most draws of a seed. Some in a hundred can be driven. */
const DRAWS = 2 ** 20;

/** What makes two traces the same: the presets, and the events with their answers. */
function sameText({ replay: { trace } }: Plan): string {
  const { names, scope } = trace.system;
  const steps = trace.steps.map(({ event, answer }) => printEvent(event, scope, answer));
  return [names.kernel, names.driver, names.hardware, scope.granularity, ...steps].join('\n');
}

/** Draws the plans of a seed, all different. A smaller count draws the first of them. */
export function* drawing({ count, seed, image }: Draws): Generator<Plan> {
  const kernels = BOOTABLE.filter((one) => one.image === image);
  const random = new Expansion();
  const drawn = new Set<string>();
  for (let draw = 0; drawn.size < count && draw < DRAWS; draw++) {
    random.of((seed >>> 0) * DRAWS + draw);
    const plan = planned(random, kernels, image);
    if (plan === undefined || drawn.has(sameText(plan))) continue;
    drawn.add(sameText(plan));
    yield plan;
  }
}
