/**
 * The examples in docs/guard.md are true, guard and related commands refuse bad input, and
 * docs/assumptions.md is up to date.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerPage } from '../checker/judge/ledger-page.ts';
import { whole } from '../checker/search/progress.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const document = readFileSync(join(root, 'docs/guard.md'), 'utf8');
const YOUNGCHECK = `${process.execPath} ${root}cli/launch.js`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'youngcheck-guard-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command in a folder. The settings of the user who runs the tests do not affect it. */
function run(cwd: string, command: string, env: Record<string, string> = {}) {
  return spawnSync('sh', ['-c', command], {
    cwd,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@example.org',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@example.org',
      YOUNGCHECK,
      ...env,
    },
  });
}

/** The code block that begins with these lines. */
const block = (lang: string, begins: string): string =>
  new RegExp(`\`\`\`${lang}\\n(${begins}[^]*?)\`\`\``).exec(document)![1];

describe('youngcheck guard', () => {
  /** A repository with a remote, and the hook of docs/guard.md once it is installed. */
  function pushing(name: string) {
    const at = join(folder, name);
    const git = (...commands: string[]) => {
      for (const command of commands) {
        const { status, stderr } = run(at, `git ${command}`);
        expect(status, `${command}: ${stderr}`).toBe(0);
      }
    };
    const made = run(folder, `git init -q --bare ${name}-remote && git init -q ${name}`);
    expect(made.status, made.stderr).toBe(0);
    git('checkout -q -b main', `remote add origin ../${name}-remote`);
    const install = () => {
      const hook = join(at, '.git/hooks/pre-push');
      writeFileSync(hook, block('sh', '#!/usr/bin/env bash\n'));
      chmodSync(hook, 0o755);
    };
    const write = (file: string, text: string) => writeFileSync(join(at, file), text);
    const push = (branch = 'main', env = {}) => run(at, `git push -q origin ${branch}`, env);
    return { at, git, install, write, push };
  }

  it('is a git pre-push hook, as docs/guard.md has it', () => {
    const { at, git, install, write, push } = pushing('repository');
    write('a.system', 'driver amd-iommu-v2\n');
    git('add .', 'commit -q -m before', 'push -q origin main');
    install();
    write('a.system', 'driver amd-iommu-v2 // the same\n');
    git('commit -q -a -m comment', 'push -q origin main');

    write('a.system', 'driver amd-iommu-v2-patched\n');
    git('commit -q -a -m patch');
    const refused = push();
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toMatch(/^a\.system: Worse: /);
    expect(refused.stderr.split('\n').length).toBeLessThanOrEqual(24);
    const [, report] = /^The report, .*: (.*)$/m.exec(refused.stderr)!;
    const traces = readFileSync(join(at, report), 'utf8');
    expect(traces).toContain('violates no-missed-device-reference(reclaim)');
    git('push -q --no-verify origin main');

    // A new branch is compared with what the remote already has, and not with the default.
    git('checkout -q -b topic', 'commit -q --allow-empty -m unrelated', 'push -q origin topic');

    git('mv a.system "b c.system"');
    write('b c.system', 'driver none\n');
    git('commit -q -a -m renamed');
    const renamed = push('topic');
    expect(renamed.status).not.toBe(0);
    expect(renamed.stderr).toMatch(/^b c\.system: Worse: /);

    // Somebody else has pushed commits that are not here, so that nothing can be compared.
    run(folder, 'git clone -q repository-remote other && cd other && git checkout -q topic');
    run(join(folder, 'other'), 'git commit -q --allow-empty -m other && git push -q');
    const unknown = run(at, 'git push -q --force origin topic');
    expect(unknown.status).not.toBe(0);
    expect(unknown.stderr).toContain('git fetch first');
  });

  it('has a hook for names of every kind, and for a trade that is meant', () => {
    const { git, install, write, push } = pushing('names');
    const names = ['größe "1".system', '-dash.system', 'two\nlines.system'];
    for (const name of names) write(name, 'driver amd-iommu-v2-patched\n');
    git('add .', 'commit -q -m before', 'push -q origin main');
    install();
    for (const name of names) write(name, 'driver amd-iommu-v2\n');
    git('commit -q -a -m trade');
    const { status, stderr } = push();
    expect(status).not.toBe(0);
    for (const name of names) expect(stderr).toContain(`${name}: `);
    expect(stderr).not.toContain(folder);
    expect(stderr).toContain('  no-spurious-invalidation  Never -> 3 events');
    const allowed = push('main', { YOUNGCHECK_ALLOW: 'cost no-false-reference' });
    expect([allowed.status, allowed.stderr]).toEqual([0, expect.stringMatching(/: Only better/)]);
  });

  it('has a hook that names the file of the user where a policy is no system', () => {
    const { git, install, write, push } = pushing('wrong');
    write('a.system', 'driver kvm\n');
    git('add .', 'commit -q -m before', 'push -q origin main');
    install();
    write('a.system', 'driver kvn\n');
    git('commit -q -a -m wrong');
    expect(push().stderr).toMatch(/^a\.system:1:8: error: unknown driver 'kvn'/);
    git('push -q --no-verify origin main');
    write('a.system', 'driver kvm\n');
    git('commit -q -a -m right');
    expect(push().stderr).toMatch(/^a\.system \(base\):1:8: error: unknown driver 'kvn'/);
  });

  it('is a step of a GitHub workflow, as docs/guard.md has it', () => {
    const repository = join(folder, 'workflow');
    const yaml = block('yaml', 'name: policy\n');
    writeFileSync(join(folder, 'step.sh'), yaml.slice(yaml.indexOf('run: |') + 'run: |\n'.length));
    writeFileSync(join(folder, 'youngcheck'), `#!/bin/sh\nexec ${YOUNGCHECK} "$@"\n`);
    chmodSync(join(folder, 'youngcheck'), 0o755);
    run(folder, 'git init -q workflow && cd workflow && git commit -q --allow-empty -m base');
    writeFileSync(join(repository, 'größe.system'), 'driver none\n');
    writeFileSync(join(repository, 'new too.system'), 'driver amd-iommu-v2\n');
    run(repository, 'git add . && git commit -q -m policy');
    const stepWith = (LABELS: string) =>
      run(repository, 'bash --noprofile --norc -eo pipefail ../step.sh', {
        BASE: 'HEAD~1',
        LABELS,
        PATH: `${folder}:${process.env.PATH}`,
      });
    const step = stepWith('bug');
    expect(step.status, step.stderr).toBe(1);
    expect(step.stdout).toMatch(/^::error file=new too\.system,line=1,title=worse%3A /m);
    expect(step.stdout).toMatch(/^::error file=größe\.system,line=1,title=worse%3A /m);
    expect(step.stdout).toContain('no-stale-access');
    const allowed = stepWith('bug allow-cost');
    expect(allowed.stdout).toMatch(/^::notice file=new too\.system,line=1,title=allowed%3A /m);
    expect(allowed.stdout).not.toMatch(/^::error file=new too/m);
    expect(stepWith('allow-cost allow-accuracy allow-safety').status).toBe(0);
  });

  it('has a diff beside it that prints what docs/guard.md shows', () => {
    const [command, ...lines] = block('console', '\\$ npx').trimEnd().split('\n');
    const args = command.replace('$ npx youngcheck ', '');
    const { status, stdout } = run(root, `${YOUNGCHECK} ${args}`);
    expect(stdout.trimEnd().split('\n')).toEqual(lines);
    expect(status).toBe(1);
  });

  it('says what is wrong with what it is given', () => {
    const file = join(folder, 'bad.system');
    writeFileSync(file, 'driver none\n');
    const guard = (args: string) => run(root, `${YOUNGCHECK} guard ${args}`);
    const cases = {
      '': 'guard takes one file, or a --kernel or --driver',
      'a.system b.system': 'guard takes one file, not 2',
      [`${file} --against amd-iomu-v2`]: "did you mean 'amd-iommu-v2'?",
      [`${file} --against no-ats`]: 'neither a preset nor a file',
      [`${file} --json --sarif`]: 'one format at a time',
      '- --against - </dev/null': 'standard input cannot be both',
      'amd-iomu-v2': "did you mean 'amd-iommu-v2'?",
    };
    for (const [args, message] of Object.entries(cases)) {
      const { status, stderr } = guard(args);
      expect(stderr, args).toContain(message);
      expect(status, args).toBe(2);
    }
  });
});

describe('a system, where one is an argument', () => {
  const said = (args: string) => run(root, `${YOUNGCHECK} ${args}`);

  it('is a preset, a file, or standard input', () => {
    const file = join(folder, 'kvm.system');
    writeFileSync(file, 'driver kvm\n');
    const preset = said('ablate kvm');
    expect(preset.stdout).toContain('no-missed-device-reference(reclaim) Never');
    for (const same of [file, `- <${file}`, `--system ${file}`, '--driver kvm']) {
      expect(said(`ablate ${same}`).stdout, same).toBe(preset.stdout);
    }
    const guarded = said(`guard ${file} --against - <${file}`);
    expect([guarded.status, guarded.stderr]).toEqual([0, '']);
    expect(said(`guard kvm --against - <${file}`).stdout).toBe(guarded.stdout);
    const sarif = said(`guard - --sarif --max-states 50 <${file}`).stdout;
    expect(JSON.parse(sarif).runs[0].results[0]).not.toHaveProperty('locations');
  });

  it('is neither, with a guess of what was meant', () => {
    for (const command of ['ablate', 'saturate', 'diff kvm']) {
      const { status, stderr } = said(`${command} kvn`);
      expect(stderr, command).toMatch(/'kvn' is neither a preset nor a file; did you mean 'kvm'\?/);
      expect(status, command).toBe(2);
    }
  });
});

describe('docs/assumptions.md', () => {
  it('is what ablate --page writes', () => {
    const page = readFileSync(join(root, 'docs/assumptions.md'), 'utf8');
    expect(page === whole(ledgerPage()), 'npx youngcheck ablate --page').toBe(true);
  });
});
