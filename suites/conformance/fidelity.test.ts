/**
 * docs/fidelity.md has a row for every rule, and none for what is no rule; what it cites from the
 * logs is in the logs.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTIONS, CALLBACKS, RETURNS } from '../../model/system.ts';
import type { PartName } from '../../model/system.ts';
import { VOCABULARY } from '../../model/vocabulary.ts';
import { fieldsOf } from '../../checker/trace/fields.ts';

const fidelity = readFileSync(new URL('../../docs/fidelity.md', import.meta.url), 'utf8');

interface FidelityRow {
  readonly rule: string;
  readonly behind: string;
  readonly read: string;
  readonly logs: string;
}

/** The rows of all tables, their rules without the back quotes. */
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

/** A switch that is on or off is one rule, as is a callback; of others each value is one. */
function switchesOf(part: PartName): string[] {
  return Object.entries(fieldsOf(part)).flatMap(([field, { expected }]) => {
    if (expected.includes('true') || (CALLBACKS as readonly string[]).includes(field)) return field;
    return expected.map((value) => `${field}=${value}`);
  });
}

const RULES = [
  ...VOCABULARY.map(({ text }) => text),
  ...(['kernel', 'driver', 'hardware'] as const).flatMap(switchesOf),
  ...ACTIONS.map((action) => `action ${action}`),
  ...RETURNS.map((value) => `return-${value}`),
  // What reclaim does with its looks, and what becomes of the page, are no events of their own.
  'events=lru',
  'events=swap',
];

describe('docs/fidelity.md', () => {
  it('has one row for every event, step and switch', () => {
    expect(rows.map(({ rule }) => rule).toSorted()).toEqual(RULES.toSorted());
  });

  it('says of each what is behind it, where that was read, and what a log shows', () => {
    for (const { rule, behind, read, logs } of rows) {
      for (const cell of [behind, read, logs]) expect(cell, rule).not.toBe('');
      expect(/`\d+\.\d+-\S+:\d+ |not yet observed|not as a whole/.test(logs), rule).toBe(true);
    }
  });
});

/** `6.1-A:70 TEXT`: a log, a line, and what is in that line. */
const CITATION = /`(\d+\.\d+-[\w-]+):(\d+) ([^`]+)`/g;
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
