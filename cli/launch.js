#!/usr/bin/env node
// Starts the command in a checkout. It runs what `npm ci` compiled, which starts three times as
// fast. If a source is newer, it runs the sources.
import { existsSync, readdirSync, statSync } from 'node:fs';

const at = (path) => new URL(path, import.meta.url);

/** The time at which the newest file below a folder was written. */
function newest(folder) {
  return Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(`${entry.parentPath ?? entry.path}/${entry.name}`).mtimeMs),
  );
}

const compiled = at('../dist/cli/main.js');
const fresh =
  existsSync(compiled) &&
  ['model', 'properties', 'checker', 'cli'].every(
    (name) => newest(at(`../${name}`)) <= statSync(compiled).mtimeMs,
  );
if (!fresh) await import('tsx/esm');
await import(fresh ? compiled.href : at('main.ts').href);
