/** The kernel that `reproduce` boots: one of Debian's, or one that the user names. */
import type { Kernels } from '../checker/reproduce/images.ts';
import { imageOf, ownKernel } from '../checker/reproduce/images.ts';
import type { Image } from '../checker/reproduce/kernels.ts';
import { IMAGES } from '../checker/reproduce/kernels.ts';
import { missingPackages } from '../checker/reproduce/tools.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import { cannotBe } from './command.ts';

/** The options that name a kernel. */
export interface KernelValues {
  readonly image?: string | undefined;
  readonly kernel?: string | undefined;
  readonly headers?: string | undefined;
}

/** The image that --image names. */
export function imageNamed(image: string | undefined): Image | undefined {
  const found = IMAGES.find((one) => one === image);
  if (image !== undefined && found === undefined) throw cannotBe('--image', image, ...IMAGES);
  return found;
}

/** The kernel that the user names, with --headers. */
export function givenKernel({ kernel, headers, image }: KernelValues): Kernels | undefined {
  if (kernel === undefined && headers === undefined) return undefined;
  if (kernel === undefined || headers === undefined) {
    throw new Complaint('--kernel and --headers belong together: give both');
  }
  if (image !== undefined) throw new Complaint('--image and --kernel at once: give one of them');
  return ownKernel(kernel, headers);
}

/** The image whose programs a given kernel has. */
export function imageGiven({ version }: Kernels): Image {
  const image = imageOf(version);
  if (image !== undefined) return image;
  throw new Complaint(`nobody has read which programs the kernel ${version} has`, undefined, {
    possible: IMAGES.map((one) => `a kernel of ${one}`),
  });
}

/** Complains about packages that are missing. */
export function refuseMissing(given: Kernels | undefined, runs: boolean): void {
  const missing = missingPackages({ builds: runs, fetches: given === undefined });
  if (missing.length === 0) return;
  throw new Complaint(`packages are missing: ${missing.join(' ')}`, undefined, {
    hint: `apt-get install ${missing.join(' ')}`,
  });
}
