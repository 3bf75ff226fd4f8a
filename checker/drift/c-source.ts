/**
 * What a C file of the kernel defines: functions, macros, types and initialised structs, each with
 * its line and the names that its body has. It is read by the kernel's own style, and not parsed:
 * what begins at the top level ends with the first line that begins with `}`. So every branch of
 * an #if is read, which no configuration builds together, and braces that an #if splits do no
 * harm. A parser such as tree-sitter needs a build of its own for each machine, and one by a
 * configured preprocessor would see one architecture alone (docs/adr/0005).
 */

/** One definition at the top level of a file. */
export interface Definition {
  readonly name: string;
  readonly kind: 'function' | 'macro' | 'type' | 'initialiser';
  /** The line that has its name, from 1. */
  readonly line: number;
  /** What stands between its braces, or behind the name of a macro. */
  readonly body: string;
  /** The struct that is initialised. */
  readonly type?: string;
}

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/** Comments, strings and characters. One that has no end goes to the end of the file or line. */
const NO_CODE =
  /\/\*[\s\S]*?(?:\*\/|$)|\/\/(?:\\\r?\n|[^\n])*|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\.|[^'\\\n]){1,8}'/g;

/** The file with blanks where comments, strings and characters were; lines stay where they are. */
export const withoutComments = (text: string): string => text.replace(NO_CODE, blank);

/** A directive with the lines that continue it. */
const DIRECTIVE = /^[ \t]*#(?:[^\n]*\\\r?\n)*[^\n]*/gm;
const DEFINE = /^([ \t]*#[ \t]*define[ \t]+)(\w+)(?:\([^)]*\))?([\s\S]*)$/;

/** The macros of a file, and the file with blanks where its directives were. */
function macrosOf(code: string): { rest: string; macros: Definition[] } {
  const macros: Definition[] = [];
  const lineAt = lineCounter(code);
  const rest = code.replace(DIRECTIVE, (directive, at: number) => {
    const [, before, name, body] = DEFINE.exec(directive) ?? [];
    if (name !== undefined) {
      macros.push({ name, kind: 'macro', line: lineAt(at + before.length), body });
    }
    return blank(directive);
  });
  return { rest, macros };
}

/** Counts the line of a place. Places are asked for from the first to the last. */
function lineCounter(text: string): (at: number) => number {
  let line = 1;
  let from = 0;
  return (at) => {
    for (let next = text.indexOf('\n', from); next >= 0 && next < at;) {
      line += 1;
      from = next + 1;
      next = text.indexOf('\n', from);
    }
    return line;
  };
}

/** The end of a body that begins with `{`: in its line if it closes there, or by the style. */
function endOfBody(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length && code[at] !== '\n'; at++) {
    if (code[at] === '{') depth += 1;
    if (code[at] === '}' && --depth === 0) return at;
  }
  const close = code.indexOf('\n}', open);
  return close < 0 ? code.length : close + 1;
}

/** What may stand before or behind the name of a function with parentheses of its own. */
const ATTRIBUTES = new Set(
  (
    '__attribute__ __printf __scanf __acquires __releases __must_hold __alloc_size __aligned ' +
    '__section __no_sanitize __assume_aligned __cond_acquires __cond_lock __malloc __nonnull ' +
    '__counted_by __alignas __asm__ asm __diag __typeof__ typeof'
  ).split(' '),
);

/** The name of a function in what stands before its body, and where it stands. */
function functionIn(head: string): { name: string; at: number } | undefined {
  let depth = 0;
  for (const { 0: token, index } of head.matchAll(/\w+(?=\s*\()|[()]/g)) {
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (depth === 0 && !ATTRIBUTES.has(token)) return argumentOf(head, token, index);
  }
  return undefined;
}

/** SYSCALL_DEFINE3(madvise, ...) and its like name the function by their first argument. */
function argumentOf(head: string, token: string, at: number): { name: string; at: number } {
  const argument = /^\w+\s*\(\s*(\w+)/.exec(head.slice(at));
  if (!/^[A-Z][A-Z\d_]+$/.test(token) || argument === null) return { name: token, at };
  return { name: argument[1], at: at + argument[0].length - argument[1].length };
}

const TYPE = /\b(?:struct|union|enum)\s+(?:__\w+\s+)*(\w+)[^()=]*$/;
const INITIALISED =
  /\b(?:struct\s+)?(\w+)\s+(\w+)\s*(?:\[[^\]]*\]\s*)*(?:__\w+\s*)*=\s*(?:\([^)]*\)\s*)?$/;

/** What is defined by the text before `{`. Undefined for an unnamed thing. */
function definedBy(
  head: string,
): (Pick<Definition, 'name' | 'kind' | 'type'> & { at: number }) | undefined {
  const initialised = INITIALISED.exec(head);
  if (initialised !== null) {
    const [whole, type, name] = initialised;
    const at = initialised.index + whole.lastIndexOf(name, whole.lastIndexOf('='));
    return { kind: 'initialiser', name, type, at };
  }
  const type = TYPE.exec(head);
  if (type !== null) {
    return { kind: 'type', name: type[1], at: type.index + type[0].indexOf(type[1]) };
  }
  const found = functionIn(head);
  return found && { kind: 'function', ...found };
}

/** The definitions of a file, in their order; its macros first. */
export function definitionsOf(text: string): Definition[] {
  const { rest: code, macros } = macrosOf(withoutComments(text));
  const lineAt = lineCounter(code);
  const defined = [...macros];
  let from = 0;
  for (let at = 0; at < code.length; at++) {
    if (code[at] === ';' || code[at] === '}') from = at + 1;
    if (code[at] !== '{') continue;
    const end = endOfBody(code, at);
    const found = definedBy(code.slice(from, at));
    if (found !== undefined) {
      const { at: place, ...what } = found;
      defined.push({ ...what, line: lineAt(from + place), body: code.slice(at + 1, end) });
    }
    from = end + 1;
    at = end;
  }
  return defined;
}

/** Whether a body calls a function or a macro, or passes it on. */
export const mentions = ({ body }: Definition, name: string): boolean =>
  new RegExp(`\\b${name}\\b`).test(body);

/** A member that an initialiser sets, such as `.clear_young = kvm_mmu_notifier_clear_young`. */
export interface Member {
  readonly member: string;
  /** The name that it is set to; undefined for another expression. */
  readonly value: string | undefined;
  readonly line: number;
}

/** The members that an initialiser sets. */
export function membersOf({ body, line }: Definition): Member[] {
  const lineAt = lineCounter(body);
  return [...body.matchAll(/\.(\w+)\s*=\s*&?(\w+)?/g)].map(({ 1: member, 2: value, index }) => ({
    member,
    value,
    line: line - 1 + lineAt(index + 1),
  }));
}
