/**
 * What the operations of the kernel become in Promela: their change of the page table, and their
 * end. An operation without its Promela does not compile.
 */
import type { OperationName } from '../../model/events.ts';
import type { Observer } from '../../model/system.ts';
import { writesToDrain } from './atc.ts';
import { leavesPte, newFrame } from './fault.ts';
import { cooled, forgotten, heard, lookBegins, lookEnds, requested, revoked } from './ghosts.ts';
import { decide } from './lru.ts';
import type { Expr, Statement } from './promela.ts';
import { NO, YES, not, or, set, when } from './promela.ts';
import type { Run, World } from './world.ts';

type Body = readonly Statement[];

export interface OperationRule {
  /** The observer whose ghosts the operation remembers. */
  readonly observer?: Observer;
  /** What must hold beside a page that is mapped, unlocked, and a thread that is idle. */
  readonly guards?: (x: World, p: Expr) => readonly Expr[];
  readonly pte: (x: World, p: Expr, run: Run) => Body;
  /** What the operation answers at its end is set as the answer of the event. */
  readonly end: (x: World, p: Expr, run: Run) => Body;
}

const found = (run: Run): Expr => or(run.young, run.secondaryYoung);

const age: OperationRule = {
  observer: 'reclaim',
  pte: (x, p, run) => [...lookBegins(x, p, 'reclaim', run), ...set(x.page(p).pte.young, NO)],
  end: (x, p, run) => {
    const { PG_young, PG_idle } = x.page(p).flags;
    return [
      ...set(x.scratch.answer, or(found(run), PG_young)),
      ...set(PG_young, NO),
      ...when(found(run), set(PG_idle, NO)),
      ...decide(x, p),
      ...lookEnds(x, p, 'reclaim', run),
    ];
  },
};

const walk: OperationRule = {
  observer: 'reclaim',
  guards: (x, p) => {
    const asks = x.machine.operations.byName.get('walk')?.calls === true;
    return [asks ? YES : x.page(p).pte.young];
  },
  pte: (x, p, run) => {
    const { maybe } = x.page(p).seen('reclaim');
    return [...set(run.maybe, maybe), ...set(maybe, NO), ...set(x.page(p).pte.young, NO)];
  },
  end: (x, p, run) => {
    const { maybe } = x.page(p).seen('reclaim');
    return [
      ...set(x.scratch.answer, found(run)),
      ...when(
        x.scratch.answer,
        [...set(x.page(p).flags.PG_referenced, NO), ...heard(x, p, 'reclaim')],
        when(run.maybe, set(maybe, YES)),
      ),
    ];
  },
};

const mark: OperationRule = {
  observer: 'idle',
  pte: (x, p) => [...set(x.page(p).seen('idle').maybe, NO), ...set(x.page(p).pte.young, NO)],
  end: (x, p, run) => {
    const { PG_young, PG_idle } = x.page(p).flags;
    return [...when(found(run), set(PG_young, YES)), ...set(PG_idle, YES), ...heard(x, p, 'idle')];
  },
};

const check: OperationRule = {
  observer: 'idle',
  guards: (x, p) => [x.page(p).flags.PG_idle],
  pte: (x, p, run) => [...lookBegins(x, p, 'idle', run), ...set(x.page(p).pte.young, NO)],
  end: (x, p, run) => {
    const { PG_young, PG_idle } = x.page(p).flags;
    return [
      ...when(found(run), [...set(PG_idle, NO), ...set(PG_young, YES)]),
      ...set(x.scratch.answer, not(PG_idle)),
      ...lookEnds(x, p, 'idle', run),
    ];
  },
};

const IN_USE = 'no-eviction-in-use';

const unmap: OperationRule = {
  guards: (x, p) => [x.machine.hasLru ? x.page(p).flags.condemned : YES],
  pte: (x, p) => [
    ...(x.machine.hasLru ? x.violates(IN_USE, x.page(p).seen('reclaim').missed) : []),
    ...leavesPte(x, p),
  ],
  end: newFrame,
};

const pageout: OperationRule = {
  guards: (x, p) => [x.machine.pageoutAsksSpte ? not(x.page(p).spte.young) : YES],
  pte: (x, p) => {
    const { missed, devSure } = x.page(p).seen('reclaim');
    return [...x.violates(IN_USE, or(missed, devSure)), ...leavesPte(x, p)];
  },
  end: newFrame,
};

const writeProtect: OperationRule = {
  guards: (x, p) => [x.page(p).pte.writable],
  pte: (x, p) => [...set(x.page(p).pte.writable, NO), ...set(x.page(p).pte.dirty, NO)],
  end: revoked,
};

const clearRefs: OperationRule = {
  pte: (x, p) => {
    const { pte, flags } = x.page(p);
    return [
      ...set(pte.young, NO),
      ...set(flags.PG_young, NO),
      ...set(flags.PG_referenced, NO),
      ...forgotten(x, p),
    ];
  },
  end: () => [],
};

const cold: OperationRule = {
  pte: (x, p) => {
    const { pte, flags } = x.page(p);
    return [
      ...set(pte.young, NO),
      ...set(flags.PG_young, NO),
      ...set(flags.PG_referenced, NO),
      ...set(flags.PG_active, NO),
    ];
  },
  end: cooled,
};

const fork: OperationRule = {
  guards: (x, p) => [not(x.page(p).pte.cow), not(writesToDrain(x, p))],
  pte: (x, p) => [...set(x.page(p).pte.writable, NO), ...set(x.page(p).pte.cow, YES)],
  end: revoked,
};

const collapse: OperationRule = {
  guards: (x, p) => [not(writesToDrain(x, p))],
  pte: () => [],
  end: (x, p) => {
    const { young, dirty, writable } = x.page(p).pte;
    return [
      ...newFrame(x, p),
      ...requested(x, p),
      ...set(young, YES),
      ...set(dirty, YES),
      ...set(writable, YES),
    ];
  },
};

export const OPERATION_RULES: Readonly<Partial<Record<OperationName, OperationRule>>> = {
  age,
  unmap,
  'write-protect': writeProtect,
  walk,
  pageout,
  mark,
  check,
  'clear-refs': clearRefs,
  cold,
  fork,
  collapse,
};
