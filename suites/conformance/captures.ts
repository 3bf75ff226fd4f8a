/** The captures from which the excerpts here were cut. README.md says what each is. */

export const KERNELS = ['6.1', '6.12'] as const;

/** The addresses of the pages that the captures are about. Pn is at start + 4096 * n. */
export const TARGETS = { start: 0x10000000, end: 0x10200000 };

/** The name of an excerpt: `6.1-A.log` is cut from `6.1/A.trace.txt`. */
export const excerptName = (kernel: string, capture: string): string =>
  `${kernel}-${capture.replace('.trace.txt', '.log')}`;
