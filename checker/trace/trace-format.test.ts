/** The examples in docs/trace-format.md are true. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Complaint } from './complaint.ts';
import { parseTrace } from './parse.ts';
import { replay } from './replay.ts';

const FILE = new URL('../../docs/trace-format.md', import.meta.url);
const BLOCKS = [...readFileSync(FILE, 'utf8').matchAll(/^```([a-z-]+)\n([^]*?)^```$/gm)].map(
  ([, kind, text]) => ({ kind, text }),
);
const textsOf = (kind: string) =>
  BLOCKS.filter((block) => block.kind === kind).map(({ text }) => text);

describe('docs/trace-format.md', () => {
  it('has examples', () => {
    expect(textsOf('trace').length).toBeGreaterThan(3);
    expect(textsOf('trace-wrong')).toHaveLength(textsOf('text').length);
  });

  it.each(textsOf('trace'))('%#: a trace replays', (text) => {
    replay(parseTrace(text, 'old.trace'));
  });

  it.each(textsOf('trace-wrong').map((text, i) => [text, textsOf('text')[i]]))(
    '%#: a wrong trace draws its complaint',
    (text, expected) => {
      let complaint = '';
      try {
        replay(parseTrace(text, 'old.trace'));
      } catch (error) {
        if (!(error instanceof Complaint)) throw error;
        complaint = error.format();
      }
      expect(`${complaint}\n`).toBe(expected);
    },
  );

  it('tells of the first example as the file has it', () => {
    const name = 'old-while-cached+patched-amd.trace';
    const file = new URL(`../../counterexamples/${name}`, import.meta.url);
    expect(textsOf('trace')[0]).toBe(readFileSync(file, 'utf8'));
  });
});
