/**
 * The ways in which policies can be compared: one does all that another one does, and more of what
 * can only help. docs/synthesize.md argues for each.
 */
import type { Driver, Parts, Scope } from '../../model/system.ts';
import { PROGRAMS } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { Space } from './space.ts';
import type { List } from './strength.ts';
import { onlyDropsMore, onlyFlushesMore, sparesFlushes, stepsIn } from './strength.ts';

/** Whether one list does all that another one does, and more of what can only help. */
export type DoesMore = (list: List, than: List) => boolean;

/** What is in play only where an unmap heeds the look before it, or looks itself. */
const evictsByLook = ({ kernel, scope }: Parts): boolean =>
  scope.events.includes('lru') ||
  PROGRAMS.some((name) => kernel[name].some((each) => each.name === 'look'));

/**
 * Whether the secondary has young bits of its own on which neither a property nor what is evicted
 * depends. The bits of PTEs do not count: a further zap makes further faults, which set more of
 * them, and what the kernel does on a young PTE are flushes.
 */
const isBlindToYoung = ({ family }: Property, parts: Parts): boolean =>
  family === 'safety' && parts.driver.secondary === 'shadow' && !evictsByLook(parts);

/** Whether a young bit of the secondary more can only help against what violates a property. */
const isSparedByYoung = ({ onlyUnreferenced }: Property, parts: Parts): boolean =>
  onlyUnreferenced === true && parts.driver.secondary === 'shadow' && !evictsByLook(parts);

const zapsAlways = (list: List): boolean =>
  stepsIn(list).every(({ name, when }) => name !== 'zap' || when === 'always');

/** A list without its harvest, if nothing comes of that: it is neither reported nor a condition. */
function withoutIdleHarvest(list: List): List {
  if (!('actions' in list) || list.returns === 'harvested') return list;
  if (list.actions.some(({ when }) => when === 'harvested')) return list;
  return { ...list, actions: list.actions.filter(({ name }) => name !== 'harvest') };
}

/**
 * Whether a list does all that another one does, but for a harvest of which nothing comes, and
 * beyond that only flushes, waits or reports more. Such a harvest forgets a use. No step may zap on
 * a condition: with other young bits the two would zap other entries.
 */
const onlyForgetsLess = (list: List, than: List, driver: Driver): boolean =>
  zapsAlways(list) &&
  zapsAlways(than) &&
  (onlyFlushesMore(list, than, driver) || onlyFlushesMore(list, withoutIdleHarvest(than), driver));

/**
 * The ways in which the policies of a space compare for a property in a scope. If all lists of one
 * do more than those of another one in the same way, it violates the property only if the other one
 * does.
 */
export function waysFor(property: Property, { base, axes }: Space, scope: Scope): DoesMore[] {
  if (!sparesFlushes(property)) return [];
  const { driver } = base;
  const parts = { ...base, scope };
  const isDriver = axes.every(({ part }) => part === 'driver');
  const ways: DoesMore[] = [(list, than) => onlyFlushesMore(list, than, driver)];
  if (isDriver && isBlindToYoung(property, parts)) ways.push(onlyDropsMore);
  if (isDriver && isSparedByYoung(property, parts)) {
    ways.push((list, than) => onlyForgetsLess(list, than, driver));
  }
  return ways;
}
