/**
 * The memory that this machine gives: the least of what is free in its memory, in the control
 * groups of the process, and within the limits of `ulimit`. It is read again each time that a table
 * wants to grow. So other searches, threads and programs count, too.
 */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Memory, bytesText, fixedMemory, setMemory } from './memory.ts';

/** One of the limits under which the process runs. */
interface Bound {
  /** Names the limit, as a clause. */
  readonly name: string;
  /** The bytes that it gives in all. */
  readonly limit: number;
  /** The bytes that may still be taken. */
  readonly free: () => number;
}

const MIB = 2 ** 20;
/** What is kept for Node itself: garbage that waits for collection, and the printing of results. */
export const KEPT = 16 * MIB;
/** Tables of so little are not asked for: what is kept for Node has room for them. */
const TINY = MIB;
/** What is kept beside it for small searches, so that a large one leaves them room. */
export const SMALL = 24 * MIB;
/** The share of the machine's memory that is kept for other programs. */
const OTHERS = 1 / 20;
/** A limit beyond this is none: it is how cgroup v1 writes that there is none. */
const NO_LIMIT = 2 ** 60;
/** What may be added to Node's heap between two looks at it. */
const OBJECTS = 32 * MIB;
/** How long an answer stays good, in milliseconds. Reading takes a tenth of one. */
const FRESH = 20;

/** Reads a file. Undefined if there is none, or if it may not be read. */
function textOf(...path: string[]): string | undefined {
  try {
    return readFileSync(join(...path), 'utf8');
  } catch {
    return undefined;
  }
}

const numberAt = (...path: string[]): number | undefined => {
  const text = textOf(...path)?.trim() ?? '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
};

/** The number behind a name, in the lines of a file. `factor` is what its unit is worth. */
const fieldOf = (text: string | undefined, name: string, factor: number): number | undefined => {
  const match = new RegExp(`^${name}:?\\s+(\\d+)`, 'm').exec(text ?? '');
  return match === null ? undefined : Number(match[1]) * factor;
};

/** The files of one version of cgroups, and where they are mounted. */
interface Version {
  readonly mount: string;
  readonly limits: readonly string[];
  readonly usage: string;
  /** The pages of files that the kernel gives back when a group needs memory. */
  readonly cached: readonly string[];
}

const V1: Version = {
  mount: 'sys/fs/cgroup/memory',
  limits: ['memory.limit_in_bytes'],
  usage: 'memory.usage_in_bytes',
  cached: ['total_inactive_file', 'total_active_file'],
};
const V2: Version = {
  mount: 'sys/fs/cgroup',
  limits: ['memory.max', 'memory.high'],
  usage: 'memory.current',
  cached: ['inactive_file', 'active_file'],
};
/** Where a machine mounts version 2 beside version 1. */
const HYBRID: Version = { ...V2, mount: 'sys/fs/cgroup/unified' };

/** A group and all groups above it, down from the group itself. */
function withAncestors(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '' && name !== '..');
  return names.map((_, i) => `/${names.slice(0, names.length - i).join('/')}`).concat('/');
}

/** The limits of one group. */
function boundsOfGroup(root: string, version: Version, group: string): Bound[] {
  const folder = join(root, version.mount, group);
  return version.limits.flatMap((file) => {
    const limit = numberAt(folder, file);
    if (limit === undefined || limit >= NO_LIMIT) return [];
    const free = () => {
      const stat = textOf(folder, 'memory.stat');
      const cached = version.cached.map((name) => fieldOf(stat, name, 1) ?? 0);
      const used = numberAt(folder, version.usage) ?? 0;
      return limit - used + cached.reduce((sum, bytes) => sum + bytes, 0);
    };
    return [{ name: `the cgroup ${group} (${file})`, limit, free }];
  });
}

/**
 * The limits of the groups of this process. In a container the mount may show only a part of the
 * path that the kernel names. So every ancestor is looked for, and those that are not there are
 * passed over.
 */
function boundsOfGroups(root: string): Bound[] {
  const lines = (textOf(root, 'proc/self/cgroup') ?? '').split('\n');
  return lines.flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined) return [];
    const isV1 = controllers.split(',').includes('memory');
    const versions = isV1 ? [V1] : controllers === '' ? [V2, HYBRID] : [];
    return versions.flatMap((version) =>
      withAncestors(path).flatMap((group) => boundsOfGroup(root, version, group)),
    );
  });
}

/** The limits that `ulimit` sets: their names in /proc, and what counts against them. */
const RLIMITS = [
  { row: 'Max address space', used: 'VmSize', option: '-v' },
  { row: 'Max data size', used: 'VmData', option: '-d' },
];

function boundsOfProcess(root: string): Bound[] {
  const limits = textOf(root, 'proc/self/limits');
  return RLIMITS.flatMap(({ row, used, option }) => {
    const limit = fieldOf(limits, row, 1);
    if (limit === undefined || limit >= NO_LIMIT) return [];
    const free = () => limit - (fieldOf(textOf(root, 'proc/self/status'), used, 1024) ?? 0);
    return [{ name: `ulimit ${option}`, limit, free }];
  });
}

/** What the machine has. A system without /proc/meminfo gives three quarters of its memory. */
function boundOfMachine(root: string): Bound {
  const read = (name: string) => fieldOf(textOf(root, 'proc/meminfo'), name, 1024);
  const limit = read('MemTotal') ?? totalmem();
  const name = 'this machine';
  if (read('MemAvailable') === undefined) {
    return { name, limit, free: () => limit * 0.75 - process.memoryUsage.rss() };
  }
  return { name, limit, free: () => (read('MemAvailable') ?? 0) - limit * OTHERS };
}

/**
 * The bounds of this process. process.availableMemory() of Node does not do: it takes cached files
 * for used memory, and sees neither the groups above nor `ulimit`. `root` is the root of the file
 * system, or a copy for a test.
 */
export const boundsOf = (root = '/'): Bound[] => [
  ...boundsOfProcess(root),
  ...boundsOfGroups(root),
  boundOfMachine(root),
];

/**
 * Frees what the tables of earlier searches took. V8 does not know how little there is, and would
 * wait. The second collection waits for the first one's arrays.
 */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
}

const heapLimit = (): number => getHeapStatistics().heap_size_limit;

/** Whether Node's own heap can take so many bytes more and stay within a limit. */
function heapHas(more: number, limit: number): boolean {
  const fits = () => getHeapStatistics().used_heap_size + more <= limit;
  if (fits()) return true;
  collectGarbage();
  return fits();
}

/** The memory that the machine gives to the tables of this process. */
export function machineMemory(
  bounds: readonly Bound[] = boundsOf(),
  collect: () => void = collectGarbage,
): Memory {
  let granted = { bytes: 0, at: -Infinity };
  const tightest = () =>
    bounds
      .map((bound) => ({ bound, free: bound.free() }))
      .reduce((least, each) => (each.free < least.free ? each : least));
  const fits = (more: number): boolean => {
    if (tightest().free >= more) return true;
    collect();
    return tightest().free >= more;
  };
  const allows = (taken: number, more: number): boolean => {
    if (more === 0 || taken + more <= TINY) return true;
    const bytes = more + (taken + more <= SMALL ? KEPT : KEPT + SMALL);
    const now = performance.now();
    if (bytes <= granted.bytes && now - granted.at < FRESH) return true;
    if (!fits(bytes)) return false;
    granted = { bytes, at: now };
    return true;
  };
  const limit = (): string => {
    const { bound } = tightest();
    return `${bound.name} gives ${bytesText(bound.limit)}`;
  };
  return new Memory(allows, limit, {
    allowsObjects: () => allows(0, OBJECTS) && heapHas(OBJECTS, heapLimit()),
  });
}

/** The same limit for objects. They all count, as nobody knows whose they are. */
const setMemoryOf = (set: number): Memory => fixedMemory(set, () => heapHas(0, set));

/** What a thread takes before it searches. */
const THREAD = 96 * MIB;

/** How many threads there is memory for. One is always tried. */
export function threadsThatFit(most: number, bounds: readonly Bound[] = boundsOf()): number {
  const free = Math.min(...bounds.map((bound) => bound.free()));
  return Math.max(1, Math.min(most, Math.floor((free - KEPT) / THREAD)));
}

/** Decides the memory of this process or thread: what a user has set, or what the machine gives. */
export const useMemory = (set?: number): void =>
  setMemory(set === undefined ? machineMemory() : setMemoryOf(set));
