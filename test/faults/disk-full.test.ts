import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../support/net.ts';
import { type Phone, sdp } from '../support/phone.ts';
import { type FaultTown, openFaultTown } from './support/fault-town.ts';

/** Megabytes: recordings stop when less than 256 are free. */
const [disk, floor] = [300, 256];
let town: FaultTown;
let data: string;
let isMounted = false;

beforeEach(async () => {
  town = await openFaultTown();
  data = dirname(town.recordings);
  isMounted = mounts(data);
  if (isMounted) await town.exchange.start();
}, 240_000);
afterEach(async () => {
  await town.exchange.clear();
  if (isMounted) execFileSync('umount', [data]);
  await town.clear();
});

it('a full disk costs no call: callers are told, phones still talk, and the ledger is whole when there is room again', {
  timeout: 400_000,
}, async ({ skip }) => {
  if (!isMounted) skip('a small disk can only be made by root');
  const phone = await town.phone('4102');
  fill('first', disk - floor);
  const told = await town.call('+33199004101');
  await told.taken();
  await told.dialog.phone.take('we release the caller', isByeOf(told.dialog.callId), 40_000);
  await until('the call is in the ledger', async () => (await town.ledger()).length === 1);
  expect((await town.ledger())[0]?.outcome).toEqual({ is: 'our fault', what: 'mailbox.failed' });

  fill('second', freeMegabytes());
  await talk(phone);
  await until(
    'we say that the store cannot be written',
    async () => (await town.exchange.get('/readyz')).status === 503,
  );
  await talk(phone);

  rmSync(join(data, 'first'));
  rmSync(join(data, 'second'));
  await until('the store can be written', async () => (await town.exchange.get('/readyz')).status === 200, 60_000);
  await until('every call is in the ledger', async () => (await town.ledger()).length === 3);
  const outcomes = (await town.ledger()).map(({ outcome }) => outcome.is);
  expect(outcomes).toEqual(['our fault', 'answered', 'answered']);
  expect((await town.exchange.get('/metrics')).body).toMatch(/^beffroi_store_lost_total 0$/m);
});

/** The operator calls the phone, they talk, and the caller hangs up. */
async function talk(phone: Phone): Promise<void> {
  const caller = await town.call('+33199004102');
  const callee = await phone.answering(30_000);
  callee.reply(200, {}, sdp(40_000));
  await caller.dialog.response(200);
  caller.dialog.ack();
  await callee.request('ACK');
  await caller.dialog.bye();
  await callee.hungUp();
}

const isByeOf =
  (callId: string) =>
  ({ method, get }: { method: string | undefined; get(name: string): string | undefined }): boolean =>
    method === 'BYE' && get('Call-ID') === callId;

function mounts(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${disk}m,mode=0700`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function freeMegabytes(): number {
  const { bavail, bsize } = statfsSync(data);
  return (bavail * bsize) / 1_048_576;
}

/** To the last byte, where it takes more than there is. */
function fill(name: string, megabytes: number): void {
  const piece = Buffer.alloc(65_536, 1);
  try {
    for (let written = 0; written <= megabytes * 1_048_576; written += piece.length)
      writeFileSync(join(data, name), piece, { flag: 'a' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
