/** Commands that run for minutes, each on an input that is as large as any that people give it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HUGE =
  'pages=4 cpus=2 devices=2 observers=reclaim,idle granularity=fine ' +
  'events=unmap,protect,clear-refs,write,posted';
const SYSTEM = ['--driver', 'amd-iommu-v2', '--scope', HUGE];
const TWO = ['amd-iommu-v2', 'amd-iommu-v2-patched'] as const;

/** How often a log of the suite is repeated. It has some 700 lines. */
const LOGS = 2000;
/** How many events the long trace has: nearly 4 MiB of them, and replay takes no more. */
const EVENTS = 180_000;

export interface LongCommands {
  readonly commands: readonly (readonly string[])[];
  /** Takes the inputs away. */
  end(): void;
}

/** Writes the inputs, and names the commands. */
export function longCommands(): LongCommands {
  const folder = mkdtempSync(join(tmpdir(), 'youngcheck-long-'));
  const path = (name: string) => join(folder, name);
  const log = readFileSync('suites/conformance/6.12-G-mglru.log', 'utf8');
  writeFileSync(path('long.log'), log.repeat(LOGS));
  const events = Array.from({ length: EVENTS }, (_, i) => `(${i + 1}) dev0: read A\n`);
  writeFileSync(path('long.trace'), `Trace long\n{\n}\n${events.join('')}ends\n`);
  mkdirSync(path('own/systems'), { recursive: true });
  writeFileSync(path('own/systems/huge'), `driver amd-iommu-v2\nscope ${HUGE}\n`);
  const commands = [
    ['check', ...SYSTEM, '--no-reduction', '--jobs', '1'],
    ['check', ...SYSTEM, '--no-reduction', '--jobs', '2'],
    ['check', ...SYSTEM, '--no-reduction', '--max-states', '2M', '--profile'],
    ['guard', TWO[0], '--against', TWO[1], '--scope', HUGE],
    ['diff', ...TWO, '--scope', HUGE],
    ['ablate', ...SYSTEM],
    ['saturate', 'kvm', '--scope', HUGE],
    ['cost', 'kvm', '--turns', '100M'],
    ['cost', 'v6.12-x86-thp', '--pages', '10k', '--turns', '100M'],
    ['explore', ...SYSTEM, '--runs', '10M', '--jobs', '1'],
    ['explore', ...SYSTEM, '--runs', '10M', '--jobs', '2'],
    ['conform', path('long.log')],
    ['replay', path('long.trace')],
    ['replay', '--explain', '--columns', '--states', path('long.trace')],
    ['verdicts'],
    ['promote', 'VERDICTS', '--folder', path('own')],
    ['report', '--out', path('report.html')],
  ];
  return { commands, end: () => rmSync(folder, { recursive: true }) };
}

/** A command in one line, with long arguments cut. */
export const shown = (args: readonly string[]): string =>
  args.map((word) => (word.includes(' ') || word.startsWith('/') ? '...' : word)).join(' ');
