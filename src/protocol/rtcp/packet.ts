import { putUint32, uint32 } from '../rtp/packet.ts';

/**
 * One block of a report (RFC 3550 §6.4.1): how well a source is heard.
 *
 *     |                           SSRC                                |
 *     | fraction lost |      cumulative number of packets lost        |
 *     |          extended highest sequence number received            |
 *     |                      interarrival jitter                      |
 *     |                last SR (middle 32 bits of its NTP time)       |
 *     |                delay since last SR, in 1/65536 s              |
 */
export interface ReportBlock {
  readonly ssrc: number;
  /** 0 to 255, of 256. */
  readonly fractionLost: number;
  /** May be negative: duplicates. */
  readonly cumulativeLost: number;
  readonly highestSequence: number;
  /** In timestamp units. */
  readonly jitter: number;
  readonly lastSr: number;
  readonly delaySinceLastSr: number;
}

/** What a sender says of itself. NTP time in two halves of 32 bits. */
export interface SenderInfo {
  readonly ntpSeconds: number;
  readonly ntpFraction: number;
  readonly rtpTimestamp: number;
  readonly packets: number;
  readonly octets: number;
}

export type RtcpPacket =
  | { readonly is: 'sr'; readonly ssrc: number; readonly sender: SenderInfo; readonly blocks: readonly ReportBlock[] }
  | { readonly is: 'rr'; readonly ssrc: number; readonly blocks: readonly ReportBlock[] }
  | { readonly is: 'sdes'; readonly ssrc: number; readonly cname: string }
  | { readonly is: 'bye'; readonly ssrcs: readonly number[] };

const SR = 200;
const RR = 201;
const SDES = 202;
const BYE = 203;
const BLOCK_BYTES = 24;
const MAX_PACKETS = 16;

/**
 * Reads a compound packet. Returns undefined when the whole is not valid by RFC 3550 A.2: version 2, first an SR or RR,
 * lengths that add up. Packets of other types (application, feedback) are passed over.
 */
export function readRtcp(bytes: Uint8Array): readonly RtcpPacket[] | undefined {
  const packets: RtcpPacket[] = [];
  let at = 0;
  for (let count = 0; at < bytes.length; count += 1) {
    const length = packetLength(bytes, at);
    const type = bytes[at + 1] as number;
    if (length === undefined || count >= MAX_PACKETS || (count === 0 && type !== SR && type !== RR)) return undefined;
    const packet = readOne(bytes.subarray(at, at + length), type);
    if (packet === 'bad') return undefined;
    if (packet !== 'unknown') packets.push(packet);
    at += length;
  }
  return packets.length === 0 ? undefined : packets;
}

function packetLength(bytes: Uint8Array, at: number): number | undefined {
  if (at + 4 > bytes.length || (bytes[at] as number) >> 6 !== 2) return undefined;
  const length = (((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)) * 4 + 4;
  return at + length > bytes.length ? undefined : length;
}

/** Writes a compound packet: SR or RR first, then SDES with the canonical name, then BYE where asked. */
export function writeRtcp(packets: readonly RtcpPacket[]): Uint8Array {
  const parts = packets.map(writeOne);
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function readOne(bytes: Uint8Array, type: number): RtcpPacket | 'bad' | 'unknown' {
  const count = (bytes[0] as number) & 0x1f;
  switch (type) {
    case SR: {
      if (bytes.length < 28 + count * BLOCK_BYTES) return 'bad';
      return { is: 'sr', ssrc: uint32(bytes, 4), sender: readSender(bytes), blocks: readBlocks(bytes, 28, count) };
    }
    case RR: {
      if (bytes.length < 8 + count * BLOCK_BYTES) return 'bad';
      return { is: 'rr', ssrc: uint32(bytes, 4), blocks: readBlocks(bytes, 8, count) };
    }
    case SDES:
      return count === 0 || bytes.length < 12
        ? 'unknown'
        : { is: 'sdes', ssrc: uint32(bytes, 4), cname: readCname(bytes) };
    case BYE: {
      if (bytes.length < 4 + count * 4) return 'bad';
      return { is: 'bye', ssrcs: Array.from({ length: count }, (_, i) => uint32(bytes, 4 + 4 * i)) };
    }
    default:
      return 'unknown';
  }
}

function readSender(bytes: Uint8Array): SenderInfo {
  return {
    ntpSeconds: uint32(bytes, 8),
    ntpFraction: uint32(bytes, 12),
    rtpTimestamp: uint32(bytes, 16),
    packets: uint32(bytes, 20),
    octets: uint32(bytes, 24),
  };
}

function readBlocks(bytes: Uint8Array, from: number, count: number): readonly ReportBlock[] {
  return Array.from({ length: count }, (_, i) => {
    const at = from + i * BLOCK_BYTES;
    const lost = uint32(bytes, at + 4) & 0xffffff;
    return {
      ssrc: uint32(bytes, at),
      fractionLost: bytes[at + 4] as number,
      cumulativeLost: lost >= 0x800000 ? lost - 0x1000000 : lost,
      highestSequence: uint32(bytes, at + 8),
      jitter: uint32(bytes, at + 12),
      lastSr: uint32(bytes, at + 16),
      delaySinceLastSr: uint32(bytes, at + 20),
    };
  });
}

/** The first chunk's CNAME item (type 1), read as ASCII; empty when there is none. */
function readCname(bytes: Uint8Array): string {
  let at = 8;
  while (at + 1 < bytes.length && bytes[at] !== 0) {
    const length = bytes[at + 1] as number;
    const text = bytes.subarray(at + 2, at + 2 + length);
    if (bytes[at] === 1) return String.fromCharCode(...text.filter((byte) => byte >= 0x20 && byte < 0x7f));
    at += 2 + length;
  }
  return '';
}

function writeOne(packet: RtcpPacket): Uint8Array {
  switch (packet.is) {
    case 'sr': {
      const bytes = framed(SR, packet.blocks.length, 28 + packet.blocks.length * BLOCK_BYTES);
      putUint32(bytes, 4, packet.ssrc);
      putUint32(bytes, 8, packet.sender.ntpSeconds);
      putUint32(bytes, 12, packet.sender.ntpFraction);
      putUint32(bytes, 16, packet.sender.rtpTimestamp);
      putUint32(bytes, 20, packet.sender.packets);
      putUint32(bytes, 24, packet.sender.octets);
      writeBlocks(bytes, 28, packet.blocks);
      return bytes;
    }
    case 'rr': {
      const bytes = framed(RR, packet.blocks.length, 8 + packet.blocks.length * BLOCK_BYTES);
      putUint32(bytes, 4, packet.ssrc);
      writeBlocks(bytes, 8, packet.blocks);
      return bytes;
    }
    case 'sdes': {
      const name = packet.cname.slice(0, 255);
      // At least one zero octet ends the list of items, and the chunk fills words (§6.5).
      const bytes = framed(SDES, 1, 8 + Math.ceil((2 + name.length + 1) / 4) * 4);
      putUint32(bytes, 4, packet.ssrc);
      bytes[8] = 1;
      bytes[9] = name.length;
      for (let i = 0; i < name.length; i += 1) bytes[10 + i] = name.charCodeAt(i) & 0x7f;
      return bytes;
    }
    case 'bye': {
      const bytes = framed(BYE, packet.ssrcs.length, 4 + packet.ssrcs.length * 4);
      for (const [i, ssrc] of packet.ssrcs.entries()) putUint32(bytes, 4 + 4 * i, ssrc);
      return bytes;
    }
  }
}

function framed(type: number, count: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes[0] = 0x80 | (count & 0x1f);
  bytes[1] = type;
  bytes[2] = (length / 4 - 1) >> 8;
  bytes[3] = length / 4 - 1;
  return bytes;
}

function writeBlocks(bytes: Uint8Array, from: number, blocks: readonly ReportBlock[]): void {
  blocks.forEach((block, i) => {
    const at = from + i * BLOCK_BYTES;
    putUint32(bytes, at, block.ssrc);
    putUint32(bytes, at + 4, Math.min(Math.max(block.cumulativeLost, -0x800000), 0x7fffff) & 0xffffff);
    bytes[at + 4] = block.fractionLost;
    putUint32(bytes, at + 8, block.highestSequence);
    putUint32(bytes, at + 12, block.jitter);
    putUint32(bytes, at + 16, block.lastSr);
    putUint32(bytes, at + 20, block.delaySinceLastSr);
  });
}
