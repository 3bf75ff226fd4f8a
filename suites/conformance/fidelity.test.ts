/**
 * docs/fidelity.md has a row for every rule of the model, and no other row. Each line that it cites
 * from a log is in that log.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Model } from '../../model/model.ts';
import { THREADS } from '../../model/operation.ts';
import { CONDITIONS, RANGES } from '../../model/program.ts';
import { STEP_VERBS } from '../../model/steps.ts';
import { DEFAULTS, OBSERVERS, OPTIONAL_EVENTS, fieldsOf } from '../../model/system.ts';
import type { OptionalEvent } from '../../model/system.ts';
import { ACTION_WORDS, PROGRAM_WORDS, RETURN_WORDS } from '../../model/text.ts';
import { VOCABULARY } from '../../model/vocabulary.ts';

const fidelity = readFileSync(new URL('../../docs/fidelity.md', import.meta.url), 'utf8');

interface FidelityRow {
  readonly rule: string;
  readonly behind: string;
  readonly read: string;
  readonly logs: string;
}

/** The rows of all tables, with the back quotes of their rules removed. */
const rows: readonly FidelityRow[] = fidelity
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, rule = '', behind = '', read = '', logs = '']) => ({
    rule: rule.slice(1, -1),
    behind,
    read,
    logs,
  }));

/**
 * The rules of a part. A program, a callback and a flag are one rule each. For other fields each
 * value is a rule.
 */
function rulesOf(part: 'kernel' | 'driver' | 'hardware'): string[] {
  return Object.entries(fieldsOf(part)).flatMap(([field, { values }]) => {
    switch (values.form) {
      case 'choice':
        return values.values.map((value) => `${field}=${value}`);
      case 'set':
        return values.members.map((member) => `${field}=${member}`);
      default:
        return field;
    }
  });
}

/** The optional events that add no event to a system in which everything else is in play. */
function quietEvents(): string[] {
  const count = (events: readonly OptionalEvent[]): number => {
    const scope = { cpus: 1, observers: OBSERVERS, granularity: 'fine', events } as const;
    const kernel = { ...DEFAULTS.kernel, pageout: 'takes' } as const;
    return new Model({ ...DEFAULTS, kernel, scope: { ...DEFAULTS.scope, ...scope } }).events.length;
  };
  const all = count(OPTIONAL_EVENTS);
  return OPTIONAL_EVENTS.filter(
    (name) => count(OPTIONAL_EVENTS.filter((other) => other !== name)) === all,
  );
}

/**
 * The events that repeat a step of kswapd in another thread. A step is one rule, whichever thread
 * takes it.
 */
const AGAIN = THREADS.filter((thread) => thread !== 'kswapd').flatMap((thread) =>
  STEP_VERBS.map((verb) => `${thread}: ${verb} A`),
);

const RULES = [
  ...VOCABULARY.map(({ text }) => text).filter((text) => !AGAIN.includes(text)),
  ...(['kernel', 'driver', 'hardware'] as const).flatMap(rulesOf),
  ...PROGRAM_WORDS.map((step) => `step ${step}`),
  ...CONDITIONS.map((condition) => `?${condition}`),
  ...RANGES.map((range) => `@${range}`),
  ...ACTION_WORDS.map((action) => `action ${action}`),
  ...RETURN_WORDS,
  // These optional events add no event to a trace.
  ...quietEvents().map((name) => `events=${name}`),
];

describe('docs/fidelity.md', () => {
  it('has one row for every event, field, step, condition, range and action', () => {
    expect(rows.map(({ rule }) => rule).toSorted()).toEqual(RULES.toSorted());
  });

  it('says of each what is behind it, where that was read, and what a log shows', () => {
    for (const { rule, behind, read, logs } of rows) {
      for (const cell of [behind, read, logs]) expect(cell, rule).not.toBe('');
      expect(
        /`(?:arm64\/|sva\/|pieces\/)?[\d.]+-\S+:\d+ |not yet observed|not as a whole/.test(logs),
        rule,
      ).toBe(true);
    }
  });
});

/** A citation such as `6.1-A:70 TEXT`: a log, a line number, and text that the line contains. */
const CITATION = /`((?:arm64\/|sva\/|pieces\/)?[\d.]+-[\w-]+):(\d+) ([^`]+)`/g;
const citations = [...fidelity.matchAll(CITATION)].map(([whole, log, line, text]) => ({
  whole,
  log: log!,
  line: Number(line),
  text: text!,
}));
const lineOf = (log: string, line: number): string | undefined =>
  readFileSync(new URL(`${log}.log`, import.meta.url), 'utf8').split('\n')[line - 1];

describe('what docs/fidelity.md cites', () => {
  const cited = citations.filter(({ text }) => text !== 'TEXT');

  it('is something', () => {
    expect(cited.length).toBeGreaterThan(80);
  });

  it.each(cited)('is in the log: $whole', ({ log, line, text }) => {
    expect(lineOf(log, line)).toContain(text);
  });

  it('has two lines that follow each other where it says so', () => {
    const pairs = fidelity.matchAll(
      /`(\S+):(\d+) [^`]+`(?:, then at once| is followed by) `(\S+):(\d+) [^`]+`/g,
    );
    const found = [...pairs];
    expect(found.length).toBeGreaterThanOrEqual(3);
    for (const [whole, log, line, next, after] of found) {
      expect([next, Number(after)], whole).toEqual([log, Number(line) + 1]);
    }
  });
});
