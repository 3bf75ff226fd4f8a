/** What is completed, and the manual page, come from the same tables as the help. */
import { describe, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';
import { NAMES, allCommands } from './run.ts';
import { SHELLS, behindOption, completed } from './value-words.ts';

const commands = await allCommands();

/** The options whose value is a number or a name of one's own. */
const FREE =
  'batch beginnings bias jobs length max-memory max-states memory name pages run runs scan-every ' +
  'seed shard shards sweep time-limit trace turns warm-up width';

describe('the options of a command', () => {
  it.each(commands)('are all in its help: $name', ({ help, options }) => {
    const told = new Set(help.match(/--[a-z][a-z-]*/g));
    expect([...told]).toEqual(
      expect.arrayContaining(Object.keys(options).map((name) => `--${name}`)),
    );
  });

  it('are known by name where a word completes their value', () => {
    const known = new Set(commands.flatMap(({ options }) => Object.keys(options)));
    expect([...known]).toEqual(expect.arrayContaining([...completed.options]));
    expect(NAMES).toEqual(expect.arrayContaining([...completed.commands]));
  });

  it('have such words, unless their value is anything', () => {
    const free = commands.flatMap(({ options }) =>
      Object.keys(options).filter(
        (name) => options[name].type === 'string' && behindOption(name) === undefined,
      ),
    );
    expect(new Set(free)).toEqual(new Set(FREE.split(' ')));
  });
});

describe('completion', () => {
  it.each(SHELLS)('of %s has every command and every option', async (shell) => {
    const { status, stdout } = await youngcheck('completion', shell);
    expect(status).toBe(0);
    for (const { name, options } of commands) {
      const [, line = ''] = new RegExp(`^    ${name}\\) options='([^']*)'`, 'm').exec(stdout) ?? [];
      const all = [...Object.keys(options), 'help'].map((option) => `--${option}`);
      expect(line.split(' '), name).toEqual(all);
    }
  });

  it.each([[[]], [['fish']], [['bash', 'zsh']]])('refuses %j', async (args) => {
    const { status, stderr } = await youngcheck('completion', ...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(/possible:\n {2}bash\n {2}zsh\n$/);
  });
});

describe('the manual page', () => {
  it('has the help of every command, line by line', async () => {
    const { stdout } = await youngcheck('man');
    const page = stdout
      .replaceAll(/^\\&/gm, '')
      .replaceAll('\\-', '-')
      .replaceAll('\\(ga', '`')
      .replaceAll('\\(ha', '^')
      .replaceAll('\\(ti', '~')
      .replaceAll('\\e', '\\');
    for (const { help, summary } of commands) {
      expect(page).toContain(summary);
      expect(page).toContain(help.replace(/^.*\n/, '').trim());
    }
  });
});
