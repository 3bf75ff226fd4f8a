/** The needs of events: what a system must have. Each says what is missing and how to add it. */
import type { Lack, Need } from './event.ts';
import { hasAtc, hasIotlb, hasPageout, hasUnmaps } from './play.ts';
import type { Observer, OptionalEvent } from './system.ts';

const unless = (met: boolean, reason: string, hint?: string): Lack | undefined =>
  met ? undefined : { reason, ...(hint === undefined ? {} : { hint }) };

const GRANULARITY = new WeakMap<Need, 'atomic' | 'fine'>();
const only = (granularity: 'atomic' | 'fine', need: Need): Need => {
  GRANULARITY.set(need, granularity);
  return need;
};
export const granularityOf = (needs: readonly Need[]): 'atomic' | 'fine' | 'both' =>
  needs.map((need) => GRANULARITY.get(need)).find((one) => one !== undefined) ?? 'both';

export const fine = (instead: string): Need =>
  only('fine', ({ scope }) =>
    unless(scope.granularity === 'fine', `with granularity=atomic ${instead}`),
  );

export const atomic = (instead: string): Need =>
  only('atomic', ({ scope }) =>
    unless(scope.granularity === 'atomic', `with granularity=fine ${instead}`),
  );

/** The scope's `events` name one of these optional events. */
export const optional =
  (...names: readonly OptionalEvent[]): Need =>
  ({ scope }) =>
    unless(
      names.some((name) => scope.events.includes(name)),
      `the scope's events lack '${names[0]}'`,
      `scope ... events=${[...scope.events, names[0]].join(',')}`,
    );

export const observer =
  (name: Observer): Need =>
  ({ scope }) =>
    unless(
      scope.observers.includes(name),
      `the scope's observers lack '${name}'`,
      `scope ... observers=${[...scope.observers, name].join(',')}`,
    );

export const atc: Need = (parts) =>
  unless(hasAtc(parts), 'the device has no ATC (hardware ats=false)');

export const iotlb: Need = (parts) =>
  unless(
    hasIotlb(parts),
    parts.driver.secondary === 'shadow'
      ? 'a shadow secondary has no IOTLB'
      : 'the IOMMU has no IOTLB (hardware iotlb=false)',
  );

export const cpus: Need = ({ scope }) => unless(scope.cpus > 0, 'no CPU is in scope: cpus=0');

export const frees: Need = (parts) => (hasUnmaps(parts) ? undefined : optional('unmap')(parts));

export const takesWithoutLook: Need = (parts) =>
  unless(
    hasPageout(parts),
    'MADV_PAGEOUT takes no page without a look (kernel pageout=none)',
    'kernel ... pageout=takes',
  );

export const missIs = (verb: string) => fine(`a miss is one event, '${verb}'`);
export const stepsAreSeen = fine('an operation is one event, without separate steps');
