/** A link that is written is read back as the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anySystem } from '../../properties/generators/any-system.ts';
import { Model } from '../../model/model.ts';
import { Complaint } from '../trace/complaint.ts';
import { parseSystem, printSetup } from '../trace/setup.ts';
import { VIEWS, eventsIn, linkTo, parseLink, systemIn, systemSettings, wordsOf } from './link.ts';

describe('a link', () => {
  it('reads as a person would write it', () => {
    const settings = { driver: 'kvm', scope: 'pages=2 observers=reclaim,idle', events: 'a.b,c.d' };
    expect(linkTo('explore', settings)).toBe(
      '#/explore?driver=kvm&scope=pages=2+observers=reclaim,idle&events=a.b,c.d',
    );
    expect(linkTo('trace', { step: '3' }, 'old-while-cached+patched-amd')).toBe(
      '#/trace/old-while-cached+patched-amd?step=3',
    );
  });

  it('holds any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const { settings } = parseLink(linkTo('explore', { driver: text }));
        expect(settings.get('driver')).toBe(text);
        expect(parseLink(linkTo('trace', {}, text)).name).toBe(text);
      }),
    );
  });

  it('holds any system, and its events', () => {
    fc.assert(
      fc.property(anySystem({ pages: 2, cpus: 1, devices: 2 }), (parts) => {
        const system = { ...parts, names: {} };
        const { settings } = parseLink(linkTo('explore', systemSettings(system)));
        const read = systemIn(settings);
        expect({ ...read, names: {} }).toEqual(system);
        const { events } = new Model(system, []);
        expect(eventsIn(read, wordsOf(events))).toEqual(events);
      }),
    );
  });

  it('leaves out what is default, and keeps what is not', () => {
    expect(systemSettings(parseSystem({}))).toEqual({});
    const system = parseSystem({ driver: 'kvm clear_young=none', scope: 'small' });
    expect(systemSettings(system)).toEqual({ driver: 'kvm clear_young=none', scope: 'small' });
  });

  it('holds a second system beside the first', () => {
    const system = parseSystem({ driver: 'kvm' });
    const settings = new Map(Object.entries(systemSettings(system, 'other-')));
    expect(printSetup(systemIn(settings as Map<string, string>, 'other-'))).toEqual(
      printSetup(system),
    );
  });

  it('leads to the verdicts if it is empty', () => {
    for (const empty of ['', '#', '#/']) expect(parseLink(empty).view).toBe('verdicts');
    for (const view of VIEWS) expect(parseLink(linkTo(view)).view).toBe(view);
  });

  it.each([
    ['#/explor', "this page has no view 'explor'; did you mean 'explore'?"],
    ['#/explore?drivr=kvm', "explore has no setting 'drivr'; did you mean 'driver'?"],
    ['#/explore?driver=%E0%A4%A', "'%E0%A4%A' is cut off in the middle of a letter"],
    ['#/trace/%', "'%' is cut off in the middle of a letter"],
    ['#/cost/zzz', "cost has nothing below it: 'zzz'"],
    ['#/explore?driver=kvm&driver=amd-iommu-v2', 'driver is set twice'],
    ['#/<b>', "this page has no view '<b>'"],
  ])('says what is wrong with %s', (hash, message) => {
    expect(() => parseLink(hash)).toThrow(Complaint);
    expect(() => parseLink(hash)).toThrow(message);
  });

  it('refuses a run with any number of something, and names numbers', () => {
    const { settings } = parseLink('#/explore?scope=any');
    expect(() => systemIn(settings)).toThrow('a run in this page needs a number, not pages=many');
  });

  it('says which event there is not', () => {
    const system = parseSystem({});
    expect(() => eventsIn(system, 'dev0.read.A,dev0.reed.A')).toThrow(
      "(2) 'dev0.reed.A' is no event of this system; did you mean 'dev0.read.A'?",
    );
  });
});
