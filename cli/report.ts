/** youngcheck report: writes one HTML file with everything in it. */
import { collect } from '../checker/page/collect.ts';
import { checkOut, writeFile } from '../checker/files/write.ts';
import { pageHtml } from '../checker/page/html.ts';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import { readSynthesis } from '../checker/synthesize/synthesis-json.ts';
import { printable } from '../checker/trace/printable.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs, refuseArguments } from './command.ts';
import { readCoverage } from '../checker/explore/counted.ts';
import { conduct } from './drive.ts';
import { print } from './output.ts';
import { pageParts } from './page-parts.ts';
import { readText } from './system-options.ts';
import { OUT_OPTION } from './write-out.ts';

const DEFAULT = 'youngcheck-report.html';

const HELP = `youngcheck report: one HTML file that shows and explores everything

usage: youngcheck report [OPTION...]

  --out FILE        where to write it; -: standard output; default:
                    ${DEFAULT}
  --against FILE    another VERDICTS: what differs from it is marked
  --covered FILE    what explore --coverage-lines has printed, on a page of its own
  --synthesized FILE
                    what synthesize --json has printed, on a page of its own
  --folder DIR      the folder with VERDICTS and the traces. With DIR/systems it
                    is a catalogue of your own, and is shown beside that of
                    youngcheck (docs/own-catalogue.md)

The file needs no server and fetches nothing: you can open, mail or attach it. It
has the table of verdicts, every trace as a sequence diagram to step through,
an explorer that runs the model itself, and what accuracy costs. A link to a
place in it holds all that its reader has chosen (docs/report.md).

exit status: 0 written, 2 bad input, 3 interrupted: nothing is written
`;

const OPTIONS = {
  ...OUT_OPTION,
  against: { type: 'string' },
  covered: { type: 'string' },
  synthesized: { type: 'string' },
  folder: { type: 'string' },
} as const;

export const report: Command = {
  name: 'report',
  summary: 'one HTML file: verdicts, traces to step through, an explorer',
  help: HELP,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = readArgs('report', args, OPTIONS);
    refuseArguments('report', positionals, OPTIONS);
    const { out = DEFAULT, against: file } = values;
    const against = file === undefined ? undefined : { file, text: readText(file) };
    const covered =
      values.covered === undefined
        ? {}
        : { coverage: readCoverage(readText(values.covered), values.covered) };
    const synthesized =
      values.synthesized === undefined
        ? {}
        : { synthesis: readSynthesis(readText(values.synthesized), values.synthesized) };
    checkOut(out);
    const parts = await pageParts();
    const work = collect(values.folder ?? catalogueFolder(), against);
    const { value: data } = await conduct(work, 'severities and plots');
    const html = pageHtml({ ...parts, data: { ...data, ...covered, ...synthesized } });
    if ((await writeFile(out, html)) === 'printed') return STATUS.holds;
    const size = Math.round(Buffer.byteLength(html) / 1000).toLocaleString('en');
    print(`${printable(out)}: ${size} kB, ${data.traces.length} traces\n`);
    return STATUS.holds;
  },
};
