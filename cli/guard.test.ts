/** How guard reads its arguments: a policy by options, a base that fits, what is allowed, files. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'youngcheck-guard-'));
afterAll(() => rmSync(folder, { recursive: true }));
const FEW = ['--max-states', '50'];

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const guard = (...args: string[]) => youngcheck('guard', ...args, ...FEW);

describe('the policy of guard', () => {
  it('is a patch to core mm as an option, compared with the kernel that it changes', async () => {
    const kernel = 'v6.6-x86 age=pte,flush-tlb?young,invalidate?young,clear_flush_young';
    const { stdout, stderr } = await guard('--kernel', kernel, '--driver', 'intel-svm');
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^- kernel {3}v6\.6-x86\n\+ kernel {3}v6\.6-x86\n\+ {10}age=\S+\n {2}driver {3}intel-svm\n/,
    );
    expect(stdout).toContain('Without --against, the base is kernel v6.6-x86, from which it is\n');
  });

  it('is a file whose lines options replace', async () => {
    const path = file('a.system', 'kernel v6.6-x86\ndriver kvm\n');
    const { stdout } = await guard(path, '--driver', 'intel-svm', '--against', 'ocxl');
    expect(stdout).toMatch(/^ {2}kernel {3}v6\.6-x86\n- driver {3}ocxl\n\+ driver {3}intel-svm\n/);
  });

  it('of KVM is compared with no AMD driver, and says if it is its own base', async () => {
    const own = await guard('--driver', 'secondary=shadow flush_young=flush-atc');
    expect(own.stdout).toContain('- driver   interval-notifier\n');
    expect(own.stdout.replaceAll('\n', ' ')).toContain('secondary=shadow and 2 of 4 callbacks');
    const same = await guard('kvm');
    expect(same.stdout.replaceAll('\n', ' ')).toContain('The two systems are the same.');
  });

  it('keeps the kernel and the hardware that a base does not name, and the other way', async () => {
    const policy = file('policy.system', 'kernel v6.6-x86\ndriver intel-svm\n');
    const base = file('base.system', 'driver ocxl\nhardware nest-mmu\n');
    const { stdout } = await guard(policy, '--against', base);
    expect(stdout).toMatch(
      /^ {2}kernel {3}v6\.6-x86\n- driver {3}ocxl\n\+ driver {3}intel-svm\n {2}hardware nest-mmu\n/,
    );
  });
});

describe('guard --allow', () => {
  const TRADE = ['--driver', 'amd-iommu-v2', '--against', 'amd-iommu-v2-patched'];

  it('takes no other name, and guesses which was meant', async () => {
    const { status, stderr } = await guard(...TRADE, '--allow', 'no-spurios-invalidation');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^--allow:1:1: error: no family or property .*'no-spurious-inval/);
    expect(stderr).toMatch(/^ {2}cost$/m);
  });
});

describe('guard --name and --out', () => {
  it('name the file of the user in messages, and write the report', async () => {
    const copy = file('copy', 'driver intel-svm\n');
    const out = join(folder, 'report.txt');
    const args = [copy, '--name', 'drivers/größe.system', '--out', out];
    const { stdout } = await guard(...args);
    expect(stdout).toMatch(/^drivers\/größe\.system: /);
    expect(stdout).toContain(`The report, with a trace of each: ${out}\n`);
    expect(readFileSync(out, 'utf8')).toContain('Cost, in ATC invalidations per look:');
    const printed = await guard(copy, '--out', '-');
    expect(printed.stdout).toBe((await guard(copy)).stdout);
    const json = await guard(...args, '--json');
    expect(json.stdout).toMatch(/^drivers/);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toHaveProperty('conclusion');
  });

  it.each([
    ['driver kvn\n', 'driver kvm\n', /^a\.system:1:8: error: unknown driver/],
    ['driver kvm\n', 'driver kvn\n', /^a\.system \(base\):1:8: error: unknown driver/],
  ])('name it where %j or %j is wrong', async (text, base, message) => {
    const against = ['--against', file('base', base)];
    const { status, stderr } = await guard(file('copy', text), '--name', 'a.system', ...against);
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it.each([
    [['--name', 'a', '--kernel', 'v6.6-x86'], 'and there is none'],
    [['kvm', '--out', join(folder, 'absent', 'a')], 'no such folder'],
    [[], 'one file, or a --kernel or --driver'],
  ])('are refused where they make no sense: %j', async (args, message) => {
    const { status, stderr } = await guard(...args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('the place of a policy for machines', () => {
  const placeOf = async (...args: string[]) => {
    const { stdout } = await guard(...args, '--sarif');
    const [{ invocations, results }] = JSON.parse(stdout).runs;
    expect(invocations[0].exitCode).toBeGreaterThan(0);
    return results[0].locations?.[0].physicalLocation;
  };
  const RACES = ['--scope', 'granularity=fine'];

  it('is its path in the repository, and the line of what changes', async () => {
    mkdirSync(join(folder, 'repository/.git'), { recursive: true });
    mkdirSync(join(folder, 'repository/policies'));
    const text = '// mine\nkernel v6.6-x86 age=pte\n\ndriver intel-svm\n';
    const path = file('repository/policies/größe.system', text);
    const place = await placeOf(relative('.', path), ...RACES);
    expect(place).toMatchObject({
      artifactLocation: { uri: 'policies/gr%C3%B6%C3%9Fe.system', uriBaseId: '%SRCROOT%' },
      region: { startLine: 2 },
    });
    const driver = await placeOf(path, '--against', 'ocxl', ...RACES);
    expect(driver.region.startLine).toBe(4);
  });

  it('is absent for a preset and for options', async () => {
    expect(await placeOf('intel-svm', '--against', 'kvm', ...RACES)).toBeUndefined();
    expect(await placeOf('--driver', 'none', ...RACES)).toBeUndefined();
    const { stdout } = await guard('--driver', 'none', '--annotations');
    expect(stdout).toMatch(/^::\w+ title=/);
  });
});
