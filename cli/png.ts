/** Turns a picture into PNG, by whichever renderer of SVG this machine has. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { Complaint } from '../checker/trace/complaint.ts';

/** Turns SVG into PNG. */
export type Renderer = (svg: string) => Buffer;

/** Pixels of the PNG for each pixel of the picture, so that it is sharp on slides. */
const ZOOM = 2;

/** The part of @resvg/resvg-js that is used here. */
interface Resvg {
  readonly Resvg: new (
    svg: string,
    options: {
      readonly fitTo: { readonly mode: 'zoom'; readonly value: number };
      readonly font?: { readonly loadSystemFonts: boolean };
    },
  ) => { render(): { asPng(): Buffer } };
}

const isResvg = (module: unknown): module is Resvg =>
  typeof module === 'object' && module !== null && 'Resvg' in module;

/** The npm package. Its types are not imported, because it is optional. */
const RESVG = '@resvg/resvg-js';

const require = createRequire(import.meta.url);

function isInstalled(): boolean {
  try {
    require.resolve(RESVG);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return false;
    throw error;
  }
}

/** The package. It has a part for each platform, and that one may be missing. */
function loaded(): unknown {
  try {
    return require(RESVG);
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new Complaint(`${RESVG} cannot be loaded: ${reason}`, undefined, {
      hint: `npm install ${RESVG}`,
    });
  }
}

/** The renderer of the npm package, if it is installed beside youngcheck. */
export function resvg(loadSystemFonts = true): Renderer | undefined {
  if (!isInstalled()) return undefined;
  const module = loaded();
  if (!isResvg(module)) throw new Complaint(`${RESVG}: a version that has no Resvg`);
  const { Resvg } = module;
  const options = { fitTo: { mode: 'zoom', value: ZOOM }, font: { loadSystemFonts } } as const;
  return (svg) => new Resvg(svg, options).render().asPng();
}

const TOOL = 'rsvg-convert';

/** The renderer of librsvg, if its tool is installed. */
export function rsvg(env = process.env): Renderer | undefined {
  if (spawnSync(TOOL, ['--version'], { env }).status !== 0) return undefined;
  return (svg) => {
    const args = ['--zoom', String(ZOOM)];
    const { status, stdout, stderr, error } = spawnSync(TOOL, args, {
      input: svg,
      env,
      maxBuffer: Infinity,
    });
    if (error !== undefined) throw error;
    if (status !== 0) throw new Complaint(`${TOOL}: ${stderr.toString().trim()}`);
    return stdout;
  };
}

const letter = (text: string): string =>
  '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">' +
  `<text y="15" font-family="sans-serif" font-size="12">${text}</text></svg>`;

/** Draws a picture. A renderer without fonts, which leaves texts out or draws boxes, is refused. */
export function pngOf(svg: string, renderer: Renderer | undefined): Buffer {
  if (renderer === undefined) {
    throw new Complaint(`--png needs ${RESVG} or ${TOOL}, and neither is installed`, undefined, {
      hint: `npm install ${RESVG}, or install librsvg2-bin (Debian) or librsvg2-tools (Fedora)`,
    });
  }
  if (renderer(letter('i')).equals(renderer(letter('m')))) {
    throw new Complaint('no font is installed, so the picture would have no text', undefined, {
      hint: 'install one: fonts-dejavu-core (Debian), dejavu-sans-fonts (Fedora)',
    });
  }
  return renderer(svg);
}
