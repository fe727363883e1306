import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Srf from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { create as createMedia } from '../../../src/engines/media/index.ts';
import { create as createSignalling } from '../../../src/engines/signalling/index.ts';
import { louderBy, readWav, secondsOf } from '../../support/audio.ts';
import { type BrowserPhone, hasBrowser, startBrowserPhone, TONE_AMPLITUDE } from '../../support/browser.ts';
import { until } from '../../support/net.ts';

/** What this test uses of drachtio-fsmrf, which has no types. */
interface Endpoint {
  readonly local: { readonly sdp: string };
  play(sound: string): Promise<unknown>;
  execute(application: string, argument: string): Promise<unknown>;
  modify(sdp: string): Promise<unknown>;
  api(command: string, argument: string): Promise<unknown>;
  destroy(): Promise<unknown>;
  readonly uuid: string;
  on(event: 'dtmf', listener: (key: { readonly dtmf: string }) => void): void;
}
interface MediaServer {
  connectCaller(req: object, res: object): Promise<{ readonly endpoint: Endpoint; readonly dialog: Srf.Dialog }>;
  createEndpoint(options: object): Promise<Endpoint>;
  disconnect(): void;
}
/** The library’s types know of no REGISTER. */
type WithRegister = Srf & { register(handler: (req: Srf.SrfRequest, res: Srf.SrfResponse) => void): void };
type Mrf = new (srf: Srf) => { connect(options: object): Promise<MediaServer> };
const Mrf = createRequire(import.meta.url)('drachtio-fsmrf') as Mrf;

/** The peak of a tone of -7 dBm0, at which tone_stream plays: a full sine is +3.17 dBm0 in A-law (ITU-T G.711). */
const PLAYED = 32_767 * 10 ** ((-7 - 3.17) / 20);
const callsBack = { listenAddress: '127.0.0.1', advertisedAddress: '127.0.0.1' };
const at = { address: '127.0.0.1', port: 0 };
const secret = 'secret-of-the-tests';
const { CI } = process.env;

let folder: string;
let signalling: ReturnType<typeof createSignalling>;
let media: ReturnType<typeof createMedia>;
let srf: Srf;
let server: MediaServer;
let web: number;
let page: BrowserPhone;
let contact = '';

it.runIf(CI === 'true')('has a Chromium where CI runs', () => {
  expect(hasBrowser).toBe(true);
});

describe.skipIf(!hasBrowser)('a page in Chromium, met by the two engines alone', () => {
  // Anew for each, or a second try would take the events of the first for its own.
  beforeEach(open);
  afterEach(close);

  it('calls: it hears a tone, its tone is recorded, and its keys arrive', async () => {
    const keys: string[] = [];
    const file = join(folder, 'caller.wav');
    srf.invite(async (req, res) => {
      const { endpoint, dialog } = await server.connectCaller(req, res);
      dialog.on('destroy', () => void endpoint.destroy());
      endpoint.on('dtmf', ({ dtmf }) => keys.push(dtmf));
      await record(endpoint, file);
      await endpoint.play('tone_stream://%(30000,0,1000)').catch(() => undefined);
    });
    page.dial('anybody');
    await page.waitFor('CALL_ESTABLISHED');
    await hasHeard(page, 1000, 2);
    await until('the page is recorded', async () => secondsOf(440, await readWav(file)) >= 2);
    page.pressKeys('159#');
    await until(
      () => `the keys came: ${keys}`,
      () => keys.join('') === '159#',
    );
    page.hangUp();
    await page.waitFor('CALL_CLOSED');
    await until('the channel is gone', () => media.figures().channels === 0);
    agrees(await page.heard(), 1000, 2, PLAYED);
    agrees(await readWav(file), 440, 2, TONE_AMPLITUDE * 32_767);
  });

  it('is called: the media engine makes the offer, and both are heard', async () => {
    const file = join(folder, 'callee.wav');
    const endpoint = await server.createEndpoint({ headers: { 'X-Secure-RTP': 'dtls' } });
    const dialog = await srf.createUAC(contact, { localSdp: endpoint.local.sdp });
    await endpoint.modify(dialog.remote.sdp);
    await record(endpoint, file);
    void endpoint.play('tone_stream://%(30000,0,700)').catch(() => undefined);
    await page.waitFor('CALL_ESTABLISHED');
    await hasHeard(page, 700, 2);
    await until('the page is recorded', async () => secondsOf(440, await readWav(file)) >= 2);
    await dialog.destroy();
    await page.waitFor('CALL_CLOSED');
    await endpoint.destroy();
    await until('the channel is gone', () => media.figures().channels === 0);
    agrees(await page.heard(), 700, 2, PLAYED);
    agrees(await readWav(file), 440, 2, TONE_AMPLITUDE * 32_767);
  });
});

/** Waits for the tone itself, not for a while: a busy machine may take a second to shake hands. */
async function hasHeard(phone: BrowserPhone, hertz: number, seconds: number): Promise<void> {
  await until(`the page has heard ${hertz} Hz`, async () => secondsOf(hertz, await phone.heard()) >= seconds);
}

/** Is the tone there for so long, and as loud as it was said? */
function agrees(sound: Parameters<typeof secondsOf>[1], hertz: number, seconds: number, amplitude: number): void {
  expect(secondsOf(hertz, sound), `seconds of ${hertz} Hz`).toBeGreaterThanOrEqual(seconds);
  expect(Math.abs(louderBy(hertz, sound, amplitude)), `${hertz} Hz, louder by dB`).toBeLessThan(1);
}

async function open(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'beffroi-chromium-'));
  signalling = createSignalling({
    listen: [
      { transport: 'udp', ...at },
      { transport: 'ws', ...at },
    ],
    admin: { ...at, secret },
  });
  media = createMedia({
    sip: at,
    eventSocket: { ...at, password: secret },
    rtp: { address: '127.0.0.1', advertised: '127.0.0.1' },
    folders: { recordings: folder },
  });
  const { admin, sip } = await signalling.start();
  const { eventSocket } = await media.start();
  web = Number(sip.find((point) => point.startsWith('ws/'))?.split(':')[1]);
  srf = new Srf();
  srf.on('error', () => undefined);
  (srf as WithRegister).register((req, res) => {
    contact = /<([^>]+)>/.exec(req.get('Contact'))?.[1] ?? '';
    res.send(200, { headers: { Contact: `<${contact}>;expires=300` } });
  });
  await new Promise<void>((done) => {
    srf.on('connect', () => done());
    srf.connect({ host: admin.address, port: admin.port, secret });
  });
  server = await new Mrf(srf).connect({ ...eventSocket, secret, ...callsBack });
  const account = { user: 'page', password: 'none' };
  const where = { address: '127.0.0.1', port: web };
  const options = { name: 'the page', account, realm: 'town.example', server: where };
  page = await startBrowserPhone({ ...options, answersByItself: true, toneHertz: 440 });
  await page.registered();
}

async function close(): Promise<void> {
  await page?.stop();
  server?.disconnect();
  srf?.disconnect();
  await media?.stop();
  await signalling?.stop();
  await rm(folder, { recursive: true, force: true });
}

/** What the far end says, and not what it is played. */
async function record(endpoint: Endpoint, file: string): Promise<void> {
  await endpoint.api('uuid_setvar', `${endpoint.uuid} RECORD_READ_ONLY true`);
  await endpoint.api('uuid_record', `${endpoint.uuid} start ${file}`);
}
