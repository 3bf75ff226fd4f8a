/** Turns the events of a log into observations of its pages. */
import type { Break, LogEvent } from './ftrace/index.ts';
import { Calls, MARKER, NEEDED, probedFunction } from './ftrace/index.ts';
import { WALKS } from './hidden.ts';
import { entryChanged } from './kvm-entries.ts';
import type { LogLine } from './log.ts';
import { Log } from './log.ts';
import { zapTold } from './mapping.ts';
import { marks } from './pte-reads.ts';
import { AskReader } from './read-asks.ts';
import { FaultReader } from './read-faults.ts';
import { InvalidationReader } from './read-invalidations.ts';
import { LookReader } from './read-looks.ts';
import { MarkerReader } from './read-markers.ts';
import { PmdReader } from './read-pmds.ts';
import { WalkReader } from './read-walks.ts';

/**
 * The names of all needed events. Some have no handler: they surround other events, or repeat them.
 */
const KNOWN: ReadonlySet<string> = new Set(NEEDED.map(({ name }) => name));

export class Reading {
  readonly log = new Log();
  /** How many events were not used. */
  unread = 0;
  private readonly calls = new Calls();
  private readonly markers = new MarkerReader(this.log);
  private readonly looks = new LookReader(this.log);
  private readonly pmds = new PmdReader(this.log, this.looks);
  private readonly walks = new WalkReader(this.log, this.looks);
  private readonly invalidations = new InvalidationReader(this.log, this.looks);
  /** For each name of an event, whether it is a page-walk callback. */
  private readonly isWalk = new Map<string, boolean>();
  /** The line where the log begins, and the last line of each CPU in it. */
  private begin = 0;
  private readonly spoke = new Map<number, number>();
  private readonly handlers: Readonly<Record<string, (line: LogLine) => void>>;

  constructor() {
    const { looks, invalidations, walks } = this;
    const faults = new FaultReader(this.log);
    const asks = new AskReader(this.log);
    this.handlers = {
      [MARKER]: (line) => this.markers.read(line),
      contpte_ptep_clear_flush_young: (line) => walks.ofBlock(line),
      contpte_ptep_test_and_clear_young: (line) => walks.ofBlock(line),
      lru_gen_look_around: (line) => walks.looksAround(line),
      folio_referenced: (line) => looks.begins(line),
      folio_referenced_one: (line) => looks.mapping(line),
      folio_referenced_ret: (line) => looks.reported(line),
      damon_ptep_mkold: (line) => marks(this.log, line),
      damon_pmdp_mkold: (line) => marks(this.log, line),
      page_idle_clear_pte_refs_one: (line) => marks(this.log, line),
      ptep_clear_flush_young_ret: (line) => looks.youngRead(line),
      ptep_test_and_clear_young: (line) => asks.readsPte(line),
      ptep_test_and_clear_young_ret: (line) => {
        asks.hasReadPte(line);
        looks.youngRead(line);
      },
      clear_flush_young: (line) => looks.called(line),
      clear_young: (line) => {
        looks.called(line);
        asks.called(line);
      },
      test_young: (line) => looks.called(line),
      clear_flush_young_ret: (line) => looks.answered(line),
      clear_young_ret: (line) => {
        asks.returned(line);
        looks.answered(line);
      },
      test_young_ret: (line) => looks.answered(line),
      kvm_tdp_mmu_spte_changed: (line) => {
        invalidations.spteChanged(line);
        entryChanged(this.log, line);
        faults.changes(line);
      },
      kvm_mmu_set_spte: (line) => faults.sets(line),
      kvm_nested_vmrun: (line) => invalidations.nests(line),
      kvm_nested_vmenter: (line) => invalidations.nests(line),
      kvm_nested_vmexit: (line) => invalidations.nests(line),
      age_gfn_ret: (line) => {
        asks.aged(line);
        looks.harvested(line);
      },
      ...this.ofInvalidations(),
      ...this.ofPmds(asks),
      prq_report: (line) => faults.requested(line),
      atc_access: (line) => faults.accessed(line),
      page_fault_user: (line) => faults.raised(line),
      handle_mm_fault: (line) => faults.handled(line),
      handle_mm_fault_ret: (line) => faults.resolved(line),
      kvm_page_fault: (line) => faults.secondaryRaised(line),
      tdp_page_fault_ret: (line) => faults.secondaryOver(line),
      kvm_entry: (line) => faults.secondaryOver(line),
    };
  }

  /** What takes a page or a permission away, and what flushes. */
  private ofInvalidations(): Reading['handlers'] {
    const { invalidations, pmds } = this;
    const tells = (line: LogLine): void => {
      pmds.flushes(line);
      invalidations.tells(line);
    };
    return {
      flush_remote_tlbs: (line) => invalidations.flushed(line),
      try_to_unmap_one: (line) => invalidations.evicts(line),
      ptep_clear_flush: (line) => invalidations.flushesPte(line),
      try_to_unmap_one_ret: (line) => invalidations.evicted(line),
      invalidate_range_start: (line) => {
        pmds.begins(line);
        invalidations.begins(line);
      },
      invalidate_range_start_ret: (line) => invalidations.told(line),
      invalidate_range_end: (line) => {
        invalidations.ends(line);
        pmds.isSplit(line);
      },
      set_pfn_accessed: (line) => zapTold(this.log, line),
      unmap_gfn_range_ret: (line) => invalidations.zapped(line),
      release: (line) => invalidations.released(line),
      invalidate_range: tells,
      arch_invalidate_secondary_tlbs: tells,
      cache_tag_flush_range: (line) => invalidations.flushesTag(line),
      qi_submit: (line) => invalidations.submits(line),
      atc_clear_flush_young: (line) => invalidations.dropped(line),
      atc_invalidate_range: (line) => invalidations.dropped(line),
      atc_step: (line) => invalidations.steps(line),
    };
  }

  /** What tells of huge pages alone. */
  private ofPmds(asks: AskReader): Reading['handlers'] {
    const { pmds } = this;
    return {
      pmdp_clear_flush_young_ret: (line) => pmds.read(line),
      pmdp_test_and_clear_young: (line) => asks.readsPte(line),
      pmdp_test_and_clear_young_ret: (line) => {
        asks.hasReadPte(line);
        pmds.read(line);
      },
      split_huge_pmd: (line) => pmds.splits(line),
      split_huge_pmd_locked: (line) => pmds.splits(line),
      pmdp_collapse_flush: (line) => pmds.takesTable(line),
      mm_collapse_huge_page: (line) => pmds.collapsed(line),
    };
  }

  /** Lines of a CPU are missing since its last one, or a new log begins. */
  broken({ line, cpu, events, isAnywhere }: Break): void {
    this.calls.forget();
    this.markers.broken();
    this.looks.broken();
    if (cpu === undefined) {
      this.begin = line;
      this.spoke.clear();
      return this.log.anotherBegins(line);
    }
    const last = isAnywhere ? undefined : this.spoke.get(cpu);
    this.log.broken({ since: last ?? this.begin, until: line, cpu, events });
  }

  /** Captures give the probes on page-walk callbacks names of their own. */
  private walkOf(event: LogEvent): ((line: LogLine) => void) | undefined {
    const { name } = event;
    let isWalk = this.isWalk.get(name);
    if (isWalk === undefined) {
      isWalk = WALKS.includes(probedFunction(event) ?? name);
      this.isWalk.set(name, isWalk);
    }
    return isWalk ? (line) => this.walks.walks(line) : undefined;
  }

  readonly take = (event: LogEvent): void => {
    this.spoke.set(event.cpu, event.line);
    this.log.sees(event);
    this.invalidations.passes(event);
    const call = this.calls.take(event);
    this.log.owners.hears(event, call);
    const handler = this.handlers[event.name] ?? this.walkOf(event);
    if (handler === undefined) {
      if (!KNOWN.has(event.name)) this.unread++;
      return;
    }
    handler({ event, ...call });
    if (event.name === 'kvm_page_fault') this.log.faulted(event);
  };
}
