import { readFileSync } from 'node:fs';
import type { SessionDescription } from '../../../src/protocol/sdp/description.ts';
import type { LocalMedia } from '../../../src/protocol/sdp/local-media.ts';
import { parseSdp } from '../../../src/protocol/sdp/parse.ts';
import { ownKeys } from '../../../src/protocol/srtp/sdes.ts';

export function offerFrom(name: string): SessionDescription {
  return parsed(readFileSync(new URL(`../../fixtures/sdp/${name}.sdp`, import.meta.url), 'utf8'));
}

export function parsed(text: string): SessionDescription {
  const session = parseSdp(text);
  if (typeof session === 'string') throw new Error(session);
  return session;
}

export const plain: LocalMedia = {
  address: '198.51.100.1',
  port: 20000,
  rtcpPort: 20001,
  sessionId: '77',
  version: 1,
  codecs: ['PCMA', 'PCMU'],
  direction: 'sendrecv',
  ptimeMs: 20,
  rtcpMux: true,
  srtp: { use: 'never', suites: [], master: ownKeys((bytes) => new Uint8Array(bytes).fill(9)) },
};

export const secure: LocalMedia = {
  ...plain,
  srtp: {
    ...plain.srtp,
    use: 'allowed',
    suites: ['AEAD_AES_256_GCM', 'AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'],
  },
};

export const forBrowsers: LocalMedia = {
  ...secure,
  codecs: ['G722', 'PCMA', 'PCMU'],
  dtls: { fingerprint: { hash: 'sha-256', value: 'AA:BB' }, iceUfrag: 'ours', icePwd: 'a-password-of-our-own-making' },
};
