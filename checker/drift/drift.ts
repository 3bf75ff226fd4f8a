/**
 * Looks up in a source tree what the rules and the presets cite: whether it is where it was, and
 * whether those still call it that called it. And which files implement which notifier callback.
 */
import type { Citation } from '../../model/citation.ts';
import { fileIn } from '../../model/citation.ts';
import { LINUX } from '../../model/citations.ts';
import type { NotifierCallback } from '../../model/implementers.ts';
import { NOTIFIER_CALLBACKS } from '../../model/implementers.ts';
import { isIn } from '../../model/releases.ts';
import { KERNELS } from '../../model/systems/kernels.ts';
import type { Pieces } from '../trace/pieces.ts';
import type { Definition } from './c-source.ts';
import { membersOf, mentions } from './c-source.ts';
import { citedBy } from './cited-by.ts';
import type { Yardstick } from './nearest.ts';
import type { Tree, Version } from './tree.ts';

/** A place in a tree. */
export interface Spot {
  readonly file: string;
  readonly line: number;
}

export type State = 'there' | 'moved' | 'lost its caller' | 'vanished' | 'not looked up';

/** What became of a citation. */
export interface Finding {
  readonly citation: Citation;
  /** The file where the model says that it is. */
  readonly file: string;
  readonly state: State;
  readonly spots: readonly Spot[];
  /** The callers that the model names and that the tree has no longer. */
  readonly lost: readonly string[];
  /** The rules and presets that cite it. */
  readonly by: readonly string[];
}

/** A file that implements a callback. */
export interface Implementer extends Spot {
  /** The function that is called; undefined where the file does not implement it. */
  readonly calls: string | undefined;
  /**
   * `relied on`: a preset stands for it. `known`: none does. `new`: the model does not know it.
   */
  readonly standing: 'relied on' | 'known' | 'new';
}

export interface CallbackFound {
  readonly callback: NotifierCallback;
  /** Where the struct has the member. Undefined if it does not. */
  readonly declared: Spot | undefined;
  readonly implementers: readonly Implementer[];
  /** The files that the model relies on and that do not implement it. */
  readonly gone: readonly string[];
}

export interface Drift {
  readonly version: Version;
  readonly yardstick: Yardstick;
  readonly findings: readonly Finding[];
  readonly callbacks: readonly CallbackFound[];
  /** The C files that were looked through, of all that there are. */
  readonly files: readonly [looked: number, all: number];
  readonly interrupted: boolean;
}

/** Whether a citation is no longer as the model has it. */
export const hasChanged = ({ state }: Finding): boolean =>
  state !== 'there' && state !== 'not looked up';

/** Whether something that the model relies on moved, vanished or lost its caller. */
export const hasDrifted = ({ findings, callbacks }: Drift): boolean =>
  findings.some((found) => isRelied(found) && hasChanged(found)) ||
  callbacks.some(({ declared, gone }) => declared === undefined || gone.length > 0);

/** The folder of the architecture that a file belongs to; undefined for a file of all. */
const architectureOf = (file: string): string | undefined => /^arch\/([^/]+)\//.exec(file)?.[1];

/** The folder under arch/ of the kernel that a preset names. */
const FOLDERS: Readonly<Record<string, string>> = { ppc: 'powerpc' };
function architectureFor(preset: string): string | undefined {
  const word = /^v[\d.]+-([a-z\d]+)/.exec(preset)?.[1];
  return word === undefined ? undefined : (FOLDERS[word] ?? word);
}

/** Definitions of wanted names, with the files that have them. */
class Index {
  private readonly byName = new Map<string, { file: string; definition: Definition }[]>();
  private readonly files = new Set<string>();

  add(file: string, definitions: readonly Definition[]): void {
    if (this.files.has(file)) return;
    this.files.add(file);
    for (const definition of definitions) {
      const found = this.byName.get(definition.name);
      if (found === undefined) this.byName.set(definition.name, [{ file, definition }]);
      else found.push({ file, definition });
    }
  }

  spots(name: string, file?: string): Spot[] {
    const found = this.byName.get(name) ?? [];
    const inFile = found.filter((each) => file === undefined || each.file === file);
    return inFile.map((each) => ({ file: each.file, line: each.definition.line }));
  }

  /** Whether a function, macro or struct of this name mentions another. */
  mentions(caller: string, name: string): boolean {
    return (this.byName.get(caller) ?? []).some(({ definition }) => mentions(definition, name));
  }
}

/** One citation with what is looked up for it. */
interface Wanted {
  readonly citation: Citation;
  readonly file: string;
  readonly callers: readonly string[];
  readonly by: readonly string[];
}

/** What docs/kernel-map.md alone cites is cited by no rule and by no preset. */
const PAGE = ['docs/kernel-map.md'];

/** Whether the model relies on a citation, and not a document alone. */
export const isRelied = ({ by }: Pick<Finding, 'by'>): boolean => by !== PAGE;

/** The citations that no rule and no preset has. */
function citedByPage(): [Citation, readonly string[]][] {
  const others = citedBy(KERNELS);
  return Object.values<Citation>(LINUX)
    .filter((citation) => !others.has(citation))
    .map((citation) => [citation, PAGE]);
}

/** The citations of a release, and with a preset that was asked for those of its architecture. */
function wantedFor({ kernels, release }: Yardstick): Wanted[] {
  const architecture = kernels.length === 1 ? architectureFor(kernels[0].name) : undefined;
  return [...citedBy(kernels), ...citedByPage()].flatMap(([citation, by]) => {
    const file = fileIn(citation, release);
    const of = architectureOf(file);
    const isOther = architecture !== undefined && of !== undefined && of !== architecture;
    if (isOther || !isIn(release, citation.releases)) return [];
    const callers = citation.callers
      .filter(({ releases }) => isIn(release, releases))
      .map(({ name }) => name);
    return [{ citation, file, callers, by }];
  });
}

const lostOf = ({ citation, callers }: Wanted, index: Index): string[] =>
  callers.filter((caller) => !index.mentions(caller, citation.symbol));

const isThere = (wanted: Wanted, index: Index): boolean =>
  index.spots(wanted.citation.symbol, wanted.file).length > 0;

function findingOf(wanted: Wanted, index: Index, interrupted: boolean): Finding {
  const { citation, file, by } = wanted;
  const lost = lostOf(wanted, index);
  const here = index.spots(citation.symbol, file);
  const spots = here.length > 0 ? here : index.spots(citation.symbol);
  const found = { citation, file, spots, lost, by };
  if (here.length > 0 && lost.length === 0) return { ...found, state: 'there' };
  if (interrupted) return { ...found, state: 'not looked up', lost: [] };
  if (spots.length === 0) return { ...found, state: 'vanished', lost: [] };
  return { ...found, state: here.length > 0 ? 'lost its caller' : 'moved' };
}

/** The members that the structs of callbacks in a file set. */
function implementersIn(file: string, definitions: readonly Definition[]) {
  return definitions
    .filter(({ kind }) => kind === 'initialiser')
    .flatMap((definition) =>
      membersOf(definition).map(({ member, value, line }) => ({
        struct: definition.type,
        member,
        calls: value,
        file,
        line,
      })),
    );
}

type Implemented = ReturnType<typeof implementersIn>[number];

const HEADER = 'include/linux/mmu_notifier.h';

/** The line that declares a member of a struct of callbacks. */
function declaredIn(tree: Tree, { struct, member }: NotifierCallback): Spot | undefined {
  const type = tree
    .definitions(HEADER)
    .find(({ kind, name }) => kind === 'type' && name === struct);
  const at = type?.body.search(new RegExp(`\\(\\s*\\*\\s*${member}\\s*\\)`)) ?? -1;
  if (at < 0) return undefined;
  return { file: HEADER, line: type!.line + type!.body.slice(0, at).split('\n').length - 1 };
}

function callbackFound(
  tree: Tree,
  callback: NotifierCallback,
  release: string,
  implemented: readonly Implemented[],
): CallbackFound {
  const relied = Object.entries(callback.by)
    .filter(([, releases]) => isIn(release, releases))
    .map(([file]) => file);
  const known = [...Object.keys(callback.by), ...callback.besides];
  const implementers = implemented
    .filter(({ struct, member }) => struct === callback.struct && member === callback.member)
    .map(({ file, line, calls }): Implementer => {
      const standing = relied.includes(file) ? 'relied on' : 'known';
      return { file, line, calls, standing: known.includes(file) ? standing : 'new' };
    });
  const gone = relied.filter((file) => !implementers.some((one) => one.file === file));
  return { callback, declared: declaredIn(tree, callback), implementers, gone };
}

/** How many files are looked through in one piece of work. It takes some hundredths of a second. */
const FILES = 64;

/** Looks a tree up. What it yields counts files. */
export function* drift(tree: Tree, yardstick: Yardstick): Pieces<Drift> {
  const { release } = yardstick;
  const wanted = wantedFor(yardstick);
  const index = new Index();
  for (const { file } of wanted) index.add(file, tree.definitions(file));

  const unsettled = wanted.filter((one) => !isThere(one, index) || lostOf(one, index).length > 0);
  const names = unsettled.flatMap((one) => [one.citation.symbol, ...lostOf(one, index)]);
  const sought = new RegExp(`\\b(?:${[...names, 'mmu_(?:interval_)?notifier_ops'].join('|')})\\b`);

  const files = tree.files();
  const implemented: Implemented[] = [];
  let looked = 0;
  let interrupted = false;
  for (const file of files) {
    if (looked % FILES === 0 && (yield [looked, files.length])) {
      interrupted = true;
      break;
    }
    looked += 1;
    if (!sought.test(tree.text(file) ?? '')) continue;
    const definitions = tree.definitions(file);
    index.add(file, definitions);
    implemented.push(...implementersIn(file, definitions));
  }
  const findings = wanted.map((one) => findingOf(one, index, interrupted));
  const callbacks = NOTIFIER_CALLBACKS.filter(({ releases }) => isIn(release, releases)).map(
    (callback) => callbackFound(tree, callback, release, implemented),
  );
  return {
    version: tree.version,
    yardstick,
    findings,
    callbacks: interrupted ? callbacks.map((found) => ({ ...found, gone: [] })) : callbacks,
    files: [looked, files.length],
    interrupted,
  };
}
