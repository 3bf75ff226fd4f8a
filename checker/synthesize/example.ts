/** What a document of `synthesize --json` looks like, so that another one can be told from it. */
import type {
  MinimalDocument,
  PointDocument,
  PresetDocument,
  SpaceDocument,
  SynthesisDocument,
  WeakerDocument,
} from './document.ts';

/** Stands for a value that may be absent. */
class Optional<T> {
  readonly example: T;

  constructor(example: T) {
    this.example = example;
  }
}

/** Stands for an object with any names. */
class Named<T> {
  readonly example: T;

  constructor(example: T) {
    this.example = example;
  }
}

/** An example of a value: an array has one element, which stands for all. */
type Example<T> = T extends readonly (infer Each)[]
  ? readonly [Example<Each>]
  : T extends object
    ? string extends keyof T
      ? Named<Example<T[string & keyof T]>>
      : {
          readonly [K in keyof T]-?: undefined extends T[K]
            ? Optional<Example<Exclude<T[K], undefined>>>
            : Example<T[K]>;
        }
    : T;

const POINT: Example<PointDocument> = {
  policy: '',
  violated: [''],
  missed: 0,
  repeated: 0,
  false: 0,
  mean: 0,
  worst: 0,
  meanSpurious: 0,
  worstSpurious: 0,
};
const WEAKER: Example<WeakerDocument> = { list: '', violates: '', events: 0, trace: '' };
const MINIMAL: Example<MinimalDocument> = { ...POINT, weaker: [WEAKER] };
const PRESET: Example<PresetDocument> = {
  ...POINT,
  names: [''],
  sound: true,
  onFront: true,
  beatenBy: new Optional(''),
  toFront: [''],
  toSound: [''],
};
const SPACE: Example<SpaceDocument> = {
  kernel: '',
  varies: new Named(0),
  numbers: {
    raw: 0,
    merged: 0,
    pruned: new Optional(0),
    searched: 0,
    states: 0,
    replayed: 0,
    left: 0,
    leftSystems: 0,
  },
  minimal: new Optional([MINIMAL]),
  measuredIn: new Optional(''),
  front: new Optional([POINT]),
  presets: new Optional([PRESET]),
};
const PART = { text: '' };

export const EXAMPLE: Example<SynthesisDocument> = {
  system: { kernel: PART, driver: PART, hardware: PART, scope: PART },
  vary: '',
  required: [''],
  complete: true,
  raw: 0,
  decided: 0,
  share: 0,
  seconds: 0,
  spaces: [SPACE],
};

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
export function unlike(value: unknown, example: unknown, path = ''): string | undefined {
  if (example instanceof Optional) {
    return value === undefined ? undefined : unlike(value, example.example, path);
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
