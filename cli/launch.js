#!/usr/bin/env node
// Starts the command. It runs what `npm ci` compiled, which starts three times as fast. If a source
// is newer, it runs the sources, and says so on a terminal.
import { isFresh } from './fresh.js';

/** The exit status of a command that was interrupted: STATUS in command.ts. */
const UNFINISHED = 3;
const SIGNALS = ['SIGINT', 'SIGTERM'];

// Until the command has work to end, a signal ends it at once, and with the same status.
const startsUp = () => process.exit(UNFINISHED);
for (const signal of SIGNALS) process.on(signal, startsUp);
process.on('newListener', function handsOver(event) {
  if (!SIGNALS.includes(event)) return;
  // The new one listens before this one leaves. With none the signal would kill.
  queueMicrotask(() => process.off(event, startsUp));
});

const fresh = isFresh();
if (!fresh) {
  if (process.stderr.isTTY) {
    const hint = '`npm run build` makes it start faster';
    process.stderr.write(`youngcheck: dist is older than the sources, which run; ${hint}\n`);
  }
  await import('tsx/esm');
}
await import(new URL(fresh ? '../dist/cli/main.js' : 'main.ts', import.meta.url).href);
