/**
 * The core of the model, docs/model.md sections 1 to 10, and what extends it. Each extension is off
 * by default, and a system without any is as if there were none.
 */
import type { Line, Program, Range } from './program.ts';
import type { Callback } from './field.ts';
import { notInPlay } from './not-in-play.ts';
import type { Driver, Hardware, Kernel, OptionalEvent, PartName, Parts, Scope } from './system.ts';
import { CALLBACKS, DEFAULTS, PROGRAMS, fieldsOf } from './system.ts';
import { valueText } from './text.ts';

/** The fields of the extensions. */
const FIELDS: { readonly [P in keyof Parts]: readonly (keyof Parts[P])[] } = {
  kernel: ['migrate', 'cow', 'rewrite', 'checksPending'],
  driver: ['fill'],
  hardware: ['iotlbQueue', 'acknowledges', 'inFlight', 'drainsTranslated'],
  scope: ['block', 'range'],
};
const EVENTS: readonly OptionalEvent[] = ['dontneed', 'mprotect', 'rewrite', 'migrate', 'cow'];
const RANGES: readonly Range[] = ['first', 'all-but-last', 'pow2', 'pow2-short'];

const coreLine = (line: Line): Line =>
  RANGES.includes(line.range) ? { ...line, range: 'page' } : line;

/** A program without marks of the extensions, and with `pte` first. */
function coreProgram(program: Program): Program {
  const isPte = ({ name }: Line) => name === 'pte';
  const rest = program.filter((line) => !isPte(line) && !['unlock', 'look'].includes(line.name));
  return [...program.filter(isPte), ...rest.map(coreLine)];
}

function coreCallback({ actions, returns }: Callback): Callback {
  const known = actions.filter(({ name }) => name !== 'await-iotlb');
  return {
    actions: known.map((line) =>
      coreLine(line.name === 'post-iotlb' ? { ...line, name: 'flush-iotlb' } : line),
    ),
    returns,
  };
}

/** A part with its fields of the extensions at their defaults. */
const plain = <P extends keyof Parts>(parts: Parts, part: P): Parts[P] => ({
  ...parts[part],
  ...(Object.fromEntries(
    FIELDS[part].map((name) => [name, DEFAULTS[part][name]]),
  ) as unknown as Partial<Parts[P]>),
});

/** What a system is without the extensions. */
export function coreOf<T extends Parts>(parts: T): T {
  const kernel: Kernel = plain(parts, 'kernel');
  const driver: Driver = plain(parts, 'driver');
  const hardware: Hardware = plain(parts, 'hardware');
  const scope: Scope = plain(parts, 'scope');
  const programs = PROGRAMS.filter((name) => !(FIELDS.kernel as readonly string[]).includes(name));
  return {
    ...parts,
    kernel: {
      ...kernel,
      ...Object.fromEntries(programs.map((name) => [name, coreProgram(kernel[name])])),
    },
    driver: {
      ...driver,
      ...Object.fromEntries(CALLBACKS.map((name) => [name, coreCallback(driver[name])])),
    },
    hardware,
    scope: { ...scope, events: scope.events.filter((event) => !EVENTS.includes(event)) },
  };
}

/** What a system says in the words of the extensions, as far as that is in play. */
export function extensionsOf(parts: Parts): string[] {
  const core = coreOf(parts);
  const idle = new Set(notInPlay(parts, core).map(({ field, word }) => `${field} ${word}`));
  const differing = (Object.keys(FIELDS) as PartName[]).flatMap((part) =>
    Object.entries(fieldsOf(part)).flatMap(([name, field]) => {
      const [is, was] = [parts, core].map((from) =>
        valueText(field, Reflect.get(from[part], name)),
      );
      return is === was || name === 'events' || idle.has(`${name} ${name}`)
        ? []
        : [`${name}=${is}`];
    }),
  );
  const events = parts.scope.events.filter(
    (event) => EVENTS.includes(event) && !idle.has(`events ${event}`),
  );
  return [...differing, ...events.map((event) => `events=${event}`)];
}
