/** The document of `youngcheck synthesize --json`, and how the report reads it. */
import { systemJson } from '../tell/verdict-json.ts';
import { traceText } from '../tell/trace-of.ts';
import { Complaint } from '../trace/complaint.ts';
import { printPart } from '../trace/setup.ts';
import type {
  MinimalDocument,
  PointDocument,
  PresetDocument,
  SpaceDocument,
  SynthesisDocument,
} from './document.ts';
import { readLike } from '../trace/example.ts';
import { EXAMPLE } from './example.ts';
import type { Minimal } from './minimal.ts';
import type { Point } from './points.ts';
import type { Standing } from './presets.ts';
import {
  brokenProperties,
  isPartial,
  numbersIn,
  policyText,
  runOf,
  shareDecided,
  sortedMinimal,
  weakerText,
} from './synthesis-text.ts';
import type { Found, Synthesis } from './synthesis.ts';

const pointJson = (found: Found, point: Point): PointDocument => {
  const { missed, repeated, false: lies, mean, worst, meanSpurious, worstSpurious } = point;
  return {
    policy: policyText(found.classes, point.code),
    violated: brokenProperties(found, point).map(({ name }) => name),
    missed,
    repeated,
    false: lies,
    mean,
    worst,
    meanSpurious,
    worstSpurious,
  };
};

function minimalJson(found: Found, { code, breakages }: Minimal): MinimalDocument {
  const { classes, points } = found;
  return {
    ...pointJson(found, points!.of(code)),
    // Its own lists, where the point is that of a shorter policy that does the same.
    policy: policyText(classes, code),
    weaker: breakages.map((breakage) => {
      const { system, run } = runOf(classes, breakage);
      return {
        list: weakerText(classes, breakage),
        violates: breakage.property.name,
        events: run.length,
        trace: traceText(system, run, breakage.property),
      };
    }),
  };
}

const standingJson = (found: Found, standing: Standing): PresetDocument => {
  const { names, point, sound, onFront, beatenBy, toFront, toSound } = standing;
  return {
    names,
    ...pointJson(found, point),
    policy: policyText(found.classes, standing.code),
    sound,
    onFront,
    ...(beatenBy === undefined ? {} : { beatenBy: policyText(found.classes, beatenBy.code) }),
    toFront: toFront.map((move) => weakerText(found.classes, move)),
    toSound: toSound.map((move) => weakerText(found.classes, move)),
  };
};

function foundJson(found: Found): SpaceDocument {
  const { classes, minimal, points, presets, measuredIn } = found;
  const { axes, base } = classes.space;
  return {
    kernel: printPart(base, 'kernel'),
    varies: Object.fromEntries(axes.map(({ field, lists }) => [field, lists.length])),
    numbers: numbersIn(found),
    ...(minimal === undefined || points === undefined
      ? {}
      : {
          minimal: sortedMinimal(found).map((each) => minimalJson(found, each)),
          measuredIn: printPart(classes.systemOf(0, measuredIn), 'scope'),
          front: points.front.map((point) => pointJson(found, point)),
          presets: (presets ?? []).map((each) => standingJson(found, each)),
        }),
  };
}

export const synthesisJson = (synthesis: Synthesis): SynthesisDocument => ({
  system: systemJson(synthesis.asked.system) as SynthesisDocument['system'],
  vary: synthesis.asked.space === undefined ? synthesis.asked.vary : 'file',
  required: synthesis.asked.required.map(({ name }) => name),
  complete: !isPartial(synthesis),
  raw: synthesis.raw,
  decided: synthesis.decided,
  share: shareDecided(synthesis),
  seconds: Number(synthesis.seconds.toFixed(3)),
  spaces: synthesis.found.map(foundJson),
});

/** Reads such a document. Complains about what it has not, or cannot have. */
export function readSynthesis(text: string, file: string): SynthesisDocument {
  const complaint = (what: string) =>
    new Complaint(`${file}: no document of synthesize: ${what}`, undefined, {
      hint: 'youngcheck synthesize --json > FILE',
    });
  const document = readLike<SynthesisDocument>(text, EXAMPLE, complaint);
  for (const [i, space] of document.spaces.entries()) {
    const [absent, there] = [false, true].map((is) => DECIDED.find((name) => name in space === is));
    if (absent === undefined || there === undefined) continue;
    throw complaint(`spaces[${i}].${absent} is nothing, although ${there} is there`);
  }
  return document;
}

/** What a space has if all its policies were decided. */
const DECIDED = ['minimal', 'measuredIn', 'front', 'presets'] as const;
