/** The inputs of an attack: traces, lines of systems and logs, changed here and there by a seed. */
import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { DRIVERS } from '../model/systems/drivers.ts';
import { HARDWARE } from '../model/systems/hardware.ts';
import { KERNELS } from '../model/systems/kernels.ts';
import { SCOPES } from '../model/systems/scopes.ts';
import type { PartName } from '../model/system.ts';
import { printPart } from '../checker/trace/setup.ts';
import { systemWith } from '../checker/trace/system-with.ts';

/** Words that mean something somewhere, and letters with which programs go wrong. */
const PIECES = [
  ...'{ } /* */ // * > | + ( ) : = == , @ ? # A B Z -- ends violates none many any true -1'.split(
    ' ',
  ),
  ...'(1) (2) (99999999999999999999) dev0: dev9: iommu: cpu2: granularity=fine =3D &gt; %s'.split(
    ' ',
  ),
  ...'Trace x|Result: Never|kernel|driver kvm|scope pages=4|cpu0: read A|kswapd: age'.split('|'),
  ...'translate dev1 A|== 1|== idle|no-stale-access|violates no-repeated-miss(idle)|-- '.split('|'),
  ...'__proto__ constructor hasOwnProperty toString NaN Infinity 1e999 0x undefined'.split(' '),
  ...'age=pte,flush-tlb?young events=unmap,write pages=many secondary=shadow return-zero'.split(
    ' ',
  ),
  ...'SCENARIO DEV STATE CPU MADV_COLD begin end va=0x10000000 ret=0x0 pid=1 [000]'.split(' '),
  ...'folio_referenced: clear_young: invalidate_range: tracing_mark_write: kvm_age_hva:'.split(' '),
  ...'arch_invalidate_secondary_tlbs: tlb_flush: handle_mm_fault: [LOST 9 EVENTS]'.split(' '),
  ...'\n|\r|\r\n|\t|\v|\f|\b|\0|\x07|\x1b[31m|\x1b]0;x\x07|\x7f|\x85|\x9b2J|\u2028|\u00a0'.split(
    '|',
  ),
  ...'\ufeff|\u{1f600}|\u202e|\u2066|\u00a8|\u00af|\u0430|e\u0301|\ufffd'.split('|'),
  'x'.repeat(300),
  ' '.repeat(300),
];

const OPERATIONS = [
  'insert',
  'replace',
  'drop',
  'drop line',
  'double line',
  'swap lines',
  'move line',
  'splice',
  'word',
  'other word',
  'other word',
  'cut',
  'quote',
  'wrap',
  'byte',
] as const;

/** One change of a text. Its places are shares of the text's length. */
interface Change {
  readonly how: (typeof OPERATIONS)[number];
  readonly at: number;
  readonly to: number;
  readonly length: number;
  readonly piece: string;
  readonly byte: number;
}

const anyShare = fc.nat(99_999).map((share) => share / 100_000);
const anyChange: fc.Arbitrary<Change> = fc.record({
  how: fc.constantFrom(...OPERATIONS),
  at: anyShare,
  to: anyShare,
  length: fc.integer({ min: 1, max: 20 }),
  piece: fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 3 })),
  byte: fc.nat(255),
});

/** Changes the lines of a text. */
function changedLines(lines: string[], { how, at, to }: Change): string[] {
  const [one, two] = [at, to].map((share) => Math.floor(share * lines.length));
  if (how === 'drop line') return lines.toSpliced(one!, 1);
  if (how === 'double line') return lines.toSpliced(two!, 0, lines[one!]!);
  const moved = lines.toSpliced(one!, 1);
  if (how === 'move line') return moved.toSpliced(two!, 0, lines[one!]!);
  return lines.with(one!, lines[two!]!).with(two!, lines[one!]!);
}

/** The word at a share of a text. */
function wordOf(text: string, share: number): RegExpExecArray | undefined {
  const words = [...text.matchAll(/[\w.?@-]+/g)];
  return words[Math.floor(share * words.length)];
}

function otherWord(text: string, at: number, word: string): string {
  const old = wordOf(text, at);
  if (old === undefined) return word;
  return text.slice(0, old.index) + word + text.slice(old.index + old[0].length);
}

/** Breaks the lines of a text at a width, as a mailer does. */
const wrapped = (text: string, width: number): string =>
  text.replaceAll(new RegExp(`^(.{${width},}?) (?=.)`, 'gm'), '$1\n');

function changed(text: string, change: Change, other: string): string {
  const { how, at, to, length, piece } = change;
  const from = Math.floor(at * text.length);
  if (how === 'insert') return text.slice(0, from) + piece + text.slice(from);
  if (how === 'replace') return text.slice(0, from) + piece + text.slice(from + length);
  if (how === 'drop') return text.slice(0, from) + text.slice(from + length);
  if (how === 'cut') return text.slice(0, from);
  if (how === 'splice') return text.slice(0, from) + other.slice(Math.floor(to * other.length));
  if (how === 'quote') return text.replaceAll(/^/gm, piece.length < 4 ? piece : '> ');
  if (how === 'wrap') return wrapped(text, 30 + 3 * length);
  if (how === 'word') return otherWord(text, at, piece);
  if (how === 'other word') return otherWord(text, at, wordOf(other, to)?.[0] ?? piece);
  return changedLines(text.split('\n'), change).join('\n');
}

/** Applies changes. Changes of single bytes come last, as they leave no text. */
function mutated(text: string, changes: readonly Change[], other: string): Buffer {
  const words = changes.filter(({ how }) => how !== 'byte');
  const bytes = Buffer.from(words.reduce((all, change) => changed(all, change, other), text));
  for (const { how, at, byte } of changes) {
    if (how === 'byte' && bytes.length > 0) bytes[Math.floor(at * bytes.length)] = byte;
  }
  return bytes;
}

/** An input that was changed, and the text from which it was made. */
export interface Mutant {
  readonly from: string;
  readonly bytes: Buffer;
}

/** A text that is not changed, with a name. */
interface Source {
  readonly name: string;
  readonly text: string;
}

/** The same seed draws the same mutants. */
function mutants(sources: readonly Source[], count: number, seed: number): Mutant[] {
  const anyMutant = fc
    .record({
      source: fc.constantFrom(...sources),
      other: fc.constantFrom(...sources),
      changes: fc.array(anyChange, { minLength: 1, maxLength: 4, size: 'max' }),
    })
    .map(({ source, other, changes }) => ({
      from: source.name,
      bytes: mutated(source.text, changes, other.text),
    }));
  return fc.sample(anyMutant, { numRuns: count, seed });
}

const filesIn = (folder: string, ending: string, most = Infinity): Source[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .toSorted()
    .map((name) => ({ name, text: readFileSync(`${folder}/${name}`, 'utf8') }))
    .filter(({ text }) => text.length <= most);

/** Traces of the catalogue, alone and as mails and reports have them. */
function traces(): Source[] {
  const files = filesIn('counterexamples', '.trace');
  const quoted = files.map(({ name, text }) => ({
    name: `quoted ${name}`,
    text: `On Monday somebody wrote:\n${text.replaceAll(/^/gm, '> ')}\nYes.\n-- \nme\n`,
  }));
  const pairs = files.map(({ name, text }, i) => ({
    name: `two, first ${name}`,
    text: `Worse:\n\n${text}\nand\n\n${files[(i + 1) % files.length]!.text}`,
  }));
  return [...files, ...quoted, ...pairs];
}

/** A line of a system, and the option that takes it. */
export interface SystemMutant extends Mutant {
  readonly part: PartName;
}

const PRESETS = { kernel: KERNELS, driver: DRIVERS, hardware: HARDWARE, scope: SCOPES } as const;

function systems(count: number, seed: number): SystemMutant[] {
  const parts = Object.keys(PRESETS) as PartName[];
  const each = Math.ceil(count / parts.length);
  return parts.flatMap((part, i) => {
    const sources = PRESETS[part].flatMap(({ name }) => [
      { name, text: name },
      { name, text: printPart({ ...systemWith(part, name), names: {} }, part) },
    ]);
    return mutants(sources, each, seed + i).map((mutant) => ({ ...mutant, part }));
  });
}

/** Characters. Longer logs take seconds each. */
const LONGEST_LOG = 30_000;

/** The inputs of one attack. */
export const attackInputs = (
  counts: Readonly<Record<'traces' | 'systems' | 'logs', number>>,
  seed: number,
) => ({
  traces: mutants(traces(), counts.traces, seed),
  systems: systems(counts.systems, seed),
  logs: mutants(filesIn('suites/conformance', '.log', LONGEST_LOG), counts.logs, seed),
});
