/** What a document of `synthesize --json` looks like, so that another one can be told from it. */
import type { Example } from '../trace/example.ts';
import { Named, Optional } from '../trace/example.ts';
import type {
  MinimalDocument,
  PointDocument,
  PresetDocument,
  SpaceDocument,
  SynthesisDocument,
  WeakerDocument,
} from './document.ts';

const POINT: Example<PointDocument> = {
  policy: '',
  violated: [''],
  missed: 0,
  repeated: 0,
  false: 0,
  mean: 0,
  worst: 0,
  meanSpurious: 0,
  worstSpurious: 0,
};
const WEAKER: Example<WeakerDocument> = { list: '', violates: '', events: 0, trace: '' };
const MINIMAL: Example<MinimalDocument> = { ...POINT, weaker: [WEAKER] };
const PRESET: Example<PresetDocument> = {
  ...POINT,
  names: [''],
  sound: true,
  onFront: true,
  beatenBy: new Optional(''),
  toFront: [''],
  toSound: [''],
};
const SPACE: Example<SpaceDocument> = {
  kernel: '',
  varies: new Named(0),
  numbers: {
    raw: 0,
    merged: 0,
    pruned: new Optional(0),
    searched: 0,
    states: 0,
    replayed: 0,
    left: 0,
    leftSystems: 0,
  },
  minimal: new Optional([MINIMAL]),
  measuredIn: new Optional(''),
  front: new Optional([POINT]),
  presets: new Optional([PRESET]),
};
const PART = { text: '' };

export const EXAMPLE: Example<SynthesisDocument> = {
  system: { kernel: PART, driver: PART, hardware: PART, scope: PART },
  vary: '',
  required: [''],
  complete: true,
  raw: 0,
  decided: 0,
  share: 0,
  seconds: 0,
  spaces: [SPACE],
};
