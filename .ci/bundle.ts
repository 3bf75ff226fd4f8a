/**
 * The last step of `npm run build`: it writes into dist the code, and the script and the style of
 * the report's page. tsc has written the types of the library.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { bundlePage } from '../cli/page-parts.ts';
import { bundleCode } from './code.ts';

/** The first argument names another folder than dist. */
const FOLDER = process.argv[2] ?? 'dist';

await bundleCode(FOLDER);
const { script, style } = await bundlePage();
mkdirSync(`${FOLDER}/checker/page`, { recursive: true });
writeFileSync(`${FOLDER}/checker/page/page.js`, script);
writeFileSync(`${FOLDER}/checker/page/page.css`, style);
