import { describe, expect, it } from 'vitest';
import { definitionsOf, membersOf, mentions, withoutComments } from './c-source.ts';

/** Each definition of a text as `kind name:line`. */
const found = (text: string): string[] =>
  definitionsOf(text).map(({ kind, name, line }) => `${kind} ${name}:${line}`);

const only = (text: string) => definitionsOf(text)[0];

describe('definitions of a C file', () => {
  it.each([
    ['kernel style', 'int f(int a)\n{\n\treturn a;\n}\n', ['function f:1']],
    [
      'a signature of several lines, its type on a line of its own',
      'static __always_inline bool\nfolio_x(struct folio *folio,\n\tint a)\n{\n}\n',
      ['function folio_x:2'],
    ],
    [
      'a static inline on one line',
      'static inline int f(void) { return 0; }\nint x;\n',
      ['function f:1'],
    ],
    [
      'a system call',
      'SYSCALL_DEFINE3(madvise, unsigned long, start)\n{\n}\n',
      ['function madvise:1'],
    ],
    [
      'attributes with parentheses',
      '__printf(1, 2) int f(char *s, ...) __acquires(&lock)\n{\n}\n',
      ['function f:1'],
    ],
    ['a parameter that is a function', 'int f(int (*g)(void), int a)\n{\n}\n', ['function f:1']],
    ['a prototype', 'int f(int a);\nextern int g(void);\n', []],
    ['a call in a body', 'int f(void)\n{\n\tfor_each(x) {\n\t\tg(x);\n\t}\n}\n', ['function f:1']],
    [
      'macros, also with continued lines',
      '#define A 1\n#  define f(x) \\\n\tg(x)\nint h(void)\n{\n}\n',
      ['macro A:1', 'macro f:2', 'function h:4'],
    ],
    ['a struct and an enum', 'struct a {\n\tint b;\n};\nenum c { D };\n', ['type a:1', 'type c:4']],
    [
      'an initialised struct',
      'static const struct mmu_notifier_ops my_ops = {\n\t.release = f,\n};\n',
      ['initialiser my_ops:1'],
    ],
    ['a function that returns a struct', 'struct a *f(void)\n{\n}\n', ['function f:1']],
    [
      'what a comment has',
      '/* int f(void)\n{\n}\n*/\n// int g(void) {}\nint h(void)\n{\n}\n',
      ['function h:6'],
    ],
    [
      'lines that end as DOS has them',
      'int f(void)\r\n{\r\n\tg();\r\n}\r\nint h(void)\r\n{\r\n}\r\n',
      ['function f:1', 'function h:5'],
    ],
  ])('%s', (_, text, expected) => expect(found(text)).toEqual(expected));

  it('reads both branches of an #if, also where they share a brace', () => {
    const text =
      '#ifdef A\nint f(int a)\n{\n\tif (a) {\n#else\nint f(void)\n{\n\tif (b) {\n' +
      '#endif\n\t}\n}\nint g(void)\n{\n}\n';
    expect(found(text)).toContain('function g:12');
  });

  it('is not led astray by braces in strings and characters', () => {
    const text = `int f(void)\n{\n\tputs("}\\"{");\n\tc = '{';\n}\nint g(void)\n{\n}\n`;
    expect(found(text)).toEqual(['function f:1', 'function g:6']);
  });

  it.each(['', '{', '}', '((', '/*', '"', '#define', 'int f(', 'int f(void) {', '\\', "'"])(
    'reads %j without an error',
    (text) => expect(definitionsOf(text).length).toBeLessThan(2),
  );

  it('reads a large table in a time that grows with its size alone', () => {
    const row = '\t{ 1, "a", /* b */ 0 },\n';
    const text = `static const struct a t[] = {\n${row.repeat(50_000)}};\nint f(void)\n{\n}\n`;
    expect(found(text)).toEqual(['initialiser t:1', 'function f:50003']);
  });
});

describe('what a body has', () => {
  it('mentions what it calls and what it passes on, by whole names', () => {
    const f = only('int f(void)\n{\n\tg(1);\n\twalk(h);\n\tlong_name();\n}\n');
    expect(['g', 'h', 'name'].map((name) => mentions(f, name))).toEqual([true, true, false]);
  });

  it('does not mention what a comment or a string names', () => {
    const f = only('int f(void)\n{\n\t/* g() */\n\tputs("h()");\n}\n');
    expect(['g', 'h'].map((name) => mentions(f, name))).toEqual([false, false]);
  });

  it('sets members, with the line of each', () => {
    const ops = only('struct a b = {\n\t.release\t= f,\n\t.other = &g,\n\t.n = 1 << 2,\n};\n');
    expect(membersOf(ops)).toEqual([
      { member: 'release', value: 'f', line: 2 },
      { member: 'other', value: 'g', line: 3 },
      { member: 'n', value: '1', line: 4 },
    ]);
  });
});

it('leaves every line where it was', () => {
  const text = 'a /* b\nc */ d\n"e\\\nf" // g\nh';
  expect(withoutComments(text).split('\n')).toHaveLength(text.split('\n').length);
});
