/**
 * How much memory tables may take. A process decides it once, since all its searches share what the
 * machine gives. This file uses nothing that only Node or only a browser has.
 */
interface Options {
  readonly set?: number;
  readonly allowsObjects?: () => boolean;
}

export class Memory {
  /** Whether tables that take `taken` bytes may take `more` bytes beside them. */
  readonly allows: (taken: number, more: number) => boolean;
  /** Whether work that keeps objects in place of tables may make some more of them. */
  readonly allowsObjects: () => boolean;
  /** Says what went wrong when work was last given up, as there was too little memory. */
  shortage: string | undefined;
  /** The bytes that a user has set. Undefined if the machine decides. */
  readonly set: number | undefined;
  /** Says which limit it is and what it gives, as a clause. */
  private readonly limit: () => string;

  constructor(allows: Memory['allows'], limit: () => string, options: Options = {}) {
    this.allows = allows;
    this.limit = limit;
    this.set = options.set;
    this.allowsObjects = options.allowsObjects ?? (() => true);
  }

  /** Notes that work with objects was given up. */
  ranOutOfObjects(): void {
    this.shortage = `${this.limit()}; objects took all of it`;
  }

  /** Notes that work was given up: tables had `taken` bytes and needed `more`. Says so in words. */
  ranOut(taken: number, more: number): string {
    const [has, needs] = [bytesText(taken), bytesText(more)];
    return (this.shortage = `${this.limit()}; the tables took ${has} and needed ${needs} more`);
  }
}

const MIB = 2 ** 20;

/** A number of bytes, in words. */
export const bytesText = (bytes: number): string => {
  const mib = bytes / MIB;
  if (mib >= 1024) return `${(mib / 1024).toFixed(1)} GiB`;
  return `${mib < 10 ? mib.toFixed(1) : Math.round(mib)} MiB`;
};

/** Memory of a given size, for the tables of each search. */
export const fixedMemory = (bytes: number, allowsObjects?: () => boolean): Memory =>
  new Memory(
    (taken, more) => taken + more <= bytes,
    () => `--max-memory gives ${bytesText(bytes)}`,
    { set: bytes, ...(allowsObjects === undefined ? {} : { allowsObjects }) },
  );

/** What holds where nobody has set a limit, as in a browser. */
const UNLIMITED = new Memory(
  () => true,
  () => 'this machine gives no more',
);

let current = UNLIMITED;

/** Sets the memory of this process. A thread sets its own. */
export function setMemory(memory: Memory): void {
  current = memory;
}

/** The memory of this process. */
export const processMemory = (): Memory => current;

/** Is thrown where work can show nothing of what it has found. */
export class TooLittleMemory extends Error {}

/** Whether an error says that the system refused the memory for an array. */
export const isOutOfMemory = (error: unknown): boolean =>
  error instanceof RangeError && error.message === 'Array buffer allocation failed';
