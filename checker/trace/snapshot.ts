/** A state as plain data with the kernel's terms. Views and explanations read and compare it. */
import type { Model, Packed } from '../../model/model.ts';
import type { State } from '../../model/state.ts';

type Plain<T> = T extends number | string
  ? T
  : T extends readonly (infer E)[]
    ? readonly Plain<E>[]
    : { readonly [F in keyof T as T[F] extends () => void ? never : F]: Plain<T[F]> };

export type Snapshot = Plain<State>;
export type PageSnapshot = Snapshot['pages'][number];
export type EntrySnapshot = PageSnapshot['iotlb'];

/** Copies a state. */
export const snapshot = (model: Model, state: Packed): Snapshot =>
  structuredClone(model.view(state)) as Snapshot;
