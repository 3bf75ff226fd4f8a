/** Commands tell of a word that does nothing in its system. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRESETS } from '../checker/trace/setup.ts';
import { youngcheck } from './in-process.ts';

const DRIVER = 'clear_young=harvest,return-harvested invalidate_secondary=flush-iotlb,flush-atc';
const NOTE = 'harvest in clear_young does nothing here: it needs secondary=shadow';
const EVENT_NOTE = NOTE.replace('does nothing', 'is an event that does nothing');
const WORDS = ['harvest in clear_young', 'return-harvested in clear_young'];

let folder: string;
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'youngcheck-'))));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a word that does nothing', () => {
  it('is told by check below the system, and in JSON', async () => {
    const asked = ['check', '--driver', DRIVER, '--scope', 'observers=idle'];
    const { stdout } = await youngcheck(...asked);
    expect(stdout.split('\nsearched')[0]).toContain(`\n${NOTE}\n`);
    const { system } = JSON.parse((await youngcheck(...asked, '--json')).stdout);
    expect(system.driver.notInPlay).toEqual([...WORDS, 'invalidate_secondary']);
  });

  it('is told as an event where it is one', async () => {
    const fine = 'observers=idle granularity=fine';
    const { stdout } = await youngcheck('check', '--driver', DRIVER, '--scope', fine);
    expect(stdout.split('\nsearched')[0]).toContain(`\n${EVENT_NOTE}\n`);
    expect(stdout).toContain('page_idle: harvest A');
  });

  it('is told by replay below its line, and as a note of a printed trace', async () => {
    const trace = `{\ndriver ${DRIVER}\nscope observers=idle\n}\n(1) dev0: read A\nends\n`;
    const path = file('a.trace', trace);
    const { stdout } = await youngcheck('replay', path);
    expect(stdout).toContain(`so it is\n${NOTE}\n`);
    const printed = (await youngcheck('replay', '--canonical', path)).stdout;
    expect(printed).toContain(`\n// ${NOTE}\n`);
    expect(await youngcheck('replay', file('b.trace', printed))).toMatchObject({ status: 0 });
  });

  it('is told by guard on standard error, if it does nothing in every scope', async () => {
    const path = file('a.system', `driver ${DRIVER}\n`);
    const { stdout, stderr } = await youngcheck('guard', path, '--max-states', '50', '--json');
    expect(stderr.split('\n').filter((line) => line.startsWith('after'))).toEqual([
      `after: ${EVENT_NOTE}`,
      'after: return-harvested in clear_young does nothing here: ' +
        'it needs a young bit that is harvested before it',
    ]);
    expect(JSON.parse(stdout).scopes.at(1).after.system.driver.notInPlay).toEqual(WORDS);
  });

  it.each(['amd-iommu-v2', 'kvm'])('is not told of the preset %s', async (name) => {
    const { stderr } = await youngcheck('guard', name, '--against', 'kvm', '--max-states', '50');
    expect(stderr).not.toContain('does nothing');
  });

  it('is told of no preset by check', async () => {
    for (const { name } of PRESETS.driver) {
      const { stdout } = await youngcheck('check', '--driver', name, '--scope', 'mail');
      expect(stdout).not.toContain('does nothing');
    }
  });
});
