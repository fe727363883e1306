import { expect } from 'vitest';
import type { CallerLeg, Leg, Order } from '../../src/call/ports.ts';
import type { Binding } from '../../src/domain/binding.ts';
import type { IncomingCall, Target } from '../../src/domain/call.ts';
import type { Config } from '../../src/domain/config.ts';
import { type LineId, TrunkId } from '../../src/domain/ids.ts';
import { Crowd } from '../../src/domain/roster.ts';
import { createClock } from '../../src/edges/clock/clock.ts';
import { type Calls, createCalls } from '../../src/edges/drachtio/calls.ts';
import { createConnection } from '../../src/edges/drachtio/connect.ts';
import { Dialogs } from '../../src/edges/drachtio/dialogs.ts';
import { createDoor } from '../../src/edges/drachtio/door.ts';
import type { Legs } from '../../src/edges/drachtio/legs.ts';
import { Prover } from '../../src/edges/drachtio/prove.ts';
import { liveTown, type Played } from './live-town.ts';
import { type MediaForTests, startMedia } from './media.ts';
import { until } from './net.ts';
import { Phone } from './phone.ts';
import { type Signalling, startSignalling } from './signalling.ts';

/** The SIP edge and a media server, with the test in the place of the call path. */
export interface ScriptedCalls {
  readonly signalling: Signalling;
  readonly media: MediaForTests;
  readonly calls: Calls;
  readonly trouble: readonly string[];
  /** Phones that come as the trunks of the town. */
  readonly operator: Phone;
  readonly ipbx: Phone;
  /** The town with other settings. */
  townWith(operator: Partial<Played>): Config;
  /** Where every line can be reached. */
  readonly contacts: Binding[];
  /** What waits for a minute happens now. */
  aMinutePasses(): void;
  /** Each leg that was to be anchored, and why. */
  readonly paths: string[];
  /** The next call that came in. */
  incoming(): Promise<{ readonly call: IncomingCall; readonly leg: CallerLeg }>;
  /** Rings the IPBX for a call. */
  ring(call: IncomingCall, caller: CallerLeg, more?: Partial<Order> & Pick<Target, 'first'>): Leg;
  /** Rings the first of `contacts`. */
  ringLine(call: IncomingCall, caller: CallerLeg, line: LineId, config?: Config): Leg;
  /** Every dialog and every channel is gone. */
  quiet(): Promise<void>;
  stop(): Promise<void>;
}

function postOnIpbx(first: Target['first']): Target {
  const leaving = { called: '7010', shows: { number: '+33639980123', withheld: false }, diversions: [] };
  const trunk = TrunkId.parse('ipbx');
  return { is: 'trunk', trunk, target: 0, leaving, emergency: false, ...(first !== undefined && { first }) };
}

export async function startScripted(): Promise<ScriptedCalls> {
  const signalling = await startSignalling();
  const media = await startMedia(signalling);
  const operator = await Phone.open({ server: signalling.udp, user: 'operator' });
  const ipbx = await Phone.open({ server: signalling.udp, user: '7010' });
  const townWith = (more: Partial<Played>): Config =>
    liveTown({ operator: { peers: [operator.address], ...more }, ipbx: { peers: [ipbx.address] } });
  const config = townWith({});
  const [contacts, paths, trouble]: [Binding[], string[], string[]] = [[], [], []];
  const clock = createClock((error) => alarm(error));
  const minutes = minutesOf(clock);
  const alarm = (error: unknown): void => void trouble.push(String(error));
  const came: { readonly call: IncomingCall; readonly leg: CallerLeg }[] = [];
  const dialogs = new Dialogs();
  const door = createDoor({
    legs: () => legs,
    prover: new Prover({ now: clock.now, password: () => undefined }),
    config: () => config,
    onCall: (call, leg) => void came.push({ call, leg }),
    onRegister: () => Promise.reject(new Error('nobody registers')),
    registered: () => undefined,
    isKnown: () => false,
    takesCalls: () => true,
    alarm,
  });
  const { admin } = signalling;
  const options = { host: admin.address, port: admin.port, secret: signalling.secret, dialogs, handle: door, alarm };
  const connection = createConnection({ ...options, changed: () => undefined });
  await connection.open();
  const legs: Legs = {
    srf: connection.srf,
    dialogs,
    incoming: new Crowd(),
    media: media.pool,
    pathTaken: (path, why) => void paths.push(`${path}: ${why}`),
    now: clock.now,
    after: minutes.after,
  };
  const calls = createCalls(legs, { contacts: () => contacts, credentials: () => undefined }, () =>
    Promise.resolve(false),
  );
  let taken = 0;
  return {
    signalling,
    media,
    calls,
    trouble,
    operator,
    ipbx,
    townWith,
    contacts,
    paths,
    aMinutePasses: minutes.pass,
    async incoming() {
      const found = await until('a call comes in', () => came[taken]);
      taken += 1;
      return found;
    },
    ring: (call, caller, { first, ...more } = {}) => dial(calls, postOnIpbx(first), { call, caller, config, ...more }),
    ringLine: (call, caller, line, under = config) => dial(calls, phoneOf(line), { call, caller, config: under }),
    async quiet() {
      expect(trouble).toEqual([]);
      await allGone(dialogs, media);
    },
    stop: () => stopAll([operator, ipbx, connection], media, signalling),
  };
}

/** The clock, but for what waits for a whole minute. */
function minutesOf({ after }: Pick<Legs, 'after'>) {
  const due = new Set<() => void>();
  return {
    after(seconds: number, what: () => void): () => void {
      if (seconds !== 60) return after(seconds, what);
      due.add(what);
      return () => due.delete(what);
    },
    pass() {
      for (const what of [...due]) {
        due.delete(what);
        what();
      }
    },
  };
}

function phoneOf(line: LineId): Target {
  return { is: 'line', line, shows: { number: '+33639980123', withheld: false } };
}

function dial(calls: Calls, target: Target, order: Pick<Order, 'call' | 'caller' | 'config'> & Partial<Order>): Leg {
  const [leg] = calls.dial(target, { group: 0, news: () => undefined, ...order });
  if (leg === undefined) throw new Error('nobody to ring');
  return leg;
}

async function allGone(dialogs: Dialogs, media: MediaForTests): Promise<void> {
  await until('every dialog is gone', () => dialogs.size === 0, 5_000);
  await until('every channel is gone', () => (media.channels() ?? 0) === 0, 5_000);
}

async function stopAll(
  closed: readonly { close(): void }[],
  media: MediaForTests,
  signalling: Signalling,
): Promise<void> {
  for (const one of closed) one.close();
  await media.stop();
  await signalling.stop();
}
