/** youngcheck render: draws the sequence diagram of a trace as picture, as Mermaid or as text. */
import { extname } from 'node:path';
import { Complaint, quote } from '../checker/trace/complaint.ts';
import { sequenceMermaid } from '../checker/tell/mermaid.ts';
import { sequenceOf } from '../checker/tell/sequence.ts';
import { pairing } from '../checker/judge/side-by-side.ts';
import { sideBySideSvg } from '../checker/tell/svg-pair.ts';
import { sequenceSvg } from '../checker/tell/svg.ts';
import { sequenceText, sideBySideText } from '../checker/tell/sequence-text.ts';
import { replay } from '../checker/trace/replay.ts';
import type { Trace } from '../checker/trace/trace.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs, readNumber } from './command.ts';
import { replaced } from './diff.ts';
import { conduct } from './drive.ts';
import { pngOf, resvg, rsvg } from './png.ts';
import { namedIn } from './system-options.ts';
import { readTraceNamed } from './trace-input.ts';
import { OUT_OPTION, writeOut } from './write-out.ts';

const HELP = `youngcheck render: the sequence diagram of a trace

usage: youngcheck render [OPTION...] FILE     (FILE -: standard input)

  --text            ASCII of 72 columns, for a mail; the default
  --svg             a picture that stands alone, for light, dark and paper
  --png             the same for mails and slides, two pixels for one; it needs
                    @resvg/resvg-js from npm, or rsvg-convert
  --mermaid         text that Mermaid draws
  --out FILE        write there; .svg, .png, .mmd and .txt name the form, too;
                    -: standard output
  --width N         of the picture, in pixels; below 640 for a phone
  --against SYSTEM  the same events on another system beside it, and where the
                    two part: a preset, or a file with lines of a setup block
  --folder DIR      a catalogue of your own: --against can then be the name of a
                    system in DIR/systems (docs/own-catalogue.md)

The CPUs, the kernel threads, the page table, the IOMMU, the ATCs and the devices
have a lane each, and every step has a row. What a lane holds is drawn from the
step that fills it to the step that drops it.

A picture has at most 500 events. FILE may also be the name of a trace of the
catalogue.

exit status: 0 drawn, 2 bad input: the trace says what is not so, 3 interrupted
`;

const OPTIONS = {
  text: { type: 'boolean' },
  svg: { type: 'boolean' },
  png: { type: 'boolean' },
  mermaid: { type: 'boolean' },
  ...OUT_OPTION,
  width: { type: 'string' },
  against: { type: 'string' },
  folder: { type: 'string' },
} as const;

const FORMS = ['text', 'svg', 'png', 'mermaid'] as const;
type Form = (typeof FORMS)[number];
const SUFFIXES: Readonly<Record<string, Form>> = {
  '.svg': 'svg',
  '.png': 'png',
  '.mmd': 'mermaid',
  '.txt': 'text',
};

/** The form that was asked for, or that the end of the file's name shows. The default is text. */
function formOf(asked: readonly Form[], out = ''): Form {
  if (asked.length > 1) throw refused(`--${asked[0]} and --${asked[1]} at once`);
  const suffix = extname(out);
  if (asked.length === 1 || suffix === '') return asked[0] ?? 'text';
  const form = SUFFIXES[suffix.toLowerCase()];
  if (form !== undefined) return form;
  throw new Complaint(`${out}: ${quote(suffix)} tells no form`, undefined, {
    hint: 'for a file of any name: --text, --svg, --png or --mermaid',
    possible: Object.keys(SUFFIXES),
  });
}

const refused = (message: string): Complaint =>
  new Complaint(message, undefined, { hint: 'youngcheck render --help' });

const LEAST_WIDTH = 280;
const MOST_WIDTH = 4000;

function readWidth(text: string | undefined): number | undefined {
  const width = readNumber('--width', text, { '': 1 });
  if (width === undefined || (width >= LEAST_WIDTH && width <= MOST_WIDTH)) return width;
  throw refused(`--width is from ${LEAST_WIDTH} to ${MOST_WIDTH}, not ${quote(text!)}`);
}

/** Draws a trace. A PNG is made of the SVG. */
function drawn(trace: Trace, form: Form, width: number | undefined): string {
  const sequence = sequenceOf(replay(trace));
  if (form === 'svg' || form === 'png')
    return sequenceSvg(sequence, width === undefined ? {} : { width });
  return form === 'mermaid' ? sequenceMermaid(sequence) : sequenceText(sequence);
}

async function drawnAgainst(
  trace: Trace,
  form: Form,
  width: number | undefined,
  named: string,
): Promise<string> {
  if (form === 'mermaid') throw refused('--mermaid draws one system: leave out --against');
  replay(trace);
  const { value: pair } = await conduct(pairing(trace, replaced(named, trace.system)), 'steps');
  if (form === 'text') return sideBySideText(pair);
  return sideBySideSvg(pair, width === undefined ? {} : { width });
}

/** Events. Nobody reads a picture of more. */
const MOST = 500;

function refuseLong({ steps: { length } }: Trace, file: string): void {
  if (length <= MOST) return;
  const events = length.toLocaleString('en');
  throw new Complaint(
    `${file}: ${events} events are too many to draw: at most ${MOST}`,
    undefined,
    {
      hint: `youngcheck replay --columns ${file}`,
    },
  );
}

export const render: Command = {
  name: 'render',
  summary: 'draw the sequence diagram of a trace, as picture, Mermaid or text',
  help: HELP,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = readArgs('render', args, OPTIONS);
    if (positionals.length !== 1) throw refused('render takes one trace');
    const [file] = positionals;
    const { out } = values;
    const against = values.against && namedIn(values.folder, values.against);
    const form = formOf(
      FORMS.filter((one) => values[one] === true),
      out,
    );
    const width = readWidth(values.width);
    const trace = readTraceNamed(file);
    refuseLong(trace, file);
    const text =
      against === undefined
        ? drawn(trace, form, width)
        : await drawnAgainst(trace, form, width, against);
    await writeOut(out, form === 'png' ? pngOf(text, resvg() ?? rsvg()) : text);
    return STATUS.holds;
  },
};
