/** The document of `youngcheck synthesize --json`, as the report reads it. */
import type { PartName } from '../../model/system.ts';

/** What a policy does: docs/synthesize.md explains the numbers. */
export interface PointDocument {
  readonly policy: string;
  /** The required properties that it violates. */
  readonly violated: readonly string[];
  readonly missed: number;
  readonly repeated: number;
  readonly false: number;
  readonly mean: number;
  readonly worst: number;
  readonly meanSpurious: number;
  readonly worstSpurious: number;
}

/** A weaker list of a sound policy, and the shortest trace of what it breaks. */
export interface WeakerDocument {
  readonly list: string;
  readonly violates: string;
  readonly events: number;
  readonly trace: string;
}

export interface MinimalDocument extends PointDocument {
  readonly weaker: readonly WeakerDocument[];
}

export interface PresetDocument extends PointDocument {
  readonly names: readonly string[];
  readonly sound: boolean;
  readonly onFront: boolean;
  readonly beatenBy?: string;
  readonly toFront: readonly string[];
  readonly toSound: readonly string[];
}

/** How the policies of a space were decided, in numbers. */
export interface NumbersDocument {
  readonly raw: number;
  readonly merged: number;
  /** Undefined if not all were decided. */
  readonly pruned?: number;
  readonly searched: number;
  readonly states: number;
  readonly replayed: number;
  readonly left: number;
  readonly leftSystems: number;
}

export interface SpaceDocument {
  readonly kernel: string;
  readonly varies: Readonly<Record<string, number>>;
  readonly numbers: NumbersDocument;
  readonly minimal?: readonly MinimalDocument[];
  readonly measuredIn?: string;
  readonly front?: readonly PointDocument[];
  readonly presets?: readonly PresetDocument[];
}

export interface SynthesisDocument {
  readonly system: Readonly<Record<PartName, { readonly text: string }>>;
  readonly vary: string;
  readonly required: readonly string[];
  readonly complete: boolean;
  readonly raw: number;
  readonly decided: number;
  readonly share: number;
  readonly seconds: number;
  readonly spaces: readonly SpaceDocument[];
}
