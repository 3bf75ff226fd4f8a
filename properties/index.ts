/** The properties, in the order in which verdicts are printed. */
import type { Ghost } from '../model/state.ts';
import type { Observer, Parts } from '../model/system.ts';
import { OBSERVERS } from '../model/system.ts';
import { faultMakesProgress } from './fault-makes-progress.ts';
import { noEvictionInUse } from './no-eviction-in-use.ts';
import { noFalseReference } from './no-false-reference.ts';
import { noLostWrite } from './no-lost-write.ts';
import { noMissedCpuReference } from './no-missed-cpu-reference.ts';
import { noMissedDeviceReference } from './no-missed-device-reference.ts';
import { noRepeatedMiss } from './no-repeated-miss.ts';
import { noSplitView } from './no-split-view.ts';
import { noSpuriousInvalidation } from './no-spurious-invalidation.ts';
import { noStaleAccess } from './no-stale-access.ts';
import { noWriteAfterWriteProtect } from './no-write-after-write-protect.ts';
import type { Property } from './property.ts';

export type { Property } from './property.ts';

export const PROPERTIES: readonly Property[] = [
  ...OBSERVERS.map(noMissedDeviceReference),
  ...OBSERVERS.map(noRepeatedMiss),
  ...OBSERVERS.map(noMissedCpuReference),
  noFalseReference,
  noStaleAccess,
  noWriteAfterWriteProtect,
  noSpuriousInvalidation,
  faultMakesProgress,
  noEvictionInUse,
  noSplitView,
  noLostWrite,
];

/** The properties that make sense in a system, with its scope. */
export const propertiesFor = (parts: Parts): Property[] =>
  PROPERTIES.filter((property) => property.applies(parts));

/** The observers whose ghosts must be tracked to check some properties. */
export const observersOf = (properties: readonly Property[]): readonly Observer[] =>
  OBSERVERS.filter((each) =>
    properties.some(({ observer }) => observer === undefined || observer === each),
  );

/** The ghosts that must be tracked to check some properties. */
export const ghostsOf = (properties: readonly Property[]): Set<Ghost> =>
  new Set(properties.flatMap((property) => property.ghosts));
