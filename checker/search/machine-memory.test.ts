/** The memory of a machine is the least of its limits, as the files of a made-up machine say. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { KEPT, SMALL, boundsOf, machineMemory } from './machine-memory.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

let roots: string[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const root of roots) rmSync(root, { recursive: true });
  roots = [];
});

type Files = Readonly<Record<string, string>>;

const MACHINE: Files = {
  'proc/meminfo': `MemTotal: ${(20 * GIB) / 1024} kB\nMemAvailable: ${(10 * GIB) / 1024} kB\n`,
  'proc/self/limits': 'Max data size  unlimited  unlimited  bytes\n',
  'proc/self/status': 'VmSize:\t 700000 kB\nVmData:\t 102400 kB\n',
  'proc/self/cgroup': '0::/\n',
};

/** The root of a made-up machine. */
function rootWith(files: Files): string {
  const root = mkdtempSync(join(tmpdir(), 'youngcheck-machine-'));
  roots.push(root);
  for (const [path, text] of Object.entries({ ...MACHINE, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** The name of the tightest bound, what it gives in all, and what is free. */
function tightest(files: Files) {
  const bounds = boundsOf(rootWith(files)).map(({ name, limit, free }) => ({
    name,
    limit,
    free: free(),
  }));
  return bounds.toSorted((a, b) => a.free - b.free)[0];
}

const V2 = 'sys/fs/cgroup';
const V1 = 'sys/fs/cgroup/memory';

describe('the memory of a machine', () => {
  it('is what the machine has available, less a share for others', () => {
    expect(tightest({})).toEqual({ name: 'this machine', limit: 20 * GIB, free: 9 * GIB });
  });

  it('is what a cgroup of version 2 leaves; cached files are given back', () => {
    const group = {
      'proc/self/cgroup': '0::/user/me\n',
      [`${V2}/user/me/memory.max`]: `${512 * MIB}\n`,
      [`${V2}/user/me/memory.high`]: 'max\n',
      [`${V2}/user/me/memory.current`]: `${300 * MIB}\n`,
      [`${V2}/user/me/memory.stat`]: `anon 1\ninactive_file ${90 * MIB}\nactive_file ${10 * MIB}\n`,
    };
    const name = 'the cgroup /user/me (memory.max)';
    expect(tightest(group)).toEqual({ name, limit: 512 * MIB, free: 312 * MIB });
  });

  it('is what any group above leaves', () => {
    const group = {
      'proc/self/cgroup': '0::/user/me\n',
      [`${V2}/user/me/memory.max`]: 'max\n',
      [`${V2}/user/memory.max`]: `${GIB}\n`,
      [`${V2}/user/memory.current`]: `${GIB - MIB}\n`,
    };
    const name = 'the cgroup /user (memory.max)';
    expect(tightest(group)).toEqual({ name, limit: GIB, free: MIB });
  });

  it('is what a cgroup of version 1 leaves, and one of version 2 beside it', () => {
    const group = {
      'proc/self/cgroup': '4:cpu,memory:/job\n0::/other\n',
      [`${V1}/job/memory.limit_in_bytes`]: '9223372036854771712\n',
      [`${V1}/memory.limit_in_bytes`]: `${GIB}\n`,
      [`${V1}/memory.usage_in_bytes`]: `${GIB / 2}\n`,
      [`${V1}/memory.stat`]: `inactive_file 7\ntotal_inactive_file ${MIB}\ntotal_active_file 0\n`,
    };
    const name = 'the cgroup / (memory.limit_in_bytes)';
    const free = GIB / 2 + MIB;
    expect(tightest(group)).toEqual({ name, limit: GIB, free });
    const both = {
      ...group,
      [`${V2}/unified/other/memory.high`]: `${GIB / 4}\n`,
    };
    const high = 'the cgroup /other (memory.high)';
    expect(tightest(both)).toEqual({ name: high, limit: GIB / 4, free: GIB / 4 });
  });

  it('is found in a container, whose mount does not show the path', () => {
    const group = {
      'proc/self/cgroup': '0::/../../docker/abc\n',
      [`${V2}/memory.max`]: `${GIB}\n`,
      [`${V2}/memory.current`]: '0\n',
    };
    const name = 'the cgroup / (memory.max)';
    expect(tightest(group)).toEqual({ name, limit: GIB, free: GIB });
  });

  it.each([
    ['Max address space', '-v', 800_000 * 1024 - 700_000 * 1024],
    ['Max data size', '-d', 800_000 * 1024 - 102_400 * 1024],
  ])('is what ulimit leaves: %s', (row, option, free) => {
    const limit = 800_000 * 1024;
    const files = { 'proc/self/limits': `${row}    ${limit}   unlimited   bytes\n` };
    expect(tightest(files)).toEqual({ name: `ulimit ${option}`, limit, free });
  });

  it('is a share of all where no file tells', () => {
    const [bound, ...others] = boundsOf('/nowhere');
    expect(others).toEqual([]);
    expect(bound.free()).toBeLessThan(bound.limit * 0.75);
  });
});

describe('what tables may take', () => {
  const memoryWith = (free: number, afterCollection = free) => {
    let now = free;
    const bound = { name: 'the box', limit: GIB, free: () => now };
    return machineMemory([bound], () => (now = afterCollection));
  };

  it('leaves something for Node, and more for small searches', () => {
    const memory = memoryWith(KEPT + SMALL + 30 * MIB);
    expect(memory.allows(SMALL, 30 * MIB)).toBe(true);
    expect(memory.allows(SMALL, 31 * MIB)).toBe(false);
    expect(memoryWith(KEPT + MIB).allows(0, MIB)).toBe(true);
    expect(memoryWith(KEPT + MIB).allows(SMALL, MIB)).toBe(false);
    expect(memoryWith(0).allows(0, 0)).toBe(true);
  });

  it('is not asked for a table of a MiB, as what is kept for Node has room for it', () => {
    expect(memoryWith(0).allows(MIB / 2, MIB / 2)).toBe(true);
    expect(memoryWith(0).allows(MIB / 2, MIB / 2 + 1)).toBe(false);
  });

  it('was granted for less if it was granted for more just before', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const asked: number[] = [];
    const free = () => {
      asked.push(asked.length);
      return GIB;
    };
    const memory = machineMemory([{ name: 'the box', limit: GIB, free }], () => undefined);
    for (const more of [4, 3, 4]) expect(memory.allows(0, more * MIB)).toBe(true);
    expect(asked).toEqual([0]);
    expect(memory.allows(0, 5 * MIB)).toBe(true);
    expect(asked).toEqual([0, 1]);
    vi.advanceTimersByTime(1000);
    expect(memory.allows(0, 5 * MIB)).toBe(true);
    expect(asked).toEqual([0, 1, 2]);
  });

  it('counts what garbage still takes', () => {
    expect(memoryWith(0, GIB).allows(SMALL, MIB)).toBe(true);
  });

  it('says which limit it was', () => {
    const memory = memoryWith(0);
    const text = 'the box gives 1.0 GiB; the tables took 2.0 MiB and needed 512 MiB more';
    expect(memory.ranOut(2 * MIB, 512 * MIB)).toBe(text);
    expect(memory.shortage).toBe(text);
  });
});
