/** Every command answers for a system that was no machine, and marks it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'youngcheck-machines-'));
afterAll(() => rmSync(folder, { recursive: true }));

const WHY = 'driver kvm was not in kernel v4.20-x86';
const MARK = `no such machine: ${WHY}`;
const NEVER = ['--kernel', 'v4.20-x86', '--driver', 'kvm'];
const LOG = 'suites/conformance/6.1-D.log';
const FEW = ['--max-states', '50'];
const SAMPLE = ['--runs', '5', '--seed', '1'];
const JSON_MARK = `"noSuchMachine": "${WHY}"`;

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const traceOf = (driver: string): string =>
  `{\n  kernel v4.20-x86\n  driver ${driver}\n  scope mail\n}\n(1) dev0: read A\nends\n`;
const TRACE = file('never.trace', traceOf('kvm'));
const POLICY = file('policy', 'kernel v4.20-x86\ndriver kvm\nscope mail\n');

/** Each command that takes a system, with one that was no machine, and the text that marks it. */
const ASKED: readonly (readonly [string, string, readonly string[]])[] = [
  ['check', MARK, [...NEVER, ...FEW]],
  ['check', JSON_MARK, [...NEVER, ...FEW, '--json']],
  ['check', MARK, [...NEVER, '--scope', 'mail']],
  ['check', JSON_MARK, [...NEVER, '--scope', 'mail', '--json']],
  ['explore', MARK, [...NEVER, ...SAMPLE]],
  ['explore', JSON_MARK, [...NEVER, ...SAMPLE, '--json']],
  ['ablate', MARK, [...NEVER, ...FEW]],
  ['ablate', JSON_MARK, [...NEVER, ...FEW, '--json']],
  ['saturate', MARK, [...NEVER, ...FEW]],
  ['saturate', JSON_MARK, [...NEVER, ...FEW, '--json']],
  ['cost', MARK, [...NEVER, '--workload', 'idle', '--turns', '9']],
  ['cost', JSON_MARK, [...NEVER, '--workload', 'idle', '--turns', '9', '--json']],
  ['diff', `kvm: ${MARK}`, ['amd-iommu-v2', 'kvm']],
  ['diff', `"right": "${WHY}"`, ['amd-iommu-v2', 'kvm', '--json']],
  ['diff', `kvm: ${MARK}`, ['kvm', 'kvm-x86-4.20', ...FEW]],
  ['guard', `after: ${MARK}`, [POLICY, ...FEW]],
  ['guard', `after: ${MARK}`, [POLICY, ...FEW, '--markdown']],
  ['guard', JSON_MARK, [POLICY, ...FEW, '--json']],
  ['guard', `"text": "after: ${MARK}"`, [POLICY, ...FEW, '--sarif']],
  ['guard', `title=no-such-machine::after: ${MARK}`, [POLICY, ...FEW, '--annotations']],
  ['replay', MARK, [TRACE]],
  ['replay', MARK, ['--columns', TRACE]],
  ['replay', MARK, ['--states', TRACE]],
  ['replay', MARK, ['--explain', TRACE]],
  ['replay', `// ${MARK}`, ['--canonical', TRACE]],
  ['render', MARK, [TRACE]],
  ['render', MARK, ['--svg', TRACE]],
  ['render', MARK, ['--against', 'kvm-x86-4.20', TRACE]],
  ['conform', MARK, [...NEVER, LOG]],
  ['conform', JSON_MARK, [...NEVER, '--json', LOG]],
  ['conform', `// ${MARK}`, [...NEVER, '--run', '0x10000000', LOG]],
];

describe('a system that was no machine', () => {
  it.each(ASKED)('is marked by %s: %s', async (command, mark, args) => {
    const { stdout } = await youngcheck(command, ...args);
    expect(stdout).toContain(mark);
  });

  const NOTHING = /no.?such.?machine(?!": null|": \{\s+"left": null,\s+"right": null)/i;
  it.each(ASKED)('is not seen by %s in a machine: %s', async (command, _, args) => {
    const real = file('real.trace', traceOf('kvm-x86-4.20'));
    const policy = file('real', 'kernel v4.20-x86\ndriver kvm-x86-4.20\nscope mail\n');
    const others: Readonly<Record<string, string>> = {
      kvm: 'kvm-x86-4.20',
      [TRACE]: real,
      [POLICY]: policy,
    };
    const { stdout } = await youngcheck(command, ...args.map((arg) => others[arg] ?? arg));
    expect(stdout).not.toBe('');
    expect(stdout.replace(/\{\s+"id": "no-such-machine"[^]*?\n {12}\}/, '')).not.toMatch(NOTHING);
  });

  it('has a mark that a trace can carry', async () => {
    const { stdout } = await youngcheck('replay', '--canonical', TRACE);
    const { status, stderr } = await youngcheck('replay', file('again.trace', stdout));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
