import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Talk } from '../../../src/call/ports.ts';
import { LineId } from '../../../src/domain/ids.ts';
import { RtpPeer } from '../../engines/media/support/rtp-peer.ts';
import { hears, offer, portOf, tone } from '../../support/media-room.ts';
import { until } from '../../support/net.ts';
import type { Dialog, Message } from '../../support/phone.ts';
import { type ScriptedCalls, startScripted } from '../../support/scripted-calls.ts';

let town: ScriptedCalls;
let callersSound: RtpPeer;
let phonesSound: RtpPeer;
const line = LineId.parse('4101');

beforeAll(async () => {
  town = await startScripted();
});

afterEach(async () => {
  await town.quiet();
  callersSound.close();
  phonesSound.close();
  town.paths.splice(0);
  town.contacts.splice(0);
});

afterAll(async () => {
  await town.stop();
  expect(town.trouble).toEqual([]);
});

interface Straight {
  readonly caller: Dialog;
  readonly phone: Dialog;
  readonly over: Promise<Talk>;
}

/** A caller from outside and the phone of a line talk straight. */
async function talkStraight(media: 'auto' | 'direct' = 'auto'): Promise<Straight> {
  callersSound = await RtpPeer.open();
  phonesSound = await RtpPeer.open();
  const { address, port } = town.ipbx.address;
  town.contacts.push({
    line,
    contact: `sip:7010@${address}:${port}`,
    q: 1000,
    callId: 'registered',
    cseq: 1,
    expiresAt: Number.MAX_SAFE_INTEGER,
    received: { ...town.ipbx.address, transport: 'udp' },
    path: [],
  });
  const caller = await town.operator.call('+33199004101', {}, offer(callersSound.port));
  const came = await town.incoming();
  const leg = town.ringLine(came.call, came.leg, line, town.townWith({ media }));
  const phone = await town.ipbx.answering();
  phone.reply(200, {}, offer(phonesSound.port));
  await phone.request('ACK');
  await leg.result;
  const over = town.calls.talk(came.leg, leg);
  expect(portOf((await caller.response(200)).body)).toBe(phonesSound.port);
  caller.ack();
  return { caller, phone, over };
}

const holds = (port: number): string => offer(port, 'a=sendonly\r\n');

function speakTo(peer: RtpPeer, { body }: Pick<Message, 'body'>): void {
  peer.sendTo(portOf(body));
  peer.saySilence();
}

describe('a phone that holds a call which runs straight', () => {
  it('leaves the caller with music, and both hear each other again when it takes the call back', async () => {
    const { caller, phone, over } = await talkStraight();
    phone.invite({}, holds(phonesSound.port));
    const asked = await caller.request('INVITE');
    expect(portOf(asked.body)).not.toBe(phonesSound.port);
    caller.reply(200, {}, offer(callersSound.port), asked);
    await caller.request('ACK');
    speakTo(callersSound, asked);
    const answer = await phone.response(200);
    expect(answer.body).toMatch(/^a=recvonly\r?$/m);
    phone.ack();
    speakTo(phonesSound, answer);
    await until('the caller hears music', () =>
      callersSound.samples('PCMA', 0).some((sample) => Math.abs(sample) > 500),
    );

    phone.invite({}, offer(phonesSound.port, 'a=sendrecv\r\n'));
    await phone.response(200);
    phone.ack();
    const resumed = callersSound.heard.all.length;
    phonesSound.say(tone);
    await until('the caller hears the phone', () =>
      callersSound.samples('PCMA', resumed).some((sample) => Math.abs(sample) > 4_000),
    );
    callersSound.say(tone);
    await until('the phone hears the caller', () => hears(phonesSound));
    expect(town.paths).toEqual(['anchored: hold']);
    await caller.bye();
    await phone.hungUp();
    expect(await over).toMatchObject({ ended: 'hung up', by: 'caller', calleeMedia: { codec: 'PCMA' } });
  });

  it('gets an answer all the same when the other hangs up meanwhile', async () => {
    const { caller, phone, over } = await talkStraight();
    phone.invite({}, holds(phonesSound.port));
    const asked = await caller.request('INVITE');
    await caller.bye();
    caller.reply(487, {}, '', asked);
    await phone.hungUp();
    expect(await over).toMatchObject({ ended: 'hung up', by: 'caller' });
  });
});

describe('a hold that nobody is to hear music for', () => {
  it('is passed on as it is where calls are to run straight', async () => {
    const { caller, phone, over } = await talkStraight('direct');
    phone.invite({}, holds(phonesSound.port));
    const asked = await caller.request('INVITE');
    expect(asked.body).toBe(holds(phonesSound.port));
    caller.reply(200, {}, offer(callersSound.port, 'a=recvonly\r\n'), asked);
    expect(portOf((await phone.response(200)).body)).toBe(callersSound.port);
    phone.ack();
    await caller.request('ACK');
    await caller.bye();
    await phone.hungUp();
    expect(await over).toMatchObject({ ended: 'hung up', by: 'caller' });
    expect(town.paths).toEqual([]);
  });

  it('is passed on as it is when the other does not want to be moved', async () => {
    const { caller, phone, over } = await talkStraight();
    phone.invite({}, holds(phonesSound.port));
    caller.reply(488, {}, '', await caller.request('INVITE'));
    const asked = await caller.request('INVITE');
    expect(asked.body).toBe(holds(phonesSound.port));
    caller.reply(200, {}, offer(callersSound.port, 'a=recvonly\r\n'), asked);
    expect(portOf((await phone.response(200)).body)).toBe(callersSound.port);
    phone.ack();
    await caller.request('ACK');
    await phone.bye();
    await caller.hungUp();
    expect(await over).toMatchObject({ ended: 'hung up', by: 'callee' });
  });

  it('is passed on as it is when a caller from outside holds, who plays what they like themselves', async () => {
    const { caller, phone, over } = await talkStraight();
    caller.invite({}, holds(callersSound.port));
    const asked = await phone.request('INVITE');
    expect(asked.body).toBe(holds(callersSound.port));
    phone.reply(200, {}, offer(phonesSound.port, 'a=recvonly\r\n'), asked);
    expect(portOf((await caller.response(200)).body)).toBe(phonesSound.port);
    caller.ack();
    await phone.request('ACK');
    await caller.bye();
    await phone.hungUp();
    expect(await over).toMatchObject({ ended: 'hung up', by: 'caller' });
  });
});
