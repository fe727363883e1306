/**
 * RTP, RFC 3550 §5.1:
 *
 *     0                   1                   2                   3
 *     |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 *     |                           timestamp                           |
 *     |                             SSRC                              |
 *     |                          CSRC (0 to 15)                       |
 *     |      header extension: profile, length in words, words        |
 *
 * Read into a header that is used again for every packet: nothing is allocated on the way of a packet.
 */
export interface RtpHeader {
  marker: boolean;
  payloadType: number;
  sequence: number;
  timestamp: number;
  ssrc: number;
  payloadAt: number;
  payloadBytes: number;
}

export const RTP_HEADER_BYTES = 12;
/** Longer than any audio packet, and what an Ethernet carries. */
export const MAX_RTP_BYTES = 1500;

export function emptyRtpHeader(): RtpHeader {
  return { marker: false, payloadType: 0, sequence: 0, timestamp: 0, ssrc: 0, payloadAt: 0, payloadBytes: 0 };
}

/** Fills `header` from a packet; false when it is no RTP of version 2 or its lengths do not add up (RFC 3550 A.1). */
export function readRtp(packet: Uint8Array, header: RtpHeader): boolean {
  const length = packet.length;
  if (length < RTP_HEADER_BYTES || length > MAX_RTP_BYTES) return false;
  const first = packet[0] as number;
  if (first >> 6 !== 2) return false;
  const payloadAt = payloadOffset(packet, first);
  const padding = (first & 0x20) === 0 ? 0 : (packet[length - 1] as number);
  const payloadBytes = length - payloadAt - padding;
  if (payloadBytes < 0 || ((first & 0x20) !== 0 && padding === 0)) return false;
  const second = packet[1] as number;
  header.marker = second >= 0x80;
  header.payloadType = second & 0x7f;
  header.sequence = ((packet[2] as number) << 8) | (packet[3] as number);
  header.timestamp = uint32(packet, 4);
  header.ssrc = uint32(packet, 8);
  header.payloadAt = payloadAt;
  header.payloadBytes = payloadBytes;
  return true;
}

/** Where the payload (for SRTP: the encrypted part) begins; beyond the packet when the lengths lie. */
export function payloadOffset(packet: Uint8Array, first: number): number {
  const afterSources = RTP_HEADER_BYTES + (first & 0x0f) * 4;
  if ((first & 0x10) === 0) return afterSources;
  if (afterSources + 4 > packet.length) return packet.length + 1;
  const words = ((packet[afterSources + 2] as number) << 8) | (packet[afterSources + 3] as number);
  return afterSources + 4 + words * 4;
}

/** Writes a header without extension and sources to the first 12 octets of `packet`. */
export function writeRtpHeader(
  packet: Uint8Array,
  payloadType: number,
  marker: boolean,
  sequence: number,
  timestamp: number,
  ssrc: number,
): void {
  packet[0] = 0x80;
  packet[1] = (marker ? 0x80 : 0) | payloadType;
  packet[2] = sequence >> 8;
  packet[3] = sequence;
  putUint32(packet, 4, timestamp);
  putUint32(packet, 8, ssrc);
}

export function uint32(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  return high * 65536 + (((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number));
}

export function putUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Who sends this RTCP (RFC 3550 §6.4): it stands open in SRTCP as well (RFC 3711 §3.4). */
export function rtcpSource(packet: Uint8Array): number | undefined {
  return packet.length < 8 ? undefined : uint32(packet, 4);
}

/** RFC 5761 §4: with RTP and RTCP on one port, payload types 64 to 95 (octets 192 to 223) are RTCP. */
export function isRtcp(packet: Uint8Array): boolean {
  const second = packet[1];
  return second !== undefined && second >= 192 && second <= 223;
}
