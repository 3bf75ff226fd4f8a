/** Shows what each step of a replay changed, in the kernel's names. */
import type { Operations, ThreadName } from '../../model/operation.ts';
import { THREADS } from '../../model/operation.ts';
import { PAGE_NAMES, placesOf, runName } from '../../model/ranges.ts';
import { ASKED, FOUND, LIVE, OLD, OLD_REVOKED, REVOKED, STALE } from '../../model/state.ts';
import type { Parts } from '../../model/system.ts';
import { OBSERVERS } from '../../model/system.ts';
import { hasDirty, hasReadOnly } from '../../model/play.ts';
import type { Moment } from './moment.ts';
import { PIECE, momentsOf } from './moment.ts';
import type { Pieces } from '../trace/pieces.ts';
import { mapping, whole } from '../trace/pieces.ts';
import { printStep } from '../trace/print.ts';
import type { Replay } from '../trace/replay.ts';
import type { EntrySnapshot, PageSnapshot, Snapshot } from '../trace/snapshot.ts';
import { verdictText } from '../trace/trace.ts';

export interface StatesOptions {
  /** Also show the ghosts: facts that no kernel knows and that no rule reads. */
  readonly ghosts?: boolean;
}

/** Prints for each event the fields that changed: `A: pte young 0 -> 1`. */
export const states = (...asked: Parameters<typeof listingStates>): string =>
  whole(listingStates(...asked));

/** The same in pieces. */
export function* listingStates(replay: Replay, options: StatesOptions = {}): Pieces<string> {
  const { trace } = replay;
  const lines = yield* mapping(momentsOf(replay), PIECE, (m) => {
    const changes = changesOf(m, options);
    const step = replay.steps[m.number - 1];
    return [
      printStep(m.number, step, trace.system.scope),
      ...(changes.length === 0 ? ['nothing changes'] : changes).map((line) => `      ${line}`),
    ];
  });
  return `${[...lines.flat(), '', verdictText(trace.verdict)].join('\n')}\n`;
}

/** A field of the state after a step. */
export interface Field {
  readonly name: string;
  readonly text: string;
  /** The value before the step, if it was different. */
  readonly was?: string;
  /** It is a ghost, which no kernel knows. */
  readonly ghost: boolean;
}

/** Every field after a step, in the order in which changes are shown. */
export function fieldsAfter({ before, after, parts, operations }: Moment): Field[] {
  const was = fieldsOf(before, parts, operations);
  return [...fieldsOf(after, parts, operations)].map(([name, { text, ghost }]) => {
    const old = was.get(name)?.text;
    const changed = old !== undefined && old !== text;
    return { name, text, ...(changed ? { was: old } : {}), ghost };
  });
}

/** Every field of a state. */
export const fieldsIn = (state: Snapshot, parts: Parts, operations: Operations): Field[] =>
  [...fieldsOf(state, parts, operations)].map(([name, told]) => ({ name, ...told }));

/** The fields of a state and their texts, in the order in which they are shown. */
type Fields = ReadonlyMap<string, { readonly text: string; readonly ghost: boolean }>;

function changesOf(
  { before, after, parts, operations }: Moment,
  { ghosts = false }: StatesOptions,
): string[] {
  const was = fieldsOf(before, parts, operations);
  const is = fieldsOf(after, parts, operations);
  const shown = [...was, ...is].filter(([, { ghost }]) => ghosts || !ghost);
  return [...new Set(shown.map(([name]) => name))]
    .filter((name) => isShown(name, was.get(name)?.text, is.get(name)?.text))
    .map((name) => `${name} ${was.get(name)?.text} -> ${is.get(name)?.text}`);
}

/** A PTE that appears or disappears is shown as a whole; otherwise each changed bit is shown. */
function isShown(name: string, was: string | undefined, is: string | undefined): boolean {
  if (was === undefined || is === undefined || was === is) return false;
  return !name.endsWith(': pte') || !was.startsWith('{') || !is.startsWith('{');
}

/** The state after a step is the state before the next one. Its fields are made once. */
const made = new WeakMap<Snapshot, Fields>();

function fieldsOf(state: Snapshot, parts: Parts, operations: Operations): Fields {
  const before = made.get(state);
  if (before !== undefined) return before;
  const fields = new Map<string, { text: string; ghost: boolean }>();
  made.set(state, fields);
  const adder =
    (owner: string, ghost: boolean): Add =>
    (name, text) =>
      fields.set(`${owner}:${name === '' ? '' : ` ${name}`}`, { text: String(text), ghost });
  for (const page of state.pages) {
    const owner = PAGE_NAMES[page.index];
    addPage(adder(owner, false), page, parts);
    addGhosts(adder(owner, true), page);
  }
  for (const thread of THREADS) {
    addThread(adder(thread, false), adder(thread, true), state[thread], { operations, parts });
  }
  return fields;
}

type Add = (name: string, text: string | number) => void;

function addPage(add: Add, page: PageSnapshot, parts: Parts): void {
  const { pte, flags, tlb, iotlb, spte, atc, link, queue } = page;
  const writes = parts.scope.events.includes('write');
  const access = (write: number) => (writes && write ? 'write' : 'read');
  const entry = (e: EntrySnapshot, ...more: string[]) =>
    e.present ? `{${[access(e.write), ...more].join(',')}}` : 'none';
  const permits = writes || hasReadOnly(parts);
  const bits = [
    ...(hasDirty(parts) ? (['dirty'] as const) : []),
    ...(permits ? (['writable', 'cow'] as const) : []),
  ];
  const set = [pte.young ? 'young' : 'old', ...bits.filter((bit) => pte[bit])];
  add('pte', pte.present ? `{${set.join(',')}}` : pte.swapped ? 'swapped' : 'none');
  if (pte.present) for (const bit of ['young', ...bits] as const) add(`pte ${bit}`, pte[bit]);
  for (const [cpu, e] of tlb.entries())
    add(`tlb[cpu${cpu}]`, entry(e, ...(e.dirty ? ['dirty'] : [])));
  add('iotlb', entry(iotlb));
  add('spte', entry(spte, spte.young ? 'young' : 'old'));
  for (const [dev, e] of atc.entries()) {
    const { request, isWrite, invalidation, posted, raced } = link[dev];
    const kind = request === ASKED ? 'asked' : request === FOUND ? 'found' : 'translated';
    add(`atc[dev${dev}]`, entry(e));
    add(`request[dev${dev}]`, request ? `${kind}(${access(isWrite)})` : 'none');
    add(`invalidation[dev${dev}]`, invalidation);
    add(`posted[dev${dev}]`, posted);
    add(`overtaken[dev${dev}]`, raced);
  }
  add('iotlb invalidation', queue.invalidation);
  add('PG_young', flags.PG_young);
  add('PG_idle', flags.PG_idle);
  add('PG_referenced', flags.PG_referenced);
  add('PG_active', flags.PG_active);
  add('condemned', flags.condemned);
}

const HEALTH: Readonly<Record<number, string>> = {
  [LIVE]: 'live',
  [REVOKED]: 'revoked',
  [STALE]: 'stale',
  [OLD]: 'old',
  [OLD_REVOKED]: 'old-revoked',
};

function addGhosts(add: Add, page: PageSnapshot): void {
  const { tlb, iotlb, spte, atc, link, seen, split } = page;
  const health = (name: string, e: EntrySnapshot) => add(`${name} health`, HEALTH[e.health]);
  for (const [cpu, e] of tlb.entries()) health(`tlb[cpu${cpu}]`, e);
  health('iotlb', iotlb);
  health('spte', spte);
  for (const [dev, e] of atc.entries()) {
    health(`atc[dev${dev}]`, e);
    add(`request[dev${dev}] health`, HEALTH[link[dev].health]);
    add(`posted[dev${dev}] health`, HEALTH[link[dev].postedHealth]);
  }
  add('new frame seen', split.newSeen);
  for (const observer of OBSERVERS) {
    for (const [name, value] of Object.entries(seen[observer])) add(`${observer} ${name}`, value);
  }
}

function addThread(
  add: Add,
  addGhost: Add,
  thread: Snapshot[ThreadName],
  { operations, parts }: { readonly operations: Operations; readonly parts: Parts },
): void {
  const { at, page, young, dirty, writable, harvested, secondaryYoung, ...seen } = thread;
  const step = operations.steps[at];
  const place = at === 0 ? undefined : runName(placesOf(parts)[page]);
  add('', place === undefined ? 'idle' : `${step.operation.name} ${place}`);
  if (at !== 0) add('next', step.verb);
  add('young', young);
  if (
    operations.steps.some((one) => one?.operation.keepsPte && one.operation.thread !== undefined)
  ) {
    add('dirty', dirty);
    add('writable', writable);
  }
  add('harvested', harvested);
  add('secondary young', secondaryYoung);
  for (const [name, value] of Object.entries(seen)) addGhost(name, value);
}
