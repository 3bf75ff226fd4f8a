/** Declares the state of an export: the fields that its events use, in structs as in the model. */
import { THREADS } from '../../model/operation.ts';
import type { Field } from './promela.ts';
import { number } from './promela.ts';
import { exprText } from './print.ts';
import { HEALTH, IN_FLIGHT } from './ghosts.ts';
import { WAITS } from './atc.ts';
import type { World } from './world.ts';
import { SCRATCH_NAME } from './world.ts';

/** The structs of a page, what each is, and whether there is one for every CPU or device. */
const OF_A_PAGE = {
  pte: { type: 'Pte', about: 'the page table of the CPU' },
  flags: { type: 'Flags', about: 'struct page' },
  tlb: { type: 'Tlb', about: 'the TLB of each CPU', per: 'cpus' },
  iotlb: { type: 'Iotlb', about: 'the cache of the IOMMU' },
  spte: { type: 'Spte', about: "the secondary's own page table" },
  atc: { type: 'Atc', about: 'the ATC of each device, or the TLB of a vCPU', per: 'devices' },
  link: { type: 'Link', about: 'what is under way between a device and the IOMMU', per: 'devices' },
  seen_reclaim: { type: 'Seen_reclaim', about: 'ghosts of reclaim' },
  seen_idle: { type: 'Seen_idle', about: 'ghosts of page_idle' },
} as const;

const kindOf = (width: number): string => (width === 1 ? 'bit' : 'unsigned');
const fieldText = (name: string, width: number): string =>
  `${kindOf(width)} ${name}${width === 1 ? '' : ` : ${width}`}`;

/** The fields of each struct: `pte` of a page, or a thread. */
function structsOf(fields: readonly Field[]): Map<string, Map<string, number>> {
  const structs = new Map<string, Map<string, number>>();
  for (const { path, width } of fields) {
    const names = path.filter((part) => typeof part === 'string');
    const struct = names.at(-2)!;
    const own = structs.get(struct) ?? new Map<string, number>();
    structs.set(struct, own.set(names.at(-1)!, width));
  }
  return structs;
}

const WIDTH = 80;

/** A struct, on one line if it is short. */
function typedef(type: string, members: readonly string[]): string[] {
  const short = `typedef ${type} { ${members.join('; ')} }`;
  if (short.length <= WIDTH) return [short];
  const last = members.length - 1;
  return [
    `typedef ${type} {`,
    ...members.map((member, i) => `  ${member}${i < last ? ';' : ''}`),
    '}',
  ];
}

const membersOf = (fields: ReadonlyMap<string, number>): string[] =>
  [...fields].map(([name, width]) => fieldText(name, width));

const define = (name: string, value: number): string => `#define ${name} ${value}`;

/** The names of values: pages, and what a field of several bits can be. */
function valueLines(x: World, fields: readonly Field[]): string[] {
  const has = (name: string) => fields.some(({ path }) => path.at(-1) === name);
  const values = [
    ...x.each('pages'),
    ...(has('request') ? [WAITS, IN_FLIGHT] : []),
    ...(has('health') || has('postedHealth') ? Object.values(HEALTH) : []),
  ];
  return values.map((value) => define(exprText(value), value.is === 'number' ? value.value : 0));
}

export function declarations(x: World, fields: readonly Field[]): string[] {
  const structs = structsOf(fields);
  const { scope } = x.parts;
  const lines: string[] = [];
  const members: string[] = [];
  for (const [name, one] of Object.entries(OF_A_PAGE)) {
    const own = structs.get(name);
    if (own === undefined) continue;
    lines.push(`/* ${one.about} */`, ...typedef(one.type, membersOf(own)));
    const count = 'per' in one ? `[${exprText(number(scope[one.per]))}]` : '';
    members.push(`${one.type} ${name}${count}`);
  }
  lines.push(...typedef('Page', members), `Page page[${scope.pages}];`);
  for (const thread of THREADS) {
    const own = structs.get(thread);
    if (own === undefined) continue;
    lines.push('/* the operation under way: its next step, its page, and what it found */');
    lines.push(...typedef(`Thread_${thread}`, membersOf(own)), `Thread_${thread} ${thread};`);
  }
  const scratch = structs.get(SCRATCH_NAME);
  if (scratch !== undefined) {
    lines.push('/* what one event notes for itself; 0 between events */');
    lines.push(...typedef('Event', membersOf(scratch)), `Event ${SCRATCH_NAME};`);
  }
  return [...valueLines(x, fields), ...lines];
}
