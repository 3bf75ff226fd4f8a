/** Nothing that the model has is without its Promela. */
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../model/events.ts';
import { STEP_VERBS } from '../../model/steps.ts';
import { OPERATION_RULES } from './operations.ts';
import { parseSystem } from '../trace/setup.ts';
import { propertiesFor } from '../../properties/index.ts';
import { promelaText } from './file.ts';
import { complaintBy } from '../../suites/complaint-of.ts';
import { ruleOf } from './rule-of.ts';
import { STEP_RULES } from './steps.ts';

describe('Promela', () => {
  /** An export refuses the extensions by name, so they have no Promela. */
  const isOfExtension = (text: string) =>
    ['post-iotlb', 'await-iotlb', 'copy', 'migrate', 'cow', 'rewrite'].includes(text);

  it.each(STEP_VERBS.filter((verb) => !isOfExtension(verb)))('is there for the step %s', (verb) => {
    expect(STEP_RULES).toHaveProperty([verb]);
  });

  const NAMES = OPERATIONS.map(({ name }) => name).filter((name) => !isOfExtension(name));
  it.each(NAMES)('is there for the operation %s', (name) => {
    expect(OPERATION_RULES).toHaveProperty([name]);
  });

  const UNMAP = 'granularity=fine events=unmap';
  const I = 'invalidate_secondary=flush-iotlb,flush-atc';
  const QUEUED = 'ats=false iotlbQueue=true';
  it.each([
    ['range=A-B', { scope: 'pages=2 range=A-B events=unmap' }],
    ['block=2', { scope: 'pages=2 block=2' }],
    [
      'clear_flush_young=flush-atc@first',
      { driver: 'clear_flush_young=flush-atc@first', scope: 'pages=2' },
    ],
    [
      'age=pte,clear_flush_young@pow2',
      { kernel: 'age=pte,clear_flush_young@pow2', scope: 'pages=2' },
    ],
    ['unmap=pte,unlock,flush-tlb', { kernel: 'unmap=pte,unlock,flush-tlb', scope: UNMAP }],
    [
      'checksPending=false, events=dontneed, events=mprotect',
      {
        kernel: 'unmap=pte,unlock,flush-tlb checksPending=false',
        scope: `${UNMAP},dontneed,mprotect`,
      },
    ],
    ['events=rewrite', { scope: 'granularity=fine events=rewrite' }],
    ['rewrite=read,put', { kernel: 'rewrite=read,put', scope: 'granularity=fine events=rewrite' }],
    ['iotlbQueue=true', { driver: I, hardware: 'iotlbQueue=true', scope: UNMAP }],
    [
      'invalidate_secondary=post-iotlb',
      { driver: 'invalidate_secondary=post-iotlb', hardware: QUEUED, scope: UNMAP },
    ],
    [
      'inFlight=true, drainsTranslated=false',
      {
        driver: I,
        hardware: `${QUEUED} inFlight=true drainsTranslated=false`,
        scope: UNMAP,
      },
    ],
    ['acknowledges=in-vain', { hardware: 'acknowledges=in-vain', scope: 'events=unmap' }],
    ['events=migrate', { scope: 'granularity=fine events=migrate' }],
    [
      'migrate=pte,copy,remap',
      { kernel: 'migrate=pte,copy,remap', scope: 'granularity=fine events=migrate' },
    ],
    ['events=cow', { scope: 'granularity=fine events=fork,cow,write' }],
    ['cow=set', { kernel: 'cow=set', scope: 'granularity=fine events=fork,cow,write' }],
    ['fill=sequence', { driver: 'kvm fill=sequence', scope: UNMAP }],
    ['fill=none', { driver: 'kvm fill=none', scope: UNMAP }],
    ['unmap=invalidate,pte', { kernel: 'unmap=invalidate,pte', scope: UNMAP }],
    ['unmap=look,pte', { kernel: 'v4.20-x86-rechecks', scope: UNMAP }],
  ])('refuses by name what it does not have: %s', (said, texts) => {
    const system = parseSystem(texts);
    const complaint = complaintBy(() => promelaText(system, propertiesFor(system)));
    expect(complaint).toMatch(/^error: an export has no words for /);
    expect(complaint).toContain(said);
    expect(complaint).toContain('export the system without it, or youngcheck check');
  });

  it.each([
    { hardware: 'iotlbQueue=true', driver: I, scope: 'granularity=fine events=cold,collapse' },
    { scope: 'granularity=fine events=unmap,dontneed,mprotect' },
    { scope: 'events=unmap,migrate,rewrite' },
    { kernel: 'unmap=pte,unlock,flush-tlb migrate=pte,copy,remap rewrite=read,put' },
    { driver: 'fill=none', hardware: 'inFlight=true drainsTranslated=false' },
  ])('exports a system in which an extension does nothing: %j', (texts) => {
    const system = parseSystem(texts);
    expect(promelaText(system, propertiesFor(system))).toContain('active proctype system()');
  });

  it('is refused where it is missing', () => {
    expect(() => ruleOf({}, 'user: populate')).toThrow("no Promela for 'user: populate'");
  });
});
