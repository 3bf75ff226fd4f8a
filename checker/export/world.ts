/**
 * What a system has, as an export names it: the fields of its state, and the conditions and
 * statements that its events share. The fields and their widths are those of model/state.ts.
 */
import { operationsOf } from '../../model/events.ts';
import { Machine } from '../../model/machine.ts';
import type { ThreadName } from '../../model/operation.ts';
import { NOBODY } from '../../model/others.ts';
import type { Entry, Flags, Link, Pte, Seen, Thread } from '../../model/state.ts';
import type { Observer, Parts } from '../../model/system.ts';
import { OBSERVERS } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { ghostsOf, observersOf } from '../../properties/index.ts';
import type { Expr, Inline, Macro, Statement } from './promela.ts';
import { NO, constant, number, set, when } from './promela.ts';

/** The number fields of a struct, each as the expression that stands for it. */
export type Fields<T> = { readonly [F in keyof T as T[F] extends number ? F : never]: Expr };

/** Everything about one page, as in model/state.ts. */
export interface PageFields {
  readonly pte: Fields<Pte>;
  readonly flags: Fields<Flags>;
  readonly iotlb: Fields<Entry>;
  readonly spte: Fields<Entry>;
  readonly tlb: (cpu: Expr) => Fields<Entry>;
  readonly atc: (dev: Expr) => Fields<Entry>;
  readonly link: (dev: Expr) => Fields<Link>;
  readonly seen: (observer: Observer) => Fields<Seen>;
}

/** What an operation has found so far. */
export type Run = Pick<
  Fields<Thread>,
  'young' | 'harvested' | 'secondaryYoung' | 'devSure' | 'cpuSure' | 'maybe'
>;

/** The fields that one event uses for itself. They are 0 between two events. */
const SCRATCH = {
  young: 1,
  harvested: 1,
  secondaryYoung: 1,
  devSure: 1,
  cpuSure: 1,
  maybe: 1,
  /** What the event answers. */
  answer: 1,
  /** The result of a translation: the retry would fault again, or write permission and health. */
  stuck: 1,
  write: 1,
  health: 2,
} as const;
export type Scratch = Readonly<Record<keyof typeof SCRATCH, Expr>>;
export const SCRATCH_NAME = 'event';

type Path = readonly (string | Expr)[];
type Named<A> = { readonly [N in keyof A]: Expr };

export class World {
  readonly parts: Parts;
  readonly machine: Machine;
  readonly properties: readonly Property[];
  /** The conditions and the statements with a name, each behind those that it uses. */
  readonly macros = new Map<string, Macro>();
  readonly inlines = new Map<string, Inline>();
  readonly scratch: Scratch;

  constructor(parts: Parts, properties: readonly Property[]) {
    this.parts = parts;
    this.properties = properties;
    const seenBy = observersOf(properties);
    const kept = { ghosts: ghostsOf(properties), seenBy, others: NOBODY };
    this.machine = new Machine(parts, operationsOf(parts), kept);
    this.scratch = this.makeScratch();
  }

  private makeScratch(): Scratch {
    const { iotlb, spte, atc } = this.page(NO);
    const fields = Object.fromEntries(
      Object.entries(SCRATCH).map(([name, width]) => [
        name,
        { is: 'field', path: [SCRATCH_NAME, name], width },
      ]),
    ) as unknown as Scratch;
    const varies = (all: readonly Expr[]) => all.some((one) => constant(one) === undefined);
    return {
      ...fields,
      write: varies([atc(NO).write]) ? fields.write : NO,
      health: varies([iotlb.health, spte.health]) ? fields.health : NO,
    };
  }

  private fields<T extends object>(instance: T, path: Path): Fields<T> {
    const names = Object.keys(instance) as (keyof T & string)[];
    return Object.fromEntries(
      names.map((name) => {
        const { width, otherwise } = this.machine.layout.room(instance, name);
        return [
          name,
          width > 0 ? { is: 'field', path: [...path, name], width } : number(otherwise),
        ];
      }),
    ) as unknown as Fields<T>;
  }

  page(p: Expr): PageFields {
    const { pte, flags, iotlb, spte, tlb, atc, link, seen } = this.machine.pages[0];
    const at: Path = ['page', p];
    return {
      pte: this.fields(pte, [...at, 'pte']),
      flags: this.fields(flags, [...at, 'flags']),
      iotlb: this.fields(iotlb, [...at, 'iotlb']),
      spte: this.fields(spte, [...at, 'spte']),
      tlb: (cpu) => this.fields(tlb[0], [...at, 'tlb', cpu]),
      atc: (dev) => this.fields(atc[0], [...at, 'atc', dev]),
      link: (dev) => this.fields(link[0], [...at, 'link', dev]),
      seen: (observer) => this.fields(seen[observer], [...at, `seen_${observer}`]),
    };
  }

  thread(name: ThreadName): Fields<Thread> {
    return this.fields(this.machine.state[name], [name]);
  }

  /** Where an operation that is one event notes what it finds. Only tracked ghosts are noted. */
  run(observer: Observer | undefined): Run {
    const seen = observer === undefined ? undefined : this.page(NO).seen(observer);
    const kept = (name: 'devSure' | 'cpuSure' | 'maybe') =>
      seen === undefined || constant(seen[name]) !== undefined ? NO : this.scratch[name];
    return {
      ...this.scratch,
      devSure: kept('devSure'),
      cpuSure: kept('cpuSure'),
      maybe: kept('maybe'),
    };
  }

  /** Whether a fault that was resolved can fault again, so that nothing comes of an access. */
  get canBeStuck(): boolean {
    const denies = this.machine.hasIotlb && !this.machine.rewalksOnPermissionFault;
    return denies && this.isWrite !== NO;
  }

  get observers(): readonly Observer[] {
    return OBSERVERS.filter((observer) => this.parts.scope.observers.includes(observer));
  }

  /** The number of each page, CPU or device in scope. */
  each(kind: 'pages' | 'cpus' | 'devices'): Expr[] {
    return Array.from({ length: this.parts.scope[kind] }, (_, i) =>
      kind === 'pages' ? number(i, 'ABCD'[i]) : number(i),
    );
  }

  /** Whether an access writes, where that is a parameter. Without the event `write` none does. */
  get isWrite(): Expr {
    return this.parts.scope.events.includes('write') ? { is: 'parameter', name: 'w' } : NO;
  }

  private parameters<A extends Named<A>>(args: A): A {
    return Object.fromEntries(
      Object.keys(args).map((name) => [
        name,
        name === 'w' ? this.isWrite : { is: 'parameter', name },
      ]),
    ) as unknown as A;
  }

  /** A condition with a name. Its body is made once, with parameters for the arguments. */
  macro<A extends Named<A>>(name: string, args: A, body: (args: A) => Expr): Expr {
    const parameters = this.parameters(args);
    const names = namesIn(parameters);
    let macro = this.macros.get(name);
    if (macro === undefined) {
      macro = { name, parameters: names, value: body(parameters) };
      this.macros.set(name, macro);
    }
    if (constant(macro.value) !== undefined) return macro.value;
    return { is: 'use', macro, args: valuesOf(args, names) };
  }

  /** Statements with a name. Nothing is called if there is nothing to do. */
  inline<A extends Named<A>>(
    name: string,
    args: A,
    body: (args: A) => readonly Statement[],
  ): readonly Statement[] {
    const parameters = this.parameters(args);
    const names = namesIn(parameters);
    let inline = this.inlines.get(name);
    if (inline === undefined) {
      inline = { name, parameters: names, body: body(parameters) };
      this.inlines.set(name, inline);
    }
    if (inline.body.length === 0) return [];
    return [{ does: 'call', inline, args: valuesOf(args, names) }];
  }

  /** Notes a violation, if the property is asked. */
  violates(name: string, condition: Expr): readonly Statement[] {
    const property = this.properties.find((asked) => asked.name === name);
    if (property === undefined) return [];
    return when(condition, [{ does: 'violate', property: propertyWord(property) }]);
  }
}

const namesIn = <A extends Named<A>>(parameters: A): string[] =>
  (Object.values(parameters) as Expr[]).flatMap((one) =>
    one.is === 'parameter' ? [one.name] : [],
  );
const valuesOf = <A extends Named<A>>(args: A, names: readonly string[]): Expr[] =>
  names.map((name) => args[name as keyof A]);

/** The name of a property as a word of C: `no_missed_device_reference_reclaim`. */
export const propertyWord = ({ name }: Property): string =>
  name.replaceAll(/[-(]/g, '_').replaceAll(')', '');

/** Sets all fields of a struct to 0. */
export const clear = (fields: Readonly<Record<string, Expr>>): Statement[] =>
  Object.values(fields).flatMap((field) => set(field, NO));
