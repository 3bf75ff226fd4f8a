/** An option or an argument that a command does not take is told with the one that was meant. */
import { describe, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';

describe('the hint', () => {
  it.each([
    ['check mail', 'youngcheck check --scope mail'],
    ['check kvm', 'youngcheck check --driver kvm'],
    ['explore v6.6-x86', 'youngcheck explore --kernel v6.6-x86'],
    ['check pages=2', 'youngcheck check --scope pages=2'],
    ['check semantics=fine', 'youngcheck check --scope granularity=fine'],
    ['check age=pte,flush-tlb?young', "youngcheck check --kernel 'age=pte,flush-tlb?young'"],
    ['check no-stale-access', 'youngcheck check --property no-stale-access'],
    ['check README.md', 'youngcheck check --system README.md'],
    ['check nothing-like-it', 'youngcheck check --help'],
    ['report kvm', 'youngcheck report --help'],
    ['mail kvm', 'youngcheck mail --help'],
    ['check --semantics atomic', 'youngcheck check --scope granularity=atomic'],
    ['check --semantics=atomic', 'youngcheck check --scope granularity=atomic'],
    ['check --granularity --json', 'youngcheck check --scope granularity=VALUE'],
    ['ablate --pages 3', 'youngcheck ablate --scope pages=3'],
    ['check --kvm --json', 'youngcheck check --driver kvm'],
    ['check --nothing-like-it', 'youngcheck check --help'],
    [
      'check --scope any,semantics=atomic',
      'fields have blanks between them: any granularity=atomic',
    ],
    ['check --scope mail,pages=2,cpus=1', 'fields have blanks between them: mail pages=2 cpus=1'],
    [
      'check --scope pages=2,semantics=fine',
      'fields have blanks between them: pages=2 granularity=fine',
    ],
    ['check --scope semantics=fine', 'write granularity=fine'],
    ['check --scope any,nothing=1', 'youngcheck list scope'],
  ])('for %s is: %s', async (line, hint) => {
    const { status, stderr } = await youngcheck(...line.split(' '));
    expect(status).toBe(2);
    expect(stderr.split('\n')).toContain(`hint: ${hint}`);
  });
});
