/**
 * Systems with some of their states, for tests of what must hold in every state of every system.
 */
import { parseSystem } from '../checker/trace/setup.ts';
import type { Packed } from '../model/model.ts';
import { Model } from '../model/model.ts';
import { DRIVERS } from '../model/systems/drivers.ts';
import { HARDWARE } from '../model/systems/hardware.ts';
import { KERNELS } from '../model/systems/kernels.ts';
import type { Parts } from '../model/system.ts';
import { explore } from './plain-search.ts';
import { samples } from './samples.ts';

/** A model of a system, some of its states, and the fields of its working copy. */
export interface Subject {
  readonly name: string;
  readonly model: Model;
  readonly states: readonly Packed[];
  /** The names of the fields of the working copy, and the current values of all of them. */
  readonly paths: readonly string[];
  readonly fields: () => number[];
}

export function subject(name: string, parts: Parts, statesOf: (model: Model) => Packed[]): Subject {
  const model = new Model(parts);
  const places: (readonly [string, Record<string, number>, string])[] = [];
  const visit = (struct: object, path: string): void => {
    for (const [key, field] of Object.entries(struct)) {
      if (typeof field === 'object') visit(field as object, `${path}.${key}`);
      else places.push([`${path}.${key}`, struct as Record<string, number>, key]);
    }
  };
  visit(model.view(model.initial), '');
  return {
    name,
    model,
    states: statesOf(model),
    paths: places.map(([path]) => path),
    fields: () => places.map(([, struct, key]) => struct[key]),
  };
}

const SCOPES = [
  'cpus=1 observers=reclaim,idle events=evict,unmap,protect,clear-refs,write',
  'pages=2 observers=idle events=unmap,clear-refs,evict',
  'observers=reclaim granularity=fine events=unmap,protect,write,posted',
  'observers=reclaim,idle granularity=fine events=unmap,clear-refs',
  'cpus=1 observers=reclaim,idle granularity=fine events=evict,unmap,protect,write,posted',
  'pages=2 observers=reclaim granularity=fine events=unmap',
  'devices=2 observers=idle granularity=fine events=protect,write',
  'cpus=1 observers=reclaim,idle granularity=fine events=cold,walk,write',
  'observers=reclaim,idle granularity=fine events=lru,unmap,cold,clear-refs,walk',
  'pages=2 observers=reclaim granularity=fine events=pageout,lru,walk',
  'cpus=1 observers=reclaim,idle events=unmap,pageout,swap,write,evict',
  'pages=3 observers=idle granularity=fine events=cold',
  'cpus=1 observers=reclaim,idle granularity=fine events=fork,collapse,write,unmap,protect',
];
const TEXTS = [
  ...KERNELS.map(({ name }) => ({ kernel: name })),
  ...KERNELS.map(({ name }) => ({ kernel: name, driver: 'kvm', hardware: 'qat' })),
  ...DRIVERS.map(({ name }) => ({ kernel: 'v6.6-arm64', driver: name })),
  ...HARDWARE.map(({ name }) => ({ kernel: 'flush-young-proposal', hardware: name })),
  {
    kernel: 'v6.12-x86 swapinWritable=false',
    scope: 'observers=reclaim granularity=fine events=pageout,lru,swap,write',
  },
  ...['none', 'kvm', 'intel-svm'].map((driver) => ({
    kernel: 'v6.6-arm64',
    driver,
    scope: 'cpus=1 granularity=fine events=fork,collapse,write,unmap,swap',
  })),
  {
    kernel: 'walk=pte,clear_young idle=pte,clear_young@next',
    driver: 'kvm',
    scope: 'pages=2 granularity=fine events=walk,cold',
  },
  {
    kernel: 'walk=pte,clear_young idle=pte,clear_young@next',
    driver: 'kvm',
    scope: 'pages=3 observers=idle granularity=fine',
  },
  {
    kernel:
      'upgrade=invalidate@mm fork=pte,invalidate@next collapse=pte,clear_young@mm ' +
      'cold=pte,invalidate@mm clear-refs=pte,flush_young@next',
    driver: 'invalidate_secondary=flush-iotlb,flush-atc@next flush_young=flush-atc',
    scope: 'pages=2 cpus=1 events=protect,write,fork,collapse,cold,clear-refs',
  },
  {
    kernel: 'upgrade=invalidate@mm cold=pte,clear_young@mm clear-refs=pte,flush_young@next',
    driver: 'kvm flush_young=zap,flush-atc',
    scope: 'pages=3 granularity=fine events=protect,write,cold,clear-refs,fork',
  },
  ...['shared', 'shadow'].map((secondary) => ({
    driver: `secondary=${secondary} clear_young=flush-iotlb,flush-atc,zap`,
    scope: 'observers=idle granularity=fine',
  })),
];

/** Small systems in which somebody waits for the IOMMU's queue, or a copy harvests. */
const QUEUED = [
  {
    kernel: 'cow=set,clear_young',
    driver: 'secondary=shadow clear_young=harvest',
    scope: 'observers=none granularity=fine events=fork,cow,write',
  },
  {
    driver: 'clear_young=flush-iotlb',
    hardware: 'ats=false iotlbQueue=true',
    scope: 'observers=idle granularity=fine',
  },
  {
    kernel: 'cow=set,clear_young',
    driver: 'clear_young=flush-iotlb',
    hardware: 'ats=false iotlbQueue=true',
    scope: 'observers=none granularity=fine events=fork,cow,write',
  },
];

/** The extensions of the core, each in a system that takes its events. */
const FINE = 'observers=reclaim,idle granularity=fine';
const EXTENDED = [
  {
    kernel: 'unmap=pte,unlock,flush-tlb,invalidate checksPending=false',
    hardware: 'rewalksOnPermissionFault=false',
    scope: `cpus=1 ${FINE} events=unmap,write,dontneed,mprotect,protect`,
  },
  {
    kernel: 'unmap=invalidate,look,pte,unlock,flush-tlb,invalidate pageout=takes',
    driver: 'kvm fill=sequence',
    scope: 'granularity=fine events=unmap,lru,pageout,write',
  },
  {
    kernel:
      'unmap=invalidate,pte,flush-tlb write-protect=invalidate,pte ' +
      'migrate=invalidate,pte,copy,remap',
    driver: 'kvm fill=none',
    scope: `${FINE} events=unmap,protect,migrate,write`,
  },
  {
    kernel: 'rewrite=read,put cow=set,flush-tlb,invalidate',
    driver: 'amd-iommu-v2',
    scope: 'cpus=1 granularity=fine events=rewrite,fork,cow,write',
  },
  {
    kernel: 'cow=pte,flush-tlb,clear_young,invalidate,set,invalidate',
    driver: 'kvm fill=sequence clear_young=harvest,zap,flush-atc?harvested',
    scope: 'cpus=1 granularity=fine events=rewrite,fork,cow,write',
  },
  {
    kernel: 'cow=pte,flush-tlb,invalidate,set migrate=pte,flush-tlb,invalidate,copy,remap',
    driver: 'invalidate_secondary=post-iotlb,post-atc,await-iotlb,await-atc',
    hardware: 'iotlbQueue=true',
    scope: 'cpus=1 observers=none granularity=fine events=unmap,migrate,fork,cow,write,posted',
  },
  {
    kernel: 'cow=pte,flush-tlb,clear_young,flush_young,invalidate,set',
    driver: 'clear_young=post-iotlb,await-iotlb flush_young=flush-iotlb,harvest,zap',
    hardware: 'ats=false iotlbQueue=true inFlight=true',
    scope: `${FINE} events=unmap,fork,cow,write`,
  },
  { driver: 'kvm', hardware: 'acknowledges=in-vain', scope: `${FINE} events=unmap,write` },
  { driver: 'kvm', scope: `pages=2 block=2 cpus=1 ${FINE} events=unmap,fork,write,cold` },
  {
    driver:
      'invalidate_secondary=flush-iotlb@first,flush-atc@all-but-last ' +
      'clear_flush_young=flush-atc@pow2',
    scope: 'pages=3 range=B-C granularity=fine events=unmap,protect,write',
  },
  {
    driver: 'invalidate_secondary=flush-iotlb,flush-atc@pow2-short',
    scope: 'pages=4 range=B-C events=unmap,protect,write',
  },
  {
    kernel: 'cow=pte,flush-tlb,invalidate,set',
    driver: 'invalidate_secondary=flush-iotlb,flush-atc clear_young=flush-iotlb',
    hardware: 'iotlb=true',
    scope: `cpus=1 ${FINE} events=fork,cow,write`,
  },
];

/** The kernels whose unmap looks, which need operations that are cut into steps. */
const LOOKS = KERNELS.filter(({ value }) => value.unmap.some(({ name }) => name === 'look')).map(
  ({ name }) => name,
);
const LOOKING = `${FINE} events=unmap,lru,write`;

/** Some of the reachable states, both near the initial state and far from it. */
const near = (model: Model): Packed[] => {
  const { states } = explore(model, samples(200));
  const stride = Math.ceil(states.length / Math.min(60, samples(30)));
  return states.filter((_, index) => index % stride === 0);
};

/** States along a few long runs, as operations of the extensions have many steps. */
const far = (model: Model): Packed[] =>
  [1, 2, 3].flatMap((seed) => {
    let number = seed;
    const choices = Array.from({ length: samples(120) }, () => {
      number = Math.imul(number, 0x5851f42d) + 0x14057b7d;
      return number >>> 8;
    });
    const states = along(choices)(model);
    const stride = Math.ceil(states.length / Math.min(60, samples(20)));
    return states.filter((_, index) => index % stride === seed % stride);
  });

let made: readonly Subject[] | undefined;

/**
 * The systems, in which every preset occurs in at least one scope. They are made when the first
 * test asks.
 */
export const subjects = (): readonly Subject[] =>
  (made ??= [
    ...[...TEXTS, ...QUEUED].map((texts, index) => {
      const named = { scope: SCOPES[index % SCOPES.length], ...texts };
      const fit =
        'kernel' in texts && LOOKS.includes(texts.kernel!) ? { ...named, scope: LOOKING } : named;
      return subject(JSON.stringify(fit), parseSystem(fit), near);
    }),
    ...EXTENDED.map((texts) => subject(JSON.stringify(texts), parseSystem(texts), far)),
  ]);

/** The states of a run. Numbers choose among the events that can happen. */
export const along = (choices: readonly number[]) => (model: Model) => {
  const states = [model.initial];
  for (const choice of choices) {
    const state = states.at(-1)!;
    const enabled = model.enabled(state);
    if (enabled.length === 0) break;
    states.push(model.step(state, enabled[choice % enabled.length])!.state);
  }
  return states;
};
