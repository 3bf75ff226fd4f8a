/** The README of the catalogue has severity and cost of every trace, which takes its graph. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { whole } from '../../search/progress.ts';
import { traceFile, traceNames } from './catalogue.ts';
import { catalogueFolder } from './folder.ts';
import { README, readmeText } from './readme.ts';

const folder = catalogueFolder();

it('README.md is what the traces say, in the order of ORDER', () => {
  const readme = readFileSync(join(folder, README), 'utf8');
  expect(whole(readmeText(folder)), 'youngcheck promote README.md').toBe(readme);
  for (const name of traceNames(folder)) expect(readme).toContain(`(${traceFile(name)})`);
});
