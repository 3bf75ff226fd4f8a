/** Recognizes files by their first bytes that users often give instead of a log's text. */
import { Complaint } from '../../trace/complaint.ts';

interface Format {
  readonly magic: readonly number[];
  readonly what: string;
  readonly hint: string;
}

const bytesOf = (text: string): number[] => [...Buffer.from(text, 'latin1')];

const FORMATS: readonly Format[] = [
  {
    magic: [0x17, 0x08, 0x44, ...bytesOf('tracing')],
    what: 'a trace.dat of trace-cmd, not its text',
    hint: 'trace-cmd report -i FILE > log.txt',
  },
  {
    magic: bytesOf('PERFILE2'),
    what: 'a perf.data, not a text',
    hint: 'record with `youngcheck capture --print-script`, which needs tracefs alone',
  },
  { magic: [0x1f, 0x8b], what: 'compressed with gzip', hint: 'zcat FILE | youngcheck conform -' },
  {
    magic: [0x28, 0xb5, 0x2f, 0xfd],
    what: 'compressed with zstd',
    hint: 'zstdcat FILE | youngcheck conform -',
  },
  {
    magic: [0xfd, ...bytesOf('7zXZ'), 0x00],
    what: 'compressed with xz',
    hint: 'xzcat FILE | youngcheck conform -',
  },
  {
    magic: bytesOf('BZh'),
    what: 'compressed with bzip2',
    hint: 'bzcat FILE | youngcheck conform -',
  },
  { magic: [0xff, 0xfe], what: 'UTF-16, not UTF-8', hint: 'iconv -f UTF-16 -t UTF-8 FILE' },
  { magic: [0xfe, 0xff], what: 'UTF-16, not UTF-8', hint: 'iconv -f UTF-16 -t UTF-8 FILE' },
];

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

const begins = (bytes: Buffer, magic: readonly number[]): boolean =>
  magic.every((byte, index) => bytes[index] === byte);

/**
 * The offset at which the text begins. Throws a Complaint if the file has one of these other
 * formats.
 */
export function refuseFormat(file: string, bytes: Buffer): number {
  const format = FORMATS.find(({ magic }) => begins(bytes, magic));
  if (format !== undefined) {
    const hint = format.hint.replace('FILE', file === '-' ? 'FILE' : file);
    throw new Complaint(`${file}: ${format.what}`, undefined, { hint });
  }
  return begins(bytes, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
}
