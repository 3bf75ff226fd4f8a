/** Every trace of the catalogue is the one that the search finds, and the pictures show it. */
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noSuchMachine, presetNames } from '../../../model/systems/machines.ts';
import { check } from '../../search/check.ts';
import { parseTrace } from '../../trace/parse.ts';
import { printEvent } from '../../trace/print.ts';
import { parseSystem, printSetup } from '../../trace/setup.ts';
import {
  canonicalText,
  neverViolated,
  readCatalogueTrace,
  traceFile,
  traceNames,
  tracePath,
} from './catalogue.ts';
import { catalogueFolder } from './folder.ts';
import { PICTURES, pictureFile, pictureText } from './pictures.ts';
import { ORDER, picturedIn, readmeText } from './readme.ts';
import { whole } from '../../search/progress.ts';

const folder = catalogueFolder();
const names = traceNames(folder);
const textOf = (name: string): string => readFileSync(tracePath(folder, name), 'utf8');
const MINUTE = 60_000;
/** The height of a terminal in lines, and of a large one for a shortest run of many events. */
const SCREEN = 40;
const LARGE_SCREEN = 48;
const MANY_EVENTS = 20;

/** Matches a line for a part, or a continuation with more pairs. */
const SETUP_LINE = /^ {2}(?:(?:kernel|driver|hardware|scope) +\S| {9}\w+=)/;

describe('the setup of a trace', () => {
  it('may be all that is printed of a system', () => {
    const callbacks = ['clear_flush_young', 'clear_young', 'flush_young', 'invalidate_secondary'];
    const driver = callbacks.map((callback) => `${callback}=flush-iotlb,flush-atc`).join(' ');
    const lines = printSetup(parseSystem({ driver })).map((line) => `  ${line}`);
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(line).toMatch(SETUP_LINE);
  });
});

describe.each(names)('%s', (name) => {
  const text = textOf(name);
  // The tests parse it, not the code that collects them. So a wrong model gives a failing test.
  const parsed = () => parseTrace(text, traceFile(name));

  it('fits one screen, and is called what its file is called', () => {
    expect(parsed().name).toBe(name);
    const screen = parsed().steps.length > MANY_EVENTS ? LARGE_SCREEN : SCREEN;
    expect(text.split('\n').length).toBeLessThanOrEqual(screen);
  });

  it('has a line for each part of its system, or more where that is too long', () => {
    const setup = /^\{\n([^]*?)\n\}$/m.exec(text)![1].split('\n');
    for (const line of setup) expect(line).toMatch(SETUP_LINE);
  });

  it('was a machine, or says that it is a yardstick or the mechanism alone', () => {
    const { system, story = '', steps } = parsed();
    const { kernel, ...secondary } = presetNames(system);
    // If no device does anything, the driver does not matter.
    const isAsked = steps.some(({ event: { actor } }) => actor === 'dev' || actor === 'iommu');
    const why = noSuchMachine({ kernel, ...(isAsked ? secondary : {}) });
    if (why !== undefined) expect(story, why).toMatch(/\byardstick\b|\bmechanism alone\b/);
  });

  it('says what the search says', () => {
    expect(whole(canonicalText(parsed(), name)), 'youngcheck promote writes it anew').toBe(text);
  });

  if (/^violates /m.test(text)) {
    it('is the trace of `check`, all properties asked', () => {
      const trace = parsed();
      expect(trace.result).toBe('Sometimes');
      const { verdicts } = check(trace.system);
      const run = verdicts.find((verdict) => verdict.property === trace.verdict)?.run;
      const said = trace.steps.map(({ event }) => printEvent(event, trace.system.scope));
      expect(said).toEqual(run?.map((event) => printEvent(event, trace.system.scope)));
    });
  } else {
    it('proves what it names', () => {
      const trace = parsed();
      expect(trace.verdict).toBe('ends');
      expect(trace.result).toBe('Never');
      const named = neverViolated(trace, name);
      const { search, verdicts } = check(trace.system, named);
      expect(search.complete).toBe(true);
      expect(verdicts.map(({ verdict }) => verdict)).toEqual(named.map(() => 'holds'));
    });
  }
});

describe('a pair', () => {
  it('refers to a trace that is there', () => {
    for (const name of names) {
      const { story = '' } = readCatalogueTrace(folder, name);
      const others = [...story.matchAll(/\bAs ([a-z][^ ,]*\+[^ ,]*)/g)].map(([, other]) => other);
      for (const other of others) expect(names, `${name} refers to ${other}`).toContain(other);
    }
  });
});

describe('pictures', () => {
  it(
    'are of one trace of each class, as it stands',
    () => {
      const pictures = picturedIn(folder);
      expect(pictures[0]).toBe('old-while-cached+patched-amd');
      expect(readdirSync(join(folder, PICTURES)).sort()).toEqual(
        pictures.map((name) => basename(pictureFile(name))).sort(),
      );
      for (const name of pictures) {
        const picture = readFileSync(join(folder, pictureFile(name)), 'utf8');
        expect(pictureText(folder, name) === picture, `${name}: youngcheck promote`).toBe(true);
      }
    },
    MINUTE,
  );
});

describe('what is not so', () => {
  let copy: string;
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'youngcheck-'));
    cpSync(folder, copy, { recursive: true });
  });
  afterEach(() => rmSync(copy, { recursive: true }));

  const plant = (name: string, from: string, to: string): string => {
    const text = textOf(name);
    expect(text).toContain(from);
    return whole(canonicalText(parseTrace(text.replace(from, to), name), name));
  };

  it('is a Never that the search refutes, or cannot reach', () => {
    const never = 'use-after-free+patched-amd';
    expect(() => plant(never, 'amd-iommu-v2-patched', 'none')).toThrow(/is violated in 3 events/);
    expect(() => plant(never, 'no-stale-access', 'no-stale-acces')).toThrow(/is no property/);
    expect(() => plant(never, 'Never: no', 'Not: no')).toThrow(/does not say what never/);
    const first = 'young-again-on-every-walk+patched-amd';
    const vacuous = 'Never: no-stale-access';
    const text = textOf(first)
      .replace(/Never: no[^]*?\n \*\//, `${vacuous}\n */`)
      .replace(/scope .*/, 'scope events=unmap');
    expect(() => whole(canonicalText(parseTrace(text, first), first))).toThrow(/is vacuous/);
  });

  it('is a Sometimes that never happens', () => {
    const name = 'old-while-cached+patched-amd';
    const other = textOf(name).replace('amd-iommu-v2-patched', 'amd-iommu-v2');
    expect(() => whole(canonicalText(parseTrace(other, name), name))).toThrow(
      /holds in this system/,
    );
  });

  it('is a detour: the shortest way takes its place', () => {
    const name = 'old-while-cached+patched-amd';
    const longer = textOf(name).replace(
      /\(1\)[^]*\(4\)/,
      '(1) dev0: read A\n(2) dev0: read A\n(3) kswapd: folio_referenced A\n(4) dev0: read A\n(5)',
    );
    expect(whole(canonicalText(parseTrace(longer, name), name))).toBe(textOf(name));
  });

  it('is a trace that ORDER does not name, or names twice, or that is not there', () => {
    const order = readFileSync(join(copy, ORDER), 'utf8');
    const write = (text: string) => writeFileSync(join(copy, ORDER), text);
    const [name] = names;
    write(order.replace(`${name}\n`, ''));
    expect(() => whole(readmeText(copy))).toThrow(`does not name '${name.slice(0, 37)}`);
    write(`${order}${name}\n`);
    expect(() => whole(readmeText(copy))).toThrow(/twice/);
    write(`${order}gone+amd\n`);
    expect(() => whole(readmeText(copy))).toThrow(/no such trace/);
  });
});
