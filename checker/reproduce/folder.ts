/** Writes the folder of a trace: whole, or not at all. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { captureScript, headScript } from '../conform/capture/script.ts';
import { fillFile, newFolder } from '../files/new-folder.ts';
import { packageFile } from '../trace/package.ts';
import { printTrace } from '../trace/print.ts';
import { shellWord } from '../trace/shell-word.ts';
import type { Kernels } from './images.ts';
import { pageText } from './page.ts';
import type { Plan } from './plan.ts';
import { programText } from './program.ts';

/** The files of the guest that every folder has, and those for each device. */
const COMMON = ['guest.h', 'guest.c', 'device.h', 'init', 'boot.sh'];
const OF_DEVICE: Readonly<Record<Plan['device'], readonly string[]>> = {
  youngdev: ['device-youngdev.c', 'youngdev.c', 'youngdev.h', 'youngdev-trace.h', 'Makefile'],
  kvm: ['device-kvm.c'],
};

const guestFile = (name: string): string =>
  readFileSync(packageFile(`checker/reproduce/guest/${name}`), 'utf8');

/** What boot.sh reads: the kernel, and what the guest is to set up. */
function kernelFile(
  { device, file }: Pick<Plan, 'device' | 'file'>,
  kernels: Kernels,
  from: string,
): string {
  const path = (name: string): string =>
    name.startsWith(`${from}/`)
      ? `"$here"/${shellWord(name.slice(from.length + 1))}`
      : shellWord(name);
  const values = {
    version: shellWord(kernels.version),
    kernel: path(kernels.kernel),
    modules: path(kernels.modules),
    headers: path(kernels.headers),
    device,
    guest_modules: shellWord(
      [
        ...(device === 'kvm' ? ['kvm', 'kvm_amd'] : []),
        ...(file ? ['crc32c_generic', 'ext4'] : []),
      ].join(' '),
    ),
    file: file ? 'yes' : 'no',
  };
  const packages = kernels.packages.map((each) => `# ${each}\n`);
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  return [...packages, ...lines].join('');
}

/** The files of the guest for a device, by their names. */
const guestFiles = (device: Plan['device']): (readonly [string, string])[] =>
  [...COMMON, ...OF_DEVICE[device]].map((name) => [name, guestFile(name)] as const);

type Texts = ReadonlyMap<string, string>;

/** The texts of a folder, by the names of the files. */
export const folderTexts = (plan: Plan, kernels: Kernels, from: string): Texts =>
  new Map([
    ['README.md', pageText(plan, kernels)],
    ['trace.trace', printTrace(plan.replay.trace)],
    ['trace.c', programText(plan)],
    ['capture.sh', captureScript()],
    ['head.sh', headScript()],
    ['kernel', kernelFile(plan, kernels, from)],
    ...guestFiles(plan.device),
  ]);

/** The texts of a folder with several programs, which one boot runs one after another. */
export function batchTexts(plans: readonly Plan[], kernels: Kernels, from: string): Texts {
  const [{ device }] = plans;
  const file = plans.some((plan) => plan.file);
  return new Map([
    ...plans.map((plan, i) => [`${programName(i)}.c`, programText(plan)] as const),
    ['capture.sh', captureScript()],
    ['head.sh', headScript()],
    ['kernel', kernelFile({ device, file }, kernels, from)],
    ...guestFiles(device),
  ]);
}

/** The name of a program of several, and of its log: in the order of the plans. */
export const programName = (i: number): string => `trace-${String(i + 1).padStart(4, '0')}`;

/** Writes a folder. `kernelsIn` puts the kernel into it. */
export const writeFolder = (
  out: string,
  kernelsIn: (folder: string) => Kernels | Promise<Kernels>,
  textsOf: (kernels: Kernels, folder: string) => Texts,
): Promise<Kernels> =>
  newFolder(out, async (folder) => {
    const kernels = await kernelsIn(folder);
    for (const [name, text] of textsOf(kernels, folder)) fillFile(join(folder, name), text);
    return kernels;
  });
