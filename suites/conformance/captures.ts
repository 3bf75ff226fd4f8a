/** The captures that the excerpts here are from; README.md tells what they are. */

export const KERNELS = ['6.1', '6.12'] as const;

/** Where the captures put the pages that they are about: Pn is at the start + 4096 * n. */
export const TARGETS = { start: 0x10000000, end: 0x10200000 };

/** `6.1-A.log` is cut from `6.1/A.trace.txt`. */
export const excerptName = (kernel: string, capture: string): string =>
  `${kernel}-${capture.replace('.trace.txt', '.log')}`;
