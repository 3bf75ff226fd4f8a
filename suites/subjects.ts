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

/** Some of the reachable states, both near the initial state and far from it. */
const near = (model: Model): Packed[] => {
  const { states } = explore(model, samples(200));
  const stride = Math.ceil(states.length / Math.min(60, samples(30)));
  return states.filter((_, index) => index % stride === 0);
};

let made: readonly Subject[] | undefined;

/**
 * The systems, in which every preset occurs in at least one scope. They are made when the first
 * test asks.
 */
export const subjects = (): readonly Subject[] =>
  (made ??= TEXTS.map((texts, index) => {
    const named = { scope: SCOPES[index % SCOPES.length], ...texts };
    return subject(JSON.stringify(named), parseSystem(named), near);
  }));

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
