/** Every word that a system, a trace or a verdict can have, collected from the declarations. */
import type { KernelWord } from '../checker/trace/kernel-word.ts';
import {
  C_CALLBACKS,
  DESCRIPTORS,
  NOT_IN_KERNELS,
  NOT_MODELLED,
  writtenHere,
} from '../checker/trace/kernel-words.ts';
import { NOT_IN_KVM } from '../checker/trace/not-in-kvm.ts';
import { DEFAULTS, PRESETS, printPart } from '../checker/trace/setup.ts';
import { systemWith } from '../checker/trace/system-with.ts';
import { wrap } from '../checker/trace/wrap.ts';
import { cite, sourceText } from '../model/citation.ts';
import { LINUX } from '../model/citations.ts';
import type { Field } from '../model/field.ts';
import { RETURNS_TOLD } from '../model/field.ts';
import type { Told } from '../model/program.ts';
import { CONDITIONS_TOLD, RANGES_TOLD } from '../model/program.ts';
import type { StepKind } from '../model/steps.ts';
import { CALLS, MARKS, STEPS, WORDS } from '../model/steps.ts';
import type { PartName } from '../model/system.ts';
import { fieldsOf } from '../model/system.ts';
import { NO_MACHINE, noSuchMachine } from '../model/systems/machines.ts';
import { expectedOf, valueText } from '../model/text.ts';
import { VOCABULARY } from '../model/vocabulary.ts';
import { PROPERTIES } from '../properties/index.ts';

export const TOPICS = [
  'kernel',
  'driver',
  'hardware',
  'scope',
  'step',
  'property',
  'event',
] as const;
export type Topic = (typeof TOPICS)[number];

/** A word, and the explanation that is printed below it. */
export interface Term {
  readonly name: string;
  readonly mark: string;
  readonly about: readonly string[];
  /** Shorter names for the same. */
  readonly also: readonly string[];
}

/** Words of one kind. */
export interface Section {
  readonly head: string;
  readonly terms: readonly Term[];
}

const term = (name: string, about: readonly string[], mark = '', also: string[] = []): Term => ({
  name,
  mark,
  about,
  also,
});

const WIDTH = 72;

/** Names the presets of other parts with which it was a machine. */
function machineLines(part: PartName, name: string): string[] {
  const partners = { kernel: ['driver'], driver: ['kernel', 'hardware'], hardware: ['driver'] };
  if (part === 'scope') return [];
  if (Object.hasOwn(NO_MACHINE, name)) return [`no machine: ${NO_MACHINE[name]}`];
  return partners[part].flatMap((other) => {
    const names = PRESETS[other as PartName].map((preset) => preset.name);
    const met = names.filter((one) => noSuchMachine({ [part]: name, [other]: one }) === undefined);
    return wrap(`with ${other}: ${met.join(' ')}`, WIDTH);
  });
}

const presetsOf = (part: PartName): Term[] =>
  PRESETS[part].map(({ name, about, source }) => {
    const isDefault = name === DEFAULTS[part] && !about.includes('default');
    const pairs = printPart({ ...systemWith(part, name), names: {} }, part);
    const spelled = pairs === name ? [] : [`= ${pairs}`];
    const lines = [about, ...spelled, sourceText(source), ...machineLines(part, name)];
    return term(name, lines, isDefault ? ' (the default)' : '');
  });

/** The values of a field: one of several, or a list of several. */
function valuesText(name: string, field: Field): string {
  const words = expectedOf(name, field);
  if (!['program', 'callback', 'set'].includes(field.values.form)) return words.join(' | ');
  const members = words.filter((word) => word !== 'none');
  const empty = words.includes('none') ? 'none, or ' : '';
  return `${empty}a list of: ${members.join(', ')}`;
}

const fieldsTold = (part: PartName): Term[] =>
  Object.entries(fieldsOf(part)).map(([name, field]) => {
    const values = wrap(`= ${valuesText(name, field)}`, WIDTH);
    const otherwise = `if nothing is said: ${valueText(field, field.otherwise)}`;
    return term(name, [field.about, ...values, otherwise, sourceText(field.source)]);
  });

const valuesOf = ([name, { values, source }]: [string, Field]): Term[] =>
  values.form === 'choice' || values.form === 'set'
    ? Object.entries(values.abouts).map(([value, about]) =>
        term(value, [about, sourceText(source)], `  [${name}]`),
      )
    : [];

/** Values that fields of every part can have. */
const ANY_VALUE: Readonly<Record<string, Told>> = {
  true: { sentence: 'The switch is on.', source: 'the text of a system' },
  false: { sentence: 'The switch is off.', source: 'the text of a system' },
  none: { sentence: 'The list or the set is empty.', source: 'the text of a system' },
  many: {
    sentence: 'Every number of pages, CPUs or devices, one at least; check proves for all.',
    source: 'docs/reductions.md',
  },
};

const told = (words: Readonly<Record<string, Told>>, prefix = ''): Term[] =>
  Object.entries(words).map(([name, { sentence, source }]) =>
    term(prefix + name, [sentence, sourceText(source)], '', prefix.length === 1 ? [name] : []),
  );

/** The steps of one kind of list. For KVM some have another sentence. */
const stepsIn = (list: StepKind['in']): Term[] =>
  Object.entries<StepKind>(STEPS)
    .filter(([, step]) => step.in === list)
    .map(
      ([
        name,
        {
          told: { sentence, source },
          kvm,
        },
      ]) => {
        const more = kvm === undefined ? [] : [`KVM: ${kvm.sentence}`, sourceText(kvm.source)];
        return term(name, [sentence, sourceText(source), ...more]);
      },
    );

/** The words of a trace that are no events: who acts on what, what is answered, and the end. */
const TRACE_WORDS: readonly (readonly [string, string, string, readonly string[]])[] = [
  [
    'dev0',
    'A device; dev1 and dev2 are the others.',
    'docs/trace-format.md: the events',
    ['dev1', 'dev2'],
  ],
  [
    'cpu0',
    'A CPU; cpu1 and cpu2 are the others.',
    'docs/trace-format.md: the events',
    ['cpu1', 'cpu2'],
  ],
  ['A', 'A page; B, C and D are the others.', 'docs/trace-format.md: the events', ['B', 'C', 'D']],
  [
    '== 1',
    'A look found a use, or the PTE young; 0: it did not.',
    sourceText(cite`${LINUX.folio_referenced}`),
    [],
  ],
  [
    '== idle',
    'A check says that the page is still marked idle.',
    sourceText(cite`${LINUX.page_idle_bitmap_read}`),
    ['idle'],
  ],
  [
    '== busy',
    'A check says that the page was used since its mark.',
    sourceText(cite`${LINUX.page_idle_bitmap_read}`),
    ['busy'],
  ],
  [
    'violates',
    'The last event violates the property that follows.',
    'docs/trace-format.md: the last line',
    [],
  ],
  ['ends', 'No event of the trace violates anything.', 'docs/trace-format.md: the last line', []],
  [
    'Result',
    'Whether what a trace tells of can happen.',
    'docs/trace-format.md: the comment',
    ['Result:'],
  ],
  ['Sometimes', 'It can happen in this system.', 'docs/trace-format.md: the comment', []],
  ['Never', 'It cannot happen in this system.', 'docs/trace-format.md: the comment', []],
  ['Trace', 'The header; the name of the trace follows.', 'docs/trace-format.md: the header', []],
];
const traceWords = (): Term[] =>
  TRACE_WORDS.map(([name, sentence, source, also]) =>
    term(name, [sentence, source], '', [...also]),
  );

const toldOf = <T extends { readonly told: Told }>(words: Readonly<Record<string, T>>) =>
  Object.fromEntries(Object.entries(words).map(([name, word]) => [name, word.told]));

const stepSections = (): Section[] => [
  { head: 'step of a program', terms: [...told(toldOf(MARKS)), ...stepsIn('program')] },
  { head: 'call of a program', terms: told(toldOf(CALLS)) },
  { head: 'action of a callback', terms: [...stepsIn('callback'), ...told(toldOf(WORDS))] },
  { head: 'what a callback returns', terms: told(RETURNS_TOLD, 'return-') },
  { head: 'range of a step', terms: told(RANGES_TOLD, '@') },
  { head: 'condition of a step', terms: told(CONDITIONS_TOLD, '?') },
  { head: 'value of any part', terms: told(ANY_VALUE) },
];

const properties = (): Term[] =>
  PROPERTIES.map(({ name, family, sentence, antecedent }) =>
    term(name, [sentence, `Vacuous without ${antecedent}.`], `  [${family}]`, [
      name.replace(/\(.*/, ''),
    ]),
  );

/** Lists the events. `kswapd: age A == 1` is also found under its verb and its actor. */
const events = (): Term[] =>
  VOCABULARY.map(({ text, granularity, sentence, source, kvm }) => {
    const [, actor, verb] = /^([^:]*?)\d?: (\S+)/.exec(text)!;
    const mark = granularity === 'both' ? '' : `  [${granularity}]`;
    const more = kvm === undefined ? [] : [`KVM: ${kvm.sentence}`, kvm.source];
    return term(text, [sentence, source, ...more], mark, [actor, verb]);
  });

/** Each word of the kernel with what to write for it. */
const kernelWords = (words: readonly KernelWord[]): Term[] =>
  words.map((word) => {
    const { name, versions, sentence, source, also } = word;
    const mark = versions === undefined ? '' : `  [${versions}]`;
    const written = writtenHere(word).map((text) => `-> ${text}`);
    const about = [...written, ...wrap(sentence, WIDTH), ...wrap(source, WIDTH)];
    return term(name, about, mark, [...also, ...(word.write === undefined ? [NOT_MODELLED] : [])]);
  });

/** What stands below a part, as those ask for it who look at the part. */
const below: Readonly<Partial<Record<PartName, () => Section[]>>> = {
  kernel: () => [{ head: 'what is not modelled', terms: kernelWords(NOT_IN_KERNELS) }],
  driver: () => recipes(),
};

/** The ways from a driver's C source to these words, for which a driver is listed. */
const recipes = (): Section[] => [
  { head: 'what a user of KVM may look for', terms: kernelWords(NOT_IN_KVM) },
  { head: 'your C callback -> these words', terms: kernelWords(C_CALLBACKS) },
  { head: 'your invalidation descriptors -> these words', terms: kernelWords(DESCRIPTORS) },
];

export const isPart = (topic: Topic): topic is PartName => Object.hasOwn(PRESETS, topic);

/** Everything that a topic explains. */
export function sectionsOf(topic: Topic): Section[] {
  if (topic === 'step') return stepSections();
  if (topic === 'property') return [{ head: 'property', terms: properties() }];
  if (topic === 'event') {
    return [
      { head: 'event', terms: events() },
      { head: 'word of a trace', terms: traceWords() },
    ];
  }
  const values = Object.entries(fieldsOf(topic)).flatMap(valuesOf);
  return [
    { head: topic, terms: presetsOf(topic) },
    { head: `${topic} field`, terms: fieldsTold(topic) },
    ...(values.length === 0 ? [] : [{ head: `${topic} value`, terms: values }]),
    ...(below[topic]?.() ?? []),
  ];
}
