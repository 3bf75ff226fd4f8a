/** youngcheck list: presets, fields, properties and events, with their sentences and sources. */
import { Complaint, closest } from '../checker/complaint.ts';
import { fieldsOf } from '../checker/trace/fields.ts';
import { DEFAULTS, PRESETS, parseSystem, printPart } from '../checker/trace/setup.ts';
import type { PartName } from '../model/system.ts';
import { VOCABULARY } from '../model/vocabulary.ts';
import { PROPERTIES } from '../properties/index.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs } from './command.ts';

const TOPICS = ['kernel', 'driver', 'hardware', 'scope', 'property', 'event'] as const;
type Topic = (typeof TOPICS)[number];

const HELP = `youngcheck list: what can be named, with sentences and sources

usage: youngcheck list [TOPIC...]

topics: ${TOPICS.join(', ')}; default: all
`;

function listPart(part: PartName): string[] {
  const presets = PRESETS[part].flatMap(({ name, about, source }) => {
    const isDefault = name === DEFAULTS[part];
    const pairs = printPart({ ...parseSystem({ [part]: name }), names: {} }, part);
    return [
      `  ${name}${isDefault && !about.includes('default') ? ' (the default)' : ''}`,
      `      ${about}`,
      ...(pairs === name ? [] : [`      = ${pairs}`]),
      `      ${source}`,
    ];
  });
  const fields = Object.entries(fieldsOf(part)).map(
    ([field, { expected }]) => `  ${field}=${expected.join('|')}`,
  );
  return [`${part}:`, ...presets, '', `${part} fields:`, ...fields];
}

function listTopic(topic: Topic): string[] {
  switch (topic) {
    case 'property':
      return [
        'properties:',
        ...PROPERTIES.flatMap(({ name, family, sentence, antecedent }) => [
          `  ${name}  [${family}]`,
          `      ${sentence}`,
          `      Vacuous without ${antecedent}.`,
        ]),
      ];
    case 'event':
      return [
        'events:',
        ...VOCABULARY.flatMap(({ text, granularity, sentence, source }) => [
          `  ${text}${granularity === 'both' ? '' : `  [${granularity}]`}`,
          `      ${sentence}`,
          `      ${source}`,
        ]),
      ];
    default:
      return listPart(topic);
  }
}

/** A topic, in the singular or the plural. */
function topicOf(word: string): Topic {
  const singular = word.replace(/ies$/, 'y').replace(/s$/, '');
  const topic = TOPICS.find((name) => name === singular || name === word);
  if (topic !== undefined) return topic;
  const guess = closest(word, TOPICS);
  const meant = guess === undefined ? '' : `; did you mean '${guess}'?`;
  throw new Complaint(`nothing to list under '${word.slice(0, 40)}'${meant}`, undefined, {
    possible: TOPICS,
  });
}

export const list: Command = {
  name: 'list',
  summary: 'presets, properties and events, with sentences and sources',
  help: HELP,
  run(args) {
    const { positionals } = readArgs('list', args, {});
    const topics = positionals.length === 0 ? TOPICS : positionals.map(topicOf);
    process.stdout.write(`${topics.map((topic) => listTopic(topic).join('\n')).join('\n\n')}\n`);
    return STATUS.holds;
  },
};
