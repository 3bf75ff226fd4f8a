/** youngcheck promote --folder: starts a catalogue of a user's own, and writes it anew. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../checker/files/write.ts';
import { traceFile, traceNames } from '../checker/judge/catalogue/catalogue.ts';
import { readCatalogueFile } from '../checker/judge/catalogue/folder.ts';
import { FIRST_ORDER, withNames } from '../checker/judge/catalogue/own-order.ts';
import { ownTraces } from '../checker/judge/catalogue/own-traces.ts';
import { SYSTEMS, hasSystems, systemNames } from '../checker/judge/catalogue/own.ts';
import { PICTURES } from '../checker/judge/catalogue/pictures.ts';
import { ORDER, README, checkOrder } from '../checker/judge/catalogue/readme.ts';
import { TABLE_NAMES } from '../checker/judge/catalogue/tables.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import { tell } from './output.ts';
import { promotePictures, promoteReadme, searchTable } from './write-catalogue.ts';
import { done, write, writeTable } from './write-catalogue.ts';

/** Whether a folder has been a catalogue before. */
export const isCatalogue = (folder: string): boolean => existsSync(join(folder, ORDER));

/** Refuses to start a catalogue where it would write over what is there. */
function checkNew(folder: string): void {
  const taken = [README, PICTURES, ...TABLE_NAMES].find((name) => existsSync(join(folder, name)));
  if (taken === undefined) return;
  const path = join(folder, taken);
  const message = `${path}: without ${ORDER} beside it this is no catalogue, and it is left alone`;
  const hint = 'a catalogue begins in a folder of its own, with nothing or with systems/ in it';
  throw new Complaint(message, undefined, { hint });
}

/**
 * Writes a catalogue anew from the systems in it. Everything is searched before anything is
 * written, so that a trace which is no longer so leaves the catalogue as it was.
 */
export async function promoteOwn(folder: string): Promise<void> {
  if (!isCatalogue(folder)) checkNew(folder);
  const systems = systemNames(folder);
  const begun = isCatalogue(folder) || hasSystems(folder);
  if (!begun) makeFolder(join(folder, SYSTEMS));
  const rows = await searchTable(folder, 'VERDICTS');
  const traces = await done(ownTraces(folder, rows));
  const old = isCatalogue(folder) ? readCatalogueFile(folder, ORDER, '') : FIRST_ORDER;
  const order = withNames(old, traces.keys(), systems);
  checkOrder(order, [...traces.keys()]);
  await writeTable(folder, 'VERDICTS', rows);
  for (const [name, text] of traces) await write(folder, traceFile(name), text);
  await write(folder, ORDER, order);
  await promoteReadme(folder);
  await promotePictures(folder);
  if (systems.length > 0) return;
  const next = `${join(folder, SYSTEMS, 'NAME')}, then youngcheck promote --folder ${folder}`;
  tell(`hint: there is no system yet: write a setup block into ${next}\n`);
}

/** Gives new traces of a catalogue of one's own a place in ORDER. */
export async function nameInOrder(folder: string): Promise<void> {
  const order = readCatalogueFile(folder, ORDER, `youngcheck promote --folder ${folder}`);
  await write(folder, ORDER, withNames(order, traceNames(folder), systemNames(folder)));
}
