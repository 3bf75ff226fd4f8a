/** README.md of a folder: which step of the trace is which call, and what the log must show. */
import { printTrace } from '../trace/print.ts';
import type { Kernels } from './images.ts';
import type { Plan } from './plan.ts';
import { stepText, titleOf } from './program.ts';
import { proofText } from './proof.ts';

const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

function table(plan: Plan): string {
  const rows = plan.calls.map(({ steps, code, proofs }) =>
    row(
      steps.map((number) => `(${number}) ${stepText(plan, number)}`).join('<br>'),
      `\`${code}\``,
      proofs.map(proofText).join('; ') || 'nothing of its own',
    ),
  );
  return [
    row('step of the trace', 'call of the program', 'what the log must show'),
    '|---|---|---|',
  ]
    .concat(rows)
    .join('\n');
}

const DEVICES: Readonly<Record<Plan['device'], string>> = {
  youngdev: `The device is played by the module \`youngdev.c\`: its IOTLB, its ATC, and the
callbacks of the driver, whose lists \`trace.c\` has as a text. The mm, the page table, the fault
handler, reclaim and the calls of the MMU notifiers are the kernel's own.`,
  kvm: `The device is a vCPU of KVM. Nothing of ours is in the kernel. Each access is one
\`KVM_RUN\` of a guest with one instruction that reads or writes the page.`,
};

const MODULE_ROW = '| `youngdev.c`, `youngdev.h`, `youngdev-trace.h`, `Makefile` | the module |\n';

/** How the kernel stands to the one that the trace names. */
function kernelLines({ bootable, replay }: Plan): string {
  const { names } = replay.trace.system;
  if (names.kernel === bootable.kernel) return `The trace is of \`${bootable.kernel}\`.`;
  const own = names.kernel === undefined ? 'a kernel of its own' : `\`${names.kernel}\``;
  return `The trace is of ${own}. \`${bootable.kernel}\` has the same programs for its events.`;
}

function setupNotes({ pinned, file, young, reclaimCpu, bootable }: Plan): string[] {
  return [
    '- The CPU writes each page once. So the first event finds a PTE, where the trace begins',
    '  without one.',
    ...(young ? [] : ['- `MADV_COLD` makes the PTEs old, and the pages inactive.']),
    ...(pinned
      ? [
          '- The pages are a registered buffer of io_uring. Reclaim looks at pinned pages, and',
          '  keeps them.',
        ]
      : []),
    ...(file ? ['- The pages are of a file on ext4, as only such pages are written back.'] : []),
    `- Reclaim runs on CPU ${reclaimCpu}, the program on CPU 0.`,
    bootable.lruGen
      ? '- The multi-gen LRU is on, and `LRU_GEN_MM_WALK` is off but for a step that walks.'
      : '- The multi-gen LRU is off.',
  ];
}

/** The page of a folder. */
export function pageText(plan: Plan, { version, packages }: Kernels): string {
  const title = titleOf(plan);
  const from = packages.map((each) => `- ${each}`).join('\n');
  return `# ${title}, on a real kernel

\`sh boot.sh\` builds the program, boots the kernel ${version} in QEMU, and takes the log
out, as \`trace.log\`. Then

    youngcheck conform trace.log --expect trace.trace

says whether the kernel walked the steps of the trace, with the answers of the trace.

${kernelLines(plan)} The kernel image is unmodified:

${from}

${DEVICES[plan.device]}

## The steps

Before the first step the program writes the marker \`TRACE begin\`, before each step
\`STEP (n)\`, and \`TRACE end\` behind the last.

${table(plan)}

## What is set up before

${setupNotes(plan).join('\n')}

## The files

| file | what it is |
|---|---|
| \`trace.trace\` | the trace |
| \`trace.c\` | the program: one call for each event |
| \`guest.c\`, \`guest.h\` | what each call does |
| \`device-${plan.device}.c\`, \`device.h\` | the device's accesses |
${plan.device === 'youngdev' ? MODULE_ROW : ''}| \`init\` | the guest's init |
| \`capture.sh\` | the script of \`youngcheck capture\`, which records the log |
| \`boot.sh\`, \`kernel\` | the script that builds and boots, and the kernel that it takes |

## The trace

${printTrace(plan.replay.trace)
  .trimEnd()
  .replaceAll(/^(?=.)/gm, '    ')}
`;
}
