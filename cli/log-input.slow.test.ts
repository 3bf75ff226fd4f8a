/** The reading of a log keeps nothing of what was read. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { LogInput } from './log-input.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

it('keeps no chunk of a log that was used', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'youngcheck-log-'));
  const file = join(folder, 'long.log');
  const bytes = 16e6;
  writeFileSync(file, 'a line\n'.repeat(bytes / 7));
  try {
    collect();
    const before = process.memoryUsage().arrayBuffers;
    let kept = 0;
    let read = 0;
    for await (const chunk of new LogInput(file)) {
      read += chunk.length;
      collect();
      kept = process.memoryUsage().arrayBuffers - before;
    }
    expect(read).toBeGreaterThan(bytes - 7);
    expect(kept).toBeLessThan(bytes / 4);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
