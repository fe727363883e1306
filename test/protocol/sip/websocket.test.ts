import { describe, expect, it } from 'vitest';
import { answerToKeepAlive, faultOfHandshake, forwardedFor } from '../../../src/protocol/sip/websocket.ts';

const page = 'https://telephone.example';

describe('the handshake of a WebSocket', () => {
  it.each([
    ['sip', undefined, undefined],
    ['xmpp, SIP', page, undefined],
    ['sip', page, ['https://other.example', page]],
    ['sip', 'HTTPS://Telephone.Example', [page]],
    ['sip', undefined, [page]],
  ])('is taken when it offers %s from %s where %j may connect', (protocols, origin, origins) => {
    expect(faultOfHandshake({ protocols, origin }, origins)).toBeUndefined();
  });

  it.each([
    [undefined, page, undefined, 400],
    ['', undefined, undefined, 400],
    ['sips, xsip', undefined, undefined, 400],
    ['sip', 'https://telephone.example.evil.example', [page], 403],
    ['sip', 'http://telephone.example', [page], 403],
    ['sip', 'null', [page], 403],
    ['sip', page, [], 403],
    ['msrp', page, [], 400],
  ])('is refused when it offers %s from %s where %j may connect: %i', (protocols, origin, origins, status) => {
    expect(faultOfHandshake({ protocols, origin }, origins)?.status).toBe(status);
  });
});

describe('where a browser behind a proxy is', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['192.0.2.1, 203.0.113.7', '203.0.113.7'],
    ['192.0.2.1, 2001:db8::7', '2001:db8::7'],
    ['203.0.113.7, unknown', undefined],
    ['203.0.113.7:4711', undefined],
    ['203.0.113.7;x|y', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j says %j', (header, address) => {
    expect(forwardedFor(header)).toBe(address);
  });
});

describe('a keep-alive', () => {
  it.each([
    ['\r\n\r\n', '\r\n'],
    ['\r\n', ''],
    ['', ''],
    ['\r\n\r\nOPTIONS', undefined],
    ['hello', undefined],
  ])('%j is answered with %j', (message, answer) => {
    expect(answerToKeepAlive(message)).toBe(answer);
  });
});
