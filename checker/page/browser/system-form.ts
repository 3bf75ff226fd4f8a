/** A form to choose a system: a preset for each part, or a text in the words of a setup block. */
import { manyOf } from '../../../model/many.ts';
import type { PartName, System } from '../../../model/system.ts';
import { refuseMany } from '../../trace/numbers.ts';
import { PART_NAMES, PRESETS, parsePart, printPart, systemOf } from '../../trace/setup.ts';
import { systemWith } from '../../trace/system-with.ts';
import { attempt } from './complaint.ts';
import { h, select, setAttribute } from './h.ts';

const OTHER = '';

/** The inputs for some parts of a system. `changed` gets the system after every change. */
export function systemForm(
  label: string,
  system: System,
  parts: readonly PartName[],
  changed: (system: System) => void,
): HTMLElement {
  const current = { system };
  const take = (part: PartName, text: string) => {
    current.system = replaced(current.system, part, text);
    changed(current.system);
  };
  const fields = parts.map((part) => partField(part, current.system, (text) => take(part, text)));
  return h(
    'form',
    { class: 'system', 'aria-label': label, onsubmit: (event) => event.preventDefault() },
    ...fields,
  );
}

/** A system with another text for one part. It throws a Complaint if the text is wrong. */
export function replaced(system: System, part: PartName, text: string): System {
  const kept = (name: PartName) => ({ value: system[name], name: system.names[name] });
  const parsed = PART_NAMES.map((name) => [
    name,
    name === part ? parsePart(part, text) : kept(name),
  ]);
  const taken = systemOf(Object.fromEntries(parsed) as Parameters<typeof systemOf>[0]);
  refuseMany('a run in this page', taken);
  return taken;
}

function partField(part: PartName, system: System, take: (text: string) => void): HTMLElement {
  const presets = presetsOf(part);
  const name = presetOf(system, part);
  const error = h('div', { class: 'error' });
  const text = h('input', {
    type: 'text',
    value: printPart(system, part),
    name: `${part}-words`,
    'aria-label': `${part} in words`,
    spellcheck: 'false',
    autocomplete: 'off',
  });
  const about = h('small', {}, presets.find((preset) => preset.name === name)?.about ?? '');
  text.addEventListener('change', () => attempt(error, () => take(text.value)));
  setAttribute(text, 'hidden', name !== undefined);
  const options = [
    ...presets.map((preset) => preset.name),
    [OTHER, 'in other words\u2026'] as const,
  ];
  const choice = select(part, options, name ?? OTHER, (value) => {
    setAttribute(text, 'hidden', value !== OTHER);
    about.replaceChildren(presets.find((preset) => preset.name === value)?.about ?? '');
    if (value === OTHER) return text.focus();
    // What is refused stays in the field, so that it can be changed to what is not.
    text.value = value;
    if (!attempt(error, () => take(value))) setAttribute(text, 'hidden', false);
  });
  choice.querySelector('select')!.name = part;
  return h('div', { class: 'part' }, choice, text, about, error);
}

/** The presets with which something can be run: a scope needs numbers. */
const presetsOf = (part: PartName): readonly { readonly name: string; readonly about: string }[] =>
  PRESETS[part].filter(({ name }) => manyOf(systemWith(part, name)).length === 0);

/** The preset to which a part is equal in every field, if there is one. */
function presetOf(system: System, part: PartName): string | undefined {
  const name = system.names[part];
  if (name === undefined) return undefined;
  const { value } = parsePart(part, name);
  return JSON.stringify(value) === JSON.stringify(system[part]) ? name : undefined;
}
