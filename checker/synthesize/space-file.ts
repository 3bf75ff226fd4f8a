/** Reads a file that says which lists a synthesis tries. */
import { CALLBACKS, PROGRAMS } from '../../model/system.ts';
import type { System } from '../../model/system.ts';
import { Complaint, didYouMean, quote } from '../trace/complaint.ts';
import { Lines } from '../trace/lines.ts';
import { readPart } from '../trace/setup.ts';
import type { Axis, Space } from './space.ts';
import type { List } from './strength.ts';

const FIELDS = { driver: CALLBACKS, kernel: PROGRAMS } as const;
const NAMES: readonly string[] = Object.values(FIELDS).flat();

/**
 * Each word is a list for one field, as a setup block writes it. A field may have any number of
 * them, and the space has every choice of one list for each field.
 */
export function spaceOfFile(text: string, file: string, base: System): Space {
  const lines = new Lines(text, file);
  const lists = new Map<string, List[]>();
  for (let line = lines.peek(); line !== undefined; line = lines.peek()) {
    lines.take();
    for (const { 0: word, index } of line.code.matchAll(/\S+/g)) {
      const place = lines.at(line, index + 1);
      const [field] = word.split('=', 1);
      const part = (['driver', 'kernel'] as const).find((each) =>
        (FIELDS[each] as readonly string[]).includes(field),
      );
      if (part === undefined || !word.includes('=')) {
        const what = part === undefined ? `no list of a driver or a kernel is called ` : '';
        const message =
          part === undefined
            ? what + quote(field) + didYouMean(field, NAMES)
            : `write ${field}=LIST`;
        const hint = 'a line has lists to try: clear_young=none clear_young=flush-atc';
        throw new Complaint(message, place, { hint, possible: NAMES });
      }
      const { value } = readPart(part, [{ text: word, place }], place);
      const list = Reflect.get(value, field) as List;
      const known = lists.get(field) ?? [];
      if (known.some((other) => JSON.stringify(other) === JSON.stringify(list))) {
        throw new Complaint(`${quote(word)} is given twice`, place);
      }
      lists.set(field, [...known, list]);
    }
  }
  if (lists.size === 0) {
    throw new Complaint('the file names no list', lines.end, { possible: NAMES });
  }
  const axes = [...lists].map(([field, all]): Axis => ({
    part: (CALLBACKS as readonly string[]).includes(field) ? 'driver' : 'kernel',
    field: field as Axis['field'],
    lists: all,
  }));
  const events = axes.some(({ field }) => field === 'walk') ? (['walk'] as const) : [];
  return { base, axes, events };
}
