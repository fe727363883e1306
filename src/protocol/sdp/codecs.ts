import { attributes, type MediaDescription } from './description.ts';

/** The audio codecs the engine can speak, by their RTP names (RFC 3551 §6). */
export type CodecName = 'PCMA' | 'PCMU' | 'G722';

/** What a payload type stands for in one description. */
export interface PayloadFormat {
  readonly payloadType: number;
  /** Upper case. */
  readonly name: string;
  readonly clockRate: number;
  readonly channels: number;
  readonly parameters?: string;
}

/** Payload types that need no `a=rtpmap` (RFC 3551 table 4). G.722's clock is 8000, "due to an error" (§4.5.2). */
export const STATIC_FORMATS: ReadonlyMap<number, Omit<PayloadFormat, 'payloadType'>> = new Map([
  [0, { name: 'PCMU', clockRate: 8000, channels: 1 }],
  [3, { name: 'GSM', clockRate: 8000, channels: 1 }],
  [4, { name: 'G723', clockRate: 8000, channels: 1 }],
  [8, { name: 'PCMA', clockRate: 8000, channels: 1 }],
  [9, { name: 'G722', clockRate: 8000, channels: 1 }],
  [13, { name: 'CN', clockRate: 8000, channels: 1 }],
  [15, { name: 'G728', clockRate: 8000, channels: 1 }],
  [18, { name: 'G729', clockRate: 8000, channels: 1 }],
]);

export const OUR_PAYLOAD_TYPE: Readonly<Record<CodecName, number>> = { PCMU: 0, PCMA: 8, G722: 9 };
export const OUR_EVENT_TYPE = 101;
export const COMFORT_NOISE_TYPE = 13;
const MAX_RTPMAPS = 128;

/** The formats of an audio line in its order of preference; those that nothing describes are left out. */
export function payloadFormats(media: MediaDescription): readonly PayloadFormat[] {
  const maps = new Map<number, Omit<PayloadFormat, 'payloadType'>>(STATIC_FORMATS);
  for (const value of attributes(media, 'rtpmap').slice(0, MAX_RTPMAPS)) addMap(value, maps);
  const parameters = new Map(attributes(media, 'fmtp').map((value) => splitAtBlank(value)));
  const formats: PayloadFormat[] = [];
  for (const text of media.formats) {
    const payloadType = /^\d{1,3}$/.test(text) ? Number(text) : -1;
    const map = payloadType <= 127 ? maps.get(payloadType) : undefined;
    const fmtp = parameters.get(text);
    if (map !== undefined) formats.push({ payloadType, ...map, ...(fmtp === undefined ? {} : { parameters: fmtp }) });
  }
  return formats;
}

export function isCodec(format: PayloadFormat, codec: CodecName): boolean {
  return format.name === codec && format.clockRate === 8000 && format.channels === 1;
}

export function isTelephoneEvent(format: PayloadFormat, clockRate: number): boolean {
  return format.name === 'TELEPHONE-EVENT' && format.clockRate === clockRate;
}

export function isComfortNoise(format: PayloadFormat): boolean {
  return format.name === 'CN' && format.clockRate === 8000;
}

function addMap(value: string, maps: Map<number, Omit<PayloadFormat, 'payloadType'>>): void {
  const [type, encoding] = splitAtBlank(value);
  const [name = '', clock = '', channels = '1'] = encoding.split('/');
  const clockRate = Number(clock);
  if (!/^\d{1,3}$/.test(type) || name === '' || !Number.isInteger(clockRate) || clockRate <= 0) return;
  maps.set(Number(type), { name: name.trim().toUpperCase(), clockRate, channels: Number(channels) || 1 });
}

function splitAtBlank(value: string): readonly [string, string] {
  const trimmed = value.trim();
  const blank = trimmed.search(/[ \t]/);
  return blank === -1 ? [trimmed, ''] : [trimmed.slice(0, blank), trimmed.slice(blank + 1).trim()];
}
