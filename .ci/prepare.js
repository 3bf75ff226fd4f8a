// What npm runs behind `npm ci`, and once more behind the first `npx youngcheck`: it builds, unless
// dist is fresh.
import { spawnSync } from 'node:child_process';
import { isFresh } from '../cli/fresh.js';

if (!isFresh()) {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
