/** A state as plain data in kernel terms, for views and explanations to read and compare. */
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

/** A copy of a state that stays as it is. */
export const snapshot = (model: Model, state: Packed): Snapshot =>
  structuredClone(model.view(state)) as Snapshot;
