/**
 * Executes exported events on the structs of a state, as Spin would execute their text. So the
 * export can be held against the model on many random systems, and no compiler is needed.
 */
import type { ExportedEvent } from '../checker/export/event.ts';
import type { Expr, Field, Saying, Statement } from '../checker/export/promela.ts';
import { SCRATCH_NAME } from '../checker/export/world.ts';
import type { State } from '../model/state.ts';

type Env = ReadonlyMap<string, number>;
type Struct = Record<string, unknown>;

/** What an event did: the words of its trace, what it answered, and what it violated. */
export interface Ran {
  readonly text: string;
  readonly violated: ReadonlySet<string>;
}

export class PromelaRun {
  private readonly root: Struct;
  private readonly violated = new Set<string>();
  private text = '';

  /** The state is changed in place. */
  constructor(state: State) {
    const pages = state.pages.map((page) => ({
      ...page,
      seen_reclaim: page.seen.reclaim,
      seen_idle: page.seen.idle,
    }));
    this.root = {
      page: pages,
      kswapd: state.kswapd,
      page_idle: state.page_idle,
      [SCRATCH_NAME]: {},
    };
  }

  /** Makes an instance of an event happen. Undefined if its guard does not hold. */
  fire(event: ExportedEvent, args: readonly Expr[]): Ran | undefined {
    const env = this.bind(event.parameters, args, new Map());
    if (this.value(event.guard, env) === 0) return undefined;
    this.run(event.body, env);
    const left = Object.entries(this.root[SCRATCH_NAME] as Record<string, number>);
    const kept = left.filter(([, value]) => value !== 0).map(([name]) => name);
    if (kept.length > 0) throw new Error(`${event.name} leaves ${kept.join()}`);
    return { text: this.text, violated: this.violated };
  }

  private bind(names: readonly string[], args: readonly Expr[], env: Env): Env {
    return new Map(names.map((name, i) => [name, this.value(args[i], env)]));
  }

  private holder(path: Field['path'], env: Env): { struct: Struct; name: string } {
    const keys = path.map((part) => (typeof part === 'string' ? part : this.value(part, env)));
    const name = String(keys.pop());
    const struct = keys.reduce<unknown>((at, key) => (at as Struct)[key], this.root) as Struct;
    return { struct, name };
  }

  private value(expr: Expr, env: Env): number {
    const truth = (holds: boolean) => (holds ? 1 : 0);
    switch (expr.is) {
      case 'number':
        return expr.value;
      case 'parameter': {
        const value = env.get(expr.name);
        if (value === undefined) throw new Error(`${expr.name} is no parameter here`);
        return value;
      }
      case 'field': {
        const { struct, name } = this.holder(expr.path, env);
        return (struct[name] as number | undefined) ?? 0;
      }
      case 'not':
        return truth(this.value(expr.of, env) === 0);
      case 'and':
        return truth(expr.all.every((one) => this.value(one, env) !== 0));
      case 'or':
        return truth(expr.all.some((one) => this.value(one, env) !== 0));
      case 'equal':
        return truth(this.value(expr.of, env) === this.value(expr.to, env));
      case 'use':
        return this.value(expr.macro.value, this.bind(expr.macro.parameters, expr.args, env));
    }
  }

  private run(statements: readonly Statement[], env: Env): void {
    for (const statement of statements) this.runOne(statement, env);
  }

  private runOne(statement: Statement, env: Env): void {
    switch (statement.does) {
      case 'set': {
        const { struct, name } = this.holder(statement.field.path, env);
        const value = this.value(statement.to, env);
        if (value >= 2 ** statement.field.width) throw new Error(`${name} cannot be ${value}`);
        struct[name] = value;
        return;
      }
      case 'if':
        return this.run(
          this.value(statement.when, env) === 0 ? statement.otherwise : statement.body,
          env,
        );
      case 'call': {
        const { inline, args } = statement;
        return this.run(inline.body, this.bind(inline.parameters, args, env));
      }
      case 'violate':
        this.violated.add(statement.property);
        return;
      case 'say':
        this.text = this.said(statement.event, env);
    }
  }

  private said({ words, args, answer }: Saying, env: Env): string {
    const values = args.map((arg) => this.value(arg, env));
    const text = words.replaceAll(/%[cd]/g, (form) => {
      const value = values.shift()!;
      return form === '%c' ? 'ABCD'[value] : String(value);
    });
    return answer === undefined
      ? text
      : `${text} == ${answer.words[this.value(answer.value, env) as 0 | 1]}`;
  }
}
