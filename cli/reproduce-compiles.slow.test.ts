/**
 * What `reproduce` generates for each trace of the catalogue that can be driven is C without a
 * warning.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { folderTexts } from '../checker/reproduce/folder.ts';
import { ownKernel } from '../checker/reproduce/images.ts';
import { IMAGES } from '../checker/reproduce/kernels.ts';
import type { Plan } from '../checker/reproduce/plan.ts';
import { planOf } from '../checker/reproduce/plan.ts';
import { drawing } from '../checker/reproduce/sweep/draw.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import { parseTrace } from '../checker/trace/parse.ts';
import { replay } from '../checker/trace/replay.ts';
import { absent } from '../suites/absent.ts';
import { madeUpKernel } from './made-up-kernel.ts';

const CATALOGUE = 'counterexamples';
const FLAGS = ['-fsyntax-only', '-O1', '-Wall', '-Wextra', '-Werror'];

const folder = mkdtempSync(join(tmpdir(), 'youngcheck-compiles-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [, kernel, , headers] = madeUpKernel(folder);

/** The plan of a trace of the catalogue; undefined if it cannot be driven. */
function planned(file: string): Plan | undefined {
  try {
    return planOf(replay(parseTrace(readFileSync(join(CATALOGUE, file), 'utf8'), file)));
  } catch (error) {
    if (error instanceof Complaint) return undefined;
    throw error;
  }
}

/** What gcc says of the sources of a plan. */
function complaints(plan: Plan, name: string): string {
  const out = join(folder, name);
  mkdirSync(out);
  const texts = folderTexts(plan, ownKernel(kernel, headers), folder);
  for (const [file, text] of texts) writeFileSync(join(out, file), text);
  const sources = ['trace.c', 'guest.c', `device-${plan.device}.c`];
  const { stderr, status } = spawnSync('gcc', [...FLAGS, '-I.', ...sources], {
    cwd: out,
    encoding: 'utf8',
  });
  return status === 0 ? stderr : `gcc ends with ${status}: ${stderr}`;
}

const driven = readdirSync(CATALOGUE)
  .filter((file) => file.endsWith('.trace'))
  .flatMap((file): [string, Plan][] => {
    const plan = planned(file);
    return plan === undefined ? [] : [[file.replace('.trace', ''), plan]];
  });

describe.skipIf(absent('gcc'))('what reproduce generates compiles without a warning', () => {
  it('for the traces of the catalogue, of which there are both devices', () => {
    const devices = new Set(driven.map(([, { device }]) => device));
    expect([...devices].toSorted()).toEqual(['kvm', 'youngdev']);
  });

  it.each(driven)('%s', (name, plan) => {
    expect(complaints(plan, name)).toBe('');
  });

  it.each(IMAGES)('for random traces on %s', (image) => {
    for (const [i, plan] of [...drawing({ count: 10, seed: 1, image })].entries()) {
      expect(complaints(plan, `${image}-${i}`)).toBe('');
    }
  });

  it('and gcc finds what is wrong', () => {
    const [[, plan]] = driven;
    const out = join(folder, 'wrong');
    mkdirSync(out);
    for (const [file, text] of folderTexts(plan, ownKernel(kernel, headers), folder)) {
      writeFileSync(join(out, file), text.replace('tear_down();', 'int unused; tear_down();'));
    }
    const { stderr } = spawnSync('gcc', [...FLAGS, '-I.', 'trace.c'], {
      cwd: out,
      encoding: 'utf8',
    });
    expect(stderr).toContain('unused');
  });
});
