import { number16 } from './bytes.ts';

/**
 * DTLS 1.2 records, RFC 6347 §4.1:
 *
 *     type (1) | version (2) | epoch (2) | sequence number (6) | length (2) | fragment
 */
export interface DtlsRecord {
  readonly type: number;
  readonly epoch: number;
  /** 48 bits. */
  readonly sequence: number;
  readonly fragment: Uint8Array;
}

export const CONTENT = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;
export const DTLS_1_2 = [0xfe, 0xfd] as const;
const DTLS_1_0 = 0xfeff;
const HEADER_BYTES = 13;
const MAX_RECORDS = 32;

/** RFC 7983 §7: on a port shared with STUN and RTP, a first octet of 20 to 63 is DTLS. */
export function isDtls(packet: Uint8Array): boolean {
  const first = packet[0];
  return packet.length >= HEADER_BYTES && first !== undefined && first >= 20 && first <= 63;
}

/** The records of one datagram, as far as they are well formed. A first hello may say DTLS 1.0 on the outside. */
export function readRecords(packet: Uint8Array): readonly DtlsRecord[] {
  const records: DtlsRecord[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= packet.length && records.length < MAX_RECORDS) {
    const view = new DataView(packet.buffer, packet.byteOffset + at);
    const version = view.getUint16(1);
    const length = view.getUint16(11);
    const end = at + HEADER_BYTES + length;
    if ((version !== 0xfefd && version !== DTLS_1_0) || end > packet.length) break;
    records.push({
      type: view.getUint8(0),
      epoch: view.getUint16(3),
      sequence: view.getUint16(5) * 2 ** 32 + view.getUint32(7),
      fragment: packet.subarray(at + HEADER_BYTES, end),
    });
    at = end;
  }
  return records;
}

export function writeRecord({ type, epoch, sequence, fragment }: DtlsRecord): Uint8Array {
  const record = new Uint8Array(HEADER_BYTES + fragment.length);
  record[0] = type;
  record.set(DTLS_1_2, 1);
  record.set(epochAndSequence(epoch, sequence), 3);
  record.set(number16(fragment.length), 11);
  record.set(fragment, HEADER_BYTES);
  return record;
}

/** The eight octets that stand in the record, and in nonce and associated data of its protection (RFC 5288 §3). */
export function epochAndSequence(epoch: number, sequence: number): Uint8Array {
  const octets = new Uint8Array(8);
  const view = new DataView(octets.buffer);
  view.setUint16(0, epoch);
  view.setUint16(2, Math.floor(sequence / 2 ** 32));
  view.setUint32(4, sequence >>> 0);
  return octets;
}
