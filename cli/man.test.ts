/** The manual page is made at build time, and two builds of one source are the same. */
import { readFileSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { versionOfPackage } from '../checker/trace/package.ts';
import { VERSION_DAY, manualPage } from './man.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const headOn = (day: string, epoch: string): string => {
  vi.useFakeTimers({ now: new Date(day) });
  vi.stubEnv('SOURCE_DATE_EPOCH', epoch);
  return manualPage([]).split('\n', 1)[0]!;
};

it.each([
  ['', VERSION_DAY],
  ['soon', VERSION_DAY],
  ['1767225600', '2026-01-01'],
])('with SOURCE_DATE_EPOCH=%s its date is %j on any day', (epoch, date) => {
  const head = headOn('2030-05-06', epoch);
  expect(head).toContain(`.TH YOUNGCHECK 1 "${date}" "youngcheck `);
  expect(headOn('2031-07-08', epoch)).toBe(head);
});

it('has the day that the changelog has for the version, once it is released', () => {
  const changelog = readFileSync('CHANGELOG.md', 'utf8');
  const heading = `## [${versionOfPackage()}]`;
  const released = changelog.split('\n').filter((line) => line.startsWith(heading));
  expect(released.filter((line) => line !== `${heading} - ${VERSION_DAY}`)).toEqual([]);
  expect(VERSION_DAY).toMatch(/^\d{4}-\d{2}-\d{2}$/);
});
