/**
 * The capture script asks the kernel where a version does not tell, bounds its buffers, and says
 * beforehand what a verdict will be worth.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KERNELS, SHELLS, begin, end, run, textOf, top, tracefs } from './made-up.ts';

beforeAll(begin);
afterAll(end);

let made = 0;
/** Makes a folder with files, and returns its path. */
function folderOf(files: Readonly<Record<string, string>>, mode = 0o644): string {
  const folder = join(top, `made-${made++}`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text, { mode });
  }
  return folder;
}

const processors = (count: number): string =>
  Array.from({ length: count }, (_, i) => `processor\t: ${i}\nmodel name : x\n`).join('\n');
const procOf = (cpus: number, mib: number): string =>
  folderOf({
    cpuinfo: processors(cpus),
    meminfo: `MemTotal: 99999999 kB\nMemAvailable:   ${mib * 1024} kB\n`,
  });

describe('the buffers', () => {
  const dry = (args: readonly string[], PROC: string) =>
    run(KERNELS['6.1'], ['--dry-run', ...args], { more: { PROC } });

  it.each(SHELLS)('are told of, by %s', (...shell) => {
    const more = { PROC: procOf(8, 16_384) };
    const { stderr, stdout } = run(KERNELS['6.1'], ['--dry-run'], { shell, more });
    expect(stderr).toContain('buffers: 16384 KiB for each of 8 CPUs, 128 MiB of memory\n');
    expect(stdout).toContain("echo '16384' > ");
  });

  it('take at most a quarter of what is available', () => {
    const { stderr, stdout } = dry([], procOf(64, 1024));
    expect(stderr).toContain('buffers: 4096 KiB for each of 64 CPUs, 256 MiB of memory\n');
    expect(stdout).toContain("echo '4096' > ");
  });

  it('are not made larger by -b', () => {
    const PROC = procOf(64, 1024);
    expect(dry(['-b', '4096'], PROC).status).toBe(0);
    const { status, stderr, folder } = run(KERNELS['6.1'], ['-b', '4097'], { more: { PROC } });
    expect([status, stderr]).toEqual([2, expect.stringMatching(/quarter.*\nhint: -b 4096, or/)]);
    expect(textOf(folder, 'kprobe_events')).toBe('');
  });
});

/** What bpftool and pahole print of a kernel whose fields were moved. */
const BPFTOOL = `#!/bin/sh
cat <<'END'
[7] STRUCT 'mmu_notifier_range_of_others' size=8 vlen=1
\t'mm' type_id=1 bits_offset=640
[8] STRUCT 'mmu_notifier_range' size=64 vlen=6
\t'mm' type_id=1 bits_offset=128
\t'start' type_id=2 bits_offset=192
\t'end' type_id=2 bits_offset=256
\t'flags' type_id=3 bits_offset=320
\t'event' type_id=4 bits_offset=352
\t'owner' type_id=5 bits_offset=384
[9] STRUCT 'other' size=8 vlen=1
\t'mm' type_id=1 bits_offset=0
END
`;
const PAHOLE = `#!/bin/sh
cat <<'END'
struct mmu_notifier_range {
\tstruct mm_struct *         mm;                   /*    16     8 */
\tlong unsigned int          start;                /*    24     8 */
\tlong unsigned int          end;                  /*    32     8 */
\tunsigned int               flags;                /*    40     4 */
\tenum mmu_notifier_event    event;                /*    44     4 */
\tvoid *                     owner;                /*    48     8 */

\t/* size: 56, cachelines: 1, members: 6 */
};
END
`;

const probeOf = (stdout: string, name: string): string | undefined =>
  new RegExp(`^echo '[pr]\\d*:youngcheck/${name} (.*)' >> `, 'm').exec(stdout)?.[1];

describe('the members of a struct', () => {
  const SYS = (): string => folderOf({ 'kernel/btf/vmlinux': 'BTF' });
  const MOVED =
    '__mmu_notifier_invalidate_range_start mm=+16($arg1):x64 start=+24($arg1):x64 ' +
    'end=+32($arg1):x64 flags=+40($arg1):u32 event=+44($arg1):u32';

  it.each([
    ['bpftool', BPFTOOL],
    ['pahole', PAHOLE],
  ])('are looked up by %s', (tool, text) => {
    const PATH = `${folderOf({ [tool]: text }, 0o755)}:${process.env.PATH}`;
    for (const release of ['6.1', '6.12'] as const) {
      const more = { PATH, SYS: SYS() };
      const { stdout } = run(KERNELS[release], ['--dry-run'], { more });
      expect(probeOf(stdout, 'invalidate_range_start')).toBe(MOVED);
      expect(probeOf(stdout, 'ptep_clear_flush')).toContain('pte=+0($arg3):x64');
      const doctor = run(KERNELS[release], ['--doctor'], { more }).stdout;
      expect(doctor).toContain(`offsets    of mmu_notifier_range by BTF, by ${tool}`);
    }
  });

  it('are taken by the version where no tool is, or where it fails', () => {
    const PATH = `${folderOf({ bpftool: '#!/bin/sh\nexit 1\n' }, 0o755)}:${process.env.PATH}`;
    const { stdout } = run(KERNELS['6.1'], ['--dry-run'], { more: { PATH, SYS: SYS() } });
    expect(probeOf(stdout, 'invalidate_range_start')).toContain(' mm=+8($arg1):x64 ');
  });

  it('are not those of another kernel than the one that is asked for', () => {
    const PATH = `${folderOf({ bpftool: BPFTOOL }, 0o755)}:${process.env.PATH}`;
    const { stdout } = run(KERNELS['6.1'], ['--dry-run'], { more: { PATH } });
    expect(probeOf(stdout, 'invalidate_range_start')).toContain(' mm=+8($arg1):x64 ');
  });
});

describe('arguments', () => {
  /** What `README` of tracefs says of a kernel that knows $arg1 and so on, and of one that not. */
  const KNOWS = '\t           $stack<index>, $stack, $retval, $comm, $arg<N>,\n';
  const KNOWS_NOT = '\t           $stack<index>, $stack, $retval, $comm,\n';
  const on = (readme: string, MACHINE: string, args = ['--dry-run']) => {
    const folder = tracefs(KERNELS['6.6']);
    writeFileSync(join(folder, 'README'), readme);
    return run(KERNELS['6.6'], args, { folder, more: { MACHINE } });
  };

  it.each([
    ['aarch64', KNOWS, 'vma=$arg1:x64 addr=$arg2:x64 pte=+0($arg3):x64'],
    ['aarch64', KNOWS_NOT, 'vma=%x0:x64 addr=%x1:x64 pte=+0(%x2):x64'],
    ['x86_64', KNOWS_NOT, 'vma=%di:x64 addr=%si:x64 pte=+0(%dx):x64'],
    ['riscv64', KNOWS_NOT, 'vma=%a0:x64 addr=%a1:x64 pte=+0(%a2):x64'],
  ])('on %s', (machine, readme, fetch) => {
    const { stdout } = on(readme, machine);
    expect(probeOf(stdout, 'ptep_clear_flush')).toBe(`ptep_clear_flush ${fetch}`);
    expect(probeOf(stdout, 'folio_referenced_ret')).toBe('folio_referenced ret=$retval:s32');
    expect(stdout.includes('$arg')).toBe(readme === KNOWS);
  });

  it('cannot be had of a machine whose registers nobody knows', () => {
    const { stdout, stderr } = on(KNOWS_NOT, 's390x');
    expect(probeOf(stdout, 'ptep_clear_flush')).toBe(undefined);
    expect(probeOf(stdout, 'folio_referenced_ret')).toBe('folio_referenced ret=$retval:s32');
    expect(stderr).toContain('lacks folio_referenced (no arguments of functions on s390x)');
    expect(on(KNOWS_NOT, 's390x', ['--doctor']).stdout).toContain('no arguments of functions');
  });
});

describe('the doctor', () => {
  const verdictOf = (stdout: string): string =>
    stdout.slice(stdout.indexOf('\nverdict')).replace(/\s+/g, ' ');

  it.each(SHELLS)('says what a verdict is worth, and touches nothing, by %s', (...shell) => {
    const { status, stdout, folder } = run(KERNELS['6.12'], ['--doctor'], { shell });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^kernel {5}6\.12\.95\+deb12-amd64 /);
    expect(stdout).toContain('\nlooks      can be recorded\n');
    expect(stdout).toContain('\nhuge pages can be recorded\n');
    expect(stdout).toContain('\nkvm        is there');
    expect(verdictOf(stdout)).toContain('a miss that conform tells is certain');
    expect(textOf(folder, 'kprobe_events')).toBe('');
    expect(stdout).not.toContain('echo');
  });

  it('says so where nobody reads a young bit in sight', () => {
    const { status, stdout } = run(KERNELS['6.6'], ['--doctor']);
    expect(status).toBe(0);
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).toContain('young bits lacks ptep_clear_flush_young ptep_test_and_clear_young_ret');
    expect(text).toContain('huge pages lacks mm_collapse_huge_page (no such event)');
    expect(verdictOf(stdout)).toContain('told only of a use that');
  });

  it('says so where nothing is known of a secondary MMU', () => {
    const { stdout } = run(
      {
        ...KERNELS['6.12'],
        events: [],
        functions: KERNELS['6.12'].functions.filter((name) => !name.includes('kvm')),
      },
      ['--doctor'],
    );
    expect(verdictOf(stdout)).toContain('without markers no page is judged');
  });

  it.each(['kprobe_events', 'lockdown'])('says what is left without probes: %s', (why) => {
    const folder = tracefs(KERNELS['6.1']);
    const more = {
      SYS: folderOf({ 'kernel/security/lockdown': 'none integrity [confidentiality]\n' }),
    };
    if (why === 'kprobe_events') rmSync(join(folder, why));
    const how = why === 'kprobe_events' ? { folder } : { folder, more };
    const { status, stdout } = run(KERNELS['6.1'], ['--doctor'], how);
    expect(status).toBe(1);
    expect(verdictOf(stdout)).toMatch(/No look can be judged.* tracepoints: kvm\/kvm_age_hva /);
    const tried = run(KERNELS['6.1'], ['-o', 'none.log'], how);
    expect([tried.status, tried.stderr]).toEqual([
      2,
      expect.stringMatching(
        /left are tracepoints, .*kvm_age_hva.*\n.*not one probe could be set: /,
      ),
    ]);
  });
});
