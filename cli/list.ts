/** youngcheck list: presets, fields, properties and events, with their sentences and sources. */
import { Complaint, didYouMean, quote } from '../checker/trace/complaint.ts';
import { DEFAULTS, PRESETS, parseSystem, printPart } from '../checker/trace/setup.ts';
import { documentText } from '../checker/trace/document.ts';
import type { PartName } from '../model/system.ts';
import { fieldsOf } from '../model/system.ts';
import { expectedOf } from '../model/text.ts';
import { VOCABULARY } from '../model/vocabulary.ts';
import { PROPERTIES } from '../properties/index.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs } from './command.ts';

const TOPICS = ['kernel', 'driver', 'hardware', 'scope', 'property', 'event'] as const;
type Topic = (typeof TOPICS)[number];

const HELP = `youngcheck list: what can be named, with sentences and sources

usage: youngcheck list [TOPIC | NAME...]
       youngcheck list --json [TOPIC...]

topics: ${TOPICS.join(', ')}; default: all
names: of a preset, a property or a field, such as kvm, no-stale-access, pages
`;

/** One thing that can be named, and what is told of it below its name. */
interface Term {
  readonly name: string;
  readonly mark: string;
  readonly about: readonly string[];
}

function presetsOf(part: PartName): Term[] {
  return PRESETS[part].map(({ name, about, source }) => {
    const isDefault = name === DEFAULTS[part];
    const pairs = printPart({ ...parseSystem({ [part]: name }), names: {} }, part);
    return {
      name,
      mark: isDefault && !about.includes('default') ? ' (the default)' : '',
      about: [about, ...(pairs === name ? [] : [`= ${pairs}`]), source],
    };
  });
}

function termsOf(topic: Topic): Term[] {
  switch (topic) {
    case 'property':
      return PROPERTIES.map(({ name, family, sentence, antecedent }) => ({
        name,
        mark: `  [${family}]`,
        about: [sentence, `Vacuous without ${antecedent}.`],
      }));
    case 'event':
      return VOCABULARY.map(({ text, granularity, sentence, source }) => ({
        name: text,
        mark: granularity === 'both' ? '' : `  [${granularity}]`,
        about: [sentence, source],
      }));
    default:
      return presetsOf(topic);
  }
}

const linesOf = ({ name, mark, about }: Term): string[] => [
  `  ${name}${mark}`,
  ...about.map((line) => `      ${line}`),
];

const isPart = (topic: Topic): topic is PartName => topic !== 'property' && topic !== 'event';

function fieldLines(part: PartName): string[] {
  return Object.entries(fieldsOf(part)).map(
    ([name, field]) => `  ${name}=${expectedOf(field).join('|')}`,
  );
}

function listTopic(topic: Topic): string[] {
  const lines = termsOf(topic).flatMap(linesOf);
  if (!isPart(topic)) return [topic === 'event' ? 'events:' : 'properties:', ...lines];
  return [`${topic}:`, ...lines, '', `${topic} fields:`, ...fieldLines(topic)];
}

/** A topic as data. */
function topicJson(topic: Topic): unknown {
  switch (topic) {
    case 'property':
      return PROPERTIES.map(({ name, family, sentence, antecedent }) => ({
        name,
        family,
        sentence,
        antecedent,
      }));
    case 'event':
      return VOCABULARY;
    default: {
      const fields = Object.entries(fieldsOf(topic));
      return {
        default: DEFAULTS[topic],
        presets: PRESETS[topic].map(({ name, about, source }) => ({ name, about, source })),
        fields: Object.fromEntries(fields.map(([name, field]) => [name, expectedOf(field)])),
      };
    }
  }
}

/** What one name stands for: a preset, a property with or without its observer, a field. */
function listName(word: string): string[] {
  return TOPICS.flatMap((topic) => {
    const named = termsOf(topic).filter(
      ({ name }) => name === word || (topic === 'property' && name.startsWith(`${word}(`)),
    );
    const fields = isPart(topic)
      ? fieldLines(topic).filter((line) => line.startsWith(`  ${word}=`))
      : [];
    return [
      ...(named.length > 0 ? [`${topic}:`, ...named.flatMap(linesOf)] : []),
      ...(fields.length > 0 ? [`${topic} field:`, ...fields] : []),
    ];
  });
}

/** A topic, in the singular or the plural. */
function topicOf(word: string): Topic | undefined {
  const singular = word.replace(/ies$/, 'y').replace(/s$/, '');
  return TOPICS.find((name) => name === singular || name === word);
}

/** The document of --json: of each topic what can be named. */
function listedJson(words: readonly string[]): string {
  const topics = words.map((word) => {
    const topic = topicOf(word);
    if (topic !== undefined) return [topic, topicJson(topic)] as const;
    const message = `--json lists topics, not ${quote(word)}`;
    throw new Complaint(message, undefined, { possible: TOPICS });
  });
  return documentText(Object.fromEntries(topics));
}

/** A topic or a name. */
function listed(word: string): string[] {
  const topic = topicOf(word);
  if (topic !== undefined) return listTopic(topic);
  const found = listName(word);
  if (found.length > 0) return found;
  const names = TOPICS.flatMap((each) => termsOf(each).map(({ name }) => name));
  const guess = didYouMean(word, [...TOPICS, ...names]);
  throw new Complaint(`nothing to list under ${quote(word)}${guess}`, undefined, {
    possible: [...TOPICS, 'the name of a preset, a property or a field'],
  });
}

export const list: Command = {
  name: 'list',
  summary: 'presets, properties and events, with sentences and sources',
  help: HELP,
  run(args) {
    const { values, positionals } = readArgs('list', args, { json: { type: 'boolean' } });
    const words = positionals.length === 0 ? TOPICS : positionals;
    const text = values.json
      ? listedJson(words)
      : `${words.map((word) => listed(word).join('\n')).join('\n\n')}\n`;
    process.stdout.write(text);
    return STATUS.holds;
  },
};
