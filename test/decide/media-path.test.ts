import { describe, expect, it } from 'vitest';
import { type Keying, keyingOf, offeredBetween, type Rung } from '../../src/decide/media-path.ts';

describe('how a description keys its sound', () => {
  it.each([
    ['m=audio 40000 RTP/AVP 8', 'plain'],
    ['m=audio 40000 RTP/AVPF 8', 'plain'],
    ['m=audio 40000 RTP/SAVP 8', 'keys'],
    ['v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 8', 'handshake'],
    ['m=video 9 UDP/TLS/RTP/SAVPF 96\r\nm=audio 40000 RTP/AVP 8', 'plain'],
    ['v=0', undefined],
    [undefined, undefined],
  ])('%j: %s', (description, keying) => {
    expect(keyingOf(description)).toBe(keying);
  });
});

describe('what the media server offers between two ends', () => {
  it.each<[Keying | undefined, Rung, Keying | undefined]>([
    ['handshake', 'browser', undefined],
    ['handshake', 'phone', 'plain'],
    ['handshake', 'trunk', 'plain'],
    ['plain', 'browser', 'handshake'],
    ['plain', 'phone', undefined],
    ['plain', 'trunk', undefined],
    ['keys', 'browser', 'handshake'],
    ['keys', 'phone', undefined],
    ['keys', 'trunk', 'plain'],
    [undefined, 'browser', 'handshake'],
    [undefined, 'phone', undefined],
    [undefined, 'trunk', undefined],
  ])('that of a caller with %s who rings a %s: %s', (caller, rung, offered) => {
    expect(offeredBetween(caller, rung)).toBe(offered);
  });
});
