import { deniesWrites, iotlb, optional } from '../model/needs.ts';
import type { Property } from './property.ts';
import { propertyOf } from './property.ts';

/**
 * The SMMU fault loop that 6bbd42e2df8f fixed. The fault handler changes the PTE, but no notifier
 * tells the IOMMU, so the IOTLB entry denies every retry.
 */
export const faultMakesProgress: Property = propertyOf({
  name: 'fault-makes-progress',
  sentence: 'A device access whose fault was resolved succeeds on retry.',
  defect: 'fault-loop',
  story: 'A device faults again on what the fault handler has just resolved.',
  family: 'progress',
  ghosts: [],
  antecedent: 'a device write that an IOTLB entry without write refuses',
  needs: [iotlb, deniesWrites, optional('write')],
  violated: ({ stuck }) => stuck,
  witnessed: ({ faulted }) => faulted,
});
