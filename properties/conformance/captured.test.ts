/** What the capture script recorded on real kernels: it is read without a gap, and explained. */
import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { conform } from '../../checker/conform/conform.ts';
import { gaps } from '../../checker/ftrace/index.ts';

// On a machine that has much else to do.
vi.setConfig({ testTimeout: 60_000 });

it.each([
  ['6.1-E-captured', 0],
  ['6.1-F-captured', 0],
  ['6.1-I-captured', 0],
  // MADV_PAGEOUT takes a page that the device has used, without a look.
  ['6.12-F-captured', 1],
])('%s', async (name, missed) => {
  const text = readFileSync(new URL(`${name}.log`, import.meta.url), 'utf8');
  const conformance = await conform([text], name, {});
  expect(gaps(conformance.summary)).toEqual([]);
  expect(conformance.summary.capture?.has).toContain('folio_referenced');
  expect(conformance.pages.map(({ refusal }) => refusal)).toEqual([undefined]);
  expect(conformance.missed.map(({ kind }) => kind)).toEqual(Array(missed).fill('evicted'));
});
