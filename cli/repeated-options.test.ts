/** An option that takes one value is refused if it is given twice, by every command. */
import { describe, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';

const helpOf = async (...args: string[]): Promise<string> =>
  (await youngcheck(...args, '--help')).stdout;

/** Every command of `youngcheck --help`. */
const commands = [...(await helpOf()).matchAll(/^ {2}([a-z-]+) {2,}\S/gm)].map(([, name]) => name);

/** Each command with each of its options that take a value: `--driver TEXT`. */
const options: (readonly [command: string, option: string])[] = [];
for (const command of commands) {
  const help = await helpOf(command);
  const found = [...help.matchAll(/^ {2,}(--[a-z-]+)[ =][A-Z]+/gm)].map(([, option]) => option);
  options.push(...[...new Set(found)].map((option) => [command, option] as const));
}
const REPEATABLE = ['--property', '--allow', '--workload', '--price', '--require', '--over'];
const once = options.filter(([, option]) => !REPEATABLE.includes(option));

describe('an option that takes one value', () => {
  it('is found in the help', () => {
    expect(once).toContainEqual(['check', '--driver']);
    expect(once).toContainEqual(['guard', '--against']);
    expect(once).toContainEqual(['explore', '--seed']);
    expect(once.length).toBeGreaterThan(50);
  });

  it.each(once)('%s %s is refused if it is given twice', async (command, option) => {
    const { status, stdout, stderr } = await youngcheck(command, option, '1', `${option}=1`);
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr:
        `error: ${option} is given twice, and takes one value\n` +
        `hint: youngcheck ${command} --help\n`,
    });
  });

  it('is refused with different values, as well', async () => {
    const { status, stderr } = await youngcheck('check', '--driver', 'kvm', '--driver', 'none');
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('error: --driver is given twice'),
    });
  });

  it('is taken once, and one that may be repeated more often', async () => {
    const twice = ['no-repeated-miss', 'no-missed-device-reference'].flatMap((name) => [
      '--property',
      name,
    ]);
    const { status } = await youngcheck('check', '--scope', 'mail', '--driver', 'kvm', ...twice);
    expect(status).toBe(0);
    expect(
      (await youngcheck('check', '--json', '--json', '--scope', 'mail', '--driver', 'kvm')).status,
    ).toBe(0);
  });
});
