/** What searches tell of themselves. */
import type { Others } from '../../model/others.ts';
import type { Property } from '../../properties/index.ts';
import type { Profile } from './profile.ts';
import type { Sizes } from './reach.ts';
import type { Search } from './search.ts';

/** What a search says of itself, on one thread or on several. */
export type Searched = Pick<
  Search,
  | 'properties'
  | 'complete'
  | 'stopped'
  | 'shortage'
  | 'size'
  | 'transitions'
  | 'depth'
  | 'seconds'
  | 'violation'
  | 'witness'
  | 'lengthOf'
  | 'searchedTo'
  | 'exchanges'
> &
  Partial<Pick<Search, 'levels'>>;

/** One search that was made for a result. */
export interface SearchRecord {
  readonly properties: readonly Property[];
  readonly sizes: Sizes;
  readonly others?: Others;
  /** States that differ by an exchange of agents were searched once. */
  readonly exchanged?: boolean;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly complete: boolean;
  /** Where its states and its time come from, if that was asked for. */
  readonly profile?: Profile;
}
