import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash, createHmac, X509Certificate } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDtls } from '../../../src/protocol/dtls/record.ts';
import { sealStun } from '../../../src/protocol/stun/integrity.ts';
import { ATTRIBUTE, isStun, readStun, writeStun } from '../../../src/protocol/stun/message.ts';
import { Arrivals } from './support/await-value.ts';
import { Bench, mediaOf } from './support/bench.ts';
import type { Call } from './support/caller.ts';
import type { EventSocket } from './support/event-socket.ts';
import { frequencyOf, loudPart, sine } from './support/listen.ts';
import type { RtpPeer } from './support/rtp-peer.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

/** What a browser does, but for the sound: an offer, connectivity checks, a handshake (by OpenSSL) over one socket. */
class Browser {
  readonly phone: RtpPeer;
  readonly call: Call;
  readonly answers = new Arrivals<string>();
  readonly #ufrag: string;
  readonly #pwd: string;
  readonly #local: Socket;
  #clientPort = 0;
  #client: ChildProcess | undefined;

  private constructor(phone: RtpPeer, call: Call, local: Socket) {
    this.phone = phone;
    this.call = call;
    this.#local = local;
    const media = mediaOf(call.response);
    this.#ufrag = media.attribute('ice-ufrag') ?? '';
    this.#pwd = media.attribute('ice-pwd') ?? '';
    phone.onOther = (packet) => this.#receive(packet);
    local.on('message', (packet, from) => {
      this.#clientPort = from.port;
      phone.raw(packet);
    });
  }

  static async call(fingerprint = certificateFingerprint()): Promise<Browser> {
    const phone = await bench.phone();
    const id = bench.nextId();
    const call = await bench.caller.invite(id, offer(phone.port, fingerprint), bench.headers(id));
    if (call.response.status !== 200) throw new Error(`INVITE got ${call.response.status}`);
    call.ack();
    phone.sendTo(mediaOf(call.response).port);
    const local = createSocket('udp4');
    await new Promise<void>((resolve) => local.bind(0, '127.0.0.1', () => resolve()));
    return new Browser(phone, call, local);
  }

  /** A connectivity check that also chooses the path. */
  check(password = this.#pwd): void {
    const attributes = [
      { type: ATTRIBUTE.username, value: Buffer.from(`${this.#ufrag}:brws`) },
      { type: ATTRIBUTE.iceControlling, value: new Uint8Array(8) },
      { type: ATTRIBUTE.useCandidate, value: new Uint8Array(0) },
    ];
    const request = writeStun('binding request', Buffer.alloc(12, 7), attributes);
    this.phone.raw(sealStun(request, (data) => createHmac('sha1', password).update(data).digest()));
  }

  /** The handshake; sound can be sent when it is done. */
  async shake(): Promise<void> {
    const files = ['-cert', join(bench.folder, 'cert.pem'), '-key', join(bench.folder, 'key.pem')];
    const exporter = ['-keymatexport', 'EXTRACTOR-dtls_srtp', '-keymatexportlen', '60'];
    const to = ['-connect', `127.0.0.1:${this.#local.address().port}`];
    this.#client = spawn('openssl', [
      's_client',
      '-dtls1_2',
      ...to,
      ...files,
      '-use_srtp',
      'SRTP_AES128_CM_SHA1_80',
      ...exporter,
    ]);
    const said = new Arrivals<string>();
    this.#client.stdout?.on('data', (bytes) => said.add(String(bytes)));
    await said.next(() => /Keying material: [0-9A-F]{120}/.test(said.all.join('')), 'the keys');
    const material = Buffer.from(/Keying material: ([0-9A-F]+)/.exec(said.all.join(''))?.[1] ?? '', 'hex');
    const part = (from: number, to: number) => new Uint8Array(material.subarray(from, to));
    const suite = 'AES_CM_128_HMAC_SHA1_80' as const;
    this.phone.useKeys(
      { suite, master: { key: part(0, 16), salt: part(32, 46) } },
      { suite, master: { key: part(16, 32), salt: part(46, 60) } },
    );
  }

  close(): void {
    this.#client?.kill('SIGKILL');
    this.#local.close();
  }

  #receive(packet: Buffer): void {
    if (isStun(packet)) this.answers.add(readStun(packet)?.type ?? '');
    else if (isDtls(packet)) this.#local.send(packet, this.#clientPort, '127.0.0.1');
  }
}

function certificateFingerprint(): string {
  const files = ['-keyout', join(bench.folder, 'key.pem'), '-out', join(bench.folder, 'cert.pem')];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  execFileSync('openssl', ['req', '-x509', ...key, ...files, '-days', '2', '-nodes', '-subj', '/CN=browser'], {
    stdio: 'ignore',
  });
  const { raw } = new X509Certificate(readFileSync(join(bench.folder, 'cert.pem')));
  return (createHash('sha256').update(raw).digest('hex').toUpperCase().match(/../g) ?? []).join(':');
}

function offer(port: number, fingerprint: string): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    `m=audio ${port} UDP/TLS/RTP/SAVPF 111 8 126`,
    'c=IN IP4 0.0.0.0',
    'a=ice-ufrag:brws',
    'a=ice-pwd:a-password-of-the-browser-1234',
    `a=fingerprint:sha-256 ${fingerprint}`,
    'a=setup:actpass',
    'a=mid:0',
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:126 telephone-event/8000',
    '',
  ].join('\r\n');
}

async function connected(browser: Browser): Promise<readonly [EventSocket, string]> {
  const before = bench.listener.connections.all.length;
  expect(browser.answers.all.length).toBe(0);
  browser.check();
  await browser.answers.next((type) => type === 'binding response', 'the answer to the check');
  await browser.shake();
  await bench.listener.connections.count(before + 1, 'connections');
  const application = bench.listener.connections.all[before] as EventSocket;
  const { headers } = await application.ask('connect');
  return [application, headers['Unique-ID'] ?? ''];
}

describe.runIf(hasOpenssl)('a browser', () => {
  it('is checked, shakes hands, and then hears and is heard; the application is called back only then', async () => {
    const browser = await Browser.call();
    const [application, uuid] = await connected(browser);
    await application.ask(`event json CHANNEL_EXECUTE_COMPLETE DTMF RECORD_START`);
    void application.execute(uuid, 'playback', 'tone_stream://%(3000,0,700)');
    await browser.phone.heard.count(40, 'packets');
    expect(frequencyOf(loudPart(browser.phone.samples()))).toBe(700);
    browser.phone.press(5, 126);
    expect((await application.named('DTMF'))['DTMF-Digit']).toBe('5');
    browser.close();
  });

  it('talks with a telephone that knows nothing of all this', async () => {
    const browser = await Browser.call();
    const [application, uuid] = await connected(browser);
    const plain = await bench.leg();
    await application.api(`uuid_bridge ${uuid} ${plain.uuid}`);
    browser.phone.say(sine(500, 1000));
    plain.phone.say(sine(900, 1000));
    await plain.phone.heard.count(40, 'packets');
    await browser.phone.heard.count(40, 'packets');
    expect(Math.abs(frequencyOf(loudPart(plain.phone.samples())) - 500)).toBeLessThan(15);
    expect(Math.abs(frequencyOf(loudPart(browser.phone.samples())) - 900)).toBeLessThan(15);
    browser.close();
  });

  it('is refused a check without the password', async () => {
    const browser = await Browser.call();
    browser.check('guess');
    await browser.answers.next((type) => type === 'binding error', 'the refusal');
    expect(browser.phone.heard.all).toEqual([]);
    browser.close();
  });

  it('whose certificate is another than described is not talked to', async () => {
    const right = certificateFingerprint();
    const browser = await Browser.call(right.replace(/^../, right.startsWith('00') ? '01' : '00'));
    browser.check();
    await browser.answers.next((type) => type === 'binding response', 'the answer to the check');
    browser.shake().catch(() => undefined);
    expect((await browser.call.byeReceived()).method).toBe('BYE');
    browser.close();
  });
});
