/** Makes tracefs trees and runs the capture script in them. Only tests use it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NEEDED } from '../ftrace/index.ts';
import { captureScript } from './script.ts';

/** The folder that a file of tests works in, and the script there. */
export let top: string;
export let script: string;

/** The shells that may be `sh` on a small machine. */
export const SHELLS = [['sh'], ['dash'], ['busybox', 'ash'], ['bash', '--posix']].filter(
  ([shell]) => spawnSync(shell!, ['-c', 'exit 0']).error === undefined,
);

export interface Kernel {
  readonly release: string;
  readonly functions: readonly string[];
  readonly events: readonly string[];
}

const NOTIFIERS = ['clear_flush_young', 'clear_young', 'test_young'].concat([
  'invalidate_range_start',
  'invalidate_range_end',
]);
const EVERYWHERE = [
  ...NOTIFIERS.map((name) => `__mmu_notifier_${name}`),
  'folio_referenced_one.cold',
  'try_to_unmap_one',
  'ptep_clear_flush',
  'page_mkclean_one',
  'handle_mm_fault',
  '__split_huge_pmd',
  'pmdp_clear_flush_young',
  'pmdp_collapse_flush',
];
const X86 = ['ptep_clear_flush_young', 'ptep_test_and_clear_young', 'pmdp_test_and_clear_young'];
const FOLIO = ['folio_referenced', 'folio_referenced_one'];
const KVM = ['kvm_age_gfn [kvm]', 'kvm_flush_remote_tlbs [kvm]'];
export const KVM_EVENTS = NEEDED.filter(({ kind, of }) => kind === 'static' && of === 'kvm').map(
  ({ group, name }) => `${group}/${name}`,
);
const BEFORE_6_6 = ['__mmu_notifier_invalidate_range'];
const SINCE_6_6 = ['__mmu_notifier_arch_invalidate_secondary_tlbs'];

/** Kernels for tests, made from docs/capture.md and from the captures of 6.1 and 6.12. */
export const KERNELS = {
  '5.15': {
    release: '5.15.0-100-generic',
    functions: [...EVERYWHERE, ...X86, ...BEFORE_6_6, ...KVM].concat([
      'page_referenced',
      'page_referenced_one',
      'intel_invalidate_range',
      'mn_invalidate_range',
    ]),
    events: KVM_EVENTS,
  },
  '6.1': {
    release: '6.1.0-56-amd64',
    functions: [...EVERYWHERE, ...X86, ...FOLIO, ...BEFORE_6_6, ...KVM, 'lru_gen_look_around'],
    events: KVM_EVENTS,
  },
  '6.6': {
    release: '6.6.17',
    functions: [...EVERYWHERE, ...FOLIO, ...SINCE_6_6].concat(
      'arm_smmu_mm_arch_invalidate_secondary_tlbs',
      'kvm_age_gfn',
    ),
    events: [],
  },
  '6.12': {
    release: '6.12.95+deb12-amd64',
    functions: [...EVERYWHERE, ...X86, ...FOLIO, ...SINCE_6_6, ...KVM].concat([
      'damon_ptep_mkold',
      'damon_pmdp_mkold',
      'split_huge_pmd_locked',
    ]),
    events: [...KVM_EVENTS, 'huge_memory/mm_collapse_huge_page'],
  },
  '7.1': {
    release: '7.1.5',
    functions: [...EVERYWHERE, ...X86, ...FOLIO, ...SINCE_6_6].concat(
      'intel_arch_invalidate_secondary_tlbs',
      'iommu_sva_handle_mm',
    ),
    events: [],
  },
} as const satisfies Record<string, Kernel>;

/** Makes a tracefs whose entries are plain files. */
export function tracefs({ functions, events }: Pick<Kernel, 'functions' | 'events'>): string {
  const folder = mkdtempSync(join(top, 'tracefs-'));
  for (const event of events) mkdirSync(join(folder, 'events', event), { recursive: true });
  mkdirSync(join(folder, 'instances'));
  for (const file of ['available_events', 'kprobe_events', 'error_log']) {
    writeFileSync(join(folder, file), '');
  }
  const list = ['do_timer', ...functions, 'folio_referenced_two'];
  writeFileSync(join(folder, 'available_filter_functions'), `${list.join('\n')}\n`);
  writeFileSync(join(folder, 'kprobe_profile'), '  folio_referenced   12   3\n  other  1 1\n');
  return folder;
}

/**
 * Shell functions in front of the script. They do what the kernel does in a tracefs, and keep a
 * test short.
 */
const KERNEL_SIDE = `#!/bin/sh
mkdir() {
  eval "$ON_MKDIR"
  /bin/mkdir "$@" || return 1
  [ ! -d "$TRACEFS/events" ] || /bin/cp -r "$TRACEFS/events" "$1/events"
  /bin/mkdir -p "$1/events/youngcheck" "$1/options"
  printf '# tracer: nop\\n a-1 [000] 1.0: folio_referenced_ret: ret=1\\n' > "$1/trace"
}
rmdir() { [ ! -d "$1/busy" ] && /bin/rm -r "$1"; }
sleep() { eval "$ON_SLEEP"; case $1 in 99) exec /bin/sleep 60 ;; esac }
`;

/** Makes the folder. A file of tests does so before its first test. */
export function begin(): void {
  top = mkdtempSync(join(tmpdir(), 'youngcheck-capture-'));
  script = join(top, 'capture.sh');
  writeFileSync(script, KERNEL_SIDE + captureScript());
}

/** Removes the folder behind the last test. */
export const end = (): void => rmSync(top, { recursive: true });

export const environment = (TRACEFS: string, release: string): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  TRACEFS,
  KERNEL_RELEASE: release,
  ON_SLEEP: '',
  ON_MKDIR: '',
});

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly folder: string;
}

interface How {
  readonly shell?: readonly string[];
  readonly folder?: string;
  readonly onSleep?: string;
  /** Further variables of the environment. */
  readonly more?: Readonly<Record<string, string>>;
}

export function run(
  kernel: Kernel,
  args: readonly string[],
  { shell = SHELLS[0]!, folder = '', onSleep = '', more = {} }: How = {},
): Ran {
  const made = folder === '' ? tracefs(kernel) : folder;
  const { status, stdout, stderr } = spawnSync(shell[0]!, [...shell.slice(1), script, ...args], {
    cwd: top,
    encoding: 'utf8',
    env: { ...environment(made, kernel.release), ON_SLEEP: onSleep, ...more },
  });
  return { status, stdout, stderr, folder: made };
}

export const textOf = (folder: string, file: string): string =>
  readFileSync(join(folder, file), 'utf8');
