/**
 * The kernel images: the newest of a version in Debian's archive, or one that the user names. The
 * packages are fetched by apt-get with lists of its own, so that the machine's are not touched, and
 * unpacked without root.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { emptyOf, fillFile, fillFolder } from '../files/new-folder.ts';
import { Complaint } from '../trace/complaint.ts';
import { IMAGES } from './kernels.ts';
import type { Image } from './kernels.ts';
import type { Runs } from './run-command.ts';

/** A kernel that can be booted: its file, its modules, and what modules are built with. */
export interface Kernels {
  /** The release, as `uname -r` prints it. */
  readonly version: string;
  readonly kernel: string;
  readonly modules: string;
  readonly headers: string;
  /** Packages with their versions, or where the files are from. */
  readonly packages: readonly string[];
}

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Debian 12 has both versions. 6.12 is in its security archive. */
const SUITES = [
  ['http://deb.debian.org/debian', 'bookworm'],
  ['http://deb.debian.org/debian-security', 'bookworm-security'],
] as const;

/** The metapackages that depend on the newest image and headers of a version. */
const META: Readonly<Record<Image, readonly [image: string, headers: string]>> = {
  '6.1': ['linux-image-amd64', 'linux-headers-amd64'],
  '6.12': ['linux-image-6.12-amd64', 'linux-headers-6.12-amd64'],
};

/** What headers need beside the common ones: scripts, and the plug-ins of the compiler. */
const NEEDED = /^linux-(?:headers-.*-common|kbuild-.*|compiler-.*)$/;

/** The options by which apt-get works in a folder of its own. */
function aptOptions(folder: string): string[] {
  const settings = {
    'Dir::State': folder,
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': folder,
    'Dir::Etc::sourcelist': join(folder, 'sources.list'),
    'Dir::Etc::sourceparts': '-',
    'APT::Architecture': 'amd64',
    'APT::Sandbox::User': '',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

function prepareApt(folder: string): void {
  for (const each of ['lists/partial', 'archives/partial']) {
    fillFolder(join(folder, each));
  }
  const signed = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : '';
  const sources = SUITES.map(([uri, suite]) => `deb ${signed}${uri} ${suite} main\n`);
  fillFile(join(folder, 'sources.list'), sources.join(''));
  fillFile(join(folder, 'status'), '');
}

/** The names behind `Depends:` in what apt-cache prints. */
const dependsOf = (text: string): string[] =>
  [...text.matchAll(/^ *\|?Depends: ([^\s<:]+)/gm)].map(([, name]) => name);

/** A package file is NAME_VERSION_ARCHITECTURE.deb; a colon in the version is spelled %3a. */
const packageOf = (file: string): string => file.split('_', 2).join(' ').replaceAll('%3a', ':');

/** The packages of the newest image of a version, and those that build a module for it. */
async function newest(image: Image, options: readonly string[], runs: Runs): Promise<string[]> {
  const depends = async (name: string): Promise<string[]> =>
    dependsOf(await runs.run('apt-cache', [...options, 'depends', name]));
  const [[kernel], [headers]] = await Promise.all(META[image].map(depends));
  if (kernel === undefined || headers === undefined) {
    throw new Complaint(`Debian's archive has no ${META[image].join(' or ')}`, undefined, {
      hint: '--kernel FILE --headers DIR take a kernel that you have',
    });
  }
  const others = (await depends(headers)).filter((name) => NEEDED.test(name));
  return [kernel, headers, ...others];
}

/** Fetches the newest image of a version with its headers, and unpacks them into a folder. */
export async function fetchKernel(image: Image, folder: string, runs: Runs): Promise<Kernels> {
  const [apt, packages, root] = ['apt', 'packages', 'root'].map((name) => join(folder, name));
  prepareApt(apt);
  fillFolder(packages);
  const options = aptOptions(apt);
  await runs.run('apt-get', [...options, '-qq', 'update']);
  const names = await newest(image, options, runs);
  await runs.run('apt-get', [...options, '-qq', 'download', ...names], packages);
  const files = readdirSync(packages).toSorted();
  for (const file of files) await runs.run('dpkg-deb', ['-x', join(packages, file), root]);
  emptyOf(packages);
  emptyOf(apt);
  return unpacked(root, names[0].replace('linux-image-', ''), files.map(packageOf));
}

/** Where the parts of a kernel are in a folder into which its packages were unpacked. */
function unpacked(root: string, version: string, packages: readonly string[]): Kernels {
  const sources = join(root, 'usr/src');
  const headers = join(sources, `linux-headers-${version}`);
  // The only absolute path in the headers names the common ones.
  const makefile = join(headers, 'Makefile');
  const text = readFileSync(makefile, 'utf8');
  const relative = '$(dir $(lastword $(MAKEFILE_LIST)))../';
  fillFile(makefile, text.replaceAll('/usr/src/', relative));
  return {
    version,
    kernel: join(root, 'boot', `vmlinuz-${version}`),
    modules: join(root, 'lib/modules', version),
    headers,
    packages,
  };
}

/** Where headers name their release. Debian's kernel.release lacks its suffix. */
const RELEASE = 'include/generated/utsrelease.h';

/**
 * A kernel that the user names. Its modules are where its package has them: in lib/modules of the
 * folder above the file, or of the machine.
 */
export function ownKernel(kernel: string, headers: string): Kernels {
  const file = resolve(kernel);
  const release = join(headers, RELEASE);
  for (const needed of [file, release]) {
    if (!existsSync(needed)) throw new Complaint(`${needed}: no such file`);
  }
  const version = /UTS_RELEASE "(.*)"/.exec(readFileSync(release, 'utf8'))?.[1] ?? '';
  const places = [join(dirname(dirname(file)), 'lib/modules'), '/lib/modules', '/usr/lib/modules'];
  const modules = places.map((place) => join(place, version)).find((each) => existsSync(each));
  if (modules === undefined) {
    throw new Complaint(`no modules of ${version}, which ${headers} is of`, undefined, {
      possible: places.map((place) => join(place, version)),
    });
  }
  return {
    version,
    kernel: file,
    modules,
    headers: resolve(headers),
    packages: [`${basename(file)} and ${basename(headers)}, as they were given`],
  };
}

/** The image whose programs a release has; undefined if it is neither. */
export const imageOf = (version: string): Image | undefined =>
  IMAGES.find(
    (image) =>
      version === image || (/^[.-]/.test(version.slice(image.length)) && version.startsWith(image)),
  );
