/** Runs of Spin that become traces, and runs that do not. */
import { describe, expect, it } from 'vitest';
import { propertiesFor } from '../../properties/index.ts';
import { complaintBy } from '../../suites/complaint-of.ts';
import { printTrace } from '../trace/print.ts';
import { parseSystem } from '../trace/setup.ts';
import { promelaText } from './file.ts';
import { importTrail } from './import-trail.ts';

const SYSTEM = parseSystem({ driver: 'amd-iommu-v2' });
/** A setup block writes the fields of a scope, and not its name. */
const { scope: _, ...NAMES } = SYSTEM.names;
const PML = { text: promelaText(SYSTEM, propertiesFor(SYSTEM)), file: 'amd.pml' };

/** As ./pan -S prints it, which stops inside the last step. */
const RUN = `dev0: read A
kswapd: folio_referenced A == 1
violates no-spurious-invalidation
kswapd: folio_referenced A == 0
pan:1: assertion violated  !(violated) (at depth 4)
spin: trail ends after 3 steps
#processes 1:
  3:    proc 0 (system)  amd.pml:30 (state 69)
`;
const bring = (text: string) => importTrail(PML, { text, file: 'run.txt' });
const refused = (text: string): string => complaintBy(() => bring(text));

describe('import-trail', () => {
  it('makes a trace of the events, with the system of the export', () => {
    const { trace } = bring(RUN);
    expect(trace.system).toEqual({ ...SYSTEM, names: NAMES });
    expect(printTrace(trace).trimEnd().split('\n').slice(-5)).toEqual([
      '(1) dev0: read A',
      '(2) kswapd: folio_referenced A == 1',
      '(3) kswapd: folio_referenced A == 0',
      '',
      'violates no-spurious-invalidation',
    ]);
  });

  it('reads what spin -t prints, which indents it and names no property', () => {
    const lines = RUN.split('\n').filter((line) => !line.startsWith('violates'));
    const text = lines.map((line) => `      ${line}`).join('\n');
    expect(printTrace(bring(text).trace)).toBe(printTrace(bring(RUN).trace));
  });

  it('ends a run that violates nothing', () => {
    expect(bring('dev0: read A\n').trace.verdict).toBe('ends');
  });

  it.each([
    ['an answer that the model does not give', RUN.replace('== 1', '== 0'), 'run.txt:2:31'],
    ['an event that cannot happen', 'kswapd: folio_referenced A == 1\n', 'run.txt:1:1'],
    ['a word that is none', 'dev0: raed A\n', 'run.txt:1:7'],
    ['a page that is none', 'dev0: read B\n', 'run.txt:1:12'],
    ['a property that is not violated', RUN.replace('spurious-inv', 'false-ref'), 'run.txt:3'],
    ['another property', RUN.replace(/no-sp\S+/, 'no-false-reference'), 'run.txt:3:1'],
    ['the trail itself', '-4:-4:-4\n1:0:16\n', './pan -S | youngcheck import-trail amd.pml'],
    ['a run without events', 'spin: cannot find trail file\n', 'no event here'],
  ])('refuses %s, and says where', (_, text, place) => {
    expect(refused(text)).toContain(place);
  });

  it('refuses a file without a system at its head', () => {
    const bare = { text: 'active proctype system() { skip }\n', file: 'other.pml' };
    const complaint = complaintBy(() => importTrail(bare, { text: RUN, file: 'run.txt' }));
    expect(complaint).toContain('other.pml:1:1: error: no setup block');
  });

  it('points into the system at the head of the file', () => {
    const wrong = { ...PML, text: PML.text.replace('driver   amd', 'driver   amf') };
    const complaint = complaintBy(() => importTrail(wrong, { text: RUN, file: 'run.txt' }));
    expect(complaint).toMatch(/^amd\.pml:\d+:15: error: unknown driver/);
  });
});
