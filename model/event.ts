/**
 * What an event is: one declaration for each thing that an actor can do. Everything that has to
 * know of it reads it here: the list of events, the search, the parser, `list`, and why not.
 */
import type { Machine } from './machine.ts';
import type { OperationData } from './operation.ts';
import type { Told } from './program.ts';
import type { Page, Thread } from './state.ts';
import type { Parts } from './system.ts';

/** What a system lacks for an event, and the words that would give it that. */
export interface Lack {
  readonly reason: string;
  readonly hint?: string;
}
/** A condition on the system: undefined where it is met. */
export type Need = (parts: Parts) => Lack | undefined;

/** The names by which a reason calls things: `A`, `dev0`, `ATC`; of KVM the ATC is a TLB. */
export interface Names {
  readonly p: string;
  readonly dev: string;
  readonly cpu: string;
  /** The thread whose operation holds the page's lock. */
  readonly holder: string;
  /** The thread that the event is of, and what it is doing: `its unmap A, next comes zap A`. */
  readonly thread: string;
  readonly doing: string;
  readonly cache: string;
  readonly anEntry: string;
  readonly invalidation: string;
  readonly untranslated: (dev: string, page: string) => string;
  readonly page: (index: number) => string;
}

/** A condition on the state, and what is to be said where it does not hold. */
export interface Guard {
  readonly holds: (m: Machine, page: Page, unit: number) => boolean;
  readonly otherwise: (names: Names, m: Machine, page: Page, unit: number) => string;
}

/** The words for the two values that an event can answer. */
export const BITS = ['0', '1'] as const;
export const IDLE_OR_BUSY = ['idle', 'busy'] as const;
export type Answers = typeof BITS | typeof IDLE_OR_BUSY;

/** What an event is to a walk at random. */
export type Role = 'access' | 'carry-on' | 'step' | 'look' | 'take-away';

export interface EventKind {
  /** What has to be in the system; the plainest lack first. */
  readonly needs: readonly Need[];
  /** What has to hold in the state, in the order in which a reason is given. */
  readonly guards: readonly Guard[];
  /** What happens, by way of plain assignment. */
  readonly effect: (m: Machine, page: Page, unit: number) => void;
  readonly answers?: Answers | Readonly<Record<'atomic' | 'fine', Answers | undefined>> | undefined;
  readonly role: Role;
  readonly told: Told;
  /** The same of KVM. */
  readonly kvm?: Told;
  /** It exists once for each device, each CPU, or each page. */
  readonly per: 'device' | 'cpu' | 'page';
  /** A step of operations: it exists where the kernel and the driver have it. */
  readonly step?: true;
}

/**
 * An operation of the kernel: a row of section 4 or 10 of the specification. Its events, and in
 * `fine` their order, follow from it.
 */
export interface OperationKind extends OperationData {
  /** What has to be in the system, besides the granularity. */
  readonly needs: readonly Need[];
  /** Guards before "the page is mapped", and behind "its lock is free". */
  readonly before?: readonly Guard[];
  readonly guards?: readonly Guard[];
  /** The change of the page table; `run.young` has what the PTE's young bit was. */
  readonly pte: (m: Machine, page: Page, run: Thread) => void;
  readonly end: (m: Machine, page: Page, run: Thread) => void;
  readonly role: Role;
  readonly answers?: EventKind['answers'];
  readonly told: Told;
  readonly kvm?: Told;
}

/**
 * A rule: the guards, and then the effect. Each rule gets code of its own: one function for all
 * would call guards of every kind, and no engine could inline them.
 */
export type Rule = (m: Machine, page: Page, unit: number) => boolean;
export function ruleOf({ guards, effect }: EventKind): Rule {
  const names = guards.map((_, i) => `guard${i}`);
  const refused = names.map((name) => `if (!${name}(m, page, unit)) return false;`).join('\n');
  const source = `return (m, page, unit) => { ${refused}\neffect(m, page, unit); return true; };`;
  const make = new Function(...names, 'effect', source) as (...parts: unknown[]) => Rule;
  return make(...guards.map(({ holds }) => holds), effect);
}
