/** Contract G: the unmodified drachtio-srf between two peers. */
import Srf from 'drachtio-srf';
import { expect, it } from 'vitest';
import type { Bench } from './wire-bench.ts';
import { offer, request, response, token } from './wire-messages.ts';
import { type Heard, header, type UdpPeer } from './wire-peer.ts';

/** The parts of drachtio-srf used here; its own types leave much out. */
interface SrfDialog {
  readonly connected: boolean;
  readonly remote: { readonly sdp: string };
  destroy(): Promise<unknown>;
  modify(sdp: string): Promise<unknown>;
  request(options: object): Promise<{ readonly status: number }>;
  on(event: string, listener: (...args: never[]) => void): void;
}
interface SrfLike {
  connect(options: object): void;
  disconnect(): void;
  on(event: string, listener: (...args: never[]) => void): void;
  invite(handler: (req: { readonly body: string }, res: object) => void): void;
  createB2BUA(req: object, res: object, uri: string, options: object): Promise<{ uas: SrfDialog; uac: SrfDialog }>;
  createUAC(uri: string, options: object): Promise<SrfDialog>;
}

async function connected(bench: Bench, prepare: (srf: SrfLike) => void): Promise<SrfLike> {
  const srf = new (Srf as unknown as new () => SrfLike)();
  const { address: host, port, secret } = bench.engine.admin;
  srf.on('error', () => undefined);
  prepare(srf);
  const ready = new Promise<void>((resolve) => srf.on('connect', () => resolve()));
  srf.connect({ host, port, secret });
  await ready;
  bench.keep({ close: () => srf.disconnect() });
  return srf;
}

interface Bridge {
  readonly made: Promise<{ uas: SrfDialog; uac: SrfDialog }>;
}

/** An application that joins every caller to `callee`, and lets one leg follow the other. */
async function bridge(bench: Bench, callee: UdpPeer, options: object = {}): Promise<Bridge> {
  let settle: { resolve(legs: { uas: SrfDialog; uac: SrfDialog }): void; reject(why: unknown): void } | undefined;
  const made = new Promise<{ uas: SrfDialog; uac: SrfDialog }>((resolve, reject) => {
    settle = { resolve, reject };
  });
  made.catch(() => undefined);
  let srf: SrfLike | undefined;
  srf = await connected(bench, (one) =>
    one.invite((req, res) => {
      const wishes = { proxyResponseHeaders: ['Retry-After'], localSdpB: req.body, ...options };
      srf?.createB2BUA(req, res, `sip:bob@127.0.0.1:${callee.port}`, wishes).then((legs) => {
        follow(legs.uas, legs.uac);
        follow(legs.uac, legs.uas);
        settle?.resolve(legs);
      }, settle?.reject);
    }),
  );
  return { made };
}

function follow(leg: SrfDialog, other: SrfDialog): void {
  const end = (): void => {
    if (other.connected) other.destroy().catch(() => undefined);
  };
  leg.on('destroy', end);
  if (!leg.connected) end();
}

function call(bench: Bench, caller: UdpPeer, body = offer): { callId: string; fromTag: string; branch: string } {
  const [callId, fromTag, branch] = [token(), token(), `z9hG4bK${token()}`];
  caller.say(
    request({ method: 'INVITE', to: bench.engine.sip, from: caller, callId, fromTag, branch, body }),
    bench.engine.sip,
  );
  return { callId, fromTag, branch };
}

function accept(callee: UdpPeer, invite: Heard, body = offer): void {
  const more = [`Contact: <sip:bob@127.0.0.1:${callee.port}>`];
  invite.reply(response(invite.message, { status: '200 OK', toTag: token(), more, body }));
}

function confirm(bench: Bench, caller: UdpPeer, ok: Heard, method: string, cseq: number, body = ''): void {
  const { message } = ok;
  const tag = (value: 'from' | 'to'): string => message[value]?.params.get('tag') ?? '';
  const dialog = { callId: message.callId, fromTag: tag('from'), toTag: tag('to') };
  caller.say(request({ method, to: bench.engine.sip, from: caller, ...dialog, cseq, body }), bench.engine.sip);
}

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a list of tests
export function b2bua(bench: () => Bench): void {
  it('68: joins two peers, relays INFO, and ends both legs when the caller hangs up', async () => {
    const [caller, callee] = [await bench().udp(), await bench().udp()];
    const { made } = await bridge(bench(), callee);
    call(bench(), caller);
    accept(callee, await callee.hear('INVITE '));
    const ok = await caller.answer(200, 'INVITE');
    confirm(bench(), caller, ok, 'ACK', 1);
    await callee.hear('ACK ');
    const { uac } = await made;
    const asked = uac.request({ method: 'INFO' });
    const info = await callee.hear('INFO ');
    info.reply(response(info.message, { status: '200 OK' }));
    expect((await asked).status).toBe(200);
    confirm(bench(), caller, ok, 'BYE', 2);
    await caller.answer(200, 'BYE');
    const bye = await callee.hear('BYE ');
    bye.reply(response(bye.message, { status: '200 OK' }));
  });

  it('68: passes a refusal on with its Retry-After', async () => {
    const [caller, callee] = [await bench().udp(), await bench().udp()];
    const { made } = await bridge(bench(), callee);
    call(bench(), caller);
    const invite = await callee.hear('INVITE ');
    invite.reply(response(invite.message, { status: '486 Busy Here', toTag: 'b', more: ['Retry-After: 17'] }));
    expect(header(await caller.answer(486, 'INVITE'), 'retryAfter')).toBe('17');
    await expect(made).rejects.toMatchObject({ status: 486 });
  });

  it('68: a caller’s CANCEL gives 487 on both sides', async () => {
    const [caller, callee] = [await bench().udp(), await bench().udp()];
    await bridge(bench(), callee);
    const { callId, fromTag, branch } = call(bench(), caller);
    const invite = await callee.hear('INVITE ');
    invite.reply(response(invite.message, { status: '180 Ringing', toTag: 'b' }));
    await caller.answer(180, 'INVITE');
    const cancel = { method: 'CANCEL', to: bench().engine.sip, from: caller, callId, fromTag, branch, contact: null };
    caller.say(request(cancel), bench().engine.sip);
    await caller.answer(200, 'CANCEL');
    await caller.answer(487, 'INVITE');
    const passed = await callee.hear('CANCEL ');
    passed.reply(response(passed.message, { status: '200 OK', toTag: 'b' }));
    invite.reply(response(invite.message, { status: '487 Request Terminated', toTag: 'b' }));
    await callee.hear('ACK ');
  });

  it('69: carries a late offer, and acknowledges with a copied one when it has none', async () => {
    const [caller, callee] = [await bench().udp(), await bench().udp()];
    await bridge(bench(), callee);
    call(bench(), caller, '');
    const invite = await callee.hear('INVITE ');
    expect(invite.message.body).toBe('');
    accept(callee, invite);
    const ok = await caller.answer(200, 'INVITE');
    expect(ok.message.body).toBe(offer);
    const answer = offer.replace('30000', '40000');
    confirm(bench(), caller, ok, 'ACK', 1, answer);
    expect((await callee.hear('ACK ')).message.body).toBe(answer);

    const srf = await connected(bench(), () => undefined);
    const pending = srf.createUAC(`sip:bob@127.0.0.1:${callee.port}`, {});
    accept(callee, await callee.hear('INVITE '));
    await pending;
    expect((await callee.hear('ACK ')).message.body).toContain('a=recvonly');
  });

  it('70: leaves no leg over when callers hang up as soon as they are answered', async () => {
    const [caller, callee] = [await bench().udp(), await bench().udp()];
    await bridge(bench(), callee);
    for (let i = 0; i < 30; i += 1) call(bench(), caller);
    for (let i = 0; i < 30; i += 1) accept(callee, await callee.hear('INVITE '));
    for (let i = 0; i < 30; i += 1) {
      const ok = await caller.answer(200, 'INVITE');
      confirm(bench(), caller, ok, 'ACK', 1);
      confirm(bench(), caller, ok, 'BYE', 2);
    }
    for (let i = 0; i < 30; i += 1) await caller.answer(200, 'BYE');
    for (let i = 0; i < 30; i += 1) {
      const bye = await callee.hear('BYE ');
      bye.reply(response(bye.message, { status: '200 OK' }));
    }
  });

  it('71: a refused modify rejects with its status', async () => {
    const callee = await bench().udp();
    const srf = await connected(bench(), () => undefined);
    const pending = srf.createUAC(`sip:bob@127.0.0.1:${callee.port}`, { localSdp: offer });
    accept(callee, await callee.hear('INVITE '));
    const dialog = await pending;
    await callee.hear('ACK ');
    const refused = dialog.modify(offer.replace('sendrecv', 'sendonly')).then(
      () => undefined,
      (error: unknown) => error,
    );
    const invite = await callee.hear('INVITE ');
    invite.reply(response(invite.message, { status: '488 Not Acceptable Here' }));
    expect(await refused).toMatchObject({ status: 488 });
  });
}
