/**
 * Which process or VM a task belongs to, as far as the log shows it. Guest frames and addresses of
 * different processes are the same numbers.
 */
import type { Call, LogEvent } from './ftrace/index.ts';
import { field, numberField, word } from './ftrace/index.ts';
import type { PageLog, Space } from './page-log.ts';
import { isPresent } from './spte.ts';

/** A task names its own mm in these calls, unless it takes the pages of somebody else away. */
const OF_OWN_MM = new Set([
  'invalidate_range_start',
  'invalidate_range',
  'arch_invalidate_secondary_tlbs',
]);
/** Calls in which a task works on pages of any process. */
const OF_ANY_MM = new Set([
  'folio_referenced',
  'folio_referenced_one',
  'try_to_unmap_one',
  'page_mkclean_one',
]);
/** MMU_NOTIFY_PROTECTION_PAGE: writeback. */
const WRITEBACK = 3;

/** Threads of the kernel that work on any process. They have no mm of their own. */
const KERNEL_THREADS = /^(?:kswapd|kdamond|khugepaged|kcompactd|ksmd|kworker|kvm-nx-lpage)/;
export const isKernelThread = ({ task }: LogEvent): boolean => KERNEL_THREADS.test(task);

/** What a line says about an spte: its value before, where the line has it, and behind. */
export interface SpteChange {
  readonly before: number | undefined;
  readonly after: number;
  readonly frame: number | undefined;
}

export class Owners {
  /** The mm of each task. It is `several` if the task has named more than one. */
  private readonly mms = new Map<number, string>();
  /** The number of the vCPU that each task runs, within its VM. */
  private readonly vcpus = new Map<number, string>();
  /** The spaces whose entries a task has been shown to change, or not to change. */
  private readonly proved = new Map<number, Space>();
  private readonly guessed = new Map<number, Space>();
  private readonly foreign = new Map<number, Set<Space>>();

  /** Learns from a line whose task it is. */
  hears(event: LogEvent, { outer }: Call): void {
    const { name, pid } = event;
    if (name === 'kvm_page_fault' || name === 'kvm_entry') {
      const vcpu = word(event, 'vcpu');
      if (vcpu !== undefined) this.vcpus.set(pid, vcpu);
    }
    const mm = OF_OWN_MM.has(name) ? field(event, 'mm') : undefined;
    if (mm === undefined || isKernelThread(event)) return;
    if (numberField(event, 'event') === WRITEBACK) return;
    if (outer.some((call) => OF_ANY_MM.has(call.name))) return;
    const known = this.mms.get(pid) ?? mm;
    this.mms.set(pid, known === mm ? mm : SEVERAL);
  }

  /** The mm that a task has named as its own, if it has named one alone. */
  mmOf(pid: number): string | undefined {
    const mm = this.mms.get(pid);
    return mm === SEVERAL ? undefined : mm;
  }

  /** An mm is torn down. Its number may be that of another one later. */
  ends(space: Space): void {
    for (const pid of this.namers(space)) {
      space.namers.add(pid);
      this.mms.delete(pid);
    }
  }

  /** The tasks that have named the mm of a space as their own. */
  namers({ mm }: Space): number[] {
    return mm === undefined ? [] : [...this.mms].flatMap(([pid, own]) => (own === mm ? pid : []));
  }

  /** The space of a task, among some. */
  spaceOf(pid: number, spaces: readonly Space[]): Space | undefined {
    const mm = this.mmOf(pid);
    return (
      spaces.find(({ pids }) => pids.has(pid)) ??
      (mm === undefined ? undefined : spaces.find((space) => space.mm === mm)) ??
      spaces.find((space) => this.proved.get(pid) === space)
    );
  }

  /** Whether a task cannot belong to a space. */
  isForeign(pid: number, space: Space): boolean {
    const mm = this.mmOf(pid);
    if (mm !== undefined && space.mm !== undefined && mm !== space.mm) return true;
    return this.foreign.get(pid)?.has(space) === true;
  }

  /**
   * Whether a task whose space is not known changes the entry of a page, by what the line says of
   * that entry. Undefined if two tasks may do so, and they run the same vCPU.
   */
  changes(pid: number, page: PageLog, change: SpteChange): boolean | undefined {
    const { space, frame } = page;
    if (contradicts(page, change)) {
      const known = this.foreign.get(pid) ?? new Set();
      this.foreign.set(pid, known.add(space));
      return false;
    }
    if (frame !== undefined && isFrameOf(page, change)) this.proved.set(pid, space);
    else if (this.guessed.get(pid) !== space && this.runsAnother(pid, space)) return undefined;
    this.guessed.set(pid, space);
    return true;
  }

  /** Whether the process of a page has two VMs, and the entry is not that of the page. */
  isOfAnotherVm = (pid: number, page: PageLog, change: SpteChange): boolean =>
    this.runsAnother(pid, page.space) && contradicts(page, change);

  /** Another task runs the vCPU of this number in a space. */
  private runsAnother(pid: number, space: Space): boolean {
    const own = this.vcpus.get(pid);
    if (own === undefined) return false;
    return [...this.vcpus].some(
      ([other, vcpu]) =>
        other !== pid &&
        vcpu === own &&
        (this.spaceOf(other, [space]) === space || this.guessed.get(other) === space),
    );
  }
}

const SEVERAL = 'several';

const isFrameOf = (page: PageLog, { frame }: SpteChange): boolean =>
  frame !== undefined && page.firstFrame(frame) === page.frame;

/**
 * Whether an entry maps another frame than the page's, or is not there where the page's is. Some of
 * the small entries of a huge page may be there.
 */
function contradicts(page: PageLog, { before, frame: mapped }: SpteChange): boolean {
  const { frame, hasEntry, isHuge } = page;
  if (frame !== undefined && mapped !== undefined && frame !== page.firstFrame(mapped)) return true;
  if (isHuge || before === undefined || hasEntry === undefined) return false;
  return isPresent(before) !== hasEntry;
}
