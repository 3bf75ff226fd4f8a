/**
 * Logs that the capture script recorded on real kernels are read without a gap, and are explained.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { conform } from '../../checker/conform/conform.ts';
import { conformanceText } from '../../checker/conform/conformance-text.ts';
import { missedTrace } from '../../checker/conform/missed-trace.ts';
import { gaps } from '../../checker/conform/ftrace/index.ts';
import { parseSystem } from '../../checker/trace/setup.ts';
import { eventText } from '../../model/events.ts';

/** The conformance of a captured log, by its name. */
async function conformed(name: string) {
  const text = readFileSync(new URL(`${name}.log`, import.meta.url), 'utf8');
  return await conform([text], name, {});
}

it.each([
  ['6.1-E-captured', 0],
  ['6.1-F-captured', 0],
  ['6.1-I-captured', 0],
  // MADV_PAGEOUT evicts a page without a look, although the device has used it.
  ['6.12-F-captured', 1],
])('%s', async (name, missed) => {
  const conformance = await conformed(name);
  expect(gaps(conformance.summary)).toEqual([]);
  expect(conformance.summary.capture?.has).toContain('folio_referenced');
  expect(conformance.pages.map(({ refusal }) => refusal)).toEqual([undefined]);
  expect(conformance.missed.map(({ kind }) => kind)).toEqual(Array(missed).fill('evicted'));
});

it.each([
  ['6.1-E-captured', 'v6.1-x86', 'none'],
  ['6.1-F-captured', 'v6.1-x86', 'kvm'],
  ['6.12-F-captured', 'v6.12-x86', 'kvm'],
])('%s names its kernel, and so is of %s, with driver %s', async (name, kernel, driver) => {
  const { system } = (await conformed(name)).ranked[0].hypothesis.candidate;
  expect(system.kernel).toEqual(parseSystem({ kernel }).kernel);
  expect(system.driver).toEqual(parseSystem({ driver }).driver);
});

it('a log without a device is of no driver, which is not marked as no machine', async () => {
  const text = conformanceText(await conformed('6.1-E-captured'));
  expect(text).toMatch(/^driver {3}none/m);
  expect(text).not.toContain('no such machine');
});

it('an eviction without a look becomes a trace of two events', async () => {
  const conformance = await conformed('6.12-F-captured');
  const { run, property } = missedTrace(conformance, conformance.missed[0])!;
  expect(run.map(eventText)).toEqual(['dev0: read A', 'kswapd: pageout A']);
  expect(property.name).toBe('no-eviction-in-use');
});
