import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { digitTones } from '../../../src/protocol/audio/dtmf.ts';
import { DtmfDetector } from '../../../src/protocol/audio/dtmf-detector.ts';
import { RtpPeer } from '../../engines/media/support/rtp-peer.ts';
import { isEmbeddedMedia } from '../../support/media.ts';
import { offer, portOf } from '../../support/media-room.ts';
import { until } from '../../support/net.ts';
import type { Dialog } from '../../support/phone.ts';
import { type ScriptedCalls, startScripted } from '../../support/scripted-calls.ts';

let town: ScriptedCalls;
let callersSound: RtpPeer;
let calleesSound: RtpPeer;

beforeAll(async () => {
  town = await startScripted();
});

afterEach(async () => {
  callersSound.close();
  calleesSound.close();
  await town.quiet();
});

afterAll(async () => {
  await town.stop();
});

const ways = ['telephone-event', 'INFO', 'in-band'] as const;
type Way = (typeof ways)[number];

const describing = (peer: RtpPeer, way: Way): string =>
  way === 'telephone-event'
    ? offer(peer.port)
    : offer(peer.port)
        .replace('RTP/AVP 8 101', 'RTP/AVP 8')
        .replace(/a=rtpmap:101.*\r\n/, '');

const headers = (way: Way): Record<string, string> =>
  way === 'INFO'
    ? { Allow: 'INVITE, ACK, BYE, CANCEL, INFO', Accept: 'application/sdp, application/dtmf-relay' }
    : { Allow: 'INVITE, ACK, BYE, CANCEL, INFO' };

/** A quarter of a second of a key, once. */
function toneOf(key: string): Int16Array {
  const [low = 0, high = 0] = digitTones(key) ?? [];
  return Int16Array.from({ length: 80_000 }, (_, at) =>
    at < 2_000 ? 8_000 * (Math.sin((2 * Math.PI * low * at) / 8_000) + Math.sin((2 * Math.PI * high * at) / 8_000)) : 0,
  );
}

const pressing: Readonly<Record<Way, (dialog: Dialog, key: string) => Promise<void>>> = {
  'telephone-event': async (_, key) => callersSound.press(Number(key)),
  INFO: async (dialog, key) => {
    const body = `Signal=${key}\r\nDuration=200\r\n`;
    const cseq = dialog.send('INFO', { 'Content-Type': 'application/dtmf-relay' }, body);
    expect((await dialog.answer('INFO', cseq)).status).toBe(200);
  },
  'in-band': async (_, key) => callersSound.say(toneOf(key)),
};

function heardInBand(): string {
  let keys = '';
  const detector = new DtmfDetector(({ digit }) => {
    keys += digit;
  });
  const samples = calleesSound.samples('PCMA');
  detector.hear(samples, samples.length);
  return keys;
}

const hearing: Readonly<Record<Way, (out: Dialog, key: string) => Promise<void>>> = {
  'telephone-event': async (_, key) => {
    await until('the event arrives', () => calleesSound.keys().includes(Number(key)));
    expect(calleesSound.keys()).toEqual([Number(key)]);
  },
  INFO: async (out, key) => {
    const told = await out.request('INFO');
    expect(told.get('Content-Type')).toBe('application/dtmf-relay');
    expect(told.body).toMatch(new RegExp(`^Signal=${key}\r\nDuration=\\d+\r\n$`));
    out.reply(200, {}, '', told);
  },
  'in-band': async (_, key) => void (await until('the tone arrives', () => heardInBand() === key)),
};

const pairs = ways.flatMap((from) => ways.map((to) => [from, to] as const));

// A FreeSWITCH neither listens for tones nor makes them unless each call is told to.
describe.skipIf(!isEmbeddedMedia)('a key pressed in an anchored call', () => {
  it.each(pairs)('by %s arrives by %s', async (from, to) => {
    callersSound = await RtpPeer.open();
    calleesSound = await RtpPeer.open();
    const dialog = await town.operator.call('+33199004101', headers(from), describing(callersSound, from));
    const { call, leg } = await town.incoming();
    const ringing = town.ring(call, leg, { config: town.townWith({ media: 'anchored' }) });
    const out = await town.ipbx.answering();
    calleesSound.sendTo(portOf(out.received?.body ?? ''));
    calleesSound.saySilence();
    out.reply(200, headers(to), describing(calleesSound, to));
    await out.request('ACK');
    await ringing.result;
    const talk = town.calls.talk(leg, ringing);
    callersSound.sendTo(portOf((await dialog.response(200)).body));
    dialog.ack();
    callersSound.saySilence();
    await until('the sound flows', () => calleesSound.heard.all.length > 10 && callersSound.heard.all.length > 10);
    await pressing[from](dialog, '5');
    await hearing[to](out, '5');
    if (to === 'INFO' && from !== 'in-band') expect(heardInBand()).toBe('');
    await dialog.bye();
    await out.hungUp();
    await talk;
  });

  it('goes by INFO to whoever has told one by INFO itself', async () => {
    callersSound = await RtpPeer.open();
    calleesSound = await RtpPeer.open();
    const dialog = await town.operator.call('+33199004101', {}, describing(callersSound, 'in-band'));
    const { call, leg } = await town.incoming();
    const ringing = town.ring(call, leg, { config: town.townWith({ media: 'anchored' }) });
    const out = await town.ipbx.answering();
    out.reply(200, {}, describing(calleesSound, 'telephone-event'));
    await out.request('ACK');
    await ringing.result;
    const talk = town.calls.talk(leg, ringing);
    callersSound.sendTo(portOf((await dialog.response(200)).body));
    dialog.ack();
    callersSound.saySilence();
    calleesSound.sendTo(portOf(out.received?.body ?? ''));
    calleesSound.saySilence();
    await until('the sound flows', () => calleesSound.heard.all.length > 10 && callersSound.heard.all.length > 10);
    await pressing.INFO(dialog, '3');
    await hearing['telephone-event'](out, '3');
    calleesSound.press(7);
    expect((await dialog.request('INFO')).body).toContain('Signal=7');
    await dialog.bye();
    await out.hungUp();
    await talk;
  });
});
