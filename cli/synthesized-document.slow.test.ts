/** Where a document is unlike one of `synthesize --json`. */
import { beforeAll, describe, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';
import { readSynthesis } from '../checker/synthesize/synthesis-json.ts';

let text: string;
beforeAll(async () => {
  ({ stdout: text } = await youngcheck('synthesize', '--over', 'mail', '--json'));
});

/** The paths to all values of a document that are no objects and no arrays. */
const paths = (value: unknown, path: readonly string[] = []): (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, part]) => paths(part, [...path, name]))
    : [path];

/** A copy in which `change` was done to the object that holds a value, and its name there. */
function changed(path: readonly string[], change: (holder: object, name: string) => void): string {
  const copy: unknown = JSON.parse(text);
  let holder = copy as object;
  for (const name of path.slice(0, -1)) holder = Reflect.get(holder, name) as object;
  change(holder, path.at(-1)!);
  return JSON.stringify(copy);
}

/** Values with the same names on the way to them, whatever the numbers: one of them is enough. */
function oneOfEach(): (readonly string[])[] {
  const seen = new Map<string, readonly string[]>();
  for (const path of paths(JSON.parse(text))) {
    // The report reads the text of a part, and no version.
    if (path[0] === 'schema' || (path[0] === 'system' && path[2] !== 'text')) continue;
    seen.set(path.map((name) => (/^\d+$/.test(name) ? '0' : name)).join('.'), path);
  }
  return [...seen.values()];
}

describe('a document of synthesize', () => {
  it('is read as it was written, also behind a byte order mark and with other line ends', () => {
    const read = readSynthesis(text, 'file');
    expect(read).toEqual(JSON.parse(text));
    expect(readSynthesis(`\uFEFF${text.replaceAll('\n', '\r\n')}`, 'file')).toEqual(read);
  });

  it('is refused where any of its values is of another kind, by the name of that', () => {
    const all = oneOfEach();
    expect(all.length).toBeGreaterThan(30);
    for (const path of all) {
      const wrong = changed(path, (holder, name) => Reflect.set(holder, name, { an: 'object' }));
      // A number that stands under any name, as in `varies`, is told by that name.
      const name = path.findLast((part) => !/^\d+$/.test(part))!;
      expect(() => readSynthesis(wrong, 'file'), path.join('.')).toThrow(name);
    }
  });

  it('may be without what is told of policies that were all decided, not without a part', () => {
    const names = ['minimal', 'measuredIn', 'front', 'presets'];
    const without = (gone: readonly string[]) =>
      changed(['spaces', '0', 'front'], (holder) => {
        for (const name of gone) Reflect.deleteProperty(holder, name);
      });
    expect(() => readSynthesis(without(names), 'file')).not.toThrow();
    for (const name of names) {
      expect(() => readSynthesis(without([name]), 'file')).toThrow(`spaces[0].${name} is nothing`);
    }
  });

  it('is refused without what it always has', () => {
    const none = changed(['spaces', '0', 'numbers'], (holder, name) =>
      Reflect.deleteProperty(holder, name),
    );
    expect(() => readSynthesis(none, 'file')).toThrow('spaces[0].numbers is nothing, not an obj');
    expect(() => readSynthesis('{', 'file')).toThrow('it is no JSON');
  });
});
