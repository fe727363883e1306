import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Leg } from '../../../src/call/ports.ts';
import type { Binding } from '../../../src/domain/binding.ts';
import { LineId } from '../../../src/domain/ids.ts';
import { readCryptoLine, writeCryptoLine } from '../../../src/protocol/srtp/sdes.ts';
import { RtpPeer } from '../../engines/media/support/rtp-peer.ts';
import { isEmbeddedMedia } from '../../support/media.ts';
import { hears, offer, portOf, tone } from '../../support/media-room.ts';
import { until } from '../../support/net.ts';
import type { Dialog, Message } from '../../support/phone.ts';
import { type ScriptedCalls, startScripted } from '../../support/scripted-calls.ts';

let town: ScriptedCalls;
let callersSound: RtpPeer;
let calleesSound: RtpPeer;
const line = LineId.parse('4101');

beforeAll(async () => {
  town = await startScripted();
});

afterEach(async () => {
  await town.quiet();
  callersSound.close();
  calleesSound.close();
  town.paths.splice(0);
  town.contacts.splice(0);
});

afterAll(async () => {
  await town.stop();
  expect(town.trouble).toEqual([]);
});

const called = '+33199004101';

async function callsIn(body?: string) {
  callersSound = await RtpPeer.open();
  calleesSound = await RtpPeer.open();
  const dialog = await town.operator.call(called, {}, body ?? offer(callersSound.port));
  return { dialog, ...(await town.incoming()) };
}

const speakTo = (peer: RtpPeer, { body }: Pick<Message, 'body'>): void => {
  peer.sendTo(portOf(body));
  peer.saySilence();
};

const isLoud = (peer: RtpPeer, since: number): boolean =>
  peer.samples('PCMA', since).some((sample) => Math.abs(sample) > 4_000);

/** They answer, and the two are joined. */
async function talk(call: Awaited<ReturnType<typeof callsIn>>, leg: Leg, out: Dialog, said: Message) {
  speakTo(calleesSound, said);
  out.reply(200, {}, offer(calleesSound.port), said);
  await out.request('ACK');
  expect(await leg.result).toMatchObject({ ended: 'answered' });
  const over = town.calls.talk(call.leg, leg);
  speakTo(callersSound, await call.dialog.response(200));
  call.dialog.ack();
  return { over };
}

describe('a call of a trunk that is set to be anchored', () => {
  it('lets early media, the talk, a hold with music and its end pass over the media server', async () => {
    const call = await callsIn();
    const config = town.townWith({ media: 'anchored' });
    const leg = town.ring(call.call, call.leg, { config });
    const out = await town.ipbx.answering();
    const invite = out.received;
    expect(invite?.body).not.toContain(`m=audio ${callersSound.port} `);
    speakTo(calleesSound, invite ?? { body: '' });
    out.reply(183, {}, offer(calleesSound.port));
    const early = await call.dialog.response(183);
    expect(early.body).not.toContain(`m=audio ${calleesSound.port} `);
    speakTo(callersSound, early);
    calleesSound.say(tone);
    await until('the caller hears the callee before the answer', () => isLoud(callersSound, 0));
    out.reply(200, {}, offer(calleesSound.port));
    await out.request('ACK');
    await leg.result;
    const over = town.calls.talk(call.leg, leg);
    expect(portOf((await call.dialog.response(200)).body)).toBe(portOf(early.body));
    call.dialog.ack();
    callersSound.say(tone);
    await until('the callee hears the caller', () => isLoud(calleesSound, 0));

    call.dialog.invite({}, offer(callersSound.port, 'a=sendonly\r\n'));
    expect((await call.dialog.response(200)).body).toMatch(/^a=recvonly\r?$/m);
    call.dialog.ack();
    callersSound.saySilence();
    const held = calleesSound.heard.all.length;
    await until('the callee hears music', () => {
      const music = calleesSound.samples('PCMA', held + 25);
      return music.some((sample) => Math.abs(sample) > 500) && !isLoud(calleesSound, calleesSound.heard.all.length - 5);
    });
    call.dialog.invite({}, offer(callersSound.port, 'a=sendrecv\r\n'));
    await call.dialog.response(200);
    call.dialog.ack();
    const resumed = calleesSound.heard.all.length;
    callersSound.say(tone);
    await until('the callee hears the caller again', () => isLoud(calleesSound, resumed));
    expect(town.ipbx.has(({ method, get }) => method === 'INVITE' && get('CSeq') !== invite?.get('CSeq'))).toBe(false);

    await call.dialog.bye();
    await out.hungUp();
    expect(await over).toMatchObject({ ended: 'hung up', by: 'caller', calleeMedia: { codec: 'PCMA' } });
    expect(leg.anchored).toBe('setting');
    expect(town.paths).toEqual(['anchored: setting']);
    expect((await call.leg.quality())?.packetsReceived).toBeGreaterThan(0);
  });
});

describe('a callee who refuses the caller’s description', () => {
  it('is asked once more with ours, in the same call (RFC 3261 §8.1.3.5)', async () => {
    const call = await callsIn();
    const leg = town.ring(call.call, call.leg);
    const out = await town.ipbx.answering();
    expect(portOf(out.received?.body ?? '')).toBe(callersSound.port);
    out.reply(488);
    const again = await out.request('INVITE');
    expect(again.get('CSeq')).not.toBe(out.received?.get('CSeq'));
    expect(portOf(again.body)).not.toBe(callersSound.port);
    const { over } = await talk(call, leg, out, again);
    callersSound.say(tone);
    await until('the callee hears the caller', () => hears(calleesSound));
    await call.dialog.bye();
    await out.hungUp();
    expect(await over).toMatchObject({ ended: 'hung up', by: 'caller' });
    expect(leg.anchored).toBe('refused');
  });

  it('is not asked a third time', async () => {
    const call = await callsIn();
    const leg = town.ring(call.call, call.leg);
    const out = await town.ipbx.answering();
    out.reply(415);
    out.reply(488, {}, '', await out.request('INVITE'));
    expect(await leg.result).toMatchObject({ ended: 'failed', sip: 488 });
    call.leg.refuse('not-acceptable');
    await call.dialog.response(488);
  });

  it('is taken at its word where calls are to run straight', async () => {
    const call = await callsIn();
    const leg = town.ring(call.call, call.leg, { config: town.townWith({ media: 'direct' }) });
    const out = await town.ipbx.answering();
    out.reply(488);
    expect(await leg.result).toMatchObject({ ended: 'failed', sip: 488 });
    expect(town.paths).toEqual([]);
    call.leg.refuse('not-acceptable');
    await call.dialog.response(488);
  });

  it('is not kept waiting when the caller gives up meanwhile', async () => {
    const call = await callsIn();
    const leg = town.ring(call.call, call.leg);
    const out = await town.ipbx.answering();
    out.reply(488);
    leg.stop('caller gone');
    expect(await leg.result).toMatchObject({ ended: 'cancelled' });
    call.dialog.cancel();
    await call.dialog.response(487);
  });
});

const binding = (contact: string): Binding => ({
  line,
  contact,
  q: 1000,
  callId: 'registered',
  cseq: 1,
  expiresAt: Number.MAX_SAFE_INTEGER,
  received: { ...town.ipbx.address, transport: 'udp' },
  path: [],
});

describe('a phone behind a NAT', () => {
  it('is rung with a description of ours when it registered a private address from another', async () => {
    const call = await callsIn();
    town.contacts.push(binding('sip:7010@192.168.1.20:5060'));
    const leg = town.ringLine(call.call, call.leg, line);
    const out = await town.ipbx.answering();
    expect(portOf(out.received?.body ?? '')).not.toBe(callersSound.port);
    const { over } = await talk(call, leg, out, out.received as Message);
    callersSound.say(tone);
    await until('the phone hears the caller', () => hears(calleesSound));
    await call.dialog.bye();
    await out.hungUp();
    expect(await over).toMatchObject({ ended: 'hung up', by: 'caller' });
    expect(leg.anchored).toBe('nat');
  });

  it('that only shows it when it answers is moved over before the two are joined', async () => {
    const call = await callsIn();
    town.contacts.push(binding(`sip:7010@${town.ipbx.address.address}:${town.ipbx.address.port}`));
    const leg = town.ringLine(call.call, call.leg, line);
    const out = await town.ipbx.answering();
    expect(portOf(out.received?.body ?? '')).toBe(callersSound.port);
    const hidden = offer(calleesSound.port).replaceAll('127.0.0.1', '192.168.1.20');
    out.reply(200, {}, hidden);
    await out.request('ACK');
    const again = await out.request('INVITE');
    expect(portOf(again.body)).not.toBe(callersSound.port);
    speakTo(calleesSound, again);
    out.reply(200, {}, hidden, again);
    await out.request('ACK');
    expect(await leg.result).toMatchObject({ ended: 'answered' });
    const over = town.calls.talk(call.leg, leg);
    speakTo(callersSound, await call.dialog.response(200));
    call.dialog.ack();
    callersSound.say(tone);
    await until('the phone hears the caller', () => hears(calleesSound));
    const bye = out.bye();
    await call.dialog.hungUp();
    expect((await bye).status).toBe(200);
    expect(await over).toMatchObject({ ended: 'hung up', by: 'callee' });
    expect(leg.anchored).toBe('nat');
  });

  it('that does not want to be moved stays as it is', async () => {
    const call = await callsIn();
    town.contacts.push(binding(`sip:7010@${town.ipbx.address.address}:${town.ipbx.address.port}`));
    const leg = town.ringLine(call.call, call.leg, line);
    const out = await town.ipbx.answering();
    const hidden = offer(calleesSound.port).replaceAll('127.0.0.1', '192.168.1.20');
    out.reply(200, {}, hidden);
    await out.request('ACK');
    out.reply(488, {}, '', await out.request('INVITE'));
    expect(await leg.result).toMatchObject({ ended: 'answered' });
    const over = town.calls.talk(call.leg, leg);
    expect((await call.dialog.response(200)).body).toBe(hidden);
    call.dialog.ack();
    await call.dialog.bye();
    await out.hungUp();
    expect(await over).toMatchObject({ ended: 'hung up', by: 'caller' });
    expect(leg.anchored).toBeUndefined();
  });
});

// A FreeSWITCH goes on with another key than the one it offered.
describe.runIf(isEmbeddedMedia)('a phone that is offered encrypted sound', () => {
  it('talks with a caller who has none', async () => {
    const call = await callsIn();
    town.contacts.push(binding(`sip:7010@${town.ipbx.address.address}:${town.ipbx.address.port}`));
    const config = town.townWith({});
    const phone = config.lines.get(line);
    if (phone === undefined) throw new Error('no such line');
    const lines = new Map(config.lines).set(line, { ...phone, srtp: true });
    const leg = town.ringLine(call.call, call.leg, line, { ...config, lines });
    const out = await town.ipbx.answering();
    const offered = out.received?.body ?? '';
    expect(offered).toMatch(/^m=audio \d+ RTP\/SAVP /m);
    const keys = [...offered.matchAll(/^a=crypto:(.*)$/gm)].map(([, text = '']) => readCryptoLine(text.trim()));
    const ours = keys.find((one) => one?.suite === 'AES_CM_128_HMAC_SHA1_80');
    if (ours === undefined) throw new Error('no keys were offered');
    const own = { ...ours, master: { key: new Uint8Array(16).fill(7), salt: new Uint8Array(14).fill(8) } };
    calleesSound.useKeys(own, ours);
    speakTo(calleesSound, { body: offered });
    const answer = offer(calleesSound.port, `a=crypto:${writeCryptoLine(own)}\r\n`).replace('RTP/AVP', 'RTP/SAVP');
    out.reply(200, {}, answer);
    await out.request('ACK');
    await leg.result;
    const over = town.calls.talk(call.leg, leg);
    const { body } = await call.dialog.response(200);
    expect(body).not.toContain('a=crypto');
    call.dialog.ack();
    speakTo(callersSound, { body });
    callersSound.say(tone);
    await until('the phone understands the caller', () => hears(calleesSound));
    calleesSound.say(tone);
    await until('the caller hears the phone', () => hears(callersSound));
    await call.dialog.bye();
    await out.hungUp();
    expect(await over).toMatchObject({ calleeMedia: { encrypted: true } });
    expect(leg.anchored).toBe('encryption');
  });
});

describe('a caller whom the media server cannot hear either', () => {
  it('is put through as they are, and what the callee says of it stands', async () => {
    const call = await callsIn(
      offer(40_000)
        .replace('RTP/AVP 8 101', 'RTP/AVP 3')
        .replaceAll(/a=rtpmap.*\r\n/g, ''),
    );
    const leg = town.ring(call.call, call.leg);
    const out = await town.ipbx.answering();
    expect(out.received?.body).toContain('RTP/AVP 3');
    out.reply(488);
    expect(await leg.result).toMatchObject({ ended: 'failed', sip: 488 });
    expect(town.paths).toEqual(['direct: codec']);
    call.leg.refuse('not-acceptable');
    await call.dialog.response(488);
  });
});

// A FreeSWITCH that others use is not stopped.
describe.runIf(isEmbeddedMedia)('without a media server', () => {
  it('a call that was only to be anchored goes straight, and one that must be is refused with a cause', async () => {
    const back = await town.media.lose();
    await until('it is gone', () => !town.media.pool.connected);
    const call = await callsIn();
    const leg = town.ring(call.call, call.leg, { config: town.townWith({ media: 'anchored' }) });
    const out = await town.ipbx.answering();
    expect(portOf(out.received?.body ?? '')).toBe(callersSound.port);
    out.reply(486);
    expect(await leg.result).toMatchObject({ ended: 'failed', sip: 486 });
    call.leg.refuse('busy');
    await call.dialog.response(486);
    callersSound.close();
    calleesSound.close();

    const secured = await callsIn(offer(40_000).replace('RTP/AVP', 'RTP/SAVP'));
    const refused = town.ring(secured.call, secured.leg);
    expect(await refused.result).toMatchObject({ ended: 'failed', sip: 503, q850: 47 });
    secured.leg.refuse('unreachable');
    await secured.dialog.response((status) => status >= 400);
    expect(town.paths).toEqual(['direct: setting', 'refused: encryption']);
    await back();
    await until('it is back', () => town.media.pool.connected, 20_000);
  });
});
