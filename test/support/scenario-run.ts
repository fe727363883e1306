import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWav, secondsOf } from './audio.ts';
import { type Softphone, startSoftphone } from './baresip.ts';
import { startBrowserPhone } from './browser.ts';
import { type Likeness, listenerFor } from './likeness.ts';
import { sendDatagram, until } from './net.ts';
import type {
  BrowserStep,
  ExchangeStep,
  PlayStep,
  ReflectorStep,
  Scenario,
  SoftphoneAction,
  SoftphoneStep,
  Step,
  TellStep,
  WishStep,
} from './scenario.ts';
import { startDoorman } from './scenario-doorman.ts';
import { type Exchange, prepareExchange, secrets } from './scenario-exchange.ts';
import { type Reflector, startReflector } from './scenario-reflector.ts';
import { findPlaces, layTown, type Places, trunkTargets } from './scenario-town.ts';
import { continueRequest, type SippRun, startSipp, type Transport } from './sipp.ts';

/** Set to anything, what a run wrote is left in the temporary folder. */
const { BEFFROI_KEEP } = process.env;

/** Everything a run leaves behind for the checks. */
export interface Run {
  readonly scenario: Scenario;
  readonly transport: Transport;
  readonly exchange: Exchange;
  readonly folder: string;
  readonly peers: ReadonlyMap<string, SippRun>;
  readonly softphones: ReadonlyMap<string, { readonly phone: Softphone; readonly step: SoftphoneStep | BrowserStep }>;
  readonly reflectors: ReadonlyMap<string, Reflector>;
  readonly plays: readonly PlayStep[];
  report(): Promise<string>;
  /** Ends every process and removes what was written. */
  clear(): Promise<void>;
}

interface Stage {
  readonly root: string;
  readonly scenario: Scenario;
  readonly transport: Transport;
  readonly folder: string;
  readonly town: string;
  readonly places: Places;
  readonly exchange: Exchange;
  readonly peers: Map<string, SippRun>;
  readonly softphones: Map<string, { phone: Softphone; step: SoftphoneStep | BrowserStep }>;
  readonly reflectors: Map<string, Reflector>;
}

/** Writes the configuration, starts the exchange. Nothing has happened yet. */
export async function openScenario(
  root: string,
  scenario: Scenario,
  transport: Transport,
): Promise<Run & { play(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'beffroi-scenario-'));
  const town = join(folder, 'town');
  const places = await findPlaces(transport);
  await layTown(join(root, 'towns', scenario.town), town, places);
  if (existsSync(join(scenario.folder, 'town'))) await layTown(join(scenario.folder, 'town'), town, places);
  const exchange = await prepareExchange({ places, town, folder, env: secrets });
  const stage: Stage = {
    root,
    scenario,
    transport,
    folder,
    town,
    places,
    exchange,
    peers: new Map(),
    softphones: new Map(),
    reflectors: new Map(),
  };
  const phones = () => [...stage.softphones.values()].map(({ phone }) => phone);
  return {
    ...stage,
    plays: scenario.steps.filter((step) => 'play' in step),
    play: async () => {
      await open(stage);
      for (const step of scenario.steps) await take(step, stage);
      await everybodyEnds(stage);
    },
    report: async () =>
      (await Promise.all([exchange, ...stage.peers.values(), ...phones()].map((one) => one.report()))).join('\n\n'),
    clear: async () => {
      await Promise.all([...stage.peers.values(), ...stage.reflectors.values()].map((one) => one.stop()));
      await Promise.all(phones().map((phone) => phone.kill()));
      await exchange.clear();
      if (BEFFROI_KEEP === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The trunks are there when the exchange first asks for them; then their places are free for the peers. */
async function open({ exchange, places, town }: Stage): Promise<void> {
  const doorman = await startDoorman(await trunkTargets(town, places));
  await exchange.start();
  await doorman.leave();
}

async function take(step: Step, stage: Stage): Promise<void> {
  if ('after' in step && step.after !== undefined) await condition(step.after, stage);
  if ('play' in step) return play(step, stage);
  if ('softphone' in step) return pickUp(step, stage);
  if ('browser' in step) return openPage(step, stage);
  if ('reflector' in step) return reflect(step, stage);
  if ('exchange' in step) return command(step, stage);
  if ('tell' in step) return tell(step, stage);
  if ('wait' in step) return condition(step.wait, stage);
  if ('wishes' in step) return wish(step, stage);
  return press(step, stage);
}

/** A server is awaited until it listens, a registering phone until it is registered; a caller just starts. */
async function play(step: PlayStep, stage: Stage): Promise<void> {
  const { places, transport } = stage;
  const line = /^line-(\d+)/.exec(step.as)?.[1];
  const password = step.password ?? secrets.PHONE_PASSWORD;
  const scenario = findPeer(step.play, stage);
  await layTones(stage.scenario.folder, join(stage.folder, step.as));
  const run = await startSipp({
    name: step.as,
    plays: step.registers ? findPeer('phone-uac-registers.xml', stage) : scenario,
    ...(step.registers && { answersWith: scenario }),
    local: await places.of(step.as),
    remote: await places.of('exchange'),
    transport,
    ...(step.dials !== undefined && { dials: step.dials }),
    ...(line !== undefined && { account: { user: line, password } }),
    calls: step.calls,
    repeats: step.repeats,
    keys: await keysOf(step, line, stage),
    folder: stage.folder,
  });
  stage.peers.set(step.as, run);
  if (step.registers) {
    await until(`${step.as} is registered`, async () => run.hasEnded() || (await says(run, 'registered')) > 0);
    if (run.hasEnded()) throw new Error(`${step.as} could not register`);
  } else if (await isServer(scenario)) {
    await until(`${step.as} listens`, async () => run.hasEnded() || (await run.isReady()));
  }
}

/** SIPp looks for the sound of a stream where it runs, not beside its scenario. */
async function layTones(from: string, to: string): Promise<void> {
  const tones = (await readdir(from)).filter((name) => name.endsWith('.alaw'));
  if (tones.length > 0) await mkdir(to, { recursive: true });
  for (const name of tones) await cp(join(from, name), join(to, name));
}

/** What stands for `[name]` in its scenario. */
async function keysOf(step: PlayStep, line: string | undefined, stage: Stage): Promise<Record<string, string>> {
  const name = line ?? step.as;
  // A keyword that stands for nothing would leave an empty line, and end the headers.
  const header = step.headers.length === 0 ? 'User-Agent: scenario' : step.headers.join('\r\n');
  const keys: Record<string, string> = { line: name, from: name, header, ...step.with };
  for (const [key, value] of Object.entries(keys)) {
    const [, wanted, by] = /^the (\S+) header (\S+) sent$/.exec(value) ?? [];
    const [, talks] = /^the call of (\S+)$/.exec(value) ?? [];
    if (wanted !== undefined && by !== undefined) keys[key] = await headerSent(wanted, peerOf(by, stage));
    else keys[key] = talks === undefined ? stage.places.fill(value) : await callOf(peerOf(talks, stage));
  }
  return keys;
}

async function headerSent(name: string, by: SippRun): Promise<string> {
  const lines = (await by.messages()).filter(({ way }) => way === 'sent').flatMap(({ text }) => text.split('\n'));
  const line = lines.findLast((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  if (line === undefined) throw new Error(`${by.name} never sent a header ${name}`);
  return line;
}

/** The call a line has made, as its Replaces would name it (RFC 3891 §6.1), escaped for a Refer-To. */
async function callOf(peer: SippRun): Promise<string> {
  const ack = await until(`${peer.name} is in a call`, async () => {
    const sent = (await peer.messages()).filter(({ way, text }) => way === 'sent' && text.startsWith('ACK '));
    // The first was for the challenge.
    return sent[1]?.text;
  });
  const read = (pattern: RegExp) => pattern.exec(ack)?.[1];
  const [callId, to, from] = [read(/^Call-ID: (.+)$/m), read(/^To:.*;tag=(.+)$/m), read(/^From:.*;tag=(.+)$/m)];
  return encodeURIComponent(`${callId};to-tag=${to};from-tag=${from}`);
}

async function pickUp(step: SoftphoneStep, stage: Stage): Promise<void> {
  const line = /\d+/.exec(step.softphone)?.[0];
  const own = await stage.places.of(step.softphone);
  const phone = await startSoftphone({
    name: step.softphone,
    account: { user: line ?? step.number, password: secrets.PHONE_PASSWORD },
    registrar: await stage.places.of('exchange'),
    transport: stage.transport,
    address: own.address,
    answersByItself: step.answers,
    ...(line === undefined && { portOfItsOwn: own.port }),
    encrypts: step.encrypts,
    toneHertz: step.hears,
    folder: stage.folder,
  });
  stage.softphones.set(step.softphone, { phone, step });
  if (line !== undefined) await phone.registered();
}

async function openPage(step: BrowserStep, stage: Stage): Promise<void> {
  const user = /\d+/.exec(step.browser)?.[0] ?? '';
  const phone = await startBrowserPhone({
    name: step.browser,
    account: { user, password: secrets.PHONE_PASSWORD },
    realm: 'bellerive.example',
    server: await stage.places.of('web'),
    answersByItself: step.answers,
    toneHertz: step.hears,
  });
  stage.softphones.set(step.browser, { phone, step });
  await phone.registered();
}

async function reflect({ reflector, disguise }: ReflectorStep, stage: Stage): Promise<void> {
  const at = await stage.places.of(reflector);
  stage.reflectors.set(reflector, await startReflector(at, await stage.places.of('exchange'), disguise));
}

async function press(step: SoftphoneAction, stage: Stage): Promise<void> {
  const { phone: name, does, dials, keys, until: event, times, hearsFor, hearsTone, saysFor, told } = step;
  const phone = stage.softphones.get(name)?.phone;
  if (phone === undefined) throw new Error(`there is no softphone ${name}`);
  if (does !== undefined) await act(phone, does, dials ?? keys ?? '');
  if (event !== undefined) await phone.waitFor(event, times);
  if (told !== undefined) await isTold(phone, told);
  if (saysFor !== undefined) await phone.hasSaid(saysFor);
  if (hearsTone !== undefined) await isThere(phone, hearsTone);
  if (hearsFor === undefined) return;
  await phone.hasHeard(hearsFor);
  await hasHeardTones(step, phone, stage);
}

async function act(phone: Softphone, does: NonNullable<SoftphoneAction['does']>, text: string): Promise<void> {
  if (does === 'dial') phone.dial(text);
  else if (does === 'transfer') phone.transfer(text);
  else if (does === 'answer') phone.answer();
  else if (does === 'hang up') phone.hangUp();
  else if (does === 'press') await phone.pressKeys(text);
  else phone.press(does);
}

async function isTold(phone: Softphone, prompt: string): Promise<void> {
  const sentence = await readWav(`src/prompts/${prompt}.wav`);
  // A browser stretches and shortens sound to keep its buffer full: the same words, but not the same samples.
  const atLeast = phone.rtpPorts === undefined ? 0.5 : 0.95;
  const listen = listenerFor(sentence);
  let best: Likeness | undefined;
  await until(
    () => `${phone.name} is told ${prompt}: ${JSON.stringify(best)}`,
    async () => {
      const like = listen(await phone.heard());
      if (like !== undefined && like.correlation > (best?.correlation ?? -1)) best = like;
      return like !== undefined && like.correlation >= atLeast;
    },
    { everyMs: listenEveryMs },
  );
}

/** To listen takes time on the processors that make the sound. */
const listenEveryMs = 100;

async function isThere(phone: Softphone, hertz: number): Promise<void> {
  await until(`${phone.name} hears ${hertz} Hz`, async () => secondsOf(hertz, await phone.heard()) >= 0.2, {
    everyMs: listenEveryMs,
  });
}

/** The time that a recording has taken says nothing: on a busy machine there are pauses in it. */
async function hasHeardTones(step: SoftphoneAction, phone: Softphone, { scenario, softphones }: Stage): Promise<void> {
  const isLast = scenario.steps.findLast((one) => 'phone' in one && one.phone === step.phone && one.hearsFor) === step;
  if (!isLast) return;
  for (const { hears, seconds } of scenario.heard.filter(({ who }) => who === step.phone)) {
    const hertz = typeof hears === 'number' ? hears : (softphones.get(hears)?.step.hears ?? 0);
    const hasHeard = async () => secondsOf(hertz, await phone.heard()) >= seconds;
    await until(`${phone.name} has heard ${hears} for ${seconds} s`, hasHeard, { everyMs: listenEveryMs });
  }
}

async function command(step: ExchangeStep, stage: Stage): Promise<void> {
  const { exchange, scenario, town, places } = stage;
  if (step.town !== undefined) await layTown(join(scenario.folder, step.town), town, places);
  if (step.exchange === 'is asked to stop') return exchange.askToStop();
  if (step.exchange === 'has ended') {
    await until('the exchange has ended', () => !exchange.isRunning());
    return;
  }
  if (step.exchange === 'is killed and started again') {
    await exchange.kill();
    return exchange.start();
  }
  const { code, output } = await exchange.command('reload');
  if ((code === 0) !== (step.exchange === 'is reloaded')) throw new Error(`reload ended with ${code}:\n${output}`);
}

async function tell({ tell: name, call }: TellStep, stage: Stage): Promise<void> {
  const peer = peerOf(name, stage);
  const saying = await until(`${name} says ${call}`, async () => (await peer.said()).find(({ word }) => word === call));
  const { address, port } = await stage.places.of(name);
  await sendDatagram(continueRequest(saying.callId), address, port);
}

async function wish({ line, wishes, onlyFrom }: WishStep, { exchange }: Stage): Promise<void> {
  const meantFor = onlyFrom === undefined ? '' : `?from=${encodeURIComponent(onlyFrom)}`;
  const reply = await exchange.post(`/api/lines/${line}/wishes/${encodeURIComponent(wishes)}${meantFor}`);
  if (reply.status !== 200) throw new Error(`line ${line} wishes ${wishes}: ${reply.status} ${reply.body}`);
}

async function condition(text: string, stage: Stage): Promise<void> {
  const [, name = '', word, times] = /^(\S+) (?:says (\S+)(?: (\d+) times)?|ended)$/.exec(text) ?? [];
  const peer = peerOf(name, stage);
  const within = stage.scenario.seconds * 1000;
  if (word === undefined) await until(text, () => peer.hasEnded(), within);
  else await until(text, async () => (await says(peer, word)) >= Number(times ?? 1), within);
}

/** Callers and servers end by themselves; a registered phone has done its part when it has said all it must say. */
async function everybodyEnds(stage: Stage): Promise<void> {
  const deadline = stage.scenario.seconds * 1000;
  const plays = stage.scenario.steps.filter((step) => 'play' in step);
  const ending = plays.filter(({ registers, idle, stays }) => !registers && !idle && !stays);
  await until(
    () => `everybody ended: ${ending.filter(({ as }) => !peerOf(as, stage).hasEnded()).map(({ as }) => as)} goes on`,
    async () => {
      const ended = ending.filter(({ as }) => peerOf(as, stage).hasEnded());
      for (const { as, exit } of ended) await endedAs(peerOf(as, stage), exit);
      return ended.length === ending.length;
    },
    deadline,
  );
  for (const { as, says: words } of plays) {
    const said = async () => (await peerOf(as, stage).said()).map(({ word }) => word);
    await until(`${as} said ${words.join(', ')}`, async () => includesAll(await said(), words), 20_000);
  }
}

/** When one is off its script, the others would be waited for in vain. */
async function endedAs(peer: SippRun, exit: number): Promise<void> {
  const code = await peer.ended;
  if (code !== exit) throw new Error(`${peer.name} ended with ${code}, not ${exit}`);
}

function includesAll(words: readonly string[], wanted: readonly string[]): boolean {
  const left = [...words];
  return wanted.every((word) => {
    const at = left.indexOf(word);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

async function says(peer: SippRun, word: string): Promise<number> {
  return (await peer.said()).filter((saying) => saying.word === word).length;
}

function peerOf(name: string, stage: Stage): SippRun {
  const peer = stage.peers.get(name);
  if (peer === undefined) throw new Error(`there is no peer ${name} yet`);
  return peer;
}

function findPeer(file: string, { scenario, root }: Stage): string {
  const own = join(scenario.folder, file);
  return existsSync(own) ? own : join(root, 'peers', file);
}

/** A SIPp scenario that begins by receiving waits for calls. */
async function isServer(file: string): Promise<boolean> {
  return /<(send|recv)\b/.exec(await readFile(file, 'latin1'))?.[1] === 'recv';
}
