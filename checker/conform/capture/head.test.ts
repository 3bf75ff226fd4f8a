/** The head of a captured log says what was lost, and in which control group each task was. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LogSummary } from '../ftrace/index.ts';
import { openLog, readLog } from '../ftrace/index.ts';
import { KERNELS, SHELLS, begin, end, run, top } from './made-up.ts';

beforeAll(begin);
afterAll(end);

/** A /proc with the control groups of some tasks. */
function procWith(groups: Readonly<Record<number, string>>): string {
  const proc = mkdtempSync(join(top, 'proc-'));
  for (const [pid, text] of Object.entries(groups)) {
    mkdirSync(join(proc, pid, 'task', pid), { recursive: true });
    writeFileSync(join(proc, pid, 'cgroup'), text);
  }
  return proc;
}

const V2 = '0::/vm/with: a colon\n';
const V1 = '11:cpuset:/a\n4:hugetlb,memory:/machine/qemu-1\n1:name=systemd:/b\n0::/c\n';
const NO_MEMORY = '11:cpuset:/a\n1:name=systemd:/b\n';
const event = (pid: number, task = 'a'): string =>
  `${task.padStart(16)}-${pid}     [000] d..1.     5.421100: x: y z-9 [001]\\n`;

interface Made {
  readonly trace?: string;
  readonly stats?: string;
  readonly proc?: string;
  readonly args?: readonly string[];
}

/** What a capture notes in the head, of a trace and of counts that the kernel has. */
async function noted(name: string, shell: readonly string[], made: Made): Promise<string[]> {
  const { trace = '', stats = '', proc = procWith({}), args = [] } = made;
  const onSleep =
    `printf '${trace}' >> "$instance/trace"; /bin/mkdir -p "$instance/per_cpu/cpu1"; ` +
    `printf '${stats}' > "$instance/per_cpu/cpu1/stats"`;
  const log = `${shell[0]}-${name}.log`;
  const ran = run(KERNELS['6.12'], ['-o', log, '-t', '1', ...args], {
    shell,
    onSleep,
    more: { PROC: proc },
  });
  expect([ran.status, ran.stderr]).toEqual([0, expect.stringContaining(`wrote ${log}`)]);
  const lines = readFileSync(join(top, log), 'utf8').split('\n');
  return lines.filter((line) => NOTED.test(line));
}

/** A group, and a count of a CPU that is not 0. */
const NOTED = /^# youngcheck: (?:cgroup|(?:overrun|dropped) cpu\d+: [1-9])/;

const summaryOf = (name: string): Promise<LogSummary> =>
  readLog(openLog(join(top, `${SHELLS[0]![0]}-${name}.log`)), () => {});

it.each(SHELLS)('says how many events each CPU has lost, by %s', async (...shell) => {
  const stats = 'entries: 9\\noverrun: 12\\ncommit overrun: 3\\nbytes: 7\\ndropped events: 4\\n';
  expect(await noted('lost', shell, { stats })).toEqual([
    '# youngcheck: overrun cpu1: 12',
    '# youngcheck: dropped cpu1: 7',
  ]);
  const { capture } = await summaryOf('lost');
  expect(capture).toMatchObject({
    overrun: [{ cpu: 1, times: 12 }],
    dropped: [{ cpu: 1, times: 7 }],
  });
});

it.each(SHELLS)('names the control group of each task in the log, by %s', async (...shell) => {
  const proc = procWith({ 4: V2, 77: V1, 8: NO_MEMORY, 9: V2, 10: '' });
  const trace = [event(77, 'CPU 0/KVM-1 [x]'), event(4), event(77), event(8), event(10), event(5)];
  expect(await noted('cgroups', shell, { proc, trace: trace.join('') })).toEqual([
    '# youngcheck: cgroup 4: /vm/with: a colon',
    '# youngcheck: cgroup 77: /machine/qemu-1',
  ]);
  expect((await summaryOf('cgroups')).capture?.cgroups).toEqual(
    new Map([
      [4, '/vm/with: a colon'],
      [77, '/machine/qemu-1'],
    ]),
  );
});

it('names that of the process of -p, though it has ended', async () => {
  const proc = procWith({ 4711: V1 });
  const trace = `$(/bin/rm -r ${proc}/4711)${event(4711)}`;
  const onlyOne = await noted('process', SHELLS[0]!, { proc, trace, args: ['-p', '4711'] });
  expect(onlyOne).toEqual(['# youngcheck: cgroup 4711: /machine/qemu-1']);
});
