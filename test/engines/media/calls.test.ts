import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Header } from '../../../src/protocol/sip/header-names.ts';
import { Bench, mediaOf, sdpOf } from './support/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

describe('a call with an offer', () => {
  it('is answered with the first codec we speak and the key events offered, then the application is called back', async () => {
    const { call, data } = await bench.leg({ formats: '0 8 96' });
    const media = mediaOf(call.response);
    expect(media.formats).toEqual(['0', '96']);
    expect(data['variable_sip_user_agent']).toMatch(/^drachtio-fsmrf:call-/);
    expect(data).toMatchObject({
      'Event-Name': 'CHANNEL_DATA',
      'Reply-Text': '+OK\n',
      'Socket-Mode': 'async',
      Control: 'full',
      variable_dtmf_type: 'rfc2833',
      variable_local_media_ip: '127.0.0.1',
      variable_local_media_port: String(media.port),
    });
    expect(data['variable_rtp_local_sdp_str']).toBe(call.response.body);
  });

  it('lets headers with percent signs and letters of any language through', async () => {
    const { data, application, uuid } = await bench.leg({ headers: ['X-Note: 100 % été: 日本'] });
    expect(data['variable_sip_h_X-Note']).toBe('100 % été: 日本');
    const dump = await application.api(`uuid_dump ${uuid}`);
    expect(dump).toContain('variable_sip_h_X-Note: 100%20%25%20%C3%A9t%C3%A9%3A%20%E6%97%A5');
  });

  it('is refused with 488 when there is nothing in common', async () => {
    const id = bench.nextId();
    const call = await bench.caller.invite(id, sdpOf(4000, '18'), bench.headers(id));
    expect(call.response.status).toBe(488);
  });

  it.each([
    ['a stranger', ['User-Agent: sipvicious', 'X-esl-outbound: 127.0.0.1:1']],
    ['nobody to call back', ['User-Agent: drachtio-fsmrf:x']],
    ['a foreign address to call back', ['User-Agent: drachtio-fsmrf:x', 'X-esl-outbound: 192.0.2.1:9']],
  ])('is refused with 403 to %s', async (_, headers) => {
    const call = await bench.caller.invite(bench.nextId(), sdpOf(4000), headers);
    expect(call.response.status).toBe(403);
  });

  it('is held by a re-INVITE, on the same port, and taken back', async () => {
    const { call, phone, port, application } = await bench.leg();
    const held = await call.invite(sdpOf(phone.port, '8 101', ['a=sendonly']));
    expect(mediaOf(held).attribute('recvonly')).toBe('');
    expect(mediaOf(held).port).toBe(port);
    call.ack();
    await application.event((event) => event['Channel-Call-State'] === 'HELD', 'HELD');
    const back = await call.invite(sdpOf(phone.port, '8 101'));
    expect(mediaOf(back).attribute('sendrecv')).toBe('');
    call.ack();
    await application.event((event) => event['Channel-Call-State'] === 'ACTIVE', 'ACTIVE');
  });

  it('tells the new address of the peer before the re-INVITE is answered', async () => {
    const { call, application, uuid } = await bench.leg();
    await call.invite(sdpOf(45678, '0 101'));
    expect(await application.api(`uuid_getvar ${uuid} remote_media_port`)).toBe('45678');
    expect(await application.api(`uuid_getvar ${uuid} rtp_use_codec_name`)).toBe('PCMU');
    expect(await application.api(`uuid_getvar ${uuid} switch_r_sdp`)).toContain('45678');
  });

  it('goes on as it was when a re-INVITE brings nothing we can take, such as T.38', async () => {
    const { call, application, uuid } = await bench.leg();
    const fax = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=image 5000 udptl t38\r\n';
    expect((await call.invite(fax)).status).toBe(488);
    expect(await application.api(`uuid_getvar ${uuid} rtp_use_codec_name`)).toBe('PCMA');
  });

  it('does not know requests outside of any dialog', async () => {
    const { call } = await bench.leg();
    await call.bye();
    expect((await call.request('BYE')).status).toBe(481);
    expect((await call.request('INFO')).status).toBe(481);
  });
});

describe('a call without an offer', () => {
  it('gets one, and the application is called back when the ACK has brought the answer', async () => {
    const id = bench.nextId();
    const before = bench.listener.connections.all.length;
    const call = await bench.caller.invite(id, '', bench.headers(id));
    expect(mediaOf(call.response).formats).toEqual(['8', '0', '9', '101', '13']);
    expect(bench.listener.connections.all.length).toBe(before);
    // What the library acknowledges with: our own offer, and a direction for the session.
    call.ack(call.response.body.replace('t=0 0\r\n', 't=0 0\r\na=recvonly\r\n'));
    await bench.listener.connections.count(before + 1, 'connections');
    const application = bench.listener.connections.all[before];
    const data = (await application?.ask('connect'))?.headers;
    expect(data?.['variable_remote_media_port']).toBeUndefined();
    const phone = await bench.phone();
    await call.invite(sdpOf(phone.port));
    call.ack();
    expect(await application?.api(`uuid_getvar ${data?.['Unique-ID']} remote_media_port`)).toBe(String(phone.port));
  });

  it('ends when the answer cannot be used', async () => {
    const id = bench.nextId();
    const call = await bench.caller.invite(id, '', bench.headers(id));
    call.ack(sdpOf(4000, '18'));
    expect((await call.byeReceived()).method).toBe('BYE');
  });

  it('is offered SRTP when it asks for it', async () => {
    const id = bench.nextId();
    const call = await bench.caller.invite(id, '', bench.headers(id, ['X-Secure-RTP: true']));
    expect(call.response.body).toContain('RTP/SAVP');
    call.ack(sdpOf(4000, '8'));
    await call.byeReceived();
  });
});

describe('the end of a call', () => {
  it('comes when nobody answers the call back', async () => {
    const id = bench.nextId();
    const call = await bench.caller.invite(id, sdpOf(4000), [
      `User-Agent: drachtio-fsmrf:${id}`,
      'X-esl-outbound: 127.0.0.1:1',
    ]);
    call.ack();
    const bye = await call.byeReceived();
    expect(bye.get(Header.reason)).toBe('Q.850;cause=16;text="NORMAL_CLEARING"');
  });

  it('comes when the application closes its socket', async () => {
    const { call, application } = await bench.leg();
    application.socket.end();
    await call.byeReceived();
  });

  it('is told in order: completions, state, good-bye; and the BYE goes out', async () => {
    const { call, application, uuid } = await bench.leg();
    const { completion } = application.execute(uuid, 'playback', 'silence_stream://-1');
    await application.named('PLAYBACK_START');
    application.execute(uuid, 'hangup');
    expect(await completion).toMatchObject({ 'Application-Response': 'FILE PLAYED' });
    await application.closed;
    const told = application.events.all.map((event) =>
      event['Channel-Call-State'] === 'HANGUP' && event['Event-Name'] === 'CHANNEL_CALLSTATE'
        ? 'HANGUP'
        : `${event['Event-Name']} ${event['Application'] ?? ''}`,
    );
    expect(told.indexOf('CHANNEL_EXECUTE_COMPLETE playback')).toBeLessThan(told.indexOf('HANGUP'));
    expect(application.others.all.at(-1)?.headers['Content-Type']).toBe('text/disconnect-notice');
    await call.byeReceived();
  });

  it.each(['BYE', 'uuid_kill'])('completes a playback and gives a reason every time, by %s', async (how) => {
    for (let round = 0; round < 5; round += 1) {
      const { call, application, uuid } = await bench.leg();
      const { completion } = application.execute(uuid, 'playback', 'silence_stream://-1');
      await application.named('PLAYBACK_START');
      if (how === 'BYE') await call.bye();
      else await application.api(`uuid_kill ${uuid}`);
      expect((await completion)['Application-Response']).toBe(how === 'BYE' ? 'PLAYBACK ERROR' : 'FILE PLAYED');
      await application.closed;
      expect(application.events.all.some((event) => event['Hangup-Cause'] === 'NORMAL_CLEARING')).toBe(true);
    }
  });

  it('leaves nothing behind', async () => {
    const other = await Bench.open();
    const legs = await Promise.all([other.leg(), other.leg(), other.leg()]);
    expect(other.engine.figures().channels).toBe(3);
    await Promise.all(legs.map(({ call }) => call.bye()));
    expect(other.engine.figures().channels).toBe(0);
    await other.close();
  });
});

describe('the limit on channels', () => {
  it('is kept with 503', async () => {
    const small = await Bench.open({ limits: { channels: 1 } });
    await small.leg();
    const id = small.nextId();
    expect((await small.caller.invite(id, sdpOf(4000), small.headers(id))).response.status).toBe(503);
    await small.close();
  });
});
