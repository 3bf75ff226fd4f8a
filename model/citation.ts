/**
 * What a rule or a preset rests on. A place in the kernel is cited as data: a symbol, its file, who
 * calls it, and in which releases. The text that is printed is made from it.
 */
import type { Release, Releases } from './releases.ts';
import { isIn } from './releases.ts';

/** A function, a macro, a struct or a variable of the kernel, where the model says that it is. */
export interface Citation {
  readonly symbol: string;
  /** Its file, from the top of the tree. */
  readonly file: string;
  /** Its file in other releases, where it was not in `file`. */
  readonly elsewhere: Readonly<Record<string, Releases>>;
  /** The releases in which it is known to be. */
  readonly releases: Releases;
  /** Its callers and those that pass it on: functions, macros and structs, with releases. */
  readonly callers: readonly Caller[];
  /** As a text shows it: `folio_referenced()`, or `KVM_REQ_TLB_FLUSH`. */
  readonly shown: string;
}

export interface Caller {
  readonly name: string;
  readonly releases: Releases;
}

/** A citation as it is declared, beside its file and its symbol. */
export interface Cites {
  readonly in?: Releases;
  /** The callers: `folio_referenced`, or with releases `folio_mkclean 5.16..`. */
  readonly from?: readonly (string | `${string} ${Releases}`)[];
  readonly elsewhere?: Readonly<Record<string, Releases>>;
  /** The symbol, if it is not the key: the same symbol can be cited in several architectures. */
  readonly symbol?: string;
  /** Whether it is no function or macro with parameters. */
  readonly isName?: boolean;
}

function callerOf(text: string): Caller {
  const [name, releases = '..'] = text.split(' ');
  return { name, releases: releases as Releases };
}

/** Declares what is cited of one file, by symbol. */
export function inFile<const K extends string>(
  file: string,
  cited: Readonly<Record<K, Cites>>,
): Readonly<Record<K, Citation>> {
  const entries = Object.entries<Cites>(cited).map(([key, cites]) => {
    const { in: releases = '..', from = [], elsewhere = {}, symbol = key, isName } = cites;
    const shown = isName ? symbol : `${symbol}()`;
    return [key, { symbol, file, elsewhere, releases, callers: from.map(callerOf), shown }];
  });
  return Object.fromEntries(entries) as Record<K, Citation>;
}

/** The file of a citation in a release. */
export const fileIn = ({ file, elsewhere }: Citation, release: string): string =>
  Object.entries(elsewhere).find(([, releases]) => isIn(release, releases))?.[0] ?? file;

/** A text that cites places in the kernel. */
export interface Cited {
  readonly text: string;
  readonly cites: readonly Citation[];
}

/** What is behind a sentence: a text, which cites places in the kernel or nothing of a kernel. */
export type Source = string | Cited;

export const sourceText = (source: Source): string =>
  typeof source === 'string' ? source : source.text;

export const citationsIn = (source: Source): readonly Citation[] =>
  typeof source === 'string' ? [] : source.cites;

/** Makes a text of citations and words. A file is named once, if all that follows is in it. */
export const cite = (words: TemplateStringsArray, ...cites: readonly Citation[]): Cited =>
  cited(words, cites, ({ file }) => file);

/** The same for one release: `citeIn('4.20')` names the files as they were in 4.20. */
export const citeIn =
  (release: Release) =>
  (words: TemplateStringsArray, ...cites: readonly Citation[]): Cited =>
    cited([`Linux ${release} ${words[0]}`, ...words.slice(1)], cites, (each) =>
      fileIn(each, release),
    );

function cited(
  words: readonly string[],
  cites: readonly Citation[],
  fileOf: (citation: Citation) => string,
): Cited {
  let text = words[0];
  let named: string | undefined;
  for (const [index, citation] of cites.entries()) {
    const file = fileOf(citation);
    text += (file === named ? '' : `${file} `) + citation.shown + words[index + 1];
    named = file;
  }
  return { text, cites };
}
