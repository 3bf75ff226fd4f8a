/**
 * The systems of counterexamples/VERDICTS-ANY, which has every number of pages, CPUs and devices.
 * Each takes seconds. So not all of VERDICTS are in it: every driver on the kernel of the mail, and
 * every kernel with a driver of its time.
 */
import { DRIVERS } from '../../../model/systems/drivers.ts';
import { KERNELS } from '../../../model/systems/kernels.ts';
import { noSuchMachine } from '../../../model/systems/machines.ts';
import type { TableSystem } from './matrix.ts';
import { BLOCKS, entriesIn } from './matrix.ts';
import type { Block, NamedScope } from './scopes.ts';

export const SCOPES_ANY: readonly NamedScope[] = [
  { name: 'any+atomic', text: 'any granularity=atomic' },
  { name: 'any', text: 'any' },
];

/** The kernel of the mail, on which every driver is asked. */
const MAIL_KERNEL = 'v4.20-x86';

/**
 * Kernels with a step that reaches neighbouring pages. No argument covers more pages than three,
 * and to search so many takes minutes for one system.
 */
export const LEFT_OUT = ['v6.12-x86-thp', 'v6.12-x86-damon', 'v6.12-arm64-damon'];

/**
 * Kernels whose bug needs an event that the scope any does not have, each with a kernel that does
 * the same in that scope.
 */
export const LIKE_ANOTHER: Readonly<Record<string, string>> = {
  'thp-migration-4.19': 'v4.20-x86',
  'lossy-pmdp-invalidate': 'v4.20-x86',
  'cow-2012': 'v4.20-x86',
  'mprotect-unaware': 'invalidate-page-4.12',
};

/** The scopes in which a kernel is not refused: a look inside an unmap needs steps. */
function scopesOf(kernel: string): readonly NamedScope[] {
  const { value } = KERNELS.find(({ name }) => name === kernel)!;
  const looks = value.unmap.some(({ name }) => name === 'look');
  return looks ? SCOPES_ANY.slice(1) : SCOPES_ANY;
}

/**
 * The first driver and hardware of VERDICTS that were a machine with a kernel; the first of all if
 * none were.
 */
function naturalBlock(kernel: string): Block[] {
  const beside = BLOCKS.filter(({ kernels }) => kernels.includes(kernel)).flatMap(
    ({ drivers, hardware }) =>
      drivers.flatMap((driver) => hardware.map((device) => ({ driver, device }))),
  );
  const [{ driver, device }] = [
    ...beside.filter(
      ({ driver, device }) => noSuchMachine({ kernel, driver, hardware: device }) === undefined,
    ),
    ...beside,
  ];
  const why = 'a kernel with a driver of its time';
  return [
    { why, kernels: [kernel], drivers: [driver], hardware: [device], scopes: scopesOf(kernel) },
  ];
}

/** Every system of the table in each scope, in the table's order. */
export function entriesAny(): TableSystem[] {
  const kernels = new Set(BLOCKS.flatMap((block) => block.kernels));
  const others = [...kernels].filter(
    (name) => name !== MAIL_KERNEL && ![...LEFT_OUT, ...Object.keys(LIKE_ANOTHER)].includes(name),
  );
  const onMail: Block = {
    why: 'every driver on the kernel of the mail',
    kernels: [MAIL_KERNEL],
    drivers: DRIVERS.map(({ name }) => name),
    hardware: ['ats'],
    scopes: SCOPES_ANY,
  };
  return entriesIn([onMail, ...others.flatMap(naturalBlock)], SCOPES_ANY);
}
