/** How whoever waits is told how far something is; free of what only node or a browser has. */

/** How many searches are over, of how many. */
export type Progress = (done: number, all: number) => void;
