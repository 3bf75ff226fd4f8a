/**
 * The events of a system. Each is made once, frozen, and kept in one ordered array. The order
 * breaks ties between shortest traces. A search stores the index, and fast-check shrinks by
 * identity.
 */
import { cpu } from './actors/cpu.ts';
import { device, iommu } from './actors/device.ts';
import { kvm } from './actors/kvm.ts';
import { KSWAPD_OPERATIONS, kswapd } from './actors/kswapd.ts';
import type { OthersKind } from './actors/others.ts';
import { UNMAPS_ANOTHER, othersOn } from './actors/others.ts';
import { IDLE_OPERATIONS, pageIdle } from './actors/page-idle.ts';
import { USER_OPERATIONS, khugepaged, user } from './actors/user.ts';
import { compile } from './compile.ts';
import type { Answers, EventKind, OperationKind } from './event.ts';
import { FAULT_OPERATIONS } from './mechanics/fault.ts';
import type { Lack } from './needs.ts';
import { meets } from './needs.ts';
import type { OperationData, Operations, ThreadName } from './operation.ts';
import { THREADS } from './operation.ts';
import type { Others } from './others.ts';
import { FRESH, NOBODY, hasOneMore, standsForOthers } from './others.ts';
import { blockOf, runName, runOf } from './ranges.ts';
import type { Parts, ProgramName, Scope } from './system.ts';

/** Everything that each actor can do, in the order in which events are made. */
export const KINDS = {
  dev: device,
  iommu,
  kvm,
  cpu,
  user,
  khugepaged,
  kswapd,
  page_idle: pageIdle,
} as const satisfies Readonly<Record<string, Readonly<Record<string, EventKind>>>>;

export type Actor = keyof typeof KINDS;
export const ACTORS = Object.keys(KINDS) as Actor[];

interface On {
  /** The number of the page; page A is 0. In a block or a run of pages it is the first. */
  readonly page: number;
  /** The last page of the block or the run; else the same page. */
  readonly to: number;
  /**
   * The number of the CPU or the device. For a kernel thread it is the place in THREADS, else 0.
   */
  readonly unit: number;
  /** The place in the array of all events of the system. */
  readonly index: number;
}
export type Event = {
  [A in Actor]: On & { readonly actor: A; readonly verb: keyof (typeof KINDS)[A] & string };
}[Actor];

const kindsOf = (actor: Actor) => KINDS[actor] as Readonly<Record<string, EventKind>>;
export const kindOf = ({ actor, verb }: { actor: Actor; verb: string }): EventKind =>
  kindsOf(actor)[verb];

/** The name of a page, or of the run from one page to another: `A`, `B-C`. */
export const placeName = ({ page, to }: { readonly page: number; readonly to: number }): string =>
  runName({ from: page, to });

/** Whether the text of an event names its device behind the verb, as it is not its actor. */
export const namesDevice = ({ actor, verb }: { actor: Actor; verb: string }): boolean =>
  actor === 'kvm' || verb === 'translate';

/** The text of an event in a trace, without its number and without what it answers. */
export function eventText(event: Event): string {
  const isOne = event.actor === 'cpu' || event.actor === 'dev';
  const unit = !isOne ? '' : event.unit <= FRESH ? '*' : event.unit;
  const device = namesDevice(event) ? `dev${event.unit} ` : '';
  return `${event.actor}${unit}: ${event.verb} ${device}${placeName(event)}`;
}

/** The words for the two values that an event can answer; undefined if it answers nothing. */
export function answersOf(event: Event, { granularity }: Scope): Answers | undefined {
  const { answers } = kindOf(event);
  return answers === undefined || Array.isArray(answers)
    ? (answers as Answers | undefined)
    : (answers as Readonly<Record<'atomic' | 'fine', Answers | undefined>>)[granularity];
}

/** Every verb of an actor, whether or not a given system has it. */
export const verbsOf = (actor: Actor): string[] => Object.keys(kindsOf(actor));

/** The actors that have a verb, whether or not a given system has the event. */
export const actorsOf = (verb: string): Actor[] =>
  ACTORS.filter((actor) => Object.hasOwn(kindsOf(actor), verb));

const DECLARED = [...KSWAPD_OPERATIONS, ...IDLE_OPERATIONS, ...USER_OPERATIONS] as const;

/** Every operation of the kernel. The order breaks ties between their events. */
export const OPERATIONS: readonly OperationKind[] = DECLARED;

/** A name that the compiler knows. If one were any string, no operation would have a name. */
type Known<N extends string> = string extends N ? never : N;
/** The operations that are events, and those that the fault handler runs inside other events. */
export type OperationName = Known<(typeof DECLARED)[number]['name']>;
export type FaultOperationName = Known<(typeof FAULT_OPERATIONS)[number]['name']>;
/** The operations that clear young to learn whether the page is in use. */
export type AgingName = Known<Extract<(typeof DECLARED)[number], { readonly ages: true }>['name']>;

/** Every operation that runs a program, those inside an access too, with what it needs. */
export const PROGRAM_OPERATIONS: readonly (OperationData &
  Pick<OperationKind, 'needs' | 'runsIf'>)[] = [...OPERATIONS, ...FAULT_OPERATIONS];

const PROGRAMS = new Map(PROGRAM_OPERATIONS.map(({ name, program }) => [name, program]));

/** The program of an operation. Where no `age` is an event, the look of an unmap still runs it. */
export const programOf = (operation: OperationName | FaultOperationName): ProgramName =>
  PROGRAMS.get(operation)!;

/** The operations that were compiled. A system is plain data that nobody changes. */
const COMPILED = new WeakMap<Parts, Operations>();

/** The operations that a system has in its scope. They are compiled when first asked for. */
export function operationsOf(parts: Parts): Operations {
  const known = COMPILED.get(parts) ?? compileAll(parts);
  COMPILED.set(parts, known);
  return known;
}

function compileAll(parts: Parts): Operations {
  const has = ({ needs }: Pick<OperationKind, 'needs'>) => meets(parts, needs);
  const inScope = OPERATIONS.filter(has);
  const kinds: readonly OperationData[] = OPERATIONS.filter(
    (kind) =>
      inScope.includes(kind) || inScope.some(({ continuesAs }) => continuesAs === kind.name),
  );
  return compile(parts, [...kinds, ...FAULT_OPERATIONS.filter(has)]);
}

function lackOfStep(parts: Parts, thread: Actor, verb: string): Lack | undefined {
  const has = operationsOf(parts).steps.some(
    (step) => step?.operation.thread === thread && step.verb === verb,
  );
  if (has) return undefined;
  return {
    needs: `a program or a callback with '${verb}'`,
    reason: `no operation of ${thread} has this step with this kernel and driver`,
  };
}

/** What a system lacks for an event; undefined if the system has the event. */
export function lackOf(parts: Parts, actor: Actor, verb: string): Lack | undefined {
  const { needs, step } = kindsOf(actor)[verb];
  for (const need of needs) {
    const lack = need(parts);
    if (lack !== undefined) return lack;
  }
  return step === true ? lackOfStep(parts, actor, verb) : undefined;
}

interface Kind {
  readonly actor: Actor;
  readonly verb: string;
}

/** The events of several actors, each for every device, every CPU or once. */
interface Rank {
  readonly actors: readonly Actor[];
  readonly per: EventKind['per'];
  /** The thread whose operations have the events; undefined if they are of none. */
  readonly thread?: ThreadName;
}

/**
 * The ranks in which events of a page stand. Within a rank, actors and events stand as KINDS
 * declares them, but for those of STANDS_BEFORE. The kernel threads come behind all ranks.
 */
const LINE_UP: readonly Rank[] = [
  { actors: ['dev', 'iommu', 'kvm'], per: 'device' },
  { actors: ['iommu'], per: 'page' },
  { actors: ['cpu'], per: 'cpu' },
  { actors: ['user', 'khugepaged'], per: 'page' },
];

/** Events that stand before an event of another actor, both written as in a trace. */
const STANDS_BEFORE: ReadonlyMap<string, string> = new Map([
  // The IOMMU's answer comes between the request and the completion.
  ['iommu: translate', 'dev: complete'],
]);

const nameOf = ({ actor, verb }: Kind): string => `${actor}: ${verb}`;

/** The kinds of events of a rank in their order, whether or not a given system has them. */
function ranked({ actors, per, thread }: Rank): readonly Kind[] {
  const kinds = actors
    .flatMap((actor) => verbsOf(actor).map((verb) => ({ actor, verb })))
    .filter(({ actor, verb }) => {
      const kind = kindsOf(actor)[verb];
      return kind.per === per && kind.thread === thread;
    });
  const moved = (kind: Kind) => STANDS_BEFORE.has(nameOf(kind));
  return kinds
    .filter((kind) => !moved(kind))
    .flatMap((kind) => [
      ...kinds.filter((other) => STANDS_BEFORE.get(nameOf(other)) === nameOf(kind)),
      kind,
    ]);
}

/** The ranks of devices, CPUs and users, each with its kinds of events. */
const OF_PAGES = LINE_UP.map((rank) => ({ per: rank.per, kinds: ranked(rank) }));
const OF_THREADS = new Map(
  THREADS.map((thread) => [thread, ranked({ actors: [thread], per: 'page', thread })]),
);

const inPlay = (parts: Parts, kinds: readonly Kind[]): Kind[] =>
  kinds.filter(({ actor, verb }) => lackOf(parts, actor, verb) === undefined);

/**
 * The kinds of events of a kernel thread. Its steps come in the order in which the system's
 * operations first have them.
 */
function threadKinds(parts: Parts, { steps }: Operations, thread: ThreadName): Kind[] {
  const kinds = inPlay(parts, OF_THREADS.get(thread)!);
  const order = steps.slice(1).filter((step) => step.operation.thread === thread);
  const place = ({ verb }: Kind) => order.findIndex((step) => step.verb === verb);
  return kinds.toSorted((a, b) => place(a) - place(b));
}

/** An event, its declaration, and how many events of a trace it stands for. */
export interface LinedUp {
  readonly event: Event;
  readonly kind: EventKind;
  readonly counts: number;
}

interface Place {
  readonly actor: Actor;
  readonly verb: string;
  readonly page: number;
  readonly to?: number;
  readonly unit: number;
}

/** Collects events in their order. */
class Line {
  readonly events: LinedUp[] = [];

  add(place: Place, kind: EventKind = kindOf(place), counts = 1): void {
    const { actor, verb, page, to = page, unit } = place;
    const { length: index } = this.events;
    const event = Object.freeze({ actor, verb, page, to, unit, index }) as Event;
    this.events.push({ event, kind, counts });
  }

  /** Adds events of a page. Those that are of a block are added at its first page alone. */
  addAll(kinds: readonly Kind[], parts: Parts, page: number, units: readonly number[]): void {
    const { from, to } = blockOf(parts, page);
    for (const unit of units) {
      for (const kind of kinds) {
        const { ofBlock } = kindOf(kind);
        if (ofBlock !== true) this.add({ ...kind, page, unit });
        else if (from === page) this.add({ ...kind, page, to, unit });
      }
    }
  }

  addOthers(parts: Parts, others: readonly OthersKind[], page: number): void {
    for (const { kind, counts, ...named } of others)
      this.add({ ...named, page }, kind, counts(parts));
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, unit) => unit);

/** The events of devices, CPUs and users on a page, of the ranks that are in play. */
function addPage(
  line: Line,
  parts: Parts,
  ranks: typeof OF_PAGES,
  page: number,
  others: Others,
): void {
  const { scope } = parts;
  const units = { device: upTo(scope.devices), cpu: upTo(scope.cpus), page: [0] } as const;
  if (standsForOthers(parts, others, page)) {
    const answers = ranks[0].kinds.filter(({ verb }) => verb === 'handle-invalidation');
    line.addAll(answers, parts, page, units.device);
  } else {
    for (const { per, kinds } of ranks) line.addAll(kinds, parts, page, units[per]);
    line.addOthers(parts, othersOn(parts, others), page);
  }
  if (hasOneMore(parts, others)) {
    line.add({ actor: 'dev', verb: 'handle-invalidation', page, unit: scope.devices });
  }
}

/** How an unmap of any other page begins. It tells old from young only if that matters. */
function unmapsOfAnother({ byName }: Operations): readonly OthersKind[] {
  const { first, youngUntil } = byName.get('unmap')!;
  if (youngUntil < first) return [UNMAPS_ANOTHER.old];
  const makesOld = [...byName.values()].some(({ ages, name }) => ages || MAKES_OLD.includes(name));
  return makesOld ? [UNMAPS_ANOTHER.old, UNMAPS_ANOTHER.young] : [UNMAPS_ANOTHER.young];
}
/** The operations that clear a young bit, beside those that age. Every fault sets it. */
const MAKES_OLD: readonly string[] = ['clear-refs', 'cold'];

/** The events of a kernel thread on a page. Any other page is only unmapped. */
function addThread(
  line: Line,
  parts: Parts,
  operations: Operations,
  kinds: readonly Kind[],
  { page, unit }: { readonly page: number; readonly unit: number },
  others: Others,
): void {
  if (!standsForOthers(parts, others, page)) return line.addAll(kinds, parts, page, [unit]);
  if (THREADS[unit] !== 'kswapd') return;
  line.addOthers(parts, unmapsOfAnother(operations), page);
  const steps = kinds.filter(({ actor, verb }) => kindsOf(actor)[verb].role === 'step');
  line.addAll(steps, parts, page, [unit]);
}

/** The events of a kernel thread on the scope's run of pages. */
function addRun(
  line: Line,
  parts: Parts,
  operations: Operations,
  kinds: readonly Kind[],
  unit: number,
): void {
  const run = runOf(parts);
  if (run === undefined) return;
  const ofRuns = OPERATIONS.filter((kind) => kind.ofRuns === true).map(({ name }) => name);
  const own = operations.steps.slice(1).filter(({ operation }) => ofRuns.includes(operation.name));
  const isOfRuns = (kind: Kind): boolean => {
    const { begins } = kindOf(kind);
    return begins === undefined
      ? own.some(({ verb }) => verb === kind.verb)
      : ofRuns.includes(begins);
  };
  for (const kind of kinds.filter(isOfRuns)) {
    line.add({ ...kind, page: run.from, to: run.to, unit });
  }
}

/**
 * Every event that a system has in its scope, in the order that breaks ties. First come the ranks
 * of LINE_UP: all their events on page A, then on page B. Then comes each thread, page by page and
 * then the run of pages. The events of agents without state follow those of their rank.
 */
export function lineUp(
  parts: Parts,
  operations: Operations,
  others: Others = NOBODY,
): readonly LinedUp[] {
  const line = new Line();
  const pages = upTo(parts.scope.pages);
  const ranks = OF_PAGES.map(({ per, kinds }) => ({ per, kinds: inPlay(parts, kinds) }));
  for (const page of pages) addPage(line, parts, ranks, page, others);
  for (const [unit, thread] of THREADS.entries()) {
    const kinds = threadKinds(parts, operations, thread);
    for (const page of pages) addThread(line, parts, operations, kinds, { page, unit }, others);
    addRun(line, parts, operations, kinds, unit);
  }
  return line.events;
}

/** Every event that a system has in its scope, in the order of lineUp(). */
export const eventsOf = (parts: Parts, operations: Operations): readonly Event[] =>
  Object.freeze(lineUp(parts, operations).map(({ event }) => event));
