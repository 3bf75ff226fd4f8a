/** The last step of `npm run build`: the script and the style of the report's page. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { bundlePage } from '../cli/page-parts.ts';

const FOLDER = 'dist/checker/report/page';

const { script, style } = await bundlePage();
mkdirSync(FOLDER, { recursive: true });
writeFileSync(`${FOLDER}/page.js`, script);
writeFileSync(`${FOLDER}/page.css`, style);
