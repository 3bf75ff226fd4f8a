#!/usr/bin/env node
// Starts the command. It runs what `npm ci` compiled, which starts three times as fast. If a source
// is newer, it runs the sources, and says so on a terminal.
import { isFresh } from './fresh.js';

const fresh = isFresh();
if (!fresh) {
  if (process.stderr.isTTY) {
    const hint = '`npm run build` makes it start faster';
    process.stderr.write(`youngcheck: dist is older than the sources, which run; ${hint}\n`);
  }
  await import('tsx/esm');
}
await import(new URL(fresh ? '../dist/cli/main.js' : 'main.ts', import.meta.url).href);
