/**
 * The cryptographic half of SRTP: seals and opens packets whose index is known. Works in place: `packet` must have
 * SRTP_ROOM octets behind its end. Lengths are returned; -1 says that the packet is not authentic.
 */
export interface SrtpTransform {
  sealRtp(
    packet: Uint8Array,
    payloadAt: number,
    length: number,
    ssrc: number,
    rollover: number,
    sequence: number,
  ): number;
  openRtp(
    packet: Uint8Array,
    payloadAt: number,
    length: number,
    ssrc: number,
    rollover: number,
    sequence: number,
  ): number;
  sealRtcp(packet: Uint8Array, length: number, ssrc: number, index: number): number;
  openRtcp(packet: Uint8Array, length: number, ssrc: number, index: number): number;
  /** Octets behind the encrypted part of an SRTCP packet, the index included. */
  readonly rtcpTrailerBytes: number;
  /** Where the word with the index stands, counted from the end. */
  readonly rtcpIndexFromEnd: number;
}

/** RFC 3711 §3.4: the E flag and 31 bits of index. */
export const ENCRYPTED_FLAG = 0x80000000;
export const RTCP_HEADER_BYTES = 8;

/** Compares without telling by its time where the difference lies. */
export function isEqualTag(packet: Uint8Array, at: number, tag: Uint8Array, bytes: number): boolean {
  let difference = 0;
  for (let i = 0; i < bytes; i += 1) difference |= (packet[at + i] as number) ^ (tag[i] as number);
  return difference === 0;
}
