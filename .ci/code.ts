/** Bundles the code of dist. */
import type { Metafile } from 'esbuild';
import { build } from 'esbuild';

/** What is started or imported by its path in dist: the command, the library and the threads. */
const ENTRIES = [
  'cli/main.ts',
  'checker/library/index.ts',
  'checker/library/generators.ts',
  'checker/library/vitest.ts',
  'checker/judge/catalogue/worker.ts',
  'checker/synthesize/worker.ts',
  'checker/explore/worker.ts',
  'checker/search/parallel/worker.ts',
];

/**
 * Writes the code into a folder, each entry at the place of its source. What several of them need
 * is in chunks beside them. A command loads a dozen files so and not two hundred, and to find and
 * open these took longer than a small check.
 */
export async function bundleCode(folder: string, write = true): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: ENTRIES,
    outbase: '.',
    outdir: folder,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
    metafile: true,
    write,
  });
  return metafile;
}
