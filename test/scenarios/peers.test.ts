import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freePort, sendDatagram, until } from '../support/net.ts';
import { continueRequest, startSipp, type Transport } from '../support/sipp.ts';
import { isInstalled } from '../support/sipp-installed.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'peers');

/** Who can play with whom when no exchange is between them. */
const pairs: readonly (readonly [uac: string, uas: string])[] = [
  ['trunk-uac-calls-expect-200', 'uas-answers-expect-bye'],
  ['trunk-uac-calls-expect-200', 'uas-early-media-rings-late-answers'],
  ['trunk-uac-calls-expect-200', 'uas-answers-at-once-wins-or-loses'],
  ['trunk-uac-calls-expect-200-waits-for-bye', 'uas-answers-hangs-up'],
  ['trunk-uac-calls-expect-refusal', 'uas-refuses-486'],
  ['trunk-uac-calls-expect-refusal', 'uas-rings-refuses-486'],
  ['trunk-uac-calls-expect-refusal', 'uas-refuses-403-and-answers-the-next'],
  ['trunk-uac-calls-cancels-expect-487', 'uas-rings-expect-cancel'],
  ['trunk-uac-offers-in-the-ack', 'uas-offers-in-the-200'],
  ['trunk-uac-holds-and-resumes', 'uas-is-held-and-resumed'],
  ['trunk-uac-is-held-and-resumed', 'uas-holds-and-resumes-hangs-up'],
  ['trunk-uac-sends-update-and-info', 'uas-takes-update-and-info'],
];

describe.runIf(isInstalled('sipp')).concurrent('the peers of the scenarios, with no exchange between them', () => {
  for (const transport of ['udp', 'tcp'] as const) {
    for (const [uac, uas] of pairs) {
      it(`${uac} meets ${uas} (${transport})`, { timeout: 20_000 }, () => meet(uac, uas, transport));
    }
  }

  const patient = 'trunk-uac-calls-expect-200-goes-on-when-told';

  it('a peer goes on when it is told to', { timeout: 20_000 }, async () => {
    await meet(patient, 'uas-answers-expect-bye', 'udp', 'caller says call');
  });

  // Only who hangs up after the second ACK cannot overtake it. TCP loses nothing, and SIPp looks for no copies there.
  it('a callee that misses an ACK gets it again', { timeout: 20_000 }, async () => {
    await meet(patient, 'uas-misses-the-ack-once', 'udp', 'callee says answered');
  });
});

type When = 'caller says call' | 'callee says answered';

/** `when`: the caller waits to be told to go on, and is told then. */
async function meet(uac: string, uas: string, transport: Transport, when?: When): Promise<void> {
  const tmp = await mkdtemp(join(tmpdir(), 'beffroi-peers-'));
  const caller = { address: '127.0.0.2', port: await freePort('127.0.0.2') };
  const callee = { address: '127.0.0.3', port: await freePort('127.0.0.3') };
  const keys = { from: 'caller', header: 'User-Agent: scenario' };
  const common = { transport, calls: 1, keys, folder: tmp };
  const server = await startSipp({
    ...common,
    repeats: uas === 'uas-misses-the-ack-once',
    name: 'callee',
    plays: join(folder, `${uas}.xml`),
    local: callee,
    remote: caller,
  });
  await until('the callee listens', () => server.isReady());
  const client = await startSipp({
    ...common,
    name: 'caller',
    plays: join(folder, `${uac}.xml`),
    local: caller,
    remote: callee,
    dials: '4101',
  });
  try {
    if (when !== undefined) {
      const said = async () => {
        const [caller, callee] = [await client.said(), await server.said()];
        const isTime = when === 'caller says call' || callee.some(({ word }) => word === 'answered');
        return isTime ? caller.find(({ word }) => word === 'call') : undefined;
      };
      const saying = await until(when, said);
      await sendDatagram(continueRequest(saying.callId), caller.address, caller.port);
    }
    await until('both have ended', () => client.hasEnded() && server.hasEnded(), 10_000);
    expect([await client.ended, await server.ended]).toEqual([0, 0]);
  } catch (problem) {
    throw new Error(`${String(problem)}\n${await client.report()}\n${await server.report()}`);
  } finally {
    await Promise.all([client.stop(), server.stop()]);
    await rm(tmp, { recursive: true });
  }
}
