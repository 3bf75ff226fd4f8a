/** What a folder needs of the machine to be built and booted. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program, and the package of Debian that has it. */
interface Tool {
  readonly program: string;
  readonly package: string;
}

const tool = (program: string, name = program): Tool => ({ program, package: name });

/** What builds and boots the guest. */
const BUILDS: readonly Tool[] = [
  tool('qemu-system-x86_64', 'qemu-system-x86'),
  tool('busybox', 'busybox-static'),
  tool('cpio'),
  tool('depmod', 'kmod'),
  tool('gcc'),
  tool('make'),
  tool('xz', 'xz-utils'),
];

/** What fetches and unpacks Debian's kernels. */
const FETCHES: readonly Tool[] = [tool('apt-get', 'apt'), tool('dpkg-deb', 'dpkg')];

/** Folders in which Debian keeps programs of the administrator, which PATH need not have. */
const SBIN = ['/usr/sbin', '/sbin'];

/** The value of PATH for what is run. */
export const searchPath = (): string =>
  [...(process.env.PATH ?? '').split(delimiter), ...SBIN]
    .filter((dir) => dir !== '')
    .join(delimiter);

function isThere({ program }: Tool): boolean {
  return searchPath()
    .split(delimiter)
    .some((folder) => {
      try {
        accessSync(join(folder, program), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** The packages of Debian that are needed for some work, and whose programs are not on PATH. */
export const missingPackages = (work: {
  readonly builds: boolean;
  readonly fetches: boolean;
}): string[] =>
  [...(work.builds ? BUILDS : []), ...(work.fetches ? FETCHES : [])]
    .filter((each) => !isThere(each))
    .map((each) => each.package);
