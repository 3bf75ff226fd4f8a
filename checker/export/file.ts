/** The whole text of an export: one Promela file that Spin reads. */
import type { CallbackName, Parts, System } from '../../model/system.ts';
import { fieldsOf } from '../../model/system.ts';
import { CALLS } from '../../model/steps.ts';
import { valueText } from '../../model/text.ts';
import type { Operation } from '../../model/operation.ts';
import type { Property } from '../../properties/index.ts';
import { printSetup } from '../trace/setup.ts';
import { wrap } from '../trace/wrap.ts';
import type { ExportedEvent } from './event.ts';
import { exportedEvents } from './events.ts';
import { declarations } from './declarations.ts';
import { exprText, indented, inlineLines, linesOf, macroLines } from './print.ts';
import { placeOf, placesOf } from './program.ts';
import type { Expr, Inline, Macro } from './promela.ts';
import { expressionsIn, within } from './promela.ts';
import { withoutExtensions } from './refuse.ts';
import { World, propertyWord } from './world.ts';

const comment = (lines: readonly string[]): string[] =>
  lines.length === 1
    ? [`/* ${lines[0]} */`]
    : ['/*', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'];

const head = (system: System, properties: readonly Property[]): string[] =>
  comment([
    'A system of youngcheck in Promela. Its events, steps and properties have the',
    'names of docs/model.md, and each event of a trace is one step of Spin.',
    '',
    '{',
    ...printSetup(system).map((line) => `  ${line}`),
    '}',
    '',
    'A search breadth first, whose trail is a shortest one:',
    '  spin -a FILE.pml',
    '  gcc -O2 -DBFS -DSAFETY -DNOREDUCE -o pan pan.c',
    '  ./pan',
    ...(properties.length > 1
      ? [
          'It stops at the first violation of any property. For one property alone:',
          `  spin -a -DPROPERTY=${propertyWord(properties[0])} FILE.pml`,
        ]
      : []),
    'To print the length of a shortest violation of each property, in one search:',
    '  spin -a -DLENGTHS FILE.pml',
    'The trail as a trace, which youngcheck replays and explains:',
    '  ./pan -S | youngcheck import-trail FILE.pml',
  ]);

/** What happens where a property is violated: a length is printed, or the event is marked. */
const VIOLATES = `#ifdef LENGTHS
#define violates(property) \\
  c_code { if (!length_is_known[property]++) printf(name_##property ": %ld\\n", depth + 1); }
#define judged skip
#else
#ifndef PROPERTY
#define PROPERTY 0 /* any of them */
#endif
bit violated;
#define violates(property) \\
  if \\
  :: PROPERTY == 0 || PROPERTY == property -> \\
     violated = 1; printf("violates "); printf(name_##property); printf("\\n") \\
  :: else \\
  fi
#define judged assert(!violated)
#endif`.split('\n');

/** Each property by a number and by its name, and what happens where one is violated. */
function propertyLines(properties: readonly Property[]): string[] {
  const defines = properties.flatMap((property, i) => [
    ...comment(wrap(property.sentence, 74)),
    `#define ${propertyWord(property)} ${i + 1}`,
    `#define name_${propertyWord(property)} "${property.name}"`,
  ]);
  const known = `c_decl { static int length_is_known[${properties.length + 1}]; };`;
  return [...defines, VIOLATES[0], known, ...VIOLATES.slice(1)];
}

const lineOf = (parts: Parts, part: 'kernel' | 'driver', name: string): string =>
  `${name}=${valueText(fieldsOf(part)[name], parts[part][name as never])}`;

/** The program of an operation, and the callbacks that it calls, as the system has them. */
function listsOf(parts: Parts, { program }: Operation): string[] {
  const calls = parts.kernel[program].flatMap(({ name }) => CALLS[name]?.callback ?? []);
  const callbacks: CallbackName[] = [...new Set(calls)];
  return [
    lineOf(parts, 'kernel', program),
    ...callbacks.map((name) => `  ${lineOf(parts, 'driver', name)}`),
  ];
}

/** The names of the places in the programs of threads. */
const placeLines = (x: World, operation: Operation): string[] =>
  placesOf(x, operation).map((step) => `#define ${exprText(placeOf(step))} ${step.at}`);

/** An event as one step. It is judged at its end, when its line of the trace is printed. */
function eventLines({ name, parameters, guard, body }: ExportedEvent): string[] {
  const judged = [...within(body)].some(({ does }) => does === 'violate');
  const lines = linesOf(body);
  return [
    `inline ${name}(${parameters.join(', ')}) {`,
    '  d_step {',
    `    ${guard.is === 'number' ? 'true' : exprText(guard)} ->`,
    ...indented(judged ? [...lines.slice(0, -1), `${lines.at(-1)};`, 'judged'] : lines, 4),
    '  }',
    '}',
  ];
}

/** The events, and above those of an operation its lists. */
function allEventLines(x: World, events: readonly ExportedEvent[]): string[] {
  const shown = new Set<Operation>();
  return events.flatMap((event) => {
    const { operation } = event;
    if (operation === undefined || shown.has(operation)) return ['', ...eventLines(event)];
    shown.add(operation);
    const places = x.machine.fine && operation.thread !== undefined ? placeLines(x, operation) : [];
    return ['', ...comment(listsOf(x.parts, operation)), ...places, ...eventLines(event)];
  });
}

const processLines = (events: readonly ExportedEvent[]): string[] => [
  'active proctype system() {',
  'end:',
  '  do',
  ...events.flatMap(({ name, instances }) =>
    instances.map((args) => `  :: ${name}(${args.map(exprText).join(', ')})`),
  ),
  '  od',
  '}',
];

/** What the events use: conditions, statements, and fields of the state. */
function usedBy(events: readonly ExportedEvent[]) {
  const inlines = new Set<Inline>();
  const macros = new Set<Macro>();
  const fields: Extract<Expr, { is: 'field' }>[] = [];
  for (const { guard, body } of events) {
    for (const statement of within(body)) {
      if (statement.does === 'call') inlines.add(statement.inline);
    }
    for (const expr of expressionsIn(guard, body)) {
      if (expr.is === 'use') macros.add(expr.macro);
      if (expr.is === 'field') fields.push(expr);
    }
  }
  return { inlines, macros, fields };
}

/** Prints a system, with what is needed to check these properties of it. */
export function promelaText(written: System, properties: readonly Property[]): string {
  const system = withoutExtensions(written);
  const x = new World(system, properties);
  const events = exportedEvents(x);
  const { inlines, macros, fields } = usedBy(events);
  const operations = new Map(
    [...x.machine.operations.byName.values()].map((one) => [`${one.name}_steps`, one]),
  );
  const listed = new Set(events.map(({ operation }) => operation));
  const sections = [
    head(written, properties),
    propertyLines(properties),
    declarations(x, fields),
    [...x.macros.values()].filter((macro) => macros.has(macro)).flatMap(macroLines),
    ...[...x.inlines.values()]
      .filter((inline) => inlines.has(inline))
      .map((inline) => {
        const operation = operations.get(inline.name);
        const above =
          operation === undefined || listed.has(operation)
            ? []
            : comment(listsOf(system, operation));
        return [...above, ...inlineLines(inline)];
      }),
    allEventLines(x, events).slice(1),
    processLines(events),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
