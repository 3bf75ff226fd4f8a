/** youngcheck list: explains every word in sentences, with sources. */
import { ownSystem, systemNames } from '../checker/judge/catalogue/own.ts';
import { Complaint, didYouMean, quote } from '../checker/trace/complaint.ts';
import { documentText } from '../checker/trace/document.ts';
import { KERNEL_WORDS } from '../checker/trace/kernel-words.ts';
import { newField, newSpelling } from '../checker/trace/old-spellings.ts';
import { DEFAULTS, PRESETS, printSetup } from '../checker/trace/setup.ts';
import { sourceText } from '../model/citation.ts';
import { fieldsOf } from '../model/system.ts';
import { expectedOf } from '../model/text.ts';
import { VOCABULARY } from '../model/vocabulary.ts';
import { PROPERTIES } from '../properties/index.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs } from './command.ts';
import { print } from './output.ts';
import type { Section, Term, Topic } from './terms.ts';
import { TOPICS, isPart, sectionsOf } from './terms.ts';

const HELP = `youngcheck list: what can be named, with sentences and sources

usage: youngcheck list [TOPIC | WORD...]
       youngcheck list --json [TOPIC...]
       youngcheck list --folder DIR [systems | WORD...]

topics: ${TOPICS.join(', ')}; default: all
words: every word that a system or a trace can have, such as kvm, pageout,
multi-gen, flush-atc, @mm, ?young, return-one, no-stale-access, madvise-cold;
or several in one, such as age=pte,flush-tlb?young; and words of the kernel, such
as arch_invalidate_secondary_tlbs, qi_flush_piotlb, ATC_INV, release, memslots;
not-modelled: what the model leaves out, and why;
systems, and the name of one of them: those of a catalogue of your own, which
--folder names (docs/own-catalogue.md)

list driver ends with what to write for each callback of mmu_notifier_ops and
for each invalidation command of VT-d, AMD and SMMUv3.

exit status: 0 printed, 2 nothing has that name
`;

const linesOf = ({ name, mark, about }: Term): string[] => [
  `  ${name}${mark}`,
  ...about.map((line) => `      ${line}`),
];

const sectionLines = ({ head, terms }: Section): string[] => [
  `${head}:`,
  ...terms.flatMap(linesOf),
];

/** A topic as data. */
function topicJson(topic: Topic): unknown {
  if (topic === 'event') return VOCABULARY;
  if (topic === 'property') {
    return PROPERTIES.map(({ name, family, sentence, antecedent }) => ({
      name,
      family,
      sentence,
      antecedent,
    }));
  }
  if (isPart(topic)) {
    const fields = Object.entries(fieldsOf(topic));
    return {
      default: DEFAULTS[topic],
      presets: PRESETS[topic].map(({ name, about, source }) => ({
        name,
        about,
        source: sourceText(source),
      })),
      fields: Object.fromEntries(fields.map(([name, field]) => [name, expectedOf(name, field)])),
      ...(topic === 'driver' ? { kernelWords: KERNEL_WORDS } : {}),
    };
  }
  return sectionsOf(topic).flatMap(({ head, terms }) =>
    terms.map(({ name, about: [sentence, source] }) => ({ kind: head, name, sentence, source })),
  );
}

let made: readonly Section[] | undefined;
/** All sections. They are made when they are first asked for, as most commands never do. */
const ALL = (): readonly Section[] => (made ??= TOPICS.flatMap(sectionsOf));

/** The meanings of one word, in every section that has it. */
const found = (word: string): Section[] =>
  ALL()
    .map(({ head, terms }) => ({
      head,
      terms: terms.filter(({ name, also }) => name === word || also.includes(word)),
    }))
    .filter(({ terms }) => terms.length > 0);

/** The topic of this name, in the singular or the plural. */
function topicOf(word: string): Topic | undefined {
  const singular = word.replace(/ies$/, 'y').replace(/s$/, '');
  return TOPICS.find((name) => name === singular || name === word);
}

/** The document of --json: the entries of each topic. */
function listedJson(words: readonly string[]): string {
  const topics = words.map((word) => {
    const topic = topicOf(word);
    if (topic !== undefined) return [topic, topicJson(topic)] as const;
    const message = `--json lists topics, not ${quote(word)}`;
    throw new Complaint(message, undefined, { possible: TOPICS });
  });
  return documentText(Object.fromEntries(topics));
}

/** The words in a text such as `age=pte,invalidate@mm?young`. A number needs no explanation. */
const wordsIn = (text: string): string[] =>
  (text.match(/[@?]?[^=,@?]+/g) ?? []).filter((word) => !/^\d+$/.test(word));

const nothingUnder = (word: string, hint: string): Complaint =>
  new Complaint(`nothing to list under ${quote(word)}`, undefined, { hint });

/** The meanings of a word. Complains if there is none. */
function known(word: string): Section[] {
  const sections = found(word);
  if (sections.length > 0) return sections;
  const today = newSpelling(word);
  if (today !== undefined) throw nothingUnder(word, today);
  const names = ALL().flatMap(({ terms }) => terms.flatMap(({ name, also }) => [name, ...also]));
  const guess = didYouMean(word, [...TOPICS, ...names]);
  throw new Complaint(`nothing to list under ${quote(word)}${guess}`, undefined, {
    possible: [...TOPICS, 'a word that a system or a trace can have'],
  });
}

/**
 * The sections for a topic, a word, or a text of several words. `events` is a topic and also a
 * field.
 */
function sectionsFor(text: string): Section[] {
  const topic = topicOf(text);
  if (topic !== undefined) {
    return topic === text ? sectionsOf(topic) : [...found(text), ...sectionsOf(topic)];
  }
  const words = wordsIn(text);
  const isOne = found(text).length > 0 || !/[=,@?]/.test(text);
  const [, field, value] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  const today = field === undefined ? undefined : newField(field, value);
  if (today !== undefined) throw nothingUnder(field, today);
  if (isOne || words.length === 0) return known(text);
  return [...new Set(words)].flatMap(known);
}

/** The systems of a catalogue of a user's own, as their files have them. */
function ownSection(folder: string): Section {
  const terms = systemNames(folder).map((name) => ({
    name,
    mark: '',
    about: printSetup(ownSystem(folder, name)),
    also: [],
  }));
  return { head: `systems of ${folder}`, terms };
}

/** The systems of a user's own that a word means; undefined if it means something else. */
function ownMeant(own: Section | undefined, word: string): Section | undefined {
  if (own === undefined || word === 'system' || word === 'systems') return own;
  const terms = own.terms.filter(({ name }) => name === word);
  return terms.length > 0 ? { ...own, terms } : undefined;
}

function listed(word: string, own: Section | undefined): string {
  const meant = ownMeant(own, word);
  return (meant === undefined ? sectionsFor(word) : [meant])
    .map((section) => sectionLines(section).join('\n'))
    .join('\n\n');
}

const OPTIONS = { json: { type: 'boolean' }, folder: { type: 'string' } } as const;

export const list: Command = {
  name: 'list',
  summary: 'what every word of a system or a trace means, with sources',
  help: HELP,
  options: OPTIONS,
  run(args) {
    const { values, positionals } = readArgs('list', args, OPTIONS);
    const { folder, json } = values;
    if (json && folder !== undefined) throw new Complaint('--json lists no systems of a folder');
    const own = folder === undefined ? undefined : ownSection(folder);
    const all = own === undefined ? TOPICS : [...TOPICS, 'systems'];
    const words = positionals.length === 0 ? all : positionals;
    const text = () => words.map((word) => listed(word, own)).join('\n\n');
    print(json ? listedJson(words) : `${text()}\n`);
    return STATUS.holds;
  },
};
