/**
 * The last step of `npm run build`: it writes the script and the style of the report's page into
 * dist.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { bundlePage } from '../cli/page-parts.ts';

/** The first argument names another folder than dist. */
const FOLDER = `${process.argv[2] ?? 'dist'}/checker/page`;

const { script, style } = await bundlePage();
mkdirSync(FOLDER, { recursive: true });
writeFileSync(`${FOLDER}/page.js`, script);
writeFileSync(`${FOLDER}/page.css`, style);
