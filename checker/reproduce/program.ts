/** The program of a trace, in C, and the text that binds youngdev. */
import { DRIVER_FIELDS } from '../../model/system.ts';
import { valueText } from '../../model/text.ts';
import { printEvent } from '../trace/print.ts';
import { inSteps } from './held.ts';
import { REGION } from './proof.ts';
import type { Plan } from './plan.ts';
import { BOUND } from './plan.ts';

/** A title as one word of a marker and of a file's name. */
export const titleOf = ({ replay }: Plan): string =>
  (replay.trace.name ?? 'trace').replaceAll(/[^\w.+-]/g, '-');

/** A string of C. */
const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

/** A step of the trace as it is printed, with its answer. */
export function stepText({ replay }: Plan, number: number): string {
  const { trace, steps } = replay;
  const { event, answer } = steps[number - 1];
  return printEvent(event, trace.system.scope, answer);
}

/** The driver's lists and the hardware, as youngdev.c reads them. */
export function driverText({ replay }: Plan): string {
  const { driver, hardware, scope } = replay.trace.system;
  const lists = BOUND.map(
    (name) => [name, valueText(DRIVER_FIELDS[name], inSteps(driver[name]))] as const,
  )
    .filter(([, text]) => text !== 'none')
    .map(([name, text]) => `${name}=${text}`);
  return [
    `region=0x${REGION.toString(16)}`,
    `pages=${scope.pages}`,
    `devices=${scope.devices}`,
    `ats=${Number(hardware.ats)}`,
    `iotlb=${Number(hardware.iotlb)}`,
    `dropsOvertakenCompletions=${Number(hardware.dropsOvertakenCompletions)}`,
    `rewalksOnPermissionFault=${Number(hardware.rewalksOnPermissionFault)}`,
    `inVain=${Number(hardware.acknowledges === 'in-vain')}`,
    `accessFlag=${hardware.accessFlag}`,
    ...lists,
  ].join(' ');
}

function setupLines(plan: Plan): string[] {
  const { scope } = plan.replay.trace.system;
  const driver = plan.device === 'kvm' ? [] : [`.driver = ${quoted(driverText(plan))},`];
  return [
    `.trace = ${quoted(titleOf(plan))},`,
    `.pages = ${scope.pages},`,
    `.devices = ${scope.devices},`,
    ...driver,
    `.pinned = ${plan.pinned},`,
    `.collapsed = ${plan.collapsed},`,
    `.young = ${plan.young},`,
    `.file = ${plan.file},`,
    `.lru_gen = ${plan.bootable.lruGen},`,
    `.reclaim_cpu = ${plan.reclaimCpu},`,
  ];
}

/** The program: a call for each event, or for several. */
export function programText(plan: Plan): string {
  const calls = plan.calls.flatMap(({ steps, code }) => [
    '',
    ...steps.map((number) => `\tstep(${number}, ${quoted(stepText(plan, number))});`),
    `\t${code}`,
  ]);
  return `${[
    '// SPDX-License-Identifier: GPL-2.0',
    `/* The events of ${titleOf(plan)}, made to happen. guest.h says what each call is. */`,
    '#include <stddef.h>',
    '#include "guest.h"',
    '',
    'static const struct setup setup = {',
    ...setupLines(plan).map((line) => `\t${line}`),
    '};',
    '',
    'int main(void)',
    '{',
    '\tset_up(&setup);',
    ...calls,
    '',
    '\ttear_down();',
    '\treturn 0;',
    '}',
  ].join('\n')}\n`;
}
