/** A log is read alike in all the forms that kernels and tools print its events in. */
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Conformance } from '../../checker/conform/conform.ts';
import { conform } from '../../checker/conform/conform.ts';

// On a machine that has much else to do.
vi.setConfig({ testTimeout: 60_000 });

const textOf = (name: string): string =>
  readFileSync(new URL(`${name}.log`, import.meta.url), 'utf8');

/** What is made of each page, observation by observation, with the lines that it is from. */
function readingOf({ log, pages, missed }: Conformance) {
  return {
    pages: pages.map(({ page, refusal }) => ({
      page: page.name,
      refusal,
      observed: Array.from({ length: page.length }, (_, at) => ({
        line: page.lines.at(at),
        ...log.observations.at(page.observed.at(at)),
      })),
    })),
    missed: missed.map(({ page, line, kind }) => [page.name, line, kind]),
  };
}

async function isReadAlike(text: string, rewritten: string): Promise<void> {
  expect(rewritten).not.toBe(text);
  const [first, second] = await Promise.all([text, rewritten].map((s) => conform([s], 'log', {})));
  expect(readingOf(second)).toEqual(readingOf(first));
}

describe('a log is read alike', () => {
  it('where a fault of KVM is printed as 5.15 does', async () => {
    const text = textOf('6.1-B');
    const older = text.replace(
      /vcpu \d+ rip 0x[0-9a-f]+ address 0x0*([0-9a-f]*) error_code 0x/g,
      'address $1 error_code ',
    );
    await isReadAlike(text, older);
  });
});
