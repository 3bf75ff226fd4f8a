/** Measures what the reductions of docs/reductions.md save. `npm run bench` prints it. */
import { existsSync } from 'node:fs';
import { parseSystem } from '../checker/trace/setup.ts';
import { Checking } from '../checker/search/checking.ts';
import { DRIVERS } from '../model/systems/drivers.ts';
import { propertiesFor } from '../properties/index.ts';
import { SPIN_SPEED, compiled, median, numberIn, timed } from './timed-process.ts';

/** Four pages, two CPUs, two devices, and all that a kernel of version 4.20 can do. */
const HEAVY =
  'pages=4 cpus=2 devices=2 observers=reclaim,idle granularity=fine ' +
  'events=evict,unmap,protect,clear-refs,write,posted';
/** Seconds of processor time after which one property of the heavy scope is given up. */
const HEAVY_LIMIT = 30;

const s = (seconds: number): string => `${seconds.toFixed(2)} s`;
const secondsOfSearch = (output: string): number => numberIn(output, /"seconds": ([\d.]+)/);

/** The drivers of these names, or all. */
const driversOf = (names: readonly string[]): string[] =>
  DRIVERS.map(({ name }) => name).filter((name) => names.length === 0 || names.includes(name));

/** Times to the verdict on the scope `large`, beside Spin's depth-first search of the same. */
export function large(rounds: number): void {
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const system = ['check', '--driver', 'amd-iommu-v2', '--scope', 'large'];
    const our = compiled(system);
    const search = secondsOfSearch(compiled([...system, '--json']).output);
    console.log(`youngcheck ${s(our.wall)}, user ${s(our.user)}, the search alone ${s(search)}`);
    if (!existsSync(SPIN_SPEED)) continue;
    const spin = timed(SPIN_SPEED, ['large', 'dfs']);
    const [compile, run] = [/compiled in ([\d.]+) s/, /([\d.]+) s wall/].map((pattern) =>
      numberIn(spin.output, pattern),
    );
    ratios.push((compile + run) / our.wall);
    const times = `compiled in ${s(compile)}, searched in ${s(run)}, user ${s(spin.user)}`;
    console.log(`Spin, DFS  ${times}: ${ratios.at(-1)!.toFixed(1)} times as long`);
    console.log(`user times: ${(spin.user / our.user).toFixed(1)} times as long`);
  }
  if (ratios.length === 0) return;
  console.log(`Spin / youngcheck, median of ${rounds}: ${median(ratios).toFixed(1)} (at least 20)`);
}

/** The process times of `mail` and of `any` in atomic, for each driver. */
export function startup(names: readonly string[]): void {
  console.log('driver, user seconds and seconds: mail; any granularity=atomic');
  for (const driver of driversOf(names)) {
    const told = ['mail', 'any granularity=atomic'].map((scope) => {
      const { user, wall } = compiled(['check', '--driver', driver, '--scope', scope]);
      return `${s(user)} ${s(wall)}`;
    });
    console.log(`${driver.padEnd(26)} ${told.join('; ')}`);
  }
}

/** The times of the scope `any`, for each driver. */
export function any(names: readonly string[]): void {
  console.log('driver: seconds of search, user seconds and seconds of the process, states');
  for (const driver of driversOf(names)) {
    const asked = ['check', '--json', '--driver', driver, '--scope', 'any'];
    const { user, wall, output } = compiled(asked);
    const states = numberIn(output, /"states": (\d+)/);
    const times = [secondsOfSearch(output), user, wall].map(s).join(' ');
    console.log(`${driver.padEnd(26)} ${times} ${states.toLocaleString('en')}`);
  }
}

/** Asks for each property of the heavy scope alone, for each driver. */
export function heavy(names: readonly string[]): void {
  console.log('driver: user seconds and seconds of all properties; the slowest one; unfinished');
  for (const driver of driversOf(names)) {
    const system = parseSystem({ driver, scope: HEAVY });
    const each = propertiesFor(system).map((property) => {
      const checking = new Checking(system, [property]);
      const before = process.cpuUsage();
      const userSeconds = (): number => process.cpuUsage(before).user / 1e6;
      while (!checking.run(1) && userSeconds() < HEAVY_LIMIT);
      const user = userSeconds();
      const { verdict } = checking.result().verdicts[0];
      return { name: property.name, user, seconds: checking.seconds, verdict };
    });
    const slowest = each.toSorted((a, b) => b.user - a.user)[0];
    const sum = (of: (one: (typeof each)[number]) => number): number =>
      each.map(of).reduce((a, b) => a + b, 0);
    const open = each.filter(({ verdict }) => /unfinished|holds-up-to/.test(verdict));
    console.log(
      `${driver.padEnd(26)} ${s(sum(({ user }) => user))} ${s(sum(({ seconds }) => seconds))}; ` +
        `${slowest.name} ${s(slowest.user)} ${s(slowest.seconds)}; ` +
        `${open.map(({ name, verdict }) => `${name} ${verdict}`).join(', ') || 'none'}`,
    );
  }
}
