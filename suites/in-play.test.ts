/** The words of the extensions: where they do nothing, and where they matter. */
import { describe, expect, it } from 'vitest';
import { parseSystem, writtenInVain } from '../checker/trace/setup.ts';
import type { NotInPlay } from '../model/not-in-play.ts';
import { notInPlay } from '../model/not-in-play.ts';
import type { PartName, System } from '../model/system.ts';
import { DEFAULTS, FIELDS, fieldsOf } from '../model/system.ts';
import { valueText } from '../model/text.ts';
import { resultOf, without } from './without.ts';

type SystemTexts = Parameters<typeof parseSystem>[0];
type Word = Pick<NotInPlay, 'part' | 'field' | 'word'>;

/** Where a system has a word: as a field, as an event, or in a list. */
const placesOf = (system: System, word: string): Word[] =>
  (Object.keys(FIELDS) as PartName[]).flatMap((part) =>
    Object.entries(fieldsOf(part)).flatMap(([field, declared]): Word[] => {
      const [text, usual] = [system, DEFAULTS].map((from) =>
        valueText(declared, Reflect.get(from[part], field)),
      );
      if (text === usual) return [];
      if (field === word) return [{ part, field, word }];
      const has = text.split(',').some((member) => member === word || member.endsWith(word));
      const name = field === 'events' ? word : `${word} in ${field}`;
      return has ? [{ part, field, word: name }] : [];
    }),
  );

describe('a word of an extension', () => {
  it.each([
    [
      { kernel: 'unmap=pte,unlock,flush-tlb', scope: 'events=unmap,dontneed' },
      'unlock in unmap: granularity=fine,dontneed: granularity=fine',
    ],
    [
      { kernel: 'checksPending=false', scope: 'granularity=fine events=unmap,dontneed,mprotect' },
      "checksPending: an 'unlock' in unmap,dontneed: an 'unlock' in unmap," +
        "mprotect: an 'unlock' in unmap",
    ],
    [
      {
        kernel: 'unmap=pte,unlock,flush-tlb checksPending=false',
        scope: 'cpus=1 granularity=fine events=dontneed',
      },
      'unmap: events=unmap,checksPending: events=unmap,dontneed: events=unmap',
    ],
    [
      {
        kernel: 'unmap=pte,unlock,flush-tlb checksPending=false',
        scope: 'cpus=1 granularity=fine events=unmap,dontneed',
      },
      '',
    ],
    [
      {
        kernel: 'v6.6-x86 unmap=look,pte pageout=takes',
        scope: 'granularity=fine events=pageout',
      },
      'look in unmap: events=unmap',
    ],
    // Only the look inside the unmap runs the program.
    [
      {
        kernel: 'age=pte unmap=look,pte',
        scope: 'observers=none granularity=fine events=unmap',
      },
      '',
    ],
    [
      { driver: 'clear_flush_young=flush-atc@all-but-last' },
      'flush-atc@all-but-last in clear_flush_young: an operation of more pages',
    ],
    [
      { kernel: 'age=pte,flush_young@all-but-last', driver: 'flush_young=flush-iotlb' },
      'flush_young@all-but-last in age: an operation of more pages,' +
        'flush-iotlb in flush_young: an operation of more pages',
    ],
    [{ driver: 'clear_flush_young=flush-atc@all-but-last', scope: 'pages=2 block=2' }, ''],
    [{ driver: 'kvm fill=none' }, 'fill: granularity=fine'],
    [{ driver: 'fill=none', scope: 'granularity=fine' }, 'fill: secondary=shadow'],
    [
      { hardware: 'iotlbQueue=true', scope: 'granularity=fine' },
      'iotlbQueue: an operation with post-iotlb',
    ],
    [
      {
        hardware: 'iotlbQueue=true',
        scope: 'granularity=fine events=cold',
      },
      'iotlbQueue: an operation with post-iotlb',
    ],
    [
      {
        hardware: 'acknowledges=in-vain',
        driver: 'clear_flush_young=harvest,flush-atc?harvested',
      },
      'harvest in clear_flush_young: secondary=shadow,' +
        'flush-atc?harvested in clear_flush_young: a young bit that is harvested before it,' +
        'acknowledges: an operation with post-atc',
    ],
    [
      {
        hardware: 'drainsPostedWrites=false',
        driver: 'invalidate_secondary=flush-iotlb,flush-atc',
        scope: 'granularity=fine events=write,posted',
      },
      'invalidate_secondary: a program in scope that calls it,' +
        'drainsPostedWrites: an operation with post-atc',
    ],
    [
      {
        driver: 'none',
        hardware: 'ats=false iotlbQueue=true inFlight=true drainsTranslated=false',
        scope: 'granularity=fine events=unmap',
      },
      'drainsTranslated: an operation with post-iotlb',
    ],
    // The second of two alike does something.
    [
      {
        driver: 'secondary=shadow clear_young=flush-atc?harvested,harvest,flush-atc?harvested',
        scope: 'observers=idle',
      },
      '',
    ],
    [
      {
        driver: 'clear_young=flush-iotlb@next,flush-iotlb@pow2-short',
        scope: 'pages=1 observers=idle',
      },
      '@next in clear_young: pages=2,@pow2-short in clear_young: pages=2',
    ],
  ])('%j: what it needs', (texts, expected) => {
    const said = writtenInVain(parseSystem(texts)).map(
      ({ word, needs }) => `${word}: ${needs.join(', ')}`,
    );
    expect(said.join()).toBe(expected);
  });

  const FINE = 'granularity=fine events=unmap';
  const NO_ATC = 'ats=false iotlbQueue=true';
  const I = 'invalidate_secondary=flush-iotlb,flush-atc';
  it.each([
    ['unlock', { kernel: 'unmap=pte,unlock,flush-tlb,invalidate', driver: I, scope: FINE }],
    ['look', { kernel: 'unmap=look,pte,flush-tlb,invalidate', driver: I, scope: FINE }],
    ['age', { kernel: 'age=pte unmap=look,pte', driver: 'kvm', scope: `observers=none ${FINE}` }],
    [
      'rewrite',
      {
        kernel: 'rewrite=read,put',
        hardware: 'walk-always',
        scope: 'granularity=fine events=rewrite',
      },
    ],
    ['rewrite', { scope: 'granularity=fine events=rewrite' }],
    ['migrate', { scope: 'granularity=fine events=migrate' }],
    ['cow', { scope: 'observers=none granularity=fine events=write,fork,cow' }],
    ['cow', { kernel: 'cow=set', scope: 'observers=none granularity=fine events=write,fork,cow' }],
    ['dontneed', { kernel: 'unmap=pte,unlock checksPending=false', scope: `${FINE},dontneed` }],
    ['mprotect', { kernel: 'unmap=pte,unlock checksPending=false', scope: `${FINE},mprotect` }],
    [
      'checksPending',
      { kernel: 'unmap=pte,unlock checksPending=false', scope: `${FINE},dontneed` },
    ],
    ['fill', { driver: 'kvm fill=sequence', scope: 'granularity=fine' }],
    ['fill', { driver: 'kvm fill=none', scope: 'granularity=fine' }],
    ['iotlbQueue', { driver: I, hardware: 'iotlbQueue=true', scope: FINE }],
    ['iotlbQueue', { hardware: `${NO_ATC} inFlight=true`, scope: FINE }],
    ['inFlight', { hardware: `${NO_ATC} inFlight=true`, scope: FINE }],
    ['acknowledges', { driver: I, hardware: 'acknowledges=in-vain', scope: 'events=unmap' }],
    ['acknowledges', { driver: I, hardware: 'acknowledges=in-vain', scope: 'events=collapse' }],
    [
      'drainsTranslated',
      { driver: I, hardware: `${NO_ATC} inFlight=true drainsTranslated=false`, scope: FINE },
    ],
    [
      'drainsTranslated',
      {
        driver: I,
        hardware: `${NO_ATC} inFlight=true drainsTranslated=false`,
        scope: 'observers=none granularity=fine events=collapse',
      },
    ],
    [
      'drainsPostedWrites',
      {
        driver: I,
        kernel: 'collapse=pte',
        hardware: 'drainsPostedWrites=false',
        scope: 'observers=none granularity=fine events=write,posted,collapse',
      },
    ],
    [
      'invalidate_secondary',
      {
        driver: I,
        kernel: 'collapse=pte',
        scope: 'observers=none granularity=fine events=write,posted,collapse',
      },
    ],
    ['post-iotlb', { driver: 'invalidate_secondary=post-iotlb', hardware: NO_ATC, scope: FINE }],
    [
      'await-iotlb',
      {
        driver: 'invalidate_secondary=post-iotlb,await-iotlb',
        hardware: NO_ATC,
        scope: FINE,
      },
    ],
    ...['@first', '@all-but-last', '@next', '@mm'].map((range): [string, SystemTexts] => [
      range,
      {
        driver: `invalidate_secondary=flush-iotlb,flush-atc${range}`,
        scope: 'pages=2 range=A-B observers=none events=unmap',
      },
    ]),
    ...['@pow2', '@pow2-short'].map((range): [string, SystemTexts] => [
      range,
      {
        driver: `invalidate_secondary=flush-iotlb,flush-atc${range}`,
        scope: 'pages=3 range=B-C observers=none events=unmap',
      },
    ]),
    ['range', { driver: I, scope: 'pages=2 range=A-B observers=none events=unmap' }],
    ['block', { driver: I, scope: 'pages=2 block=2 observers=none events=unmap' }],
  ] as [string, SystemTexts][])('%s is told nowhere where it matters: %j', (word, texts) => {
    const system = parseSystem(texts);
    const all = placesOf(system, word);
    const told = notInPlay(system, DEFAULTS).map((idle) => idle.word);
    expect(all.length).toBeGreaterThan(0);
    for (const one of all) {
      expect(told).not.toContain(one.word);
      expect(resultOf(without(system, one)), one.word).not.toEqual(resultOf(system));
    }
  });
});
