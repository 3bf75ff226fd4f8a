/** Releases of Linux, such as 6.12, and ranges of them. */

/** A release as a text has it: `4.20`, `6.12`. */
export type Release = `${number}.${number}`;

/** A range of releases with both ends in it: `6.6..6.11`, `..6.5`, `6.12..`; or `..`, every one. */
export type Releases = `${Release | ''}..${Release | ''}`;

/** The last release of each series before the next series began. */
const LAST: Readonly<Record<number, number>> = { 2: 6, 3: 19, 4: 20, 5: 19, 6: 19 };

/**
 * The place of a release in the order of all, so that a difference counts releases: 4.20 is next to
 * 5.0. A release before 3.0 counts as one of 2.6.
 */
export function placeOf(release: string): number {
  const [major, minor] = release.split('.').map(Number);
  let place = Math.min(minor, LAST[major] ?? minor);
  for (let series = 2; series < major; series++) place += (LAST[series] ?? 19) + 1;
  return place;
}

/** How many releases lie between a release and a range; 0 inside of it. */
export function distance(releases: Releases, release: string): number {
  const [from, to] = releases.split('..');
  const at = placeOf(release);
  if (from !== '' && at < placeOf(from)) return placeOf(from) - at;
  return to !== '' && at > placeOf(to) ? at - placeOf(to) : 0;
}

/** Whether a release is in a range. */
export const isIn = (release: string, releases: Releases): boolean =>
  distance(releases, release) === 0;

/** The release itself if it is in the range, and the end of the range that is nearest otherwise. */
export function nearestIn(releases: Releases, release: string): string {
  if (isIn(release, releases)) return release;
  const [from, to] = releases.split('..');
  return from !== '' && placeOf(release) < placeOf(from) ? from : to;
}

/** A range in words: `every release`, `up to 6.5`, `6.6 to 6.11`, `6.6 and later`. */
export function releasesText(releases: Releases): string {
  const [from, to] = releases.split('..');
  if (from === '') return to === '' ? 'every release' : `up to ${to}`;
  if (from === to) return from;
  return to === '' ? `${from} and later` : `${from} to ${to}`;
}
