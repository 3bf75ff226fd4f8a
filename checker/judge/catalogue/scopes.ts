/**
 * The scopes of counterexamples/VERDICTS by their names in the table, and what a block of systems
 * is. Each is small, so that a table of all presets can afford it.
 */
/** The table's name for a scope, and the scope's text. */
export interface NamedScope {
  readonly name: string;
  readonly text: string;
  /** Fields in which the driver of each system differs from its preset in this scope. */
  readonly driver?: string;
}
export const MAIL: NamedScope = { name: 'mail', text: 'mail' };
export const SMALL: NamedScope = { name: 'small', text: 'small' };
export const RACES: NamedScope = { name: 'races', text: 'races' };
/** drainsPostedWrites matters only with posted writes, which no preset scope has. */
export const POSTED: NamedScope = {
  name: 'races+posted',
  text: 'races events=unmap,protect,write,posted',
};
/** Optional events that the logs of real kernels have. No preset scope has any of them. */
export const EVICTS: NamedScope = { name: 'mail+lru', text: 'mail events=unmap,cold,lru' };
export const WALKS: NamedScope = { name: 'mail+walk', text: 'mail events=cold,walk' };
export const PAGES_OUT: NamedScope = { name: 'mail+pageout', text: 'mail events=pageout,swap' };
/** Two pages, for steps that cover another page than that of their operation. */
export const PAIR: NamedScope = {
  name: 'pair',
  text: 'mail pages=2 observers=reclaim,idle events=cold',
};
export const TAKEN: NamedScope = { name: 'pair+unmap', text: 'mail pages=2 events=unmap,write' };
/** A scope for each part of the model that is off by default (docs/model.md, extensions). */
export const RUN: NamedScope = {
  name: 'run',
  text: 'mail pages=2 range=A-B events=unmap,protect,write',
};
export const BLOCK: NamedScope = { name: 'block', text: 'mail pages=2 block=2 events=unmap,write' };
export const PENDING: NamedScope = {
  name: 'pending',
  text: 'mail cpus=1 granularity=fine events=unmap,write,dontneed,mprotect',
};
export const REWRITES: NamedScope = {
  name: 'rewrites',
  text: 'mail granularity=fine events=rewrite',
};
export const DMA: NamedScope = {
  name: 'dma',
  text: 'mail granularity=fine events=unmap,protect,write',
};
export const COPIES: NamedScope = {
  name: 'copies',
  text: 'mail cpus=1 granularity=fine events=migrate,fork,write,cow',
};
export const RECHECKS: NamedScope = {
  name: 'rechecks',
  text: 'mail granularity=fine events=unmap,lru',
};
/** KVM's fill as it is in truth: a lookup and an install, which an invalidation can overtake. */
export const FILLS: NamedScope = { ...DMA, name: 'fills', driver: 'fill=sequence' };
export const FILLS_2: NamedScope = { ...FILLS, name: 'fills+2', text: `${FILLS.text} devices=2` };
/** The scopes in which every system is searched, unless something is said against it. */
export const USUAL: readonly NamedScope[] = [MAIL, SMALL, RACES];

/** The systems that combine these kernels, drivers and hardware in every way. */
export interface Block {
  readonly why: string;
  readonly kernels: readonly string[];
  readonly drivers: readonly string[];
  readonly hardware: readonly string[];
  readonly scopes: readonly NamedScope[];
}

/** All of them, in the order of the table. */
export const SCOPES: readonly NamedScope[] = [
  MAIL,
  SMALL,
  RACES,
  POSTED,
  EVICTS,
  WALKS,
  PAGES_OUT,
  PAIR,
  TAKEN,
  RUN,
  BLOCK,
  PENDING,
  REWRITES,
  DMA,
  COPIES,
  RECHECKS,
  FILLS,
  FILLS_2,
];
