/** youngcheck merge: joins the shards of one random search. */
import { Complaint } from '../checker/trace/complaint.ts';
import { concluding } from '../checker/explore/conclude.ts';
import { joinParts, readPart } from '../checker/explore/shards.ts';
import type { Command } from './command.ts';
import { readArgs } from './command.ts';
import { conduct } from './drive.ts';
import { coverageAsked, explorationShown, statusOf } from './explore.ts';
import { print } from './output.ts';
import { SEARCH_HELP, SEARCH_OPTIONS, tellShortage, useSearchOptions } from './search-options.ts';
import { readInput } from './system-options.ts';

const HELP = `youngcheck merge: join the parts of one random search

usage: youngcheck merge [--json] FILE...

The files are what youngcheck explore --json --shard k/n printed, for every k
from 1 to n. The result is that of the same search without --shard.

  --coverage        what the runs covered: events, steps, rules, states
  --coverage-lines  only that, one JSON object a line
${SEARCH_HELP}
  --json            print one JSON document

exit status: 0 nothing found, 1 some violated, 2 bad input, 3 stopped early,
4 vacuous: as that of explore
`;

const OPTIONS = {
  json: { type: 'boolean' },
  coverage: { type: 'boolean' },
  'coverage-lines': { type: 'boolean' },
  ...SEARCH_OPTIONS,
} as const;

export const merge: Command = {
  name: 'merge',
  summary: 'join what the shards of explore --json found',
  help: HELP,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = readArgs('merge', args, OPTIONS);
    if (positionals.length === 0) {
      throw new Complaint('merge needs the documents of all shards', undefined, {
        hint: 'youngcheck merge --help',
      });
    }
    useSearchOptions(values);
    const parts = positionals.map((file) => ({ file, part: readPart(readInput(file), file) }));
    const { system, properties, settings, explored, saved } = joinParts(parts);
    const { value: exploration } = await conduct(
      concluding(system, properties, settings, explored, saved),
      'properties shrunk or measured',
    );
    print(explorationShown(exploration, await coverageAsked(exploration, values), values));
    tellShortage();
    return statusOf(exploration);
  },
};
