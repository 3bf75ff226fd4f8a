/** The lists of a space are those that docs/synthesize.md counts. */
import { describe, expect, it } from 'vitest';
import { CALLBACKS, PROGRAMS } from '../../model/system.ts';
import { driver, kernel } from '../../model/text.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { Complaint } from '../trace/complaint.ts';
import { parseSystem } from '../trace/setup.ts';
import { programsOf } from './lists.ts';
import { listText } from './presets.ts';
import { driverSpace, kernelSpaces, rawOf } from './space.ts';
import { spaceOfFile } from './space-file.ts';
import { onlyFlushesMore, sparesFlushes, weakenings } from './strength.ts';

const lists = (texts: Parameters<typeof parseSystem>[0], field: string): string[] => {
  const axis = driverSpace(parseSystem(texts)).axes.find((each) => each.field === field)!;
  return axis.lists.map((list) => listText(axis, list));
};

describe('the lists of a callback', () => {
  it('of a shared secondary repeat nothing, and wait behind their message', () => {
    expect(lists({}, 'invalidate_secondary')).toEqual([
      'none',
      'flush-iotlb',
      'post-atc',
      'flush-iotlb,post-atc',
      'post-atc,flush-iotlb',
      'flush-atc',
      'flush-iotlb,flush-atc',
      'post-atc,flush-iotlb,await-atc',
      'flush-atc,flush-iotlb',
    ]);
  });

  it('return 0 or 1 where the kernel heeds it', () => {
    const heeded = lists({}, 'clear_young');
    expect(heeded).toHaveLength(18);
    expect(heeded).toContain('flush-atc,return-one');
  });

  it('wait for the IOTLB where it has a queue', () => {
    const queued = lists({ hardware: 'queued' }, 'invalidate_secondary');
    expect(queued).toHaveLength(19);
    expect(queued).toContain('post-iotlb,flush-atc,await-iotlb');
  });

  it('of a shadow have conditions behind a harvest alone', () => {
    const shadow = lists({ driver: 'kvm' }, 'clear_flush_young');
    expect(shadow).toContain('harvest,flush-atc?harvested,return-harvested');
    for (const text of shadow.filter((each) => /\?harvested|return-harvested/.test(each))) {
      expect(text.split(/\?|return-/)[0]).toContain('harvest');
    }
    expect(new Set(shadow).size).toBe(shadow.length);
  });
});

describe('a space', () => {
  it('has about 26,000 drivers where the kernel calls four callbacks', () => {
    expect(rawOf(driverSpace(parseSystem({ kernel: 'flush-young-proposal' })))).toBe(26_244);
    expect(rawOf(driverSpace(parseSystem({})))).toBe(2916);
  });

  it('has every program of up to four steps, each with or without ?young', () => {
    expect(programsOf([])).toHaveLength(3);
    expect(programsOf(['invalidate', 'clear_young', 'flush_young'])).toHaveLength(633);
    const [age, idle, walk] = kernelSpaces(parseSystem({ driver: 'sva-flush-young' }));
    expect([age, idle, walk].map(rawOf)).toEqual([79, 79, 79]);
    expect(walk.events).toEqual(['walk']);
  });
});

const callback = (text: string) => driver(`clear_young=${text}`).clear_young;

describe('a list that only flushes more', () => {
  const is = (more: string, less: string) =>
    onlyFlushesMore(callback(more), callback(less), driver(''));

  it.each([
    ['flush-iotlb,flush-atc', 'flush-atc'],
    ['flush-iotlb,flush-atc', 'flush-iotlb,post-atc'],
    ['flush-atc,return-one', 'none'],
    ['harvest,flush-atc', 'harvest,flush-atc?harvested'],
  ])('%s, than %s', (more, less) => {
    expect(is(more, less)).toBe(true);
    expect(is(less, more)).toBe(false);
  });

  it.each([
    ['harvest,flush-atc', 'flush-atc'],
    ['zap', 'none'],
    ['flush-atc,flush-iotlb', 'flush-iotlb,flush-atc'],
  ])('is not %s, than %s', (more, less) => expect(is(more, less)).toBe(false));

  it('adds no violation, but of two properties', () => {
    const others = PROPERTIES.filter((property) => !sparesFlushes(property));
    expect(others.map(({ name }) => name)).toEqual([
      'no-false-reference',
      'no-spurious-invalidation',
    ]);
  });

  it('counts a call for what its callback does', () => {
    const [age, less] = ['pte,invalidate', 'pte'].map((text) => kernel(`age=${text}`).age);
    expect(onlyFlushesMore(age, less, driver('invalidate_secondary=flush-atc'))).toBe(true);
    expect(onlyFlushesMore(age, less, driver('invalidate_secondary=zap'))).toBe(false);
  });
});

it('a weaker list lacks a step, or has a condition, or reports less', () => {
  const weaker = weakenings(callback('harvest,flush-atc,return-harvested'));
  const axis = { part: 'driver', field: 'clear_young' } as const;
  const texts = weaker.map((list) => listText(axis, list));
  expect(texts).toEqual(
    expect.arrayContaining([
      'flush-atc,return-harvested',
      'harvest,return-harvested',
      'harvest,post-atc,return-harvested',
      'harvest,flush-atc',
    ]),
  );
});

describe('the file of a space', () => {
  const read = (text: string) => spaceOfFile(text, 'FILE', parseSystem({}));

  it('has every choice of one list for each field', () => {
    const space = read('clear_young=none # nothing\nclear_young=flush-atc age=pte,clear_young\n');
    expect(space.axes.map(({ field, lists: all }) => [field, all.length])).toEqual([
      ['clear_young', 2],
      ['age', 1],
    ]);
  });

  it.each([
    ['\n  clear_yong=none', 'FILE:2:3: error: no list of a driver or a kernel is called'],
    ['clear_young', 'FILE:1:1: error: write clear_young=LIST'],
    ['clear_young=flush-at', 'FILE:1:13: error: '],
    ['age=pte age=pte', "FILE:1:9: error: 'age=pte' is given twice"],
    ['# nothing', 'the file names no list'],
  ])('%j is refused', (text, message) => {
    const format = () => {
      try {
        return String(read(text));
      } catch (error) {
        return (error as Complaint).format();
      }
    };
    expect(format()).toContain(message);
  });

  it('knows every list of a driver and a kernel', () => {
    const { possible } = complaintOf(() => read('x=1')).advice;
    expect(possible).toEqual([...CALLBACKS, ...PROGRAMS]);
  });
});

function complaintOf(body: () => unknown): Complaint {
  try {
    body();
  } catch (error) {
    if (error instanceof Complaint) return error;
  }
  throw new Error('nothing was refused');
}
