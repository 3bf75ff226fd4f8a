/** Prints where the transitions, the states and the time of a search come from. */
import { bytesText } from '../search/memory.ts';
import type { Result } from '../search/check.ts';
import type { Profile } from '../search/profile.ts';

const share = (part: number, all: number): string =>
  `${(all === 0 ? 0 : (100 * part) / all).toFixed(0)} %`.padStart(6);
const number = (n: number, width: number): string => n.toLocaleString('en').padStart(width);

/** The profile of each search that has one, with what it searched for. */
export const profileTexts = ({ searches = [] }: Result): string[] =>
  searches.flatMap(({ profile, properties }) => {
    if (profile === undefined) return [];
    const names = properties.map(({ name }) => name);
    const more = names.length > 1 ? ` and ${names.length - 1} more` : '';
    return [`${profileText(profile)}\n  searched for ${names[0]}${more}`];
  });

function profileText(profile: Profile): string {
  const { seconds, expanding, lookups, kinds, rules, judged, judging } = profile;
  const sum = (of: (kind: Profile['kinds'][number]) => number) =>
    kinds.reduce((all, kind) => all + of(kind), 0);
  const [transitions, states] = [sum((kind) => kind.transitions), sum((kind) => kind.states)];
  const width = Math.max(...kinds.map(({ event }) => event.length));
  const rows = kinds.map(
    (kind) =>
      `  ${kind.event.padEnd(width)}` +
      `${number(kind.transitions, 14)}${share(kind.transitions, transitions)}` +
      `${number(kind.states, 13)}${share(kind.states, states)}${share(kind.seconds, seconds)}`,
  );
  const slowest = judging.toSorted((a, b) => b.seconds - a.seconds).at(0);
  const judge =
    slowest === undefined
      ? []
      : [
          `  judged ${judged} kinds of transitions, each once for a length; ` +
            `the slowest property took ${(slowest.seconds * 1e3).toFixed(2)} ms:`,
          `  ${slowest.property}`,
        ];
  return [
    `profile  ${seconds.toFixed(2)} s: ${expanding.toFixed(2)} s for successors, ` +
      `${lookups.toFixed(2)} s for lookups of states`,
    `  ${'event'.padEnd(width)}${'transitions'.padStart(14)}      ` +
      `${'new states'.padStart(13)}      ${'time'.padStart(6)}`,
    ...rows,
    `  rules ran for ${number(rules.answers, 0)} values of bits; what they do takes ` +
      `${bytesText(rules.bytes)}`,
    ...(rules.unremembered === 0
      ? []
      : [`  ${rules.unremembered} of ${rules.groups} groups of events are not remembered`]),
    ...judge,
  ].join('\n');
}
