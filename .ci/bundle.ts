/**
 * The last step of `npm run build`: it writes into dist the code, the manual page and what makes
 * shells complete. The script and the style of the report's page come last. tsc has written the
 * types of the library.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SCRIPTS } from '../cli/completion-scripts.ts';
import { manualPage } from '../cli/man.ts';
import { bundlePage } from '../cli/page-parts.ts';
import { allCommands } from '../cli/run.ts';
import { bundleCode } from './code.ts';

/** The first argument names another folder than dist. */
const FOLDER = process.argv[2] ?? 'dist';

await bundleCode(FOLDER);

/** Writes a file below share/, where a system has such files. */
function writeShared(path: string, text: string): void {
  const file = join(FOLDER, 'share', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
const commands = await allCommands();
writeShared('man/man1/youngcheck.1', manualPage(commands));
writeShared('bash-completion/completions/youngcheck', SCRIPTS.bash(commands));
writeShared('zsh/site-functions/_youngcheck', SCRIPTS.zsh(commands));

const { script, style } = await bundlePage();
mkdirSync(`${FOLDER}/checker/page`, { recursive: true });
writeFileSync(`${FOLDER}/checker/page/page.js`, script);
writeFileSync(`${FOLDER}/checker/page/page.css`, style);
