/** Reads documents of JSON that were written before, and tells others from them by an example. */
import type { Complaint } from './complaint.ts';

/** Stands for a value that may be absent. */
export class Optional<T> {
  readonly example: T;

  constructor(example: T) {
    this.example = example;
  }
}

/** Stands for an object with any names. */
export class Named<T> {
  readonly example: T;

  constructor(example: T) {
    this.example = example;
  }
}

/** Stands for one of some words. */
export class OneOf<T extends string> {
  readonly words: readonly T[];

  constructor(words: readonly T[]) {
    this.words = words;
  }
}

/** An example of a value: an array has one element, which stands for all. */
export type Example<T> = [T] extends [readonly (infer Each)[]]
  ? readonly [Example<Each>]
  : [T] extends [object]
    ? string extends keyof T
      ? Named<Example<T[string & keyof T]>>
      : {
          readonly [K in keyof T]-?: undefined extends T[K]
            ? Optional<Example<Exclude<T[K], undefined>>>
            : Example<T[K]>;
        }
    : T | ([T] extends [string] ? OneOf<T> : never);

/**
 * Reads a document that is like an example. `complaint` makes the error that says what it has not,
 * or cannot have.
 */
export function readLike<T>(
  text: string,
  example: Example<T>,
  complaint: (what: string) => Complaint,
): T {
  let read: unknown;
  try {
    // A byte order mark is none of JSON, and an editor may have written one.
    read = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw complaint(`it is no JSON (${error.message})`);
  }
  const wrong = unlike(read, example);
  if (wrong !== undefined) throw complaint(wrong);
  return read as T;
}

/** A word for the kind of a value of JSON. */
function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`.replace('a o', 'an o');
}

/**
 * Says where a value is unlike an example, and how. Undefined if it is like it. `path` leads to the
 * value in its document.
 */
function unlike(value: unknown, example: unknown, path = ''): string | undefined {
  if (example instanceof Optional) {
    return value === undefined ? undefined : unlike(value, example.example, path);
  }
  if (example instanceof OneOf) {
    if (example.words.includes(value as string)) return undefined;
    return `${path} is ${JSON.stringify(value) ?? 'nothing'}, not ${example.words.join(' or ')}`;
  }
  const [is, wanted] = [kindOf(value), kindOf(example)];
  if (is !== wanted) return `${path || 'the document'} is ${is}, not ${wanted}`;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    const [each] = example as readonly unknown[];
    return first(value.entries(), ([i, one]) => unlike(one, each, `${path}[${i}]`));
  }
  const parts: [string, unknown][] =
    example instanceof Named
      ? Object.keys(value).map((name) => [name, example.example])
      : Object.entries(example as object);
  return first(parts, ([name, each]) =>
    unlike(Reflect.get(value, name), each, path === '' ? name : `${path}.${name}`),
  );
}

/** The first answer that there is. */
function first<T>(all: Iterable<T>, answer: (each: T) => string | undefined): string | undefined {
  for (const each of all) {
    const found = answer(each);
    if (found !== undefined) return found;
  }
  return undefined;
}
