/** Explanations of single steps: they say in readable sentences what the model did. */
import { describe, expect, it } from 'vitest';
import { parseTrace } from '../trace/parse.ts';
import { replay } from '../trace/replay.ts';
import { becauseOf } from './because.ts';
import { momentsOf } from './moment.ts';

/** The explanation of the last event of a run: its note and its sentences. */
function told(setup: string, events: string, last = 'ends') {
  const numbered = events.split('; ').map((event, i) => `(${i + 1}) ${event}`);
  const text = ['{', setup, '}', ...numbered, last].join('\n');
  return becauseOf([...momentsOf(replay(parseTrace(text, 'x')))].at(-1)!);
}

const said = (setup: string, events: string, last?: string): string =>
  told(setup, events, last).sentence;

describe('a look', () => {
  it('that flushes the ATC does not hide that a TLB is left', () => {
    const events = 'cpu0: read A; dev0: read A; kswapd: folio_referenced A';
    expect(said('driver amd-iommu-v2\nscope cpus=1', events)).toBe(
      'kswapd calls ptep_clear_flush_young_notify() on A: the PTE was young, so A is in use. ' +
        'Young is cleared, and the IOTLB and the ATC are flushed, ' +
        "so that the device's next access asks again.",
    );
  });

  const policy = 'driver amd-iommu-v2';
  it.each([
    ['age=pte,flush-tlb,clear_flush_young', 'the TLBs, the IOTLB and the ATC are flushed'],
    ['age=pte,clear_flush_young,flush-tlb', 'the IOTLB, the ATC and the TLBs are flushed'],
    ['age=pte,flush-tlb?young', 'the TLBs are flushed, but nobody invalidates the ATC'],
  ])('flushes in the order of %s', (program, flushed) => {
    const events = 'cpu0: read A; dev0: read A; kswapd: folio_referenced A';
    const setup = `kernel ${program}\n${policy}\nscope cpus=1`;
    expect(said(setup, events)).toContain(`Young is cleared, and ${flushed}`);
  });

  it('names the helper of the kernel only where the kernel has one', () => {
    const look = (program: string) =>
      said(`kernel ${program}`, 'dev0: read A; kswapd: folio_referenced A').split(' on A')[0];
    expect(look('age=pte')).toBe('kswapd calls ptep_test_and_clear_young()');
    expect(look('age=pte,clear_young')).toBe('kswapd calls ptep_clear_young_notify()');
    expect(look('age=pte,clear_young,clear_flush_young')).toMatch(/^kswapd looks at A: /);
  });

  it('says what it flushes for nothing', () => {
    const setup = 'driver amd-iommu-v2';
    const events = 'dev0: read A; kswapd: folio_referenced A; kswapd: folio_referenced A';
    expect(said(setup, events, 'violates no-spurious-invalidation')).toBe(
      'kswapd calls ptep_clear_flush_young_notify() on A: the PTE does not have the young bit, ' +
        'which means that A is not in use. The IOTLB and the ATC are flushed all the same. ' +
        'The ATC invalidation is spurious: no young bit of A called for it.',
    );
  });

  it('says that a PTE was old, where a walk has set its bit since then', () => {
    const setup =
      'driver clear_flush_young=return-one\nhardware walk-always\nscope granularity=fine';
    const look = 'kswapd: age A; kswapd: report A';
    expect(
      said(setup, `dev0: read A; ${look}; kswapd: age A; dev0: read A; kswapd: report A`),
    ).toBe(
      'kswapd reports: the PTE was old, but the notifier returns 1 whatever it finds, ' +
        'so A is in use.',
    );
  });

  it.each(['atomic', 'fine'])('tells a callback that returns 1 from a young spte, %s', (how) => {
    const scope = `scope granularity=${how}`;
    const access =
      how === 'atomic'
        ? 'dev0: read A'
        : 'dev0: request-read A; iommu: translate dev0 A; dev0: complete A';
    const ages = (steps: string) =>
      how === 'atomic' ? 'kswapd: folio_referenced A' : `kswapd: age A; ${steps}kswapd: report A`;
    const cheat = said(
      `driver clear_flush_young=return-one\n${scope}`,
      `${access}; ${ages('')}; ${ages('')}`,
      'violates no-false-reference',
    );
    expect(cheat).toContain('the PTE is old, but the notifier returns 1 whatever it finds');
    const harvest = said(
      `driver secondary=shadow clear_flush_young=harvest,return-harvested\n` +
        `${scope} events=clear-refs`,
      `${access}; user: clear-refs A; ${ages('kswapd: harvest A; ')}`,
      'violates no-false-reference',
    );
    expect(harvest).toContain('the PTE is old, but the spte of A was young');
    const silent = said(
      `driver secondary=shadow clear_flush_young=harvest\n${scope} events=clear-refs`,
      `${access}; user: clear-refs A; ${ages('kswapd: harvest A; ')}`,
    );
    expect(silent).toContain('the callback returns 0 for a young spte');
  });

  it('is told of every page that its callback covers', () => {
    const setup = 'kernel age=pte,invalidate@mm?young\n' + 'scope pages=2 granularity=fine';
    const access = 'dev0: request-read A; iommu: translate dev0 A';
    expect(said(setup, `${access}; kswapd: age A; kswapd: flush-iotlb A; kswapd: post-atc A`)).toBe(
      'kswapd sends an ATC invalidation of A and B to every device.',
    );
  });

  it('says what reclaim makes of it', () => {
    const look = 'kswapd: folio_referenced A';
    const decides = (lru: string, events: string) =>
      said(`kernel lru=${lru}\nscope events=lru,clear-refs`, events);
    expect(decides('classic', `dev0: read A; ${look}`)).toContain('A is kept once more.');
    const forgets = `dev0: read A; user: clear-refs A; ${look}`;
    expect(decides('classic', forgets)).toContain('Reclaim may take A now.');
    expect(decides('multi-gen', forgets)).toContain('Reclaim may take A now.');
  });
});

describe('a step that covers more pages', () => {
  const cached = 'dev0: request-read B; iommu: translate dev0 B; dev0: complete B';
  const begin = `${cached}; cpu0: read A; kswapd: unmap A; kswapd: flush-tlb A`;
  const step = (setup: string, steps: string) =>
    said(`${setup}\nscope pages=2 cpus=1 granularity=fine events=unmap`, `${begin}; ${steps}`);

  it('names those that have something to lose', () => {
    const setup = 'kernel unmap=pte,flush-tlb,invalidate@mm';
    expect(said(`${setup}\nscope pages=2 cpus=1 granularity=fine events=unmap`, begin)).toBe(
      'kswapd drops the TLB entry of A.',
    );
    expect(step(setup, 'kswapd: flush-iotlb A')).toBe('kswapd drops the IOTLB entry of B.');
  });

  it('names all where none has', () => {
    const setup =
      'driver secondary=shadow invalidate_secondary=harvest@mm,zap@mm,harvest@mm,zap@mm';
    const harvest = 'kswapd: harvest A';
    const zap = 'kswapd: zap A';
    expect(step(setup, harvest)).toBe('kswapd finds the spte of B young and clears that.');
    expect(step(setup, `${harvest}; ${zap}`)).toBe('kswapd drops the spte of B.');
    const again = `${harvest}; ${zap}; ${harvest}`;
    expect(step(setup, again)).toBe('kswapd finds no young spte of A or B.');
    expect(step(setup, `${again}; ${zap}`)).toBe('kswapd has no spte of A or B to drop.');
  });
});

describe('an access', () => {
  const protect = 'dev0: read A; kswapd: write-protect A; dev0: write A';
  const stuck = 'hardware rewalksOnPermissionFault=false\nscope events=protect,write';

  it('whose fault nobody tells the IOTLB of is stuck', () => {
    const events = 'dev0: read A; dev0: write A';
    const { note, sentence } = told(stuck, events, 'violates fault-makes-progress');
    expect(note).toBe('wrong: the retry faults again');
    expect(sentence).toContain('so the IOMMU faults without a walk');
    expect(sentence).toContain('The IOTLB entry is still there, so the retry faults again.');
  });

  it('is told with the upgrade that its fault runs', () => {
    expect(said(`kernel upgrade=invalidate\n${stuck}`, 'dev0: read A; dev0: write A')).toContain(
      'The upgrade flushes the IOTLB and invalidates the ATCs. ' +
        'The retry walks the page table and succeeds.',
    );
    const read = said(`kernel upgrade=invalidate\n${stuck}`, protect);
    expect(read).toContain('the fault handler makes it writable and sets it dirty');
  });

  it('that copies is told with what the copy flushes', () => {
    const events = 'dev0: read A; user: fork A; cpu0: write A';
    const scope = 'scope cpus=1 events=fork,write';
    expect(told(scope, events)).toEqual({
      note: 'TLB miss; copied on write',
      sentence:
        'cpu0 writes to A: a child shares A, so the fault handler copies the page. ' +
        'The copy flushes the TLBs, flushes the IOTLB and invalidates the ATCs.',
    });
    expect(said(`kernel fork=pte\n${scope}`, events)).toContain(
      'For the copy no notifier is called, and nothing is flushed.',
    );
  });

  it('leaves the PTE old where the hardware ignores the bits', () => {
    const scope = 'scope observers=idle events=evict,clear-refs';
    const events = 'dev0: read A; user: clear-refs A; dev0: evict A; iommu: evict A; dev0: read A';
    expect(told(`hardware accessFlag=ignored\n${scope}`, events)).toEqual({
      note: 'ATC miss; the PTE stays old',
      sentence:
        'dev0 wants to access A and sends an ATS query. ' +
        'The IOMMU walks and sets no bit, so the PTE stays old. The ATC caches the translation.',
    });
  });

  it('through a TLB entry of a freed frame is wrong in atomic, too', () => {
    const events =
      'cpu0: read A; kswapd: folio_referenced A; cpu0: read A; kswapd: unmap A; cpu0: read A';
    const setup = 'kernel unmap=pte,flush-tlb?young,invalidate\nscope cpus=1 events=unmap';
    expect(told(setup, events, 'violates no-stale-access')).toEqual({
      note: 'wrong: the frame was freed',
      sentence:
        'cpu0 accesses A through its TLB: nobody walks, though there is no PTE. ' +
        "That is wrong: the frame of A was freed, and may be somebody else's.",
    });
  });
});

describe('KVM', () => {
  const idle = 'scope observers=idle events=unmap,evict';

  it('marks the page accessed at a fault, where it does', () => {
    const events = 'dev0: read A; page_idle: mark A; kswapd: unmap A; dev0: read A';
    const zaps = 'invalidate_secondary=zap,flush-atc';
    const marks = (list: string) =>
      said(`driver secondary=shadow ${zaps} marksAccessed=${list}\n${idle}`, events);
    expect(marks('fault')).toContain('KVM fills the spte, young. KVM marks A accessed.');
    expect(marks('none')).not.toContain('accessed');
  });

  it('marks the page accessed at a zap of a young spte', () => {
    const zaps =
      'driver secondary=shadow clear_young=zap marksAccessed=zap\n' +
      'scope observers=idle events=evict';
    const events =
      'dev0: read A; page_idle: mark A; dev0: evict A; dev0: read A; page_idle: check A';
    expect(told(zaps, events)).toEqual({
      note: 'PG_idle was cleared',
      sentence:
        'page_idle calls ptep_clear_young_notify() on A: the PTE is old, but PG_idle was cleared ' +
        'since the mark, so A is busy. KVM marks A accessed, which clears PG_idle.',
    });
  });

  it('is not told of a flush of the TLB', () => {
    const setup = 'driver kvm\nscope events=cold';
    expect(told(setup, 'dev0: read A; user: madvise-cold A')).toEqual({
      note: 'the spte stays young',
      sentence:
        'A user calls madvise(MADV_COLD) on A: young is cleared. ' +
        'The kernel flushes the TLBs and calls a notifier, but nobody in scope hears of it. ' +
        'The spte keeps its own young bit.',
    });
  });
});

describe('a step that covers other pages than the event', () => {
  const reads = 'dev0: read A; dev0: read B';
  const harvests = 'clear_young=harvest,flush-atc,return-harvested secondary=shadow';
  const both = 'scope pages=2 observers=reclaim,idle';

  it('@next: tells what happened to the neighbour', () => {
    const setup = `kernel idle=pte,clear_young@next\ndriver ${harvests}\n${both}`;
    expect(told(setup, `${reads}; page_idle: mark A`)).toEqual({
      note: 'clears young, flushes vCPU TLB of A and B',
      sentence:
        'page_idle calls ptep_clear_young_notify() on A: the PTE was young, ' +
        'which PG_young remembers. A is marked idle. ' +
        "Young is cleared, and the vCPU's TLB is flushed, " +
        "so that the vCPU's next access walks again. " +
        "The notifier's range covers B, too: " +
        'it clears young in the spte and flushes the TLBs of the vCPUs.',
    });
    expect(told(setup, `${reads}; page_idle: mark B`).sentence).not.toContain('range');
  });

  it('@next: does not tell of a neighbour that was left alone', () => {
    const looks = harvests.replace('flush-atc,', '');
    const setup = `kernel idle=pte,clear_young@next\ndriver ${looks}\n${both}`;
    expect(said(setup, 'dev0: read A; page_idle: mark A')).not.toContain('range');
    expect(said(setup, `${reads}; page_idle: mark A`)).toContain(
      "The notifier's range covers B, too: it clears young in the spte.",
    );
  });

  it('@mm: tells in the sentence of every page whose entries are flushed', () => {
    const setup = 'kernel v6.12-x86-thp\ndriver intel-svm\nscope pages=3 cpus=1';
    const looks = told(setup, `${reads}; kswapd: folio_referenced B`);
    // The note would not fit the line of its event.
    expect(looks.note).toBe('clears young and flushes the ATC');
    expect(looks.sentence).toContain(
      "The notifier's range covers A and C, too: it flushes the IOTLB and invalidates the ATCs.",
    );
  });

  it.each([
    ['unmap', 'unmap', 'kswapd: unmap A'],
    ['write-protect', 'protect', 'kswapd: write-protect A'],
    ['fork', 'fork', 'user: fork A'],
    ['cold', 'cold', 'user: madvise-cold A'],
    ['upgrade', 'protect,write', 'kswapd: write-protect A; dev0: write A'],
    ['fork', 'fork,write', 'user: fork A; dev0: write A'],
  ])('is told of %s with events=%s', (program, optional, events) => {
    const list = program === 'upgrade' ? 'invalidate@mm' : 'pte,invalidate@mm';
    const setup = `kernel ${program}=${list}\ndriver invalidate_secondary=flush-iotlb`;
    expect(said(`${setup}\nscope pages=2 events=${optional}`, `${reads}; ${events}`)).toContain(
      "The notifier's range covers B, too: it flushes the IOTLB.",
    );
  });
});

describe('what users ask for', () => {
  it('is told with its flushes', () => {
    const clears = 'dev0: read A; user: clear-refs A';
    const scope = 'scope cpus=1 events=clear-refs';
    expect(said(`kernel clear-refs=pte\n${scope}`, clears)).toBe(
      'A user clears the referenced bits of A. No notifier is called, and nothing is flushed.',
    );
    expect(said(`kernel clear-refs=pte,flush-tlb\n${scope}`, clears)).toBe(
      'A user clears the referenced bits of A. The kernel flushes the TLBs.',
    );
  });

  const cold = 'dev0: read A; user: madvise-cold A';
  it.each([
    ['cold=pte', cold, 'No notifier is called, and nothing is flushed.'],
    ['age=pte', `${cold}; user: madvise-cold A`, 'nothing is flushed for an old PTE.'],
    ['cold=pte,flush-tlb?young', cold, 'The kernel flushes the TLBs, but nobody in scope hears'],
    ['cold=pte,invalidate', cold, 'The kernel invalidates the ATCs.'],
  ])('with kernel %s, %s: %s', (kernel, events, sentence) => {
    const setup = `kernel ${kernel}\ndriver invalidate_secondary=flush-atc\nscope events=cold`;
    expect(said(setup, events)).toContain(sentence);
  });

  it.each([
    ['fork', 'user: fork A'],
    ['collapse', 'khugepaged: collapse A'],
    ['clear-refs', 'user: clear-refs A'],
  ])('is a flush that nobody hears: %s', (program, event) => {
    const setup = `kernel ${program}=pte,flush-tlb,invalidate`;
    const scope = `driver none\nscope events=${program}`;
    expect(said(`${setup}\n${scope}`, `dev0: read A; ${event}`)).toContain(
      'The kernel flushes the TLBs and calls a notifier, but nobody in scope hears of it.',
    );
    expect(said(`kernel ${program}=pte\n${scope}`, `dev0: read A; ${event}`)).toContain(
      'No notifier is called, and nothing is flushed.',
    );
  });

  it.each([
    ['pte', 'No notifier is called, and nothing is flushed.'],
    ['pte,flush-tlb', 'The kernel flushes the TLBs, but nobody in scope hears of it.'],
    ['pte,invalidate', 'The caches are not told yet.'],
  ])('begins in steps with unmap=%s: %s', (unmap, sentence) => {
    const setup = `kernel unmap=${unmap}\ndriver invalidate_secondary=flush-iotlb`;
    const scope = 'hardware ats=false\nscope granularity=fine events=unmap';
    expect(said(`${setup}\n${scope}`, 'dev0: read A; kswapd: unmap A')).toContain(sentence);
  });

  it.each([
    ['takes', 'kswapd clears the PTE of A without a look, as MADV_PAGEOUT asks for it,'],
    ['clears', 'kswapd clears the PTE of A, whose young bit MADV_PAGEOUT has cleared before'],
  ])('MADV_PAGEOUT %s', (pageout, sentence) => {
    const setup = `kernel pageout=${pageout}\nscope events=pageout`;
    const events = 'dev0: read A; kswapd: pageout A';
    expect(said(setup, events, 'violates no-eviction-in-use')).toContain(sentence);
  });
});
