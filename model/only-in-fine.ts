/**
 * What a system in `atomic` says that only `fine` can tell: the order in which caches are flushed,
 * a wait for the devices, and fields about what is in flight. Done at once they change nothing.
 */
import { effectsOf } from './effects.ts';
import type { Callback } from './field.ts';
import { notInPlay } from './not-in-play.ts';
import type { Line, Program } from './program.ts';
import { lineText } from './program.ts';
import type { Cache, StepKind } from './steps.ts';
import { CALLS, STEPS, stepsOf } from './steps.ts';
import type { Parts } from './system.ts';
import { CALLBACKS, DEFAULTS, PROGRAMS } from './system.ts';

/** Something that a system says, and that changes nothing in `atomic`. */
export interface OnlyInFine {
  readonly what: string;
  /** The program or the callback that says it; undefined for a field. */
  readonly list?: string;
  /** The same system without it, or in another order. In `atomic` it does the same. */
  readonly instead: Parts;
}

const inFine = (parts: Parts): Parts => ({
  ...parts,
  scope: { ...parts.scope, granularity: 'fine' },
});

/** Whether two systems do the same in `atomic`, and not in `fine`. */
const isSeenInFine = (parts: Parts, other: Parts): boolean =>
  effectsOf(parts) === effectsOf(other) && effectsOf(inFine(parts)) !== effectsOf(inFine(other));

/** A list of a system, and the system with other lines in it. */
interface List {
  readonly name: string;
  readonly lines: Program;
  readonly withLines: (lines: Program) => Parts;
}

const listsOf = (parts: Parts): List[] => [
  ...PROGRAMS.map((name) => ({
    name,
    lines: parts.kernel[name],
    withLines: (lines: Program) => ({ ...parts, kernel: { ...parts.kernel, [name]: lines } }),
  })),
  ...CALLBACKS.map((name) => ({
    name,
    lines: parts.driver[name].actions,
    withLines: (actions: Program) => {
      const callback: Callback = { ...parts.driver[name], actions };
      return { ...parts, driver: { ...parts.driver, [name]: callback } };
    },
  })),
];

/** The caches that a member of a list flushes. A call flushes what its callback does. */
function dropsOf(parts: Parts, { name }: Line): readonly Cache[] {
  const call = CALLS[name];
  if (call !== undefined) {
    return parts.driver[call.callback].actions.flatMap((action) => dropsOf(parts, action));
  }
  const kinds: Readonly<Record<string, StepKind | undefined>> = STEPS;
  return stepsOf(name, true).flatMap((verb) => kinds[verb]?.drops ?? []);
}

/** An ATC is filled from an IOTLB or from an spte. So it must be flushed after them. */
const FILLS_ATC: readonly Cache[] = ['iotlb', 'spte'];
const fills = (from: readonly Cache[], to: readonly Cache[]): boolean =>
  to.includes('atc') && from.some((cache) => FILLS_ATC.includes(cache));

/** The members of a list whose order only `fine` can tell. */
function orderIn(parts: Parts, { name, lines, withLines }: List): OnlyInFine[] {
  const drops = lines.map((line) => dropsOf(parts, line));
  const swapped = (i: number, j: number): Parts =>
    withLines(lines.with(i, lines[j]).with(j, lines[i]));
  const pairs = lines.flatMap((_, i) =>
    lines.flatMap((_, j) => {
      if (j <= i || !(fills(drops[i], drops[j]) || fills(drops[j], drops[i]))) return [];
      const instead = swapped(i, j);
      return isSeenInFine(parts, instead) ? [{ i, j, instead }] : [];
    }),
  );
  if (pairs.length === 0) return [];
  const found = new Set(pairs.flatMap(({ i, j }) => [i, j]));
  const words = new Set([...found].toSorted((a, b) => a - b).map((i) => lineText(lines[i])));
  const what = `the order of ${[...words].join(' and ')}`;
  return [{ what, list: name, instead: pairs[0].instead }];
}

/** The caches whose invalidations are posted first and awaited later. */
const POSTED: readonly Cache[] = ['iotlb', 'atc'];

/** Invalidations for which the callback does not wait. */
const unawaitedIn = (parts: Parts, { name, lines, withLines }: List): OnlyInFine[] =>
  POSTED.flatMap((cache) => {
    const [post, wait] = [`post-${cache}`, `await-${cache}`];
    const last = lines.findLastIndex((line) => dropsOf(parts, line).includes(cache));
    const isPost = lines[last]?.name === post;
    if (!isPost || lines.slice(last).some((line) => line.name === wait)) return [];
    const instead = withLines([...lines, { name: wait, range: 'page', when: 'always' }]);
    const posts = effectsOf(parts) !== effectsOf(withLines(lines.toSpliced(last, 1)));
    const what = `${post} without ${wait}`;
    return posts && isSeenInFine(parts, instead) ? [{ what, list: name, instead }] : [];
  });

/** Steps before the change of the page table. In `atomic` they come with it. */
function placeOfPte(parts: Parts, { name, lines, withLines }: List): OnlyInFine[] {
  const pte = lines.findIndex((line) => line.name === 'pte');
  if (pte < 1) return [];
  // Before `pte` no step is taken that needs a young PTE.
  const before = lines.slice(0, pte).filter(({ when }) => when === 'always');
  const instead = withLines([lines[pte], ...before, ...lines.slice(pte + 1)]);
  return isSeenInFine(parts, instead) ? [{ what: 'the place of pte', list: name, instead }] : [];
}

/** The system whose driver does not mark a page accessed by this. No other field is a set. */
function without(parts: Parts, word: string): Parts {
  const marksAccessed = parts.driver.marksAccessed.filter((one) => one !== word);
  return { ...parts, driver: { ...parts.driver, marksAccessed } };
}

/** Words that need `fine` and nothing else. */
function wordsOf(parts: Parts, lists: readonly List[]): OnlyInFine[] {
  const still = notInPlay(inFine(parts), DEFAULTS);
  return notInPlay(parts, DEFAULTS).flatMap(({ part, field, word }): OnlyInFine[] => {
    if (part === 'scope' || still.some((one) => one.word === word)) return [];
    const otherwise = { ...parts[part], [field]: DEFAULTS[part][field as never] };
    if (word === field) return [{ what: word, instead: { ...parts, [part]: otherwise } }];
    const list = lists.find(({ name }) => name === field);
    const what = word.replace(/ in .*/, '');
    if (list === undefined) return [{ what, list: field, instead: without(parts, what) }];
    const instead = list.withLines(list.lines.filter((line) => lineText(line) !== what));
    return isSeenInFine(parts, instead) ? [{ what, list: field, instead }] : [];
  });
}

/** All that a system says in vain as long as its operations are atomic. */
export function onlyInFine(parts: Parts): OnlyInFine[] {
  if (parts.scope.granularity === 'fine') return [];
  const lists = listsOf(parts);
  return [
    ...lists.flatMap((list) => [
      ...orderIn(parts, list),
      ...placeOfPte(parts, list),
      ...unawaitedIn(parts, list),
    ]),
    ...wordsOf(parts, lists),
  ];
}
