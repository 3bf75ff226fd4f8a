/** The words of outputs and documents: those that nobody guessed are gone, others are explained. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Phrases at which readers stopped, each with the words that took its place. */
const GONE: readonly (readonly [phrase: RegExp, today: string])[] = [
  [/\bpropert(?:y|ies) falls?\b/i, 'is violated'],
  [/\bunbounded, \(/i, 'can go on for ever, as (3)-(4) can repeat'],
  [/\bmost \d+, mean \d/i, '0.50 on average, 1 at most'],
  [/\bspurious 0, 0/i, 'none spurious'],
  [/\bis about (?:was|never|is) (?:reached|happens)/i, 'was put to the test'],
  [/\breaches what it is about\b/i, 'puts it to the test'],
  [/\bcalls correctness\b/i, 'does harm'],
  [/\(budget\)|\bthe budget was reached\b/i, 'given up, a limit was reached'],
];

/** The lines of a text with a phrase that is gone. */
const complaints = (text: string): string[] =>
  GONE.flatMap(([phrase, today]) => (phrase.test(text) ? [`${phrase.source}: say ${today}`] : []));

/** Words that an output has in a sense of its own. Each has an entry in the glossary. */
const EXPLAINED = [
  'ghost, look, spurious, atomic, fine, stale, revoked, blind, streak, vacuous, yardstick, preset',
  'event, step, condition, observer, machine, put to the test, not in play, pages apart, given up',
  'base, gap, shard, seed, shrink, reduction, severity, cost, granularity, counterexample, harvest',
].flatMap((words) => words.split(', '));

describe('words that nobody guessed', () => {
  it('are in no text', () => {
    const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard']).toString();
    const paths = listed
      .split('\0')
      .filter((path) => /\.(ts|md|trace|css)$|\/[A-Z-]+$/.test(path) && existsSync(path))
      .filter((path) => path !== 'suites/words.test.ts');
    expect(paths).toContain('docs/glossary.md');
    const found = paths.flatMap((path) =>
      complaints(readFileSync(path, 'utf8').replace(/\s+/g, ' ')).map((said) => `${path}: ${said}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    'the property falls in 4 events',
    'accuracy: unbounded, (3)-(4) repeat',
    'invalidations: most 0, mean 0.00',
    'spurious 0, 0.00',
    'what it is about was reached',
    'it reaches what it is about',
    'the scope is that of what the mail calls correctness',
    'over 300 states (budget)',
  ])('are found: %s', (text) => {
    expect(complaints(text)).toHaveLength(1);
  });
});

describe('the glossary', () => {
  const glossary = readFileSync('docs/glossary.md', 'utf8');
  it.each(EXPLAINED)('explains %s', (word) => {
    const entries = glossary.split('\n').filter((line) => line.startsWith('- **'));
    expect(entries.filter((line) => line.includes(`**${word}**`))).toHaveLength(1);
  });
});
