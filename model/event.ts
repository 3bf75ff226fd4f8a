/**
 * The form in which events are declared: one declaration for each thing that an actor can do. The
 * list of events, the search, the parser, `list` and the reasons why an event cannot happen all
 * read it.
 */
import { generated } from './generate.ts';
import type { Machine } from './machine.ts';
import type { Need } from './needs.ts';
import type { OperationData, ThreadName } from './operation.ts';
import type { Told } from './program.ts';
import type { Page, Thread } from './state.ts';

/**
 * The names that reasons use, such as `A`, `dev0` and `ATC`. With driver `kvm` the ATC is called a
 * TLB.
 */
export interface Names {
  readonly p: string;
  readonly dev: string;
  readonly cpu: string;
  /** The thread whose operation holds the page-table lock of the page. */
  readonly holder: string;
  /**
   * The thread whose event it is, and what that thread is doing: `its unmap A, next comes zap A`.
   */
  readonly thread: string;
  readonly doing: string;
  readonly cache: string;
  readonly anEntry: string;
  readonly invalidation: string;
  readonly untranslated: (dev: string, page: string) => string;
  readonly page: (index: number) => string;
}

/** A condition on the state, and the reason to give if it does not hold. */
export interface Guard {
  readonly holds: (m: Machine, page: Page, unit: number) => boolean;
  readonly otherwise: (names: Names, m: Machine, page: Page, unit: number) => string;
}

/** The words for the two values that an event can answer. The first stands for 0. */
export const BITS = ['0', '1'] as const;
export const IDLE_OR_BUSY = ['idle', 'busy'] as const;
export type Answers = typeof BITS | typeof IDLE_OR_BUSY;

/** The role of an event, by which a random walk chooses among events. */
export type Role = 'access' | 'carry-on' | 'step' | 'look' | 'take-away';

export interface EventKind {
  /**
   * What the system must have for this event to exist. The first need that is not met is reported.
   */
  readonly needs: readonly Need[];
  /** What must hold in the state. The first guard that does not hold is the reason reported. */
  readonly guards: readonly Guard[];
  /** Changes the state by plain assignments. It is called only if all guards hold. */
  readonly effect: (m: Machine, page: Page, unit: number) => void;
  readonly answers?: Answers | Readonly<Record<'atomic' | 'fine', Answers | undefined>> | undefined;
  readonly role: Role;
  readonly told: Told;
  /** The same in KVM's terms, where the device is a vCPU. */
  readonly kvm?: Told;
  /** Whether the event exists once for each device, each CPU or each page. */
  readonly per: 'device' | 'cpu' | 'page';
  /** The thread to whose operations the event belongs, if it is part of one. */
  readonly thread?: ThreadName | undefined;
  /** Set for an event that is of all pages of a block, as those of operations are. */
  readonly ofBlock?: true;
  /**
   * Set for a step of an operation. Such an event exists if a program or a callback has the step.
   */
  readonly step?: true;
  /** The name of the operation that the event begins. In `atomic` it also runs it to its end. */
  readonly begins?: string;
}

/**
 * An operation of the kernel, such as a look or an unmap; docs/model.md describes each. Its events,
 * and in `fine` their order, follow from this declaration.
 */
export interface OperationKind extends OperationData {
  /** What the system must have, whatever the granularity is. */
  readonly needs: readonly Need[];
  /** What it must have for the program to be run, if another operation can run it as well. */
  readonly runsIf?: readonly Need[];
  /** Guards that are checked before "the page is mapped", and those after "its lock is free". */
  readonly before?: readonly Guard[];
  readonly guards?: readonly Guard[];
  /** Whether the operation exists also for the scope's run of pages. */
  readonly ofRuns?: boolean;
  /** What must hold at the step `pte`, beside that a page is mapped. Else the operation is over. */
  readonly stillTo?: (page: Page) => boolean;
  /**
   * Changes the page table, as the step `pte` says. `run.young` is the young bit that the PTE had.
   * An operation of a run of pages does it for each of them; a page need not be mapped then.
   */
  readonly pte: (m: Machine, page: Page, run: Thread) => void;
  readonly end: (m: Machine, page: Page, run: Thread) => void;
  readonly role: Role;
  readonly answers?: EventKind['answers'];
  readonly told: Told;
  readonly kvm?: Told;
}

/**
 * A rule checks the guards of an event, and then runs its effect; it returns whether the event
 * happened. Each rule is compiled to a function of its own, so that the engine can inline its
 * guards. The source must differ, too: an engine compiles equal sources to one function.
 */
export type Rule = (m: Machine, page: Page, unit: number) => boolean;
let made = 0;
function makeRule({ guards, effect }: EventKind): Rule {
  const names = guards.map((_, i) => `guard${i}`);
  const refused = names.map((name) => `if (!${name}(m, page, unit)) return false;`).join('\n');
  const source = `return (m, page, unit) => { ${refused}\neffect(m, page, unit); return true; };
    //# sourceURL=rule-${made++}`;
  const make = generated([...names, 'effect'], source) as
    | ((...parts: unknown[]) => Rule)
    | undefined;
  return make === undefined
    ? plainRule(guards, effect)
    : make(...guards.map(({ holds }) => holds), effect);
}

/** A rule that is no code of its own, for where no code may be generated. */
const plainRule =
  (guards: EventKind['guards'], effect: EventKind['effect']): Rule =>
  (m, page, unit) => {
    if (!guards.every(({ holds }) => holds(m, page, unit))) return false;
    effect(m, page, unit);
    return true;
  };

/** The rules that were made: every model shares them, so that they are compiled once. */
const RULES = new WeakMap<EventKind, Rule>();

export function ruleOf(kind: EventKind): Rule {
  const known = RULES.get(kind) ?? makeRule(kind);
  RULES.set(kind, known);
  return known;
}
