/**
 * Signs that other languages have where a system has `=`, a blank or a comma, and a trace has `==`.
 * A text with such a sign is refused, and the hint says what would have been right.
 */
import type { Place } from './complaint.ts';
import { Complaint } from './complaint.ts';

/** A word and its place. */
export interface Word {
  readonly text: string;
  readonly place: Place;
}

/** The signs by which other languages assign, compare and map. */
const OTHERS = ':=|\\+=|\\?=|={2,}|=>|->|:';
const SIGNED = new RegExp(`^([A-Za-z_][\\w-]*?)(${OTHERS}|=)(.*)$`);
const SIGN = new RegExp(`^(?:${OTHERS}|=)$`);

/**
 * The signs by which a trace may try to say what an event answers. Only `==` is right. Others are
 * taken for a sign if an answer follows.
 */
export const ANSWER_SIGN = new RegExp(`(?:${OTHERS})(?=\\s*(?:0|1|idle|busy)\\b)|==?`);

/** A name, the sign behind it, and the value: in one word, or with blanks around the sign. */
interface Signed {
  readonly name: string;
  readonly sign: string;
  readonly value: string;
  readonly at: Place;
}

function signedAt(words: readonly Word[], index: number): Signed | undefined {
  const { text, place } = words[index];
  const next = words.at(index + 1);
  const [, name, sign, value] = SIGNED.exec(text) ?? [];
  if (name !== undefined) {
    const at = { ...place, column: place.column + name.length };
    return { name, sign, value: value === '' ? (next?.text ?? '') : value, at };
  }
  if (next === undefined || !SIGN.test(next.text)) return undefined;
  return { name: text, sign: next.text, value: words.at(index + 2)?.text ?? '', at: next.place };
}

/** What can be a value. No value has a letter beyond ASCII, and a hint shows none. */
const valueIn = (text: string): string | undefined => /^[!-~]+/.exec(text)?.[0];

/** A complaint about a field whose value follows another sign than `=`, or blanks. */
export function signComplaint(
  words: readonly Word[],
  index: number,
  isField: (name: string) => boolean,
): Complaint | undefined {
  const signed = signedAt(words, index);
  if (signed === undefined || !isField(signed.name)) return undefined;
  const { name, sign, value, at } = signed;
  if (sign === '=') return undefined;
  return new Complaint(`a field has its value behind '=', not behind '${sign}'`, at, {
    hint: `write ${name}=${valueIn(value) ?? 'VALUE'}`,
  });
}

/** A complaint about a part whose text follows a sign: `kernel = v6.6-x86`, `driver: kvm`. */
export function partSignComplaint(
  words: readonly Word[],
  isPart: (name: string) => boolean,
): Complaint | undefined {
  const signed = signedAt(words, 0);
  if (signed === undefined || !isPart(signed.name)) return undefined;
  const { name, sign, value, at } = signed;
  return new Complaint(`${name} has its text behind a blank, not behind '${sign}'`, at, {
    hint: `write ${name} ${valueIn(value) ?? 'TEXT'}`,
  });
}

/** A hint for members of a list that are not parted by commas. */
export function commaHint(
  field: string,
  written: string,
  isMember: (text: string) => boolean,
): string | undefined {
  const members = written.split(/->|=>|:=|[,;|+&:>/]+/);
  if (members.length === 1 || members.join() === written || !members.every(isMember)) {
    return undefined;
  }
  return `a list has commas: ${field}=${members.join()}`;
}

/**
 * A hint for fields that are not parted by blanks from what stands before them: `pages=2,cpus=1` or
 * `mail,pages=2`. It has their names as they are here.
 */
export function blankHint(
  written: string,
  nameHere: (name: string) => string | undefined,
): string | undefined {
  const [first, ...fields] = written.split(/[,;&|]+(?=[A-Za-z_][\w-]*=)/);
  if (fields.length === 0) return undefined;
  const told = fields.map((field) => {
    const [name, value] = field.split(/=(.*)/s);
    const here = nameHere(name);
    return here === undefined ? undefined : `${here}=${value}`;
  });
  if (told.includes(undefined)) return undefined;
  return `fields have blanks between them: ${[first, ...told].join(' ')}`;
}
