// Whether dist was compiled from the sources as they are. A package has no sources, and is fresh.
import { existsSync, readdirSync, statSync } from 'node:fs';

const at = (path) => new URL(path, import.meta.url);
const timeOf = (path) => statSync(path).mtimeMs;

/** What is compiled into dist. */
const SOURCES = ['model', 'properties', 'checker', 'cli'].map((name) => at(`../${name}`));
/** What `npm run build` writes last, so that half a build is no build. */
const LAST = at('../dist/checker/page/page.css');

/** The time at which the newest file below a folder was written. */
function newest(folder) {
  return Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => timeOf(`${entry.parentPath ?? entry.path}/${entry.name}`)),
  );
}

/** True where this is a checkout. */
export const hasSources = () => existsSync(at('main.ts'));

/** True if no source is newer than dist. */
export const isFresh = () =>
  !hasSources() || (existsSync(LAST) && SOURCES.every((folder) => newest(folder) <= timeOf(LAST)));
