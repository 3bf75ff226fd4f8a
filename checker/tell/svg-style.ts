/**
 * The style of a picture: colours for light and dark screens and for paper. Nothing is said by a
 * colour alone.
 */

/** The class on the root of every picture. It keeps the style from the rest of a page. */
export const CLASS = 'youngcheck-sequence';

type Palette = Readonly<Record<string, string>>;

const LIGHT: Palette = {
  ground: '#ffffff',
  ink: '#1a1f26',
  muted: '#4d5866',
  line: '#aab3bf',
  stripe: '#f4f6f8',
  young: '#f5b81f',
  'young-ink': '#1a1f26',
  old: '#7a5600',
  'old-ink': '#5e4200',
  cached: '#cfe2ff',
  'cached-line': '#1d5bb8',
  'cached-ink': '#0c2f66',
  wrong: '#b3261e',
  'wrong-ink': '#8c1d18',
  'wrong-ground': '#fdeceb',
};

const DARK: Palette = {
  ground: '#11161d',
  ink: '#e8eef4',
  muted: '#a9b5c2',
  line: '#556170',
  stripe: '#19202a',
  young: '#eab02a',
  'young-ink': '#14181d',
  old: '#d8b04a',
  'old-ink': '#f3d27c',
  cached: '#1b3d6b',
  'cached-line': '#79b0ff',
  'cached-ink': '#dbe9ff',
  wrong: '#ff8a80',
  'wrong-ink': '#ffb4ad',
  'wrong-ground': '#3b1b1c',
};

const variables = (palette: Palette): string =>
  Object.entries(palette)
    .map(([name, colour]) => `--yc-${name}:${colour};`)
    .join('');

/** One rule on each line, each to be put below CLASS. */
const RULES = `
text{font:11px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
text{fill:var(--yc-ink)}
.event,.setup{font-family:ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
.name{font-size:15px;font-weight:700}
.setup,.note,.holds,.legend{fill:var(--yc-muted)}
.event{font-size:12px;font-weight:600}
.note{font-size:12px}
.head{font-size:12px;font-weight:700;text-anchor:middle}
.holds{text-anchor:middle}
.narrow .head{font-size:10.5px}
.narrow .holds{font-size:9.5px}
.bar rect,.ground,.stripe{shape-rendering:crispEdges}
.ground{fill:var(--yc-ground)}
.stripe{fill:var(--yc-stripe)}
.under{fill-opacity:.7}
.life{stroke:var(--yc-line);stroke-dasharray:2 3}
.arrow{stroke:var(--yc-ink);stroke-width:1.5;fill:none}
.arrow.k-completion,.arrow.k-invalidation-completion{stroke-dasharray:5 3}
.arrow.k-posted-write{stroke-dasharray:1.5 2.5}
.tip{fill:var(--yc-ink);stroke:none}
.tip.k-completion,.tip.k-invalidation-completion{fill:var(--yc-ground);stroke:var(--yc-ink)}
.label{text-anchor:middle;paint-order:stroke;stroke:var(--yc-ground);stroke-width:4px}
.pill{fill:var(--yc-ground);stroke:var(--yc-ink)}
.pill+text{stroke:none;text-anchor:middle}
.bar text{text-anchor:middle;font-weight:600}
.narrow .label,.narrow .bar text{font-size:10px}
.young text{stroke:var(--yc-young)}
.cached text{stroke:var(--yc-cached)}
.bar text{paint-order:stroke;stroke-width:3px}
.young rect{fill:var(--yc-young)}
.young path{fill:none;stroke:var(--yc-old);stroke-width:1.5}
.young text{fill:var(--yc-young-ink)}
.old path{fill:none;stroke:var(--yc-old);stroke-width:2}
.old rect{fill:var(--yc-ground)}
.old text{fill:var(--yc-old-ink)}
.cached rect{fill:var(--yc-cached)}
.cached path,.unseen path{fill:none;stroke:var(--yc-cached-line);stroke-width:1.5}
.cached text,.unseen text{fill:var(--yc-cached-ink)}
.unseen path{stroke-dasharray:4 3;stroke-width:2}
.stale path,.revoked path{fill:none;stroke:var(--yc-wrong);stroke-width:2}
.stale text,.revoked text{fill:var(--yc-wrong-ink)}
.unseen text,.stale text,.revoked text,.old text{stroke:var(--yc-ground)}
.hatch-cached{stroke:var(--yc-cached-line);stroke-width:1.2;opacity:.55}
.hatch-wrong{stroke:var(--yc-wrong);stroke-width:1.6;opacity:.7}
.wrong .stripe{fill:var(--yc-wrong-ground)}
.wrong .edge{fill:var(--yc-wrong)}
.verdict{font-weight:700;fill:var(--yc-wrong-ink)}
.wrong .label{stroke:var(--yc-wrong-ground)}
.parting{stroke:var(--yc-ink);stroke-width:2}
.mention{font-weight:700;text-anchor:middle}
.absent{fill:var(--yc-muted);font-size:12px;font-style:italic}
.lost{stroke:var(--yc-wrong);stroke-width:2.5;fill:none}`;

/** The style sheet of the picture, with each rule below CLASS. */
export function style(): string {
  const scoped = RULES.trim()
    .split('\n')
    .map((rule) => {
      const [selectors, body] = rule.split('{');
      const list = selectors.split(',').map((selector) => `.${CLASS} ${selector}`);
      return `${list.join(',')}{${body}`;
    });
  return [
    `.${CLASS}{${variables(LIGHT)}color-scheme:light dark}`,
    `@media (prefers-color-scheme:dark){.${CLASS}{${variables(DARK)}}}`,
    `@media print{.${CLASS}{${variables(LIGHT)}print-color-adjust:exact}}`,
    ...scoped,
  ].join('\n');
}
