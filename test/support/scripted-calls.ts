import { expect } from 'vitest';
import type { CallerLeg, Leg, Order } from '../../src/call/ports.ts';
import type { IncomingCall, Target } from '../../src/domain/call.ts';
import type { Config } from '../../src/domain/config.ts';
import { TrunkId } from '../../src/domain/ids.ts';
import { createClock } from '../../src/edges/clock/clock.ts';
import { type Calls, createCalls } from '../../src/edges/drachtio/calls.ts';
import { createConnection } from '../../src/edges/drachtio/connect.ts';
import { Dialogs } from '../../src/edges/drachtio/dialogs.ts';
import { createDoor } from '../../src/edges/drachtio/door.ts';
import type { Legs } from '../../src/edges/drachtio/legs.ts';
import { Prover } from '../../src/edges/drachtio/prove.ts';
import { liveTown } from './live-town.ts';
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
  /** The next call that came in. */
  incoming(): Promise<{ readonly call: IncomingCall; readonly leg: CallerLeg }>;
  /** Rings the IPBX for a call. */
  ring(call: IncomingCall, caller: CallerLeg, more?: Partial<Order> & Pick<Target, 'first'>): Leg;
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
  const [operator, ipbx] = await Promise.all(
    ['operator', '7010'].map((user) => Phone.open({ server: signalling.udp, user })),
  );
  if (operator === undefined || ipbx === undefined) throw new Error('no phones');
  const config: Config = liveTown({ operator: { peers: [operator.address] }, ipbx: { peers: [ipbx.address] } });
  const trouble: string[] = [];
  const clock = createClock((error) => alarm(error));
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
    incoming: new Set(),
    media: media.pool,
    now: clock.now,
    after: clock.after,
  };
  const calls = createCalls(legs, { contacts: () => [], credentials: () => undefined }, () => Promise.resolve(false));
  let taken = 0;
  return {
    signalling,
    media,
    calls,
    trouble,
    operator,
    ipbx,
    async incoming() {
      const found = await until('a call comes in', () => came[taken]);
      taken += 1;
      return found;
    },
    ring(call, caller, { first, ...more } = {}) {
      const [leg] = calls.dial(postOnIpbx(first), { call, caller, config, group: 0, news: () => undefined, ...more });
      if (leg === undefined) throw new Error('nobody to ring');
      return leg;
    },
    async quiet() {
      expect(trouble).toEqual([]);
      await until('every dialog is gone', () => dialogs.size === 0);
      await until('every channel is gone', () => (media.channels() ?? 0) === 0);
    },
    async stop() {
      operator.close();
      ipbx.close();
      connection.close();
      await media.stop();
      await signalling.stop();
    },
  };
}
