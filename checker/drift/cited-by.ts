/** Which rules and presets cite which place in the kernel. */
import type { Citation, Source } from '../../model/citation.ts';
import { citationsIn } from '../../model/citation.ts';
import type { EventKind } from '../../model/event.ts';
import { KINDS } from '../../model/events.ts';
import { RETURNS_TOLD } from '../../model/field.ts';
import type { Told } from '../../model/program.ts';
import { CONDITIONS_TOLD, RANGES_TOLD } from '../../model/program.ts';
import { CALLS, MARKS, STEPS, WORDS } from '../../model/steps.ts';
import { fieldsOf } from '../../model/system.ts';
import type { KernelPreset } from '../../model/systems/kernels.ts';
import { MACHINES } from '../../model/systems/machines.ts';
import { PART_NAMES, PRESETS } from '../trace/setup.ts';

/** A rule or a preset by its name, such as `event kswapd: age` or `driver kvm`. */
type Rule = readonly [name: string, source: Source];

/** A word of the model with what is told of it, and for some with what is told of it for KVM. */
interface Word {
  readonly told: Told;
  readonly kvm?: Told;
}

const rulesOf = (kind: string, words: Readonly<Record<string, Word>>): Rule[] =>
  Object.entries(words).flatMap(([name, { told, kvm }]): Rule[] => [
    [`${kind} ${name}`, told.source],
    ...(kvm === undefined ? [] : [[`${kind} ${name} of KVM`, kvm.source] as const]),
  ]);

const toldRules = (kind: string, words: Readonly<Record<string, Told>>): Rule[] =>
  Object.entries(words).map(([name, { source }]) => [`${kind}${name}`, source]);

/** Events, the words of lists of steps, and fields. */
const rules = (): Rule[] => [
  ...Object.entries<Readonly<Record<string, EventKind>>>(KINDS).flatMap(([actor, kinds]) =>
    rulesOf(`event ${actor}:`, kinds),
  ),
  ...[MARKS, STEPS, CALLS, WORDS].flatMap((words) => rulesOf('step', words)),
  ...toldRules('range @', RANGES_TOLD),
  ...toldRules('condition ?', CONDITIONS_TOLD),
  ...toldRules('return-', RETURNS_TOLD),
  ...PART_NAMES.flatMap((part) =>
    Object.entries(fieldsOf(part)).map(([name, { source }]): Rule => [`field ${name}`, source]),
  ),
];

const presetRules = (kernels: readonly KernelPreset[]): Rule[] => [
  ...kernels.map(({ name, source }): Rule => [`kernel ${name}`, source]),
  ...(['driver', 'hardware'] as const).flatMap((part) =>
    PRESETS[part].map(({ name, source }): Rule => [`${part} ${name}`, source]),
  ),
];

const machineRules = (): Rule[] =>
  MACHINES.map(({ drivers, source }) => [`machine ${drivers.join(' ')}`, source]);

/** Every rule, every driver and hardware, and some kernels, each with what is behind it. */
export const rulesAndPresets = (kernels: readonly KernelPreset[]): Rule[] => [
  ...rules(),
  ...presetRules(kernels),
  ...machineRules(),
];

/**
 * The citations of all rules, of all drivers and hardware, and of some kernels, each with those
 * that cite it.
 */
export function citedBy(kernels: readonly KernelPreset[]): Map<Citation, string[]> {
  const cited = new Map<Citation, string[]>();
  for (const [name, source] of rulesAndPresets(kernels)) {
    for (const citation of new Set(citationsIn(source))) {
      cited.set(citation, [...(cited.get(citation) ?? []), name]);
    }
  }
  return cited;
}
