import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import type { Sound } from './audio.ts';
import type { Softphone, SoftphoneEvent } from './baresip.ts';
import type { PagePhone } from './browser-page/page-phone.ts';
import { until } from './net.ts';
import type { Where } from './phone.ts';

/** One page of JsSIP in a Chromium without a screen: a softphone with an account, which plays a tone and records what it hears. */
export interface BrowserPhoneOptions {
  readonly name: string;
  readonly account: { readonly user: string; readonly password: string };
  readonly realm: string;
  /** Where the exchange takes WebSockets. */
  readonly server: Where;
  readonly answersByItself: boolean;
  readonly toneHertz: number;
}

export interface BrowserEvent extends SoftphoneEvent {
  /** After the page was told to register or to dial, or was rung. */
  readonly ms: number;
}

export interface BrowserPhone extends Softphone {
  events(): readonly BrowserEvent[];
}

/** The tone of a page at a quarter of full scale: 15.1 dB below a square wave's loudest. */
export const TONE_AMPLITUDE = 0.25;

const { BEFFROI_CHROMIUM = '/usr/bin/chromium' } = process.env;

export const hasBrowser = existsSync(BEFFROI_CHROMIUM);

/** Loopback is a way for the media here, and addresses are told as they are; nothing is asked of anybody else. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

declare const window: { phone: PagePhone };

/** A browser for any page. To be closed. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: BEFFROI_CHROMIUM, args: flags });
}

/** Starts a browser with the phone's page; see `registered` for the rest. */
export async function startBrowserPhone(options: BrowserPhoneOptions): Promise<BrowserPhone> {
  const { name, account, realm, server, answersByItself, toneHertz } = options;
  const events: BrowserEvent[] = [];
  const said: string[] = [];
  const host = await servePage();
  const browser = await openBrowser();
  const page = await openPage(browser, host, events, said);
  const url = `ws://${server.address}:${server.port}`;
  const told = { url, realm, answersByItself, toneHertz, toneAmplitude: TONE_AMPLITUDE, ...account };
  await page.evaluate((given) => window.phone.open(given), told);
  let heard: Sound | undefined;
  const listen = async (): Promise<Sound> => heard ?? soundOf(await page.evaluate(() => window.phone.heard()));
  const tell = (what: Promise<unknown>): void => void what.catch((error: unknown) => said.push(String(error)));
  return {
    name,
    rtpPorts: undefined,
    toneAmplitude: TONE_AMPLITUDE * 32_767,
    dial: (number) => tell(page.evaluate((given) => window.phone.dial(given), number)),
    answer: () => tell(page.evaluate(() => window.phone.answer())),
    hangUp: () => tell(page.evaluate(() => window.phone.hangUp())),
    press: (command) =>
      tell(command === 'hold' ? page.evaluate(() => window.phone.hold()) : page.evaluate(() => window.phone.resume())),
    transfer: (number) => tell(page.evaluate((given) => window.phone.transfer(given), number)),
    pressKeys: (keys) => tell(page.evaluate((given) => window.phone.press(given), keys)),
    events: () => events,
    waitFor: (type, times = 1) =>
      until(
        () => `${name} ${type} (${times}); so far ${events.map((event) => event.type)}`,
        () => events.filter((event) => event.type === type)[times - 1],
      ),
    registered: async () => {
      await until(`${name} is registered`, () => events.some(({ type }) => type === 'REGISTER_OK'));
    },
    hasHeard: async (seconds) => {
      await until(`${name} has heard ${seconds} s`, async () => {
        const { samples, samplesPerSecond } = await listen();
        return samples.length >= seconds * samplesPerSecond;
      });
    },
    hasSaid: () => Promise.reject(new Error('nobody counts what a page sends')),
    hearsFrom: async () => undefined,
    heard: listen,
    stop: async () => {
      if (!browser.isConnected()) return;
      heard = await listen().catch(() => undefined);
      await browser.close();
      await new Promise((done) => host.close(done));
    },
    kill: async () => {
      await browser.close();
      host.close();
    },
    report: async () =>
      `=== ${name}: Chromium\n${events.map(({ type, param, ms }) => `${ms} ms ${type} ${param ?? ''}`).join('\n')}\n${said.join('\n').slice(-8000)}`,
  };
}

async function openPage(browser: Browser, host: Server, events: BrowserEvent[], said: string[]): Promise<Page> {
  const page = await browser.newPage();
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  await page.exposeFunction('tell', (type: string, param: string, ms: number) => events.push({ type, param, ms }));
  await page.goto(`http://127.0.0.1:${(host.address() as AddressInfo).port}/`);
  return page;
}

/** 127.0.0.1 counts as a secure place for a page to come from: WebRTC works there without TLS. */
async function servePage(): Promise<Server> {
  const bundle = await rolldown({ input: 'test/support/browser-page/phone.ts', platform: 'browser' });
  const { output } = await bundle.generate({ format: 'iife' });
  await bundle.close();
  const server = createServer(({ url }, response) => {
    const isScript = url === '/phone.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? output[0].code : '<!doctype html><title>phone</title><script src="/phone.js"></script>');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

function soundOf({ rate, samples }: ReturnType<PagePhone['heard']>): Sound {
  const bytes = Buffer.from(samples, 'base64');
  const read = Int16Array.from({ length: bytes.length / 2 }, (_, at) => bytes.readInt16LE(at * 2));
  return { samplesPerSecond: rate, samples: read };
}
