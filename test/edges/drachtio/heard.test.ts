import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RtpPeer } from '../../engines/media/support/rtp-peer.ts';
import { hears, offer, portOf, tone } from '../../support/media-room.ts';
import { until } from '../../support/net.ts';
import type { Dialog, Message } from '../../support/phone.ts';
import { type ScriptedCalls, startScripted } from '../../support/scripted-calls.ts';

let town: ScriptedCalls;
let callersSound: RtpPeer;
let calleesSound: RtpPeer;
const config = undefined as never;

beforeAll(async () => {
  town = await startScripted();
});

afterEach(async () => {
  await town.quiet();
  callersSound.close();
  calleesSound.close();
});

afterAll(async () => {
  await town.stop();
  expect(town.trouble).toEqual([]);
});

const called = '+33199004101';

async function callsIn(body?: string): Promise<{
  readonly dialog: Dialog;
  readonly call: Awaited<ReturnType<ScriptedCalls['incoming']>>['call'];
  readonly leg: Awaited<ReturnType<ScriptedCalls['incoming']>>['leg'];
}> {
  callersSound = await RtpPeer.open();
  calleesSound = await RtpPeer.open();
  const dialog = await town.operator.call(called, {}, body ?? offer(callersSound.port));
  return { dialog, ...(await town.incoming()) };
}

const speakTo = (peer: RtpPeer, { body }: Message): void => {
  peer.sendTo(portOf(body));
  peer.saySilence();
};

describe('a caller whom we take', () => {
  it('is told so every minute by the same 183 until we answer (RFC 3261 §13.3.1.1), and then by a 200 with the same description', async () => {
    const { dialog, leg } = await callsIn();
    const voice = await town.calls.hear(leg, 'early media', config);
    const early = await dialog.response(183);
    const { repeated } = town.operator;
    town.aMinutePasses();
    await until('the same is told again', () => town.operator.repeated > repeated);
    expect(await town.calls.hear(leg, 'answer', config)).toBe(voice);
    const answer = await dialog.response(200);
    dialog.ack();
    expect(portOf(answer.body)).toBe(portOf(early.body));
    town.aMinutePasses();
    await dialog.bye();
    expect(leg.gone.aborted).toBe(true);
  });

  it('hears us by a 183 and by the same description in the 200, talks, and hangs up', async () => {
    const { dialog, call, leg } = await callsIn();
    const voice = await town.calls.hear(leg, 'early media', config);
    const early = await dialog.response(183);
    speakTo(callersSound, early);
    voice?.loop('ring-back');
    await until('the caller hears it', () => hears(callersSound));
    expect(await town.calls.hear(leg, 'early media', config)).toBe(voice);

    const ringing = town.ring(call, leg);
    const out = await town.ipbx.answering();
    expect(portOf(out.received?.body ?? '')).not.toBe(callersSound.port);
    out.reply(180);
    calleesSound.sendTo(portOf(out.received?.body ?? ''));
    calleesSound.saySilence();
    out.reply(200, {}, offer(calleesSound.port));
    await out.request('ACK');
    expect(await ringing.result).toMatchObject({ ended: 'answered' });
    const talk = town.calls.talk(leg, ringing);
    const answer = await dialog.response(200);
    dialog.ack();
    expect(portOf(answer.body)).toBe(portOf(early.body));
    callersSound.say(tone);
    await until('the callee hears the caller', () => hears(calleesSound));
    const before = callersSound.heard.all.length;
    calleesSound.say(tone);
    await until('the caller hears the callee', () =>
      callersSound.samples('PCMA', before).some((sample) => Math.abs(sample) > 4_000),
    );
    await dialog.bye();
    await out.hungUp();
    expect(await talk).toMatchObject({ ended: 'hung up', by: 'caller', calleeMedia: { packetsLost: 0 } });
    expect(await leg.quality()).toMatchObject({ packetsLost: 0, codec: 'PCMA' });
  });

  it('is answered, told something, and released', async () => {
    const { dialog, leg } = await callsIn();
    const voice = await town.calls.hear(leg, 'answer', config);
    const answer = await dialog.response(200);
    dialog.ack();
    speakTo(callersSound, answer);
    const told = await voice?.play([{ tone: 'beep', seconds: 0.2 }]);
    expect(told).toEqual({ ended: 'done' });
    leg.refuse('unreachable');
    await dialog.hungUp();
  });
});

describe('a caller whom we have taken', () => {
  it('is gone at once when they hang up while only we have answered', async () => {
    const { dialog, leg } = await callsIn();
    const voice = await town.calls.hear(leg, 'answer', config);
    speakTo(callersSound, await dialog.response(200));
    dialog.ack();
    const playing = voice?.play([{ tone: 'busy', seconds: 60 }]);
    await until('the caller hears it', () => hears(callersSound));
    await dialog.bye();
    expect(await playing).toEqual({ ended: 'gone' });
    expect(leg.gone.reason).toBe('hung up');
    expect(voice?.gone.reason).toBe('hung up');
  });

  it('gives up before the answer, in the middle of an announcement', async () => {
    const { dialog, leg } = await callsIn();
    const voice = await town.calls.hear(leg, 'early media', config);
    speakTo(callersSound, await dialog.response(183));
    const playing = voice?.play([{ tone: 'busy', seconds: 60 }]);
    await until('the caller hears it', () => hears(callersSound));
    dialog.cancel();
    await dialog.response(487);
    expect(await playing).toEqual({ ended: 'gone' });
  });

  it('is answered with an offer of ours when they made none, and heard after their ACK', async () => {
    const { dialog, leg } = await callsIn('');
    const hearing = town.calls.hear(leg, 'early media', config);
    const answer = await dialog.response(200);
    callersSound.sendTo(portOf(answer.body));
    callersSound.saySilence();
    dialog.ack(offer(callersSound.port));
    const voice = await hearing;
    voice?.loop('ring-back');
    await until('the caller hears it', () => hears(callersSound));
    leg.refuse('unreachable');
    await dialog.hungUp();
  });

  it('is served without a voice when what they offer cannot be heard', async () => {
    const { dialog, leg } = await callsIn(offer(40_000).replace('RTP/AVP 8 101', 'RTP/AVP 3'));
    expect(await town.calls.hear(leg, 'early media', config)).toBeUndefined();
    leg.refuse('unreachable');
    await dialog.response((status) => status >= 400);
  });
});
