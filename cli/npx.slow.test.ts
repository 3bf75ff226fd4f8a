/** `npx youngcheck` in a checkout, as the documents write it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const top = mkdtempSync(join(tmpdir(), 'youngcheck-npx-'));
const checkout = join(top, 'checkout');
afterAll(() => rmSync(top, { recursive: true }));

/** A checkout behind its first `npm ci`, but for its build. */
beforeAll(() => {
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard']).toString();
  for (const file of listed.split('\0').filter((path) => path !== '' && existsSync(path))) {
    cpSync(file, join(checkout, file));
  }
  symlinkSync(resolve('node_modules'), join(checkout, 'node_modules'));
});

/** The user's npm is left alone, and nothing is downloaded: there is no registry at port 1. */
const env = {
  ...process.env,
  npm_config_cache: join(top, 'cache'),
  npm_config_registry: 'http://127.0.0.1:1/',
};

function npx(folder: string, ...args: readonly string[]) {
  const options = { cwd: folder, env, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync('npx', ['youngcheck', ...args], options);
  return { status, stdout, stderr };
}

describe('npx youngcheck', () => {
  it('is the command, with its exit status and its output alone', () => {
    const { status, stdout } = npx(checkout, 'check', '--scope', 'mail');
    expect(stdout).toMatch(/^kernel {3}v4.20-x86\n[^]*\nviolates no-repeated-miss\(reclaim\)\n$/);
    expect(status).toBe(1);
    expect(existsSync(join(checkout, 'dist/checker/page/page.css'))).toBe(true);
  });

  it('is the command in a folder below', () => {
    const args = ['replay', 'old-while-cached+patched-amd.trace'];
    expect(npx(join(checkout, 'counterexamples'), ...args)).toMatchObject({ status: 0 });
  });

  it('runs the sources that are there now', () => {
    appendFileSync(join(checkout, 'cli/run.ts'), "process.stdout.write('changed\\n');\n");
    const { status, stdout } = npx(checkout, '--version');
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'changed\n0.1.0\n' });
  });
});
