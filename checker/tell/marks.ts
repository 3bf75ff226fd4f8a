/** Explains folio_mark_accessed(), by which a shadow secondary tells core mm of a use. */
import type { DidOf } from '../../model/did.ts';
import { PAGE_NAMES } from '../../model/ranges.ts';
import type { Moment } from './moment.ts';
import { notesOf } from './moment.ts';
import { list } from './telling.ts';

const MAKES: Readonly<Record<DidOf<'mark-accessed'>['makes'], string | undefined>> = {
  nothing: undefined,
  referenced: 'sets PG_referenced',
  active: 'activates the page',
};

function markSaid({ page, clearsIdle, makes }: DidOf<'mark-accessed'>): string {
  const effects = [clearsIdle ? 'clears PG_idle' : undefined, MAKES[makes]];
  const does = list(effects.filter((effect) => effect !== undefined));
  return `KVM marks ${PAGE_NAMES[page]} accessed${does === '' ? '' : `, which ${does}`}`;
}

/** One sentence for each call. */
export const marksSaid = ({ did }: Moment): string[] => notesOf(did, 'mark-accessed').map(markSaid);
