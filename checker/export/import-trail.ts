/** Turns what pan or spin prints about a trail of an export into a trace. */
import { ACTORS } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { propertiesFor } from '../../properties/index.ts';
import type { Place } from '../trace/complaint.ts';
import { Complaint } from '../trace/complaint.ts';
import type { Line } from '../trace/lines.ts';
import { Lines } from '../trace/lines.ts';
import { Vocabulary, readBareStep } from '../trace/read-step.ts';
import { readSetup } from '../trace/read-setup.ts';
import type { Replay } from '../trace/replay.ts';
import { replay } from '../trace/replay.ts';
import { aboutViolation } from '../tell/trace-of.ts';
import type { TraceStep } from '../trace/trace.ts';

/** A text, and the name of the file from which it was read. */
export interface Input {
  readonly text: string;
  readonly file: string;
}

/** The lines of a comment that hold a setup block, with all else made blank. */
function blockIn(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.replace(/^ \*/, '  '));
  const first = lines.findIndex((line) => line.trim() === '{');
  const last = lines.findIndex((line, i) => i > first && line.trim() === '}');
  if (first < 0 || last < 0) return undefined;
  return lines.map((line, i) => (i < first || i > last ? '' : line)).join('\n');
}

/** Reads the system from the comment at the head of an export. */
function systemIn({ text, file }: Input): System {
  const block = blockIn(text);
  const place = { file, line: 1, column: 1, source: text.split('\n')[0] };
  if (block !== undefined) {
    return readSetup(new Lines(block, file));
  }
  throw new Complaint('no setup block in a comment at the head of this file', place, {
    hint: 'youngcheck export --promela writes the file',
    possible: [' * {', ' *   driver   kvm', ' * }'],
  });
}

const EVENT = new RegExp(`^\\s*(?:${ACTORS.join('|')})\\d*:`);
const VIOLATES = /^\s*violates\s+(\S+)/;
const TRAIL = /^-?\d+:-?\d+:-?\d+$/;

function* linesOf(lines: Lines): Generator<Line> {
  for (let index = 0; index < lines.count; index++) yield lines.line(index);
}

/** Refuses a text without an event, and tells how to get one that has them. */
function withoutEvents(lines: Lines, pml: string): Complaint {
  const hint = `./pan -S | youngcheck import-trail ${pml}`;
  const first = lines.line(0);
  const isTrail = [...linesOf(lines)].some(({ text }) => TRAIL.test(text));
  const message = isTrail
    ? 'this is the trail itself, and only pan can read it'
    : 'no event here: pan has found no trail, or did not replay it';
  return new Complaint(message, lines.at(first), { hint, possible: ['dev0: read A'] });
}

interface Violated {
  readonly property: Property;
  readonly place: Place;
}

/** The property that the run says it violates. */
function violatedIn(lines: Lines, system: System): Violated | undefined {
  const said = [...linesOf(lines)].find(({ text }) => VIOLATES.test(text));
  if (said === undefined) return undefined;
  const name = VIOLATES.exec(said.text)![1];
  const place = lines.at(said);
  const properties = propertiesFor(system);
  const property = properties.find((one) => one.name === name);
  if (property !== undefined) return { property, place };
  throw new Complaint(`the system of this export has no property ${name}`, place, {
    possible: properties.map((one) => one.name),
  });
}

/** What the last of these events violates. An event that cannot happen is left to the replay. */
function lastViolated(system: System, steps: readonly TraceStep[]): Property | undefined {
  const model = new Model(system);
  let state = model.initial;
  let violated: Property | undefined;
  for (const { event } of steps) {
    const transition = model.step(state, event);
    if (transition === undefined) return undefined;
    state = transition.state;
    violated = propertiesFor(system).find((property) => property.violated(transition.shown));
  }
  return violated;
}

/** The run of an export as a trace. It replays: the model answers and violates the same. */
export function importTrail(pml: Input, run: Input): Replay {
  const system = systemIn(pml);
  const lines = new Lines(run.text, run.file);
  const vocabulary = new Vocabulary(system);
  const read = [...linesOf(lines)]
    .filter(({ text }) => EVENT.test(text))
    .map((line) => readBareStep(lines, line, vocabulary));
  if (read.length === 0) throw withoutEvents(lines, pml.file);
  const steps = read.map(({ step }) => step);
  const places = read.map((one) => one.places);
  const violated = violatedIn(lines, system);
  const property = violated?.property ?? lastViolated(system, steps);
  const about =
    property === undefined ? { verdict: 'ends' as const } : aboutViolation(property, system);
  const source = { steps: places, verdict: violated?.place ?? places.at(-1)!.event };
  return replay({ ...about, system, steps, source });
}
