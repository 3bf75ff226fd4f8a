/** The calls for what users and the threads of the kernel do. */
import { CALLS } from '../../model/steps.ts';
import type { ReplayStep } from '../trace/replay.ts';
import { holdsOf, inSteps } from './held.ts';
import type { Planning } from './planning.ts';
import { isOfKernel, pageName } from './planning.ts';
import type { Proof } from './proof.ts';

const LOOKS: readonly string[] = ['folio_referenced', 'age', 'walk', 'mark', 'check'];

/** In the model both calls find no PTE. Where it is there, mprotect() is a write-protect. */
const NOTHING_LEFT =
  "it changes what an unmap with 'unlock' has left cached, and no image has such an unmap";

const NOT_UNSEEN = 'of these kernels only 6.12 unmaps what no look has condemned, by MADV_PAGEOUT';

/** Plans a system call of a user. */
export function userStep(plan: Planning, step: ReplayStep, i: number): number {
  const { event, number } = step;
  const { page } = event;
  switch (event.verb) {
    case 'clear-refs':
      if (plan.scope.pages > 1) {
        throw plan.refuse(number, 'clear_refs clears all pages of the process');
      }
      return plan.add([step], 'user_clears_refs();', { kind: 'cleared', page });
    case 'madvise-cold':
      refuseShared(plan, step, i);
      return plan.add([step], `user_cools(${pageName(page)});`, { kind: 'cooled', page });
    case 'fork':
      plan.refusePinned(number, 'fork copies');
      if (plan.scope.pages > 1) throw plan.refuse(number, 'fork() copies all pages of the process');
      return plan.add([step], 'user_forks();', { kind: 'forked', page });
    case 'cow':
      return plan.add(wholeOf(plan, step, i, 'end'), `user_copies(${pageName(page)});`, {
        kind: 'copied',
        page,
      });
    case 'mprotect':
    case 'dontneed':
      throw plan.refuse(number, NOTHING_LEFT);
    default:
      throw plan.refuse(number, 'no call makes it happen');
  }
}

/** Plans a collapse, by MADV_COLLAPSE of the 2 MiB around the page. */
export function khugepagedStep(plan: Planning, step: ReplayStep, i: number): number {
  const { event, number } = step;
  const { page } = event;
  plan.refusePinned(number, 'collapse_huge_page() leaves alone');
  if (plan.scope.pages > 1) throw plan.refuse(number, 'a collapse takes all pages of the 2 MiB');
  if (plan.steps.some(({ event: { verb } }) => verb === 'write-protect')) {
    throw plan.refuse(number, 'MADV_COLLAPSE takes no pages of a file that is written');
  }
  if (isReadOnly(plan, i, page)) {
    throw plan.refuse(
      number,
      'the PTE is read-only, and MADV_COLLAPSE takes no 2 MiB of such PTEs',
    );
  }
  return plan.add([step], `user_collapses(${pageName(page)});`, { kind: 'collapsed', page });
}

/**
 * Whether the kernel's PTE cannot be written: a child has the page as well, or a read has mapped
 * it again. 6.12 makes a PTE writable then, too, unless the page was dropped.
 */
function isReadOnly(plan: Planning, i: number, page: number): boolean {
  const before = plan.steps.slice(0, i).map(({ event }) => event);
  const written = before.findLastIndex((event) => {
    return event.page === page && event.verb.endsWith('write');
  });
  const isRead = plan.machine.bootable.image === '6.1' && plan.isTakenBefore(i, page, written + 1);
  return plan.isShared(i, page) || plan.dropped.has(page) || isRead;
}

/** The page is a part of a huge page since a collapse. What the kernel does to it is to all. */
export function refuseHuge(plan: Planning, step: ReplayStep, i: number): void {
  const collapse = plan.steps.slice(0, i).find(({ event }) => event.verb === 'collapse');
  if (collapse === undefined || !isOfKernel(step)) return;
  const why = 'has made a huge page, which the kernel ages and unmaps by a PMD, and by other steps';
  throw plan.refuse(step.number, `(${collapse.number}) ${why}`);
}

/** Plans what reclaim does. */
export function kswapdStep(plan: Planning, step: ReplayStep, i: number): number {
  const { event, number } = step;
  const isShared = plan.steps.slice(0, i).some((before) => before.event.verb === 'fork');
  if (isShared && LOOKS.includes(event.verb)) {
    throw plan.refuse(number, 'the child of the fork has the page, too, and a look comes to both');
  }
  switch (event.verb) {
    case 'folio_referenced':
      return look(plan, step, i);
    case 'age':
      return operation(plan, step, i, 'report');
    case 'unmap':
      return unmap(plan, step, i);
    case 'pageout':
      return pageout(plan, step, i);
    case 'walk':
      return walk(plan, step, i);
    case 'write-protect':
      return writeProtect(plan, step);
    case 'report':
      return plan.add([step], 'operation_ends();', ...endProofs(step));
    case 'free':
      return plan.add([step], freed(plan, i), ...endProofs(step));
    default:
      if (holdsOf(event.verb)) {
        return plan.add([step], 'callback_goes_on();', ...plan.told(event, event.verb));
      }
      throw plan.refuse(number, 'it is not a step that can be held');
  }
}

const lookOf = ({ event, answer }: ReplayStep): Extract<Proof, { kind: 'look' }> => ({
  kind: 'look',
  page: event.page,
  referenced: answer === 1,
});

const endProofs = (step: ReplayStep): Proof[] =>
  step.event.verb === 'report'
    ? [{ ...lookOf(step), isOver: true }]
    : [{ kind: 'evicted', page: step.event.page, isOver: true }];

/**
 * The end of an unmap that was held. A flush of everything is pending behind it. The next
 * operation of the kernel would make it; what a device does before need not see it.
 */
function freed({ steps }: Planning, i: number): string {
  const isPending = steps.slice(i + 1).some(isOfKernel);
  return isPending ? 'operation_ends_and_flushes();' : 'operation_ends();';
}

function look(plan: Planning, step: ReplayStep, i: number): number {
  const { page } = step.event;
  refuseDropped(plan, step);
  const next = plan.steps[i + 1];
  const before = oldestBefore(plan, step, i);
  const name = pageName(page);
  if (step.answer === 0 && next?.event.verb === 'unmap' && next.event.page === page) {
    plan.refusePinned(next.number, 'keeps the page');
    return plan.add([step, next], `${before}reclaim_looks_and_unmaps(${name});`, lookOf(step), {
      kind: 'evicted',
      page,
    });
  }
  return plan.add([step], `${before}reclaim_looks(${name});`, lookOf(step));
}

/**
 * The multi-gen LRU looks at pages of its oldest generation. What has looked at a page before has
 * moved it on. A page that comes back is not old until MADV_COLD, nor is one that the set-up leaves
 * young. Two more generations make it the oldest. 6.12 makes them without a walk. 6.1 walks, asks
 * no secondary, and passes by an old PTE, so that this is no event. Where a PTE is young it is.
 */
function oldestBefore(plan: Planning, { event, number }: ReplayStep, i: number): string {
  const before = plan.steps.slice(0, i).map((each) => each.event);
  const cooled = before.findLastIndex(({ verb }) => verb === 'madvise-cold');
  const isMoved =
    (plan.isYoung && cooled < 0) ||
    before.some(({ actor, verb }) => actor === 'kswapd' && LOOKS.includes(verb)) ||
    plan.isTakenBefore(i, event.page, cooled + 1);
  const { lruGen, image } = plan.machine.bootable;
  if (!lruGen || !isMoved) return '';
  if (image === '6.1' && plan.before(i).pages.some(({ pte }) => pte.young === 1)) {
    throw plan.refuse(number, 'two more walks of 6.1 have to come before, which clear a young PTE');
  }
  return 'lru_gen_makes_oldest(); ';
}

/** A read of a page that was dropped maps the zero page, at which no look comes. */
function refuseDropped(plan: Planning, { event, number }: ReplayStep): void {
  if (!plan.dropped.has(event.page)) return;
  throw plan.refuse(number, 'the page was dropped, and a read then maps the zero page');
}

/**
 * MADV_PAGEOUT of 5.4 to 6.9 looks at the page by reclaim's program. The model knows that the young
 * bit of an spte keeps the page there, but not that a driver may always answer 1.
 */
function refuseKept(plan: Planning, { number }: ReplayStep): void {
  const { kernel, driver } = plan.replay.trace.system;
  const answersOne = kernel.age.some(({ name }) => {
    const callback = CALLS[name]?.callback;
    return callback !== undefined && driver[callback].returns === 'one';
  });
  if (kernel.pageout !== 'clears' || !answersOne) return;
  throw plan.refuse(number, 'MADV_PAGEOUT of 6.1 looks first, and the driver always answers 1');
}

/** MADV_COLD and MADV_PAGEOUT pass by a page that two processes map. */
function refuseShared(plan: Planning, { event, number }: ReplayStep, i: number): void {
  if (!plan.isShared(i, event.page)) return;
  throw plan.refuse(number, 'the child of the fork has the page, too, and madvise() passes by it');
}

/** Whether the trace ends half-way in a look, which the first action of the callback can hold. */
function endsInLook({ steps, replay }: Planning, step: ReplayStep): boolean {
  const { kernel, driver } = replay.trace.system;
  const calls = kernel.age.map(({ name }) => name);
  const callback = calls.includes('clear_young') ? 'clear_young' : 'clear_flush_young';
  const isHeld = inSteps(driver[callback]).actions.some(({ name }) => holdsOf(name));
  return step === steps.at(-1) && step.event.verb === 'age' && isHeld;
}

/** An operation in `fine`: as one call if nothing comes between its steps, or held. */
function operation(plan: Planning, step: ReplayStep, i: number, end: 'report' | 'free'): number {
  const { held } = plan;
  const isLook = end === 'report';
  const { page } = step.event;
  const name = pageName(page);
  if (isLook) refuseDropped(plan, step);
  else refuseShared(plan, step, i);
  if (!isLook && !takesUnseen(plan, step)) throw plan.refuse(step.number, NOT_UNSEEN);
  const before = isLook ? oldestBefore(plan, step, i) : '';
  const whole = held.whole(i, end);
  if (whole !== undefined) {
    return isLook
      ? plan.add(whole, `${before}reclaim_looks(${name});`, lookOf(whole.at(-1)!))
      : plan.add(whole, `reclaim_unmaps(${name});`, { kind: 'evicted', page });
  }
  const unheld = endsInLook(plan, step) ? undefined : held.whyNot(i, end);
  const why = unheld ?? (plan.isKvm ? "KVM's callbacks cannot be held" : undefined);
  if (why !== undefined) throw plan.refuse(step.number, why);
  if (!isLook && !plan.machine.bootable.batched) throw plan.refuse(step.number, NOT_UNSEEN);
  held.isUsed = true;
  return plan.add([step], `reclaim_${isLook ? 'look' : 'unmap'}_begins(${name});`);
}

/** Whether reclaim can unmap a page without a look: MADV_PAGEOUT since 6.10, without a pin. */
function takesUnseen(
  { machine, pinnedBy }: Planning,
  { event: { page, to } }: ReplayStep,
): boolean {
  return machine.bootable.image === '6.12' && page === to && pinnedBy === undefined;
}

function unmap(plan: Planning, step: ReplayStep, i: number): number {
  const { page, to } = step.event;
  if (plan.scope.granularity === 'fine') return operation(plan, step, i, 'free');
  if (plan.scope.events.includes('lru')) {
    throw plan.refuse(step.number, 'reclaim unmaps a page at once, when its look condemns it');
  }
  if (takesUnseen(plan, step) && !plan.isShared(i, page)) {
    return plan.add([step], `reclaim_unmaps(${pageName(page)});`, { kind: 'evicted', page });
  }
  for (let p = page; p <= to; p++) plan.dropped.add(p);
  const call = `user_drops(${pageName(page)}, ${pageName(to)});`;
  return plan.add([step], call, { kind: 'zapped', page, to });
}

/** In steps, what makes them is one call, so that they are all there and nothing is between. */
function wholeOf(
  plan: Planning,
  step: ReplayStep,
  i: number,
  end: 'free' | 'end',
): readonly ReplayStep[] {
  if (plan.scope.granularity === 'atomic') return [step];
  const whole = plan.held.whole(i, end);
  if (whole === undefined) throw plan.refuse(step.number, 'it cannot be held half-way');
  return whole;
}

function pageout(plan: Planning, step: ReplayStep, i: number): number {
  const { page } = step.event;
  plan.refusePinned(step.number, 'keeps the page');
  refuseShared(plan, step, i);
  refuseKept(plan, step);
  const steps = wholeOf(plan, step, i, 'free');
  return plan.add(steps, `user_pages_out(${pageName(page)});`, { kind: 'evicted', page });
}

function walk(plan: Planning, step: ReplayStep, i: number): number {
  const { page } = step.event;
  if (plan.scope.pages > 1) {
    throw plan.refuse(step.number, 'a walk comes to all pages of the process');
  }
  refuseDropped(plan, step);
  return plan.add(wholeOf(plan, step, i, 'end'), 'lru_gen_walks();', { kind: 'walked', page });
}

function writeProtect(plan: Planning, step: ReplayStep): number {
  const { page } = step.event;
  const looks = plan.steps.find(({ event }) => LOOKS.includes(event.verb));
  if (looks !== undefined) {
    const why = `pages of a file are not looked at, and (${step.number}) needs one`;
    throw plan.refuse(looks.number, why);
  }
  return plan.add([step], `user_writes_back(${pageName(page)});`, { kind: 'protected', page });
}

/** Plans a mark of DAMON. */
export function idleStep(plan: Planning, step: ReplayStep): number {
  const { event, number } = step;
  if (plan.scope.granularity === 'fine') {
    throw plan.refuse(number, 'DAMON cannot be held half-way');
  }
  if (event.verb !== 'mark') {
    const why = 'page_idle is not configured, and DAMON checks by test_young, which clears nothing';
    throw plan.refuse(number, why);
  }
  return plan.add([step], `damon_marks(${pageName(event.page)});`, {
    kind: 'marked',
    page: event.page,
  });
}
