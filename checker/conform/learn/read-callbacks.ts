/** Reads the calls of the driver's callbacks off a log: what each did, and what it answered. */
import type { CallbackName } from '../../../model/system.ts';
import type { LogEvent } from '../ftrace/index.ts';
import { field, lowBits, numberField, word } from '../ftrace/index.ts';
import type { Log } from '../log.ts';
import type { CallbackRun, SeenCallback } from './run.ts';

/** The notifier calls, each with the callback that it makes. */
const CALLS: Readonly<Record<string, CallbackName>> = {
  clear_flush_young: 'clear_flush_young',
  clear_young: 'clear_young',
  flush_young: 'flush_young',
  invalidate_range: 'invalidate_secondary',
  arch_invalidate_secondary_tlbs: 'invalidate_secondary',
  invalidate_range_start: 'invalidate_secondary',
};
const RETURNS: readonly string[] = Object.keys(CALLS).map((name) => `${name}_ret`);

/** How the events begin that a driver makes inside a callback. Some of them tell no action. */
const DRIVER = new RegExp(
  `^(?:${[
    'qi_submit|cache_tag_|atc_|(?:intel|smmu|amd)_',
    'kvm_|tdp_|(?:test_)?age_gfn|unmap_gfn_range|flush_remote_tlbs',
  ].join('|')})`,
);

const YOUNG = [0x20, 0x100];
const PRESENT = 1;

/** Whether a line of kvm_tdp_mmu_spte_changed shows that a young bit was cleared. */
function ages(event: LogEvent): boolean {
  const before = lowBits(word(event, 'old_spte')) ?? 0;
  const after = lowBits(word(event, 'new_spte')) ?? 0;
  return !!(before & after & PRESENT) && YOUNG.includes(before & ~after & 0xfff);
}

/** The action that a line shows, and whether it found something. */
function actionOf(event: LogEvent): { name: string; found?: boolean } | undefined {
  const { name, text } = event;
  const value = numberField(event, 'ret');
  const found = value === undefined ? {} : { found: value !== 0 };
  switch (name) {
    case 'age_gfn_ret':
      return { name: 'harvest', ...found };
    case 'kvm_tdp_mmu_spte_changed':
      return ages(event) ? { name: 'harvest', found: true } : undefined;
    case 'unmap_gfn_range_ret':
      return { name: 'zap', ...found };
    case 'flush_remote_tlbs':
    case 'atc_clear_flush_young':
    case 'atc_invalidate_range':
      return { name: 'flush-atc' };
    case 'qi_submit':
      // A dev_tlb_inv without a PASID reaches no entry of a process.
      if (text.startsWith('p_dev_tlb_inv')) return { name: 'flush-atc' };
      return text.startsWith('p_iotlb_inv') || text.startsWith('iotlb_inv')
        ? { name: 'flush-iotlb' }
        : undefined;
    default:
      return undefined;
  }
}

export class CallbackReader {
  private readonly log: Log;
  private readonly open = new Map<number, CallbackRun>();
  private readonly kinds = new Map<string, SeenCallback>();

  constructor(log: Log) {
    this.log = log;
  }

  get seen(): SeenCallback[] {
    return [...this.kinds.values()];
  }

  forget(): void {
    this.open.clear();
  }

  take(event: LogEvent): void {
    const { name, pid } = event;
    const run = this.open.get(pid);
    const isInside = DRIVER.test(name);
    if (run !== undefined && isInside) return acts(run, event);
    if (run !== undefined) this.finish(run, event);
    const callback = CALLS[name];
    if (callback === undefined || this.log.known(field(event, 'mm') ?? '') === undefined) return;
    const isStart = name === 'invalidate_range_start';
    this.open.set(pid, { callback, isStart, found: undefined, returned: undefined, words: [] });
  }

  private finish(run: CallbackRun, event: LogEvent): void {
    this.open.delete(event.pid);
    // What range_start returns says whether it may block, and nothing of the pages.
    if (RETURNS.includes(event.name) && !run.isStart) run.returned = numberField(event, 'ret');
    const key = JSON.stringify(run);
    const known = this.kinds.get(key);
    if (known === undefined) this.kinds.set(key, { ...run, times: 1 });
    else known.times++;
  }
}

function acts(run: CallbackRun, event: LogEvent): void {
  const action = actionOf(event);
  if (action === undefined) return;
  // A VM has two address spaces, and an IOMMU several queues.
  if (!run.words.includes(action.name)) run.words.push(action.name);
  if (action.found !== undefined) run.found = run.found === true || action.found;
}
