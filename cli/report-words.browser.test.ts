/**
 * Writes every declared word of a system into the explorer's form: every field with each of its
 * values, and every step of a list. A word that is declared later is among them by itself.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Field } from '../model/field.ts';
import type { PartName, System } from '../model/system.ts';
import { OPTIONAL_EVENTS, fieldsOf } from '../model/system.ts';
import { expectedOf, valueText } from '../model/text.ts';
import { parseLink, systemIn } from '../checker/page/link.ts';
import { added, choicesOf, insteadOf, listsOf } from '../checker/page/list-edits.ts';
import { PART_NAMES, parsePart, parseSystem, printPart } from '../checker/trace/setup.ts';
import { absent } from '../suites/absent.ts';
import { pageDataOf } from '../suites/page-data.ts';
import type { OpenReport } from './browser.ts';
import { CHROMIUM, openReportOf } from './browser.ts';

/** The parts of a system in which every field may have every value. */
const ALL: Readonly<Record<PartName, Readonly<Record<string, string>>>> = {
  kernel: {},
  driver: { clear_young: 'harvest', invalidate_secondary: 'flush-iotlb,flush-atc' },
  hardware: {},
  scope: {
    pages: '4',
    cpus: '1',
    granularity: 'fine',
    observers: 'reclaim,idle',
    events: OPTIONAL_EVENTS.join(),
  },
};
const textOf = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ') || 'none';
const EVERYTHING = parseSystem({ driver: textOf(ALL.driver), scope: textOf(ALL.scope) });

const isPlain = (member: string): boolean => !/[@?]/.test(member);

/** Every value of a field, as it is written. Lists of steps have those of one edit. */
function valuesOf(part: PartName, name: string, field: Field): readonly string[] {
  const { values } = field;
  switch (values.form) {
    case 'count':
      return [values.least, values.most].map(String);
    case 'program':
    case 'callback': {
      const list = listsOf(EVERYTHING).find((one) => one.part === part && one.field === name)!;
      return choicesOf(list)
        .filter(isPlain)
        .map((word) => added(list, word)!.join());
    }
    default:
      return expectedOf(name, field);
  }
}

/** A program and a callback of which every member is written in every way. */
const AS = ['rewrite', 'write-protect', 'clear_young'];

interface Written {
  readonly part: PartName;
  readonly name: string;
  readonly text: string;
}
const WRITTEN: readonly Written[] = PART_NAMES.flatMap((part) =>
  Object.entries(fieldsOf(part)).flatMap(([name, field]) =>
    valuesOf(part, name, field).map((value) => {
      const text = textOf({ ...ALL[part], [name]: value });
      return { part, name, text };
    }),
  ),
);

/** What the page says after a text was written into its form. */
interface Said {
  readonly hash: string;
  readonly error: string;
  /** How many events happened of those that were clicked. */
  readonly steps: number;
}

/** Writes texts one after the other, and after each makes a few events happen. */
const WRITE = `(entries) => entries.map(({ part, text, clicks }) => {
  const field = () => document.querySelector('[name=' + part + '-words]');
  const input = field();
  input.value = text;
  input.dispatchEvent(new Event('change', { bubbles: true }));
  const error = field().closest('.part').querySelector('.error').textContent;
  const used = new Map();
  for (let i = 0; i < clicks; i++) {
    const verbOf = (one) => one.dataset.event.split(' ')[1];
    const buttons = [...document.querySelectorAll('.moves button[data-event]')];
    const times = (one) => used.get(verbOf(one)) ?? 0;
    const next = buttons.sort((a, b) => times(a) - times(b))[0];
    if (next === undefined) break;
    used.set(verbOf(next), times(next) + 1);
    next.click();
  }
  const hash = location.hash;
  const steps = Number(document.querySelector('.controls output').textContent.split(' ')[0]);
  [...document.querySelectorAll('button')].find((one) => one.textContent === 'Start over').click();
  return { hash, error, steps };
})`;

describe.skipIf(absent(CHROMIUM))('the words of a system in the explorer', () => {
  let report: OpenReport;

  beforeAll(async () => {
    report = await openReportOf(pageDataOf([]));
  });

  afterAll(async () => {
    expect(report.errors).toEqual([]);
    await report?.close();
  });

  const open = async (system: System = EVERYTHING) => {
    const settings = PART_NAMES.map((part) => `${part}=${printPart(system, part)}`);
    await report.open(`#/explore?${settings.join('&').replaceAll(' ', '+')}`);
    await report.page.click('.chosen > summary');
  };
  const write = async (
    entries: readonly (Pick<Written, 'part' | 'text'> & { clicks?: number })[],
  ) =>
    report.page.evaluate<Said[]>(
      `(${WRITE})(${JSON.stringify(entries.map((one) => ({ clicks: 0, ...one })))})`,
    );
  const systemOf = (hash: string) => systemIn(parseLink(hash).settings);

  it.each(PART_NAMES)('are taken, stepped through and kept in the address: %s', async (part) => {
    await open();
    const entries = WRITTEN.filter((one) => one.part === part);
    const said = await write(entries.map((one) => ({ ...one, clicks: 6 })));
    for (const [i, { text }] of entries.entries()) {
      const { hash, error, steps } = said[i];
      expect(error, text).toBe('');
      expect(steps, text).toBe(6);
      expect(systemOf(hash)[part], text).toEqual(parsePart(part, text).value);
    }
    // Such a link shows the same where it is opened: the last one stands for all.
    const { hash } = said.at(-1)!;
    await report.open(hash);
    expect(await report.page.textContent('.controls output')).toBe('6 of 6');
    expect(await report.page.evaluate('location.hash')).toBe(hash);
  });

  it('are refused in words beside the field, and what was stays', async () => {
    await open();
    const fields = PART_NAMES.flatMap((part) =>
      Object.keys(fieldsOf(part)).map((name) => ({ part, name, text: `${name}=zzz` })),
    );
    const said = await write(fields);
    for (const [i, { name }] of fields.entries()) {
      expect(said[i].error).toMatch(new RegExp(`${name} cannot (be|have) 'zzz'`, 'i'));
      expect(said[i].error).toMatch(/What is possible|What helps|it is '/);
      expect(systemOf(said[i].hash)).toEqual(systemOf(said[0].hash));
    }
  });

  it('are refused where another part forbids a preset', async () => {
    await open(parseSystem({}));
    const error = report.page.locator('.part:has([name=kernel]) .error');
    await report.page.selectOption('[name=kernel]', 'v4.20-x86-rechecks');
    expect(await error.textContent()).toContain('granularity=fine');
    expect(await report.page.inputValue('[name=kernel-words]')).toBe('v4.20-x86-rechecks');
    expect(systemOf(await report.page.evaluate('location.hash')).names.kernel).toBe('v4.20-x86');
  });

  it('are chosen in the lists of steps, with ranges and conditions', async () => {
    await open();
    await report.page.click('.programs > summary');
    await report.page.waitForSelector('.editor');
    const edits = listsOf(EVERYTHING).flatMap((list) => {
      const { part, field, items } = list;
      const adds = choicesOf(list)
        .filter(isPlain)
        .map((member) => {
          return { name: `${field} add`, value: member, items: added(list, member)! };
        });
      // What else may be chosen is tried without a browser, in list-edits.test.ts.
      const as = items.flatMap((_, i) =>
        (AS.includes(field) ? insteadOf(list, i) : []).map((member) => {
          return { name: `${field} ${i} as`, value: member, items: items.with(i, member) };
        }),
      );
      return [...adds, ...as].map((edit) => ({ ...edit, part, field }));
    });
    const CHOOSE = `(edits) => edits.map(({ name, value, field }) => {
      const control = document.querySelector('[name="' + name + '"]');
      control.value = value;
      control.dispatchEvent(new Event('change', { bubbles: true }));
      const list = document.querySelector('[data-list="' + field + '"]');
      const items = [...list.querySelectorAll('code')].map((one) => one.textContent);
      const hash = location.hash;
      const undo = [...document.querySelectorAll('button')];
      undo.find((one) => one.textContent === 'Undo').click();
      return { items, hash, error: list.querySelector('.error').textContent };
    })`;
    const said = await report.page.evaluate<(Pick<Said, 'hash' | 'error'> & { items: string[] })[]>(
      `(${CHOOSE})(${JSON.stringify(edits)})`,
    );
    for (const [i, { part, field, items }] of edits.entries()) {
      expect(said[i].error, items.join()).toBe('');
      expect(said[i].items).toEqual(items);
      const value = (systemOf(said[i].hash)[part] as unknown as Record<string, unknown>)[field];
      expect(valueText(fieldsOf(part)[field], value)).toBe(items.join());
    }
  });

  it.each([1280, 390])('fit in a window %i pixels wide', async (width) => {
    await report.page.setViewportSize({ width, height: 900 });
    await open();
    await report.page.click('.programs > summary');
    await report.page.waitForSelector('.editor');
    await write([{ part: 'kernel', text: 'unmap=unlock,pte' }]);
    const room = 'document.documentElement.scrollWidth - innerWidth';
    expect(await report.page.evaluate<number>(room)).toBeLessThanOrEqual(0);
    expect(await report.flaws()).toEqual([]);
  });
});
