/** Sentences say what an incomplete log lacks. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NEEDED, gaps, readLog } from './index.ts';

const allSaid = async (text: string): Promise<string[]> =>
  gaps(await readLog([`# tracer: nop\n${text}`], () => {}));

/** No log here has all needed events. Another test checks which ones a log lacks. */
const ABSENT = /^not in the log, which may not have recorded them: /;
const said = async (text: string): Promise<string[]> =>
  (await allSaid(text)).filter((sentence) => !ABSENT.test(sentence));
const absentIn = (sentences: readonly string[]): string[] =>
  sentences.filter((one) => ABSENT.test(one)).flatMap((one) => one.replace(ABSENT, '').split(', '));

const event = (name: string, time = 1): string => ` a-1 [000] ${time}: ${name}: x\n`;
const withoutOf = (name: string): string => NEEDED.find((each) => each.name === name)!.without;

describe('a log says', () => {
  it.each([
    ['that it is whole', event('clear_young') + event('clear_young_ret'), []],
    [
      'what was overwritten',
      `# entries-in-buffer/entries-written: 1/9   #P:2\n${event('x')}`,
      ['8 events were overwritten before the log was read: its start is cut'],
    ],
    [
      'where a CPU begins late',
      `##### CPU 1 buffer started ####\n${event('x')}##### CPU 0 buffer started ####\n`,
      ['nothing of CPU 0 before line 4'],
    ],
    [
      'where events were lost',
      `CPU:0 [LOST 4 EVENTS]\n${event('x')}CPU:1 [LOST 3 EVENTS]\n`,
      ['7 events lost at lines 2, 4: what was known there of calls and pages is forgotten'],
    ],
    [
      'where some were lost',
      'CPU:0 [EVENTS DROPPED]\n',
      ['events lost at line 2: what was known there of calls and pages is forgotten'],
    ],
    ['where it is cut', ' a-1 [000] 1.0: cle', ['line 2 is cut short, and left out']],
    [
      'that its order is in doubt',
      event('x', 2) + event('x', 1),
      [
        'time goes backwards once, first at line 3: the order across CPUs is in doubt; record ' +
          'with trace_clock global',
      ],
    ],
    ['what is no event', 'odd 12\nodd 13\n', ["2 lines are no events, as 2: 'odd N'"]],
    [
      'which tracer it is of',
      '# tracer: function\n',
      ['the tracer was function, whose lines are no events; use nop'],
    ],
    [
      'which returns were missed',
      '# youngcheck: missed clear_young_ret: 3\n',
      ['3 returns of clear_young were missed: too many at once'],
    ],
    [
      'what half of a pair it lacks',
      event('folio_referenced'),
      [`no folio_referenced_ret: ${withoutOf('folio_referenced_ret')}`],
    ],
    ['the other half', event('clear_young_ret'), [`no clear_young: ${withoutOf('clear_young')}`]],
    [
      'that an invalidation has no end',
      event('invalidate_range_start'),
      [`no invalidate_range_end: ${withoutOf('invalidate_range_end')}`],
    ],
    [
      'that it has looks without their begin and end',
      ['ptep_clear_flush_young', 'ptep_clear_flush_young_ret'].map((name) => event(name)).join(''),
      ['folio_referenced', 'folio_referenced_ret', 'folio_referenced_one'].map(
        (name) => `no ${name}: ${withoutOf(name)}`,
      ),
    ],
    [
      'what was not recorded',
      '# youngcheck: lacks try_to_unmap_one: no function\n',
      [`no try_to_unmap_one: ${withoutOf('try_to_unmap_one')}`],
    ],
    [
      'nothing of a machine that is not there',
      '# youngcheck: lacks kvm_tdp_mmu_spte_changed: no such event\n',
      [],
    ],
    [
      'what is missing of one that is',
      '# youngcheck: has kvm_age_hva\n# youngcheck: lacks kvm_tdp_mmu_spte_changed: gone\n',
      [`no kvm_tdp_mmu_spte_changed: ${withoutOf('kvm_tdp_mmu_spte_changed')}`],
    ],
    ['nothing of what is merely useful', '# youngcheck: lacks ptep_clear_flush: gone\n', []],
  ])('%s', async (_, text, sentences) => {
    expect(await said(text)).toEqual(sentences);
  });
});

describe('needed events that are not in a log', () => {
  const needed = NEEDED.filter(({ weight, of }) => weight === 'needed' && of === undefined);

  it('are named, each call once', async () => {
    const calls = needed.map(({ name }) => name).filter((name) => !name.endsWith('_ret'));
    expect(absentIn(await allSaid(''))).toEqual(calls);
  });

  it('are named though others of its probes are there', async () => {
    const others = needed.filter(({ name }) => !/^(release|try_to_unmap_one(_ret)?)$/.test(name));
    const text = others.map(({ name }) => event(name)).join('');
    expect(await allSaid(text)).toEqual([
      'not in the log, which may not have recorded them: try_to_unmap_one, release',
    ]);
  });

  it('are those of KVM where there is KVM', async () => {
    expect(absentIn(await allSaid(event('x')))).not.toContain('kvm_tdp_mmu_spte_changed');
    expect(absentIn(await allSaid(event('kvm_age_hva')))).toContain('kvm_tdp_mmu_spte_changed');
  });

  it('did not happen where the head says that they were recorded', async () => {
    const notes = needed.map(({ name }) => `# youngcheck: has ${name}\n`).join('');
    expect(await allSaid(notes)).toEqual([]);
  });
});

const EXCERPTS = new URL('../../../suites/conformance/', import.meta.url);

it('of the excerpts there is no gap but what did not happen in them', async () => {
  for (const name of readdirSync(EXCERPTS).filter((file) => file.endsWith('.log'))) {
    const text = readFileSync(new URL(name, EXCERPTS), 'utf8');
    const sentences = gaps(await readLog([text], () => {}));
    expect(
      sentences.filter((one) => !ABSENT.test(one)),
      name,
    ).toEqual([]);
    if (name.endsWith('-captured.log')) expect(sentences, name).toEqual([]);
  }
});
