/** The suites we speak, by their SDP names (RFC 4568 §6.2, RFC 7714 §14.2). */
export type SrtpSuite = 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32' | 'AEAD_AES_128_GCM' | 'AEAD_AES_256_GCM';

export interface SrtpProfile {
  readonly kind: 'cm' | 'gcm';
  readonly keyBytes: number;
  readonly saltBytes: number;
  readonly rtpTagBytes: number;
  /** RFC 4568 §6.2.2: SRTCP keeps 80 bits even where SRTP has 32. */
  readonly rtcpTagBytes: number;
  /** The number DTLS-SRTP knows it by (RFC 5764 §4.1.2, RFC 7714 §14.2). */
  readonly dtlsProfile: number;
}

/** The strongest first: our order of preference. */
export const SRTP_PROFILES: Readonly<Record<SrtpSuite, SrtpProfile>> = {
  AEAD_AES_256_GCM: { kind: 'gcm', keyBytes: 32, saltBytes: 12, rtpTagBytes: 16, rtcpTagBytes: 16, dtlsProfile: 8 },
  AEAD_AES_128_GCM: { kind: 'gcm', keyBytes: 16, saltBytes: 12, rtpTagBytes: 16, rtcpTagBytes: 16, dtlsProfile: 7 },
  AES_CM_128_HMAC_SHA1_80: {
    kind: 'cm',
    keyBytes: 16,
    saltBytes: 14,
    rtpTagBytes: 10,
    rtcpTagBytes: 10,
    dtlsProfile: 1,
  },
  AES_CM_128_HMAC_SHA1_32: {
    kind: 'cm',
    keyBytes: 16,
    saltBytes: 14,
    rtpTagBytes: 4,
    rtcpTagBytes: 10,
    dtlsProfile: 2,
  },
};

export function isSrtpSuite(name: string): name is SrtpSuite {
  return Object.hasOwn(SRTP_PROFILES, name);
}

/** More than any packet grows: tag, and for SRTCP the index. */
export const SRTP_ROOM = 20;
