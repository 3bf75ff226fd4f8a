/** Puts the page together. It is one file that needs no other and fetches nothing. */
import { createHash } from 'node:crypto';
import type { PageData } from './data.ts';

export interface Parts {
  readonly script: string;
  readonly style: string;
  readonly data: PageData;
}

/** JSON for use inside an element. No text in it can end the element or begin a comment. */
const asJson = (data: unknown): string => JSON.stringify(data).replaceAll('<', '\\u003c');

/**
 * A script for use inside an element. It escapes the same, whatever a minifier made of a string.
 */
const asScript = (script: string): string => script.trim().replace(/<(?=\/script|!--)/gi, '\\x3c');

/** The browser runs only a script with this hash, whatever markup a file may contain. */
const hashOf = (script: string): string =>
  `'sha256-${createHash('sha256').update(script).digest('base64')}'`;

/**
 * Allows only this script, its worker and its style. unsafe-eval is needed, because the model
 * writes the code that packs its states (model/generate.ts).
 */
const policyOf = (script: string): string =>
  [
    "default-src 'none'",
    `script-src ${hashOf(script)} 'unsafe-eval'`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

/** What a reader sees if the script may not run: it takes this text away. */
const STOPPED =
  'This page computes what it shows, so it needs its script. JavaScript is off, or what serves ' +
  'this file forbids a script within the page (Content-Security-Policy: script-src without ' +
  "'unsafe-inline'). Save the file and open it from disk: it fetches nothing.";

/** Prints the whole page. */
export function pageHtml({ script, style, data }: Parts): string {
  const code = asScript(script);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(code)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>youngcheck report</title>
<style>${style.trim()}</style>
</head>
<body>
<script type="application/json" id="data">${asJson(data)}</script>
<script id="code">${code}</script>
<p id="stopped">${STOPPED}</p>
</body>
</html>
`;
}
