/**
 * The pictures of the catalogue. Each class gets a picture of its first trace that shows harm, or
 * else of its first trace.
 */
import { sequenceOf } from '../../tell/sequence.ts';
import { sequenceSvg } from '../../tell/svg.ts';
import { replay } from '../../trace/replay.ts';
import { readCatalogueTrace } from './catalogue.ts';

/** The folder of the pictures, below that of the catalogue. */
export const PICTURES = 'pictures';

/** The path of a trace's picture, relative to the catalogue. */
export const pictureFile = (name: string): string => `${PICTURES}/${name}.svg`;

/** The class of a trace: what goes wrong or well. It is the part of the name before the +. */
const classOf = (name: string): string => name.slice(0, name.indexOf('+'));

/** The traces that have a picture, among traces of a folder in the given order. */
export function pictured(folder: string, names: readonly string[]): string[] {
  const harms = (name: string) => readCatalogueTrace(folder, name).verdict !== 'ends';
  const classes = [...new Set(names.map(classOf))];
  return classes.map((what) => {
    const members = names.filter((name) => classOf(name) === what);
    return members.find(harms) ?? members[0];
  });
}

/** The text of a trace's picture, drawn from the trace in the folder. */
export const pictureText = (folder: string, name: string): string =>
  sequenceSvg(sequenceOf(replay(readCatalogueTrace(folder, name))));
