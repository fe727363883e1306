/** The bench the wire contract stands on: an engine, applications, peers, and calls set up between them. */
import { App, type Frame } from './wire-app.ts';
import { offer, request, response, sip, token } from './wire-messages.ts';
import { type At, type Heard, header, type Peer, TcpPeer, UdpPeer, WebPeer } from './wire-peer.ts';

export interface UnderTest {
  readonly admin: At & { readonly secret: string };
  readonly sip: At;
  /** Where it takes WebSockets, if it does. */
  readonly web?: At | undefined;
  /** Ours: deliberate improvements are expected of it. */
  readonly embedded: boolean;
  /** Length of 64*T1, ms. */
  readonly transactionMs: number;
  stop(): Promise<void>;
}

/** What one test opened; closed after it. */
export class Bench {
  readonly engine: UnderTest;
  readonly #open: { close(): unknown }[] = [];

  constructor(engine: UnderTest) {
    this.engine = engine;
  }

  async app(...verbs: readonly string[]): Promise<App> {
    return this.keep(await App.open(this.engine.admin, ...verbs));
  }

  async stranger(): Promise<App> {
    return this.keep(await App.dial(this.engine.admin));
  }

  async udp(address?: string): Promise<UdpPeer> {
    return this.keep(await UdpPeer.open(address));
  }

  async tcp(): Promise<TcpPeer> {
    return this.keep(await TcpPeer.open());
  }

  async web(host = `${token()}.invalid`): Promise<WebPeer> {
    if (this.engine.web === undefined) throw new Error('no WebSockets here');
    return this.keep(await WebPeer.open(this.engine.web, host));
  }

  keep<T extends { close(): unknown }>(one: T): T {
    this.#open.push(one);
    return one;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((one) => one.close()));
  }

  /** The engine has worked off what a UDP peer sent so far. */
  async settled(peer: UdpPeer): Promise<void> {
    const callId = token();
    const cancel = request({ method: 'CANCEL', to: this.engine.sip, from: peer, callId, fromTag: 't' });
    peer.say(cancel, this.engine.sip);
    await peer.inbox.next(({ message }) => message.status === 481 && message.callId === callId);
  }
}

/** An INVITE of an application, answered 200 and acknowledged: both ends of the dialog it made. */
export interface Outgoing {
  readonly sent: Frame;
  readonly transactionId: string;
  readonly dialogId: string;
  readonly invite: Heard;
  readonly toTag: string;
}

export async function callOut(app: App, peer: Peer, headers: readonly string[] = []): Promise<Outgoing> {
  const calling = await ringOut(app, peer, headers);
  const toTag = token();
  const transport = peer.transport === 'TCP' ? ';transport=tcp' : '';
  const contact = `Contact: <sip:peer@127.0.0.1:${peer.port}${transport}>`;
  calling.invite.reply(response(calling.invite.message, { status: '200 OK', toTag, more: [contact], body: offer }));
  await app.indication('SIP/2.0 200');
  await app.ask(`sip||${calling.dialogId}\r\n${sip('ACK sip:x SIP/2.0')}`);
  await peer.hear('ACK ');
  return { ...calling, toTag };
}

/** An INVITE of an application that has reached the peer. */
export async function ringOut(app: App, peer: Peer, headers: readonly string[] = []): Promise<Omit<Outgoing, 'toTag'>> {
  const uri = `sip:bob@127.0.0.1:${peer.port}${peer.transport === 'TCP' ? ';transport=tcp' : ''}`;
  const sent = await app.ask(`sip||\r\n${sip(`INVITE ${uri} SIP/2.0`, headers, offer)}`);
  if (sent.fields[3] !== 'OK') throw new Error(`INVITE refused: ${sent.text}`);
  const invite = await peer.hear('INVITE ');
  const fromTag = invite.message.from?.params.get('tag') ?? '';
  const dialogId = `${invite.message.callId};from-tag=${fromTag}`;
  return { sent, transactionId: sent.fields[10] ?? '', dialogId, invite };
}

/** An INVITE of a UDP peer, as the application was shown it. */
export interface Incoming {
  readonly invite: string;
  readonly callId: string;
  readonly fromTag: string;
  readonly branch: string;
  readonly shown: Frame;
  readonly transactionId: string;
  readonly dialogId: string;
}

export async function ringIn(
  bench: Bench,
  app: App,
  peer: UdpPeer,
  more: readonly string[] = [],
  contact?: string | null,
): Promise<Incoming> {
  const [callId, fromTag, branch] = [token(), token(), `z9hG4bK${token()}`];
  const base = { method: 'INVITE', to: bench.engine.sip, from: peer, callId, fromTag, branch, more, body: offer };
  const invite = request(contact === undefined ? base : { ...base, contact });
  peer.say(invite, bench.engine.sip);
  const shown = await app.indication('INVITE ');
  await peer.answer(100, 'INVITE');
  const transactionId = shown.fields[8] ?? '';
  return { invite, callId, fromTag, branch, shown, transactionId, dialogId: `${callId};from-tag=${fromTag}` };
}

/** The same, answered 200 and acknowledged. */
export interface Talking extends Incoming {
  readonly toTag: string;
  readonly ok: Heard;
}

export async function callIn(
  bench: Bench,
  app: App,
  peer: UdpPeer,
  more: readonly string[] = [],
  answer: readonly string[] = [],
): Promise<Talking> {
  const ringing = await ringIn(bench, app, peer, more);
  await app.ask(`sip|${ringing.transactionId}|\r\n${sip('SIP/2.0 200 OK', answer, offer)}`);
  const ok = await peer.answer(200, 'INVITE');
  const toTag = ok.message.to?.params.get('tag') ?? '';
  peer.say(within(bench, peer, { ...ringing, toTag }, 'ACK', 1), bench.engine.sip);
  await app.indication('ACK ');
  return { ...ringing, toTag, ok };
}

/** A request of the peer inside a dialog it began. */
export function within(
  bench: Bench,
  peer: Peer,
  call: { readonly callId: string; readonly fromTag: string; readonly toTag: string },
  method: string,
  cseq: number,
  rest: { readonly more?: readonly string[]; readonly body?: string; readonly contact?: string | null } = {},
): string {
  const { callId, fromTag, toTag } = call;
  return request({ method, to: bench.engine.sip, from: peer, callId, fromTag, toTag, cseq, ...rest });
}

/** A request of the peer inside a dialog an application began. */
export function back(bench: Bench, peer: Peer, call: Outgoing, method: string, more: readonly string[] = []): string {
  const { message } = call.invite;
  const localTag = message.from?.params.get('tag') ?? '';
  const asked = { method, to: bench.engine.sip, from: peer, callId: message.callId, cseq: 1, more };
  return request({ ...asked, fromTag: call.toTag, toTag: localTag });
}

export { header };
