import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerCheck, type IceLite } from '../../../src/protocol/stun/ice-lite.ts';
import { hasGoodFingerprint, isAuthenticStun, sealStun } from '../../../src/protocol/stun/integrity.ts';
import { ATTRIBUTE, isStun, readStun, stunAttribute, writeStun } from '../../../src/protocol/stun/message.ts';

const hex = (text: string) => new Uint8Array(Buffer.from(text.replace(/\s/g, ''), 'hex'));
const hmacWith = (password: string) => (data: Uint8Array) => createHmac('sha1', password).update(data).digest();

/** RFC 5769 §2.1: a request of username `evtj:h6vY` with this password. */
const PASSWORD = 'VOkJxbRl1RmTxUk/WvJxBt';
const request = hex(`000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74
  002400046e0001ff80290008932ff9b151263b36 000600096576746a3a68367659202020
  000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2 80280004e57a3bcf`);
/** RFC 5769 §2.2: its response, to 192.0.2.1:32853. */
const response = hex(`0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220
  002000080001a147e112a643 000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7 80280004c07d4c96`);

const transaction = Uint8Array.from({ length: 12 }, (_, i) => i + 1);
const ice: IceLite = { localUfrag: 'ours', remoteUfrag: 'thei', hmac: hmacWith('our-password') };
const text = (value: string) => new TextEncoder().encode(value);
const from = { address: '192.0.2.9', port: 5000 };

function check(
  username: string,
  password: string,
  more: readonly { type: number; value: Uint8Array }[] = [],
): Uint8Array {
  return sealStun(
    writeStun('binding request', transaction, [{ type: ATTRIBUTE.username, value: text(username) }, ...more]),
    hmacWith(password),
  );
}

describe('STUN (RFC 8489)', () => {
  it('reads and authenticates the request of RFC 5769 §2.1', () => {
    const message = readStun(request);
    if (message === undefined) throw new Error('not read');
    expect(message.type).toBe('binding request');
    expect(Buffer.from(stunAttribute(message, ATTRIBUTE.username)?.value ?? []).toString()).toBe('evtj:h6vY');
    expect(isAuthenticStun(request, message, hmacWith(PASSWORD))).toBe(true);
    expect(isAuthenticStun(request, message, hmacWith('other'))).toBe(false);
    expect(hasGoodFingerprint(request, message)).toBe(true);
  });

  it('reads and authenticates the response of RFC 5769 §2.2', () => {
    const message = readStun(response);
    if (message === undefined) throw new Error('not read');
    expect(isAuthenticStun(response, message, hmacWith(PASSWORD))).toBe(true);
    expect(hasGoodFingerprint(response, message)).toBe(true);
  });

  it('is told from RTP and DTLS by its first octet and cookie (RFC 7983 §7)', () => {
    expect(isStun(request)).toBe(true);
    expect(isStun(Uint8Array.of(0x80, ...new Uint8Array(30)))).toBe(false);
    expect(isStun(Uint8Array.of(22, ...new Uint8Array(30)))).toBe(false);
  });

  it('never throws, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (noise) => {
        const packet = new Uint8Array(20 + noise.length);
        packet.set(request.subarray(0, 20));
        packet.set(noise, 20);
        packet[3] = noise.length;
        answerCheck(packet, from, ice);
      }),
    );
  });
});

describe('ICE-lite (RFC 8445 §2.5)', () => {
  it('answers a check with the address it came from, signed', () => {
    const verdict = answerCheck(check('ours:thei', 'our-password'), { address: '192.0.2.1', port: 32853 }, ice);
    if (verdict.is !== 'answer') throw new Error(verdict.is);
    const message = readStun(verdict.reply);
    if (message === undefined) throw new Error('not read');
    expect(message.type).toBe('binding response');
    expect(isAuthenticStun(verdict.reply, message, ice.hmac)).toBe(true);
    expect(hasGoodFingerprint(verdict.reply, message)).toBe(true);
    const mapped = stunAttribute(message, ATTRIBUTE.xorMappedAddress)?.value;
    expect(Buffer.from(mapped ?? []).toString('hex')).toBe('0001a147e112a643');
    expect(verdict.isNominated).toBe(false);
  });

  it('refuses the request of RFC 5769 §2.1: it says ICE-CONTROLLED, and a lite agent is never controlling', () => {
    const verdict = answerCheck(request, from, { localUfrag: 'evtj', remoteUfrag: 'h6vY', hmac: hmacWith(PASSWORD) });
    expect(verdict.is).toBe('refusal');
  });

  it('answers over IPv6 as RFC 5769 §2.3 has it', () => {
    const fresh = sealStun(
      writeStun('binding request', request.subarray(8, 20), [{ type: ATTRIBUTE.username, value: text('ours:thei') }]),
      ice.hmac,
    );
    const answer = answerCheck(fresh, { address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32853 }, ice);
    const message = answer.is === 'answer' ? readStun(answer.reply) : undefined;
    const mapped = message && stunAttribute(message, ATTRIBUTE.xorMappedAddress)?.value;
    expect(Buffer.from(mapped ?? []).toString('hex')).toBe('0002a1470113a9faa5d3f179bc25f4b5bed2b9d9');
  });

  it('says when the peer has chosen the path', () => {
    const verdict = answerCheck(
      check('ours:thei', 'our-password', [{ type: ATTRIBUTE.useCandidate, value: new Uint8Array(0) }]),
      from,
      ice,
    );
    expect(verdict).toMatchObject({ is: 'answer', isNominated: true });
  });

  it.each([
    ['a wrong password', check('ours:thei', 'guess'), 401],
    ['a stranger', check('ours:else', 'our-password'), 401],
    ['no credentials', writeStun('binding request', transaction, []), 400],
    [
      'a peer that wants to be controlled too',
      check('ours:thei', 'our-password', [{ type: ATTRIBUTE.iceControlled, value: new Uint8Array(8) }]),
      487,
    ],
  ])('refuses %s', (_, packet, code) => {
    const verdict = answerCheck(packet, from, ice);
    if (verdict.is !== 'refusal') throw new Error(verdict.is);
    const message = readStun(verdict.reply);
    const error = message && stunAttribute(message, ATTRIBUTE.errorCode)?.value;
    expect((error?.[2] ?? 0) * 100 + (error?.[3] ?? 0)).toBe(code);
  });

  it('ignores responses, broken fingerprints and what is no STUN', () => {
    const broken = check('ours:thei', 'our-password');
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    for (const packet of [response, broken, new Uint8Array(20), Uint8Array.of(1)]) {
      expect(answerCheck(packet, from, ice).is).toBe('ignored');
    }
  });
});
