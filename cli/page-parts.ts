/** The script and the style that `youngcheck report` puts into its page. */
import { existsSync, readFileSync } from 'node:fs';
import { Complaint } from '../checker/trace/complaint.ts';
import { isCompiled, packageFile } from '../checker/trace/package.ts';

export interface PageParts {
  readonly script: string;
  readonly style: string;
}

/**
 * The parts lie beside compiled code. When run from the sources they are made anew, and never taken
 * from dist.
 */
export function pageParts(): Promise<PageParts> {
  return isCompiled() ? Promise.resolve(readParts()) : bundlePage();
}

function readParts(): PageParts {
  const [script, style] = ['page.js', 'page.css'].map((name) =>
    packageFile(`dist/checker/page/${name}`),
  );
  for (const path of [script, style]) {
    if (existsSync(path)) continue;
    throw new Complaint(`${path}: no such file`, undefined, { hint: 'npm run build writes it' });
  }
  return { script: readFileSync(script, 'utf8'), style: readFileSync(style, 'utf8') };
}

/** Bundles the page's sources. Only a checkout has the bundler. */
export async function bundlePage(): Promise<PageParts> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [
      packageFile('checker/page/browser/main.ts'),
      packageFile('checker/page/browser/page.css'),
    ],
    outdir: 'page',
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'silent',
    write: false,
  });
  const text = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))!.text;
  return { script: text('.js'), style: text('.css') };
}
