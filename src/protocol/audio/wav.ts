/** How the samples of a WAV file are written. */
export type WavEncoding = 'pcm16' | 'alaw' | 'mulaw';

export interface WavFormat {
  readonly encoding: WavEncoding;
  readonly sampleRate: number;
  readonly channels: 1 | 2;
}

export interface WavFile extends WavFormat {
  /** Where the samples begin, and how many bytes of them there really are. */
  readonly dataAt: number;
  readonly dataBytes: number;
}

/** The bytes of a file's beginning that `readWavHeader` needs at most. */
export const WAV_HEADER_LIMIT = 4096;
export const WAV_HEADER_BYTES = 44;
const MAX_CHUNKS = 32;
const CODES: ReadonlyMap<number, WavEncoding> = new Map([
  [1, 'pcm16'],
  [6, 'alaw'],
  [7, 'mulaw'],
]);
const EXTENSIBLE = 0xfffe;

/**
 * Reads the header of a RIFF/WAVE file. The size of the file overrules the sizes in the header, so that a recording
 * whose writer was killed (size 0 or too large) is read to its end. Returns a sentence when it cannot be read.
 * @param head the first bytes of the file, up to WAV_HEADER_LIMIT
 */
export function readWavHeader(head: Uint8Array, fileBytes: number): WavFile | string {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.length < 12 || fourCc(view, 0) !== 'RIFF' || fourCc(view, 8) !== 'WAVE') return 'not a RIFF/WAVE file';
  let format: WavFormat | string = 'no fmt chunk before the samples';
  let at = 12;
  for (let chunk = 0; chunk < MAX_CHUNKS && at + 8 <= head.length; chunk += 1) {
    const name = fourCc(view, at);
    const size = view.getUint32(at + 4, true);
    if (name === 'data') return typeof format === 'string' ? format : withData(format, at + 8, size, fileBytes);
    if (name === 'fmt ') format = readFormat(view, at + 8, size);
    at += 8 + size + (size & 1);
  }
  return typeof format === 'string' ? format : 'no data chunk within the first bytes';
}

/** A header for `dataBytes` bytes of samples, 44 bytes long. Written again when the length is known. */
export function writeWavHeader(format: WavFormat, dataBytes: number): Uint8Array {
  const header = new Uint8Array(WAV_HEADER_BYTES);
  const view = new DataView(header.buffer);
  const sampleBytes = format.encoding === 'pcm16' ? 2 : 1;
  const blockBytes = sampleBytes * format.channels;
  const code = format.encoding === 'pcm16' ? 1 : format.encoding === 'alaw' ? 6 : 7;
  putFourCc(view, 0, 'RIFF');
  view.setUint32(4, WAV_HEADER_BYTES - 8 + dataBytes + (dataBytes & 1), true);
  putFourCc(view, 8, 'WAVE');
  putFourCc(view, 12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, code, true);
  view.setUint16(22, format.channels, true);
  view.setUint32(24, format.sampleRate, true);
  view.setUint32(28, format.sampleRate * blockBytes, true);
  view.setUint16(32, blockBytes, true);
  view.setUint16(34, sampleBytes * 8, true);
  putFourCc(view, 36, 'data');
  view.setUint32(40, dataBytes, true);
  return header;
}

/** What may stand behind the samples without being samples: a chunk with a title or the like. */
const TAIL_BYTES = 1024;

/**
 * After a crash: the header a recording of our own should have, or undefined when the one it has is right. A header is renewed every
 * few seconds, so that of a killed writer may tell of less than there is.
 */
export function repairedWavHeader(head: Uint8Array, fileBytes: number): Uint8Array | undefined {
  const wav = readWavHeader(head, fileBytes);
  if (typeof wav === 'string' || wav.dataAt !== WAV_HEADER_BYTES) return undefined;
  const whole = withData(wav, wav.dataAt, 0, fileBytes).dataBytes;
  const right = writeWavHeader(wav, whole - wav.dataBytes > TAIL_BYTES ? whole : wav.dataBytes);
  return right.every((byte, i) => byte === head[i]) ? undefined : right;
}

function readFormat(view: DataView, at: number, size: number): WavFormat | string {
  if (size < 16 || at + size > view.byteLength) return 'fmt chunk cut short';
  const outer = view.getUint16(at, true);
  const code = outer === EXTENSIBLE && size >= 26 ? view.getUint16(at + 24, true) : outer;
  const encoding = CODES.get(code);
  const channels = view.getUint16(at + 2, true);
  const sampleRate = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  if (encoding === undefined || bits !== (encoding === 'pcm16' ? 16 : 8)) return `encoding ${code} with ${bits} bits`;
  if (channels !== 1 && channels !== 2) return `${channels} channels`;
  if (sampleRate !== 8000 && sampleRate !== 16000 && sampleRate !== 48000) return `${sampleRate} samples a second`;
  return { encoding, sampleRate, channels };
}

function withData(format: WavFormat, dataAt: number, size: number, fileBytes: number): WavFile {
  const really = Math.max(0, fileBytes - dataAt);
  const claimed = size === 0 || size > really ? really : size;
  const block = (format.encoding === 'pcm16' ? 2 : 1) * format.channels;
  return { ...format, dataAt, dataBytes: claimed - (claimed % block) };
}

function fourCc(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function putFourCc(view: DataView, at: number, name: string): void {
  for (let i = 0; i < 4; i += 1) view.setUint8(at + i, name.charCodeAt(i));
}
