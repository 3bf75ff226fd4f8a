/** The text of an export: what is in it, and what is not. */
import { describe, expect, it } from 'vitest';
import { eventsOf, operationsOf } from '../../model/events.ts';
import { STEP_VERBS } from '../../model/steps.ts';
import { VOCABULARY } from '../../model/vocabulary.ts';
import { PROPERTIES, propertiesFor } from '../../properties/index.ts';
import { parseSystem } from '../trace/setup.ts';
import { exportedEvents } from './events.ts';
import { promelaText } from './file.ts';
import { World, propertyWord } from './world.ts';

type Texts = Parameters<typeof parseSystem>[0];

const textOf = (texts: Texts): string => {
  const system = parseSystem(texts);
  return promelaText(system, propertiesFor(system));
};

/** The text without its comments. */
const codeOf = (texts: Texts): string => textOf(texts).replaceAll(/\/\*[^]*?\*\//g, '');

const EVENTS =
  'unmap,protect,clear-refs,write,evict,posted,cold,walk,lru,pageout,swap,fork,collapse';
/** Systems that have every event, step and property between them. */
const WHOLE: readonly Texts[] = ['atomic', 'fine'].flatMap((granularity) =>
  ['amd-iommu-v2', 'kvm invalidate_secondary=harvest,zap,flush-atc'].map((driver) => ({
    driver,
    kernel: 'pageout=takes upgrade=invalidate',
    hardware: 'rewalksOnPermissionFault=false',
    scope: `cpus=1 observers=reclaim,idle granularity=${granularity} events=${EVENTS}`,
  })),
);

describe('an export', () => {
  it('of the mail is short, and reads as the mail does', () => {
    const lines = textOf({ driver: 'amd-iommu-v2' }).split('\n');
    expect(lines.length).toBeLessThan(200);
    for (const line of [
      ' *   driver   amd-iommu-v2',
      '#define name_no_spurious_invalidation "no-spurious-invalidation"',
      'typedef Pte { bit present; bit young }',
      ' * age=pte,clear_flush_young',
      ' *   clear_flush_young=flush-iotlb,flush-atc',
      'inline kswapd_folio_referenced(p) {',
      '  flush_iotlb(p);',
      '  flush_atc_at_once(p)',
      '  :: dev_read(0, A)',
      '  :: kswapd_folio_referenced(A)',
    ]) {
      expect(lines).toContain(line);
    }
  });

  it('has only what its system has', () => {
    const mail = codeOf({ driver: 'amd-iommu-v2' });
    expect(mail).not.toMatch(/[^o]tlb|spte|flags|dirty|health|request|idle|kswapd\.|cpu|wait/);
    expect(codeOf({ driver: 'amd-iommu-v2', hardware: 'no-ats' })).not.toMatch(/atc/);
    expect(codeOf({ driver: 'kvm' })).not.toMatch(/iotlb/);
  });

  it('tracks the ghosts of the asked properties alone', () => {
    const system = parseSystem({ driver: 'amd-iommu-v2', scope: 'races' });
    const [stale] = propertiesFor(system).filter(({ name }) => name === 'no-stale-access');
    const text = promelaText(system, [stale]);
    expect(text).toMatch(/violates\(no_stale_access\)/);
    expect(text).not.toMatch(/devSure|cpuSure|maybe|missed/);
  });

  it('names the steps of each thread, and their order', () => {
    const text = textOf({ driver: 'amd-iommu-v2', scope: 'granularity=fine' });
    const places = [...text.matchAll(/^#define (age_\w+) (\d+)$/gm)].map(([, name]) => name);
    expect(places).toEqual([
      'age_1_flush_iotlb',
      'age_2_post_atc',
      'age_3_await_atc',
      'age_report',
    ]);
    expect(text).toMatch(/kswapd\.at == age_3_await_atc && all_answered\(p\) ->/);
  });

  it.each(WHOLE)('has every event of its system: %j', (texts) => {
    const system = parseSystem(texts);
    const exported = exportedEvents(new World(system, propertiesFor(system)));
    const names = new Set(exported.map(({ actor, verb }) => `${actor} ${verb}`));
    const events = eventsOf(system, operationsOf(system));
    expect(names).toEqual(new Set(events.map(({ actor, verb }) => `${actor} ${verb}`)));
  });

  /** The verbs of the extensions. */
  const REFUSED = [
    'await-iotlb',
    'copy',
    'cow',
    'dontneed',
    'install',
    'lookup',
    'migrate',
    'mprotect',
    'post-iotlb',
    'pte',
    'put',
    'remap',
    'retry',
    'rewrite',
    'set',
  ];

  it('has its Promela for every event, step and property', () => {
    const systems = WHOLE.map(parseSystem);
    const texts = systems.map((system) => promelaText(system, propertiesFor(system))).join('\n');
    const verbs = systems.flatMap((system) =>
      exportedEvents(new World(system, propertiesFor(system))).map(({ verb }) => verb),
    );
    // What extends the core is refused, so that nothing else is missing.
    const words = VOCABULARY.map(({ text }) => / ([\w-]+)/.exec(text)![1]);
    expect([...new Set(words.filter((verb) => !verbs.includes(verb)))].toSorted()).toEqual(REFUSED);
    const steps = STEP_VERBS.filter((verb) => !REFUSED.includes(verb));
    expect(steps.filter((verb) => !verbs.includes(verb))).toEqual([]);
    const asked = PROPERTIES.map(propertyWord);
    expect(asked.filter((name) => !texts.includes(`violates(${name})`))).toEqual(
      ['no-split-view', 'no-lost-write'].map((name) => name.replaceAll('-', '_')),
    );
  });

  it('is one line wide enough for a terminal, but for the conditions of events', () => {
    for (const texts of WHOLE) {
      const long = textOf(texts)
        .split('\n')
        .filter((line) => line.length > 100);
      expect(long.filter((line) => !/->$|printf|&&|^ \* /.test(line))).toEqual([]);
    }
  });
});
