/** The pictures of the catalogue: of each class the first trace that shows harm, else the first. */
import { sequenceOf } from '../../tell/sequence.ts';
import { sequenceSvg } from '../../tell/svg.ts';
import { replay } from '../../trace/replay.ts';
import { readCatalogueTrace } from './catalogue.ts';

/** Below the folder of the catalogue. */
export const PICTURES = 'pictures';

/** Where the picture of a trace is, seen from the catalogue. */
export const pictureFile = (name: string): string => `${PICTURES}/${name}.svg`;

/** A class is what goes wrong, or well: what stands before the + of a name. */
const classOf = (name: string): string => name.slice(0, name.indexOf('+'));

/** Of the traces of a folder, named in their order, those that have a picture. */
export function pictured(folder: string, names: readonly string[]): string[] {
  const harms = (name: string) => readCatalogueTrace(folder, name).verdict !== 'ends';
  const classes = [...new Set(names.map(classOf))];
  return classes.map((what) => {
    const members = names.filter((name) => classOf(name) === what);
    return members.find(harms) ?? members[0];
  });
}

/** The picture of a trace as it stands in the folder. */
export const pictureText = (folder: string, name: string): string =>
  sequenceSvg(sequenceOf(replay(readCatalogueTrace(folder, name))));
