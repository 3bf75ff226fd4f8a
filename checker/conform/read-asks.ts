/**
 * Reads who asks for young bits outside of looks. A walk that finds one has heard of the uses. If
 * the log lacks a part of the call, or its parts contradict each other, nobody knows what the walk
 * has heard. Then the uses before it count no more, so that no later look is said to miss them.
 */
import type { LogEvent } from './ftrace/index.ts';
import { field, numberField } from './ftrace/index.ts';
import type { LogLine, Log } from './log.ts';
import type { Notification } from './notification.ts';
import { isInLook } from './log.ts';
import { pageOfPte } from './pte-reads.ts';
import { isTablePmd, isYoungPte } from './spte.ts';

/** Notifier calls that clear young bits. */
const CLEARING = ['clear_young', 'clear_flush_young'];

export class AskReader {
  private readonly log: Log;
  /** Calls in which a secondary MMU has found a page young. */
  private readonly young = new WeakSet<Notification>();

  constructor(log: Log) {
    this.log = log;
  }

  /* ptep_test_and_clear_young() or that of a PMD is entered. A look may call it for itself. */
  readsPte({ event, outer }: LogLine): void {
    if (outer.some(({ name }) => name === 'pmdp_clear_flush_young')) return;
    if (!isTablePmd(field(event, 'pmd'))) pageOfPte(this.log, event, { outer })?.uses.asked();
  }

  /* It returns. */
  hasReadPte(line: LogLine): void {
    const { entry, event } = line;
    if (entry === undefined) return this.orphan(event);
    const pmd = field(entry, 'pmd');
    if (isTablePmd(pmd)) return;
    const bits = field(entry, 'pte') ?? pmd;
    const isYoung = this.log.architecture !== 'arm64' && isYoungPte(bits);
    const contradicts = isYoung && numberField(event, 'ret') === 0;
    if (!contradicts) pageOfPte(this.log, entry, line)?.uses.answered();
  }

  /* A notifier's clear_young() is entered. */
  called(line: LogLine): void {
    if (isInLook(line)) return;
    const { event } = line;
    const call = this.log.notification({ entry: event, outer: [] });
    for (const { uses } of call?.pages ?? []) uses.asked();
  }

  /* kvm_age_gfn() returns. */
  aged(line: LogLine): void {
    const { event, outer } = line;
    const call = this.log.notification({ entry: undefined, outer });
    if (call !== undefined && numberField(event, 'ret') !== 0) this.young.add(call);
    const isCalled = outer.some(({ name }) => CLEARING.includes(name) || name === 'test_young');
    if (!isCalled && !isInLook(line)) this.orphan(event);
  }

  /* The notifier's clear_young() returns. */
  returned(line: LogLine): void {
    const { entry, event } = line;
    if (entry === undefined) return this.orphan(event);
    const call = this.log.notification(line);
    if (call === undefined || isInLook(line)) return;
    const found = this.young.has(call) || call.changed.size > 0;
    const contradicts = found && numberField(event, 'ret') === 0;
    if (!contradicts) for (const { uses } of call.pages) uses.answered();
  }

  /** The log lacks the begin of a call, and so the page. If it was young, it may be any page. */
  private orphan(event: LogEvent): void {
    if (numberField(event, 'ret') === 0) return;
    for (const { uses } of this.log.trackedBetween(0, Infinity)) uses.gone();
  }
}
