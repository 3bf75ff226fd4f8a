/** The preset kernels that are nearest to a release, and the release by which a tree is judged. */
import { distance, nearestIn, placeOf } from '../../model/releases.ts';
import type { Releases } from '../../model/releases.ts';
import type { KernelPreset } from '../../model/systems/kernels.ts';
import { KERNELS } from '../../model/systems/kernels.ts';
import { Complaint, didYouMean, quote } from '../trace/complaint.ts';

/** By what a tree is judged. */
export interface Yardstick {
  readonly kernels: readonly KernelPreset[];
  /** The release of the citations that are looked up. */
  readonly release: string;
  /** Where no preset that was asked for stands for the release of the tree. */
  readonly beyond?: 'older' | 'newer';
}

type Dated = KernelPreset & { readonly releases: Releases };
const DATED = KERNELS.filter((preset): preset is Dated => preset.releases !== undefined);

/** The presets with the least distance; of two ways, the one to the older release. */
function nearest(release: string): Dated[] {
  const least = Math.min(...DATED.map(({ releases }) => distance(releases, release)));
  const all = DATED.filter(({ releases }) => distance(releases, release) === least);
  const end = (preset: Dated): number => placeOf(nearestIn(preset.releases, release));
  const oldest = Math.min(...all.map(end));
  return all.filter((preset) => end(preset) === oldest);
}

/** The preset of a name. It has to be a kernel of known releases. */
function named(name: string): Dated {
  const found = DATED.find((preset) => preset.name === name);
  if (found !== undefined) return found;
  const names = DATED.map((preset) => preset.name);
  if (KERNELS.some((preset) => preset.name === name)) {
    const text = `kernel ${name} stands for no releases by which a tree can be judged`;
    throw new Complaint(text, undefined, {
      hint: `youngcheck list ${name}`,
      possible: names,
    });
  }
  const text = `no kernel preset is named ${quote(name)}${didYouMean(name, names)}`;
  throw new Complaint(text, undefined, { hint: 'youngcheck list kernel', possible: names });
}

/** By what a tree of a release is judged; `preset` names a kernel preset, if one is asked for. */
export function yardstickFor(release: string, preset?: string): Yardstick {
  const kernels = preset === undefined ? nearest(release) : [named(preset)];
  const judged = nearestIn(kernels[0].releases, release);
  if (judged === release) return { kernels, release };
  const beyond = placeOf(release) < placeOf(judged) ? 'older' : 'newer';
  return { kernels, release: judged, beyond };
}
