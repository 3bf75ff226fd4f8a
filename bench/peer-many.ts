/**
 * Compares `check` with the peer where a scope has any number of pages, CPUs or devices. Both say
 * for each property whether it holds, and how long a shortest violation is.
 */
import { Checking } from '../checker/search/checking.ts';
import type { Verdict } from '../checker/search/check.ts';
import { meetingOfPages } from '../checker/search/reach.ts';
import type { System } from '../model/system.ts';
import { PROPERTIES, propertiesFor } from '../properties/index.ts';

/** What the peer says of each property: `holds`, `holds-up-to-3-pages` or `violated N`. */
export type PeerVerdicts = ReadonlyMap<string, string>;

/** Reads the verdicts in the peer's output. */
export const peerVerdicts = (out: string): PeerVerdicts =>
  new Map(
    out.split('\n').flatMap((line): [string, string][] => {
      const [, name, said] = /^([a-z-]+(?:\(\w+\))?) (violated \d+|holds\S*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, said]];
    }),
  );

/** The verdicts of `check`; undefined if it needs more states. */
export function verdictsOfMany(system: System, maxStates: number): readonly Verdict[] | undefined {
  const checking = new Checking(system, propertiesFor(system), { maxStates });
  checking.run();
  const { verdicts, search } = checking.result();
  return search.complete ? verdicts : undefined;
}

/** A verdict in the peer's words. Its length is a bound where numbers have no known run. */
export function inPeersWords({ verdict, run, atLeast }: Verdict): string {
  switch (verdict) {
    case 'violated':
      return `violated ${run?.length ?? atLeast}`;
    case 'holds-up-to':
      return 'holds-up-to-3-pages';
    case 'vacuous':
      return 'holds';
    default:
      return verdict;
  }
}

/**
 * Where the two differ. The peer looks at the text of a range, and searches up to three pages if it
 * could reach another one. `check` proves more: it asks whether a program that runs reaches one.
 */
export function differencesOfMany(
  system: System,
  verdicts: readonly Verdict[],
  peers: PeerVerdicts,
): string[] {
  const ours = new Map(verdicts.map((each) => [each.property.name, inPeersWords(each)]));
  return PROPERTIES.flatMap(({ name }) => {
    const our = ours.get(name);
    const peer = peers.get(name) ?? 'holds';
    // The peer speaks of what makes no sense in a system, too. It cannot be violated.
    if (our === undefined && peer.startsWith('holds')) return [];
    const hasArgument = meetingOfPages(system) !== 'in other ways';
    const proved = our === 'holds' && peer === 'holds-up-to-3-pages' && hasArgument;
    return our === peer || proved ? [] : [`${name}: ours ${our}; the peer ${peer}`];
  });
}
