import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LineId } from '../../../src/domain/ids.ts';
import { ledgerFile, openStore } from '../../../src/edges/stores/open.ts';
import { StoreOptions } from '../../../src/edges/stores/options.ts';
import { openDatabase } from '../../../src/edges/stores/sqlite/database.ts';
import { migrations } from '../../../src/edges/stores/sqlite/migrations.ts';
import { cutShortKind } from '../../../src/edges/stores/store.ts';
import { begunMessage, mailContract } from '../../contract/mail-store.ts';
import { binding, call, silent, storeContract, written } from '../../contract/store.ts';

storeContract('sqlite');
mailContract('sqlite');

let folder: string;
const open = (options: Partial<StoreOptions> = {}, alarm = silent) =>
  openStore(StoreOptions.parse({ groupMs: 1, ...options }), folder, alarm);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('what was written', () => {
  it('holds everything after a stop, however much was queued', async () => {
    const first = await open({ groupMs: 1_000, groupRows: 10_000 });
    for (let n = 0; n < 700; n += 1) first.ledger.closed(call({ id: `call ${n}` }));
    await first.stop();
    const second = await open();
    expect(await second.calls.list({ limit: 1_000 })).toHaveLength(700);
    expect(second.leftOpen).toBe(0);
    await second.stop();
  });

  it('keeps bindings over a restart', async () => {
    const first = await open();
    const registered = binding('sip:one@192.0.2.1', Date.now() + 60_000);
    await first.bindings.replace(LineId.parse('4101'), [registered]);
    await first.stop();
    const second = await open();
    expect(await second.bindings.load(Date.now())).toEqual([registered]);
    await second.stop();
  });

  it('notes whom to call back of the calls to services and lines that a crash cut short, with their end', async () => {
    const first = await open();
    const going = { startedAt: Date.now(), from: 'trunk operator', dialled: '+33199005000' };
    first.ledger.opened({ id: 'to a service', ...going, service: 'accueil', callerNumber: '+33639980001' });
    first.ledger.opened({ id: 'withheld', ...going, service: 'accueil', callerNumber: '+33639980002', withheld: true });
    first.ledger.opened({ id: 'to a feature', ...going });
    first.ledger.opened({ id: 'for a line', ...going, callerNumber: '+33639980003', calledNumber: '4101' });
    await first.stop();
    const second = await open();
    const notes = await second.notes.load(cutShortKind);
    const outcome = { is: 'our fault', what: 'the exchange was stopped during the call' };
    expect(notes).toMatchObject([
      { id: 'for a line', value: { callerNumber: '+33639980003', calledNumber: '4101', outcome } },
      { id: 'to a service', value: { service: 'accueil', callerNumber: '+33639980001', outcome } },
      { id: 'withheld', value: { service: 'accueil', withheld: true, outcome } },
    ]);
    expect(await second.calls.find('to a service')).toMatchObject({ service: 'accueil', outcome });
    expect(second.leftOpen).toBe(4);
    await second.stop();
  });

  it('calls a call that a crash cut short after its message was kept what it is: a message left', async () => {
    const first = await open();
    first.ledger.opened({ id: 'call of m1', startedAt: Date.now(), from: 'trunk operator', dialled: '+33199004101' });
    await first.mail.begin(begunMessage('m1'));
    await first.mail.keep('m1', { seconds: 7, urgent: false }, []);
    await first.stop();
    const second = await open();
    expect(await second.calls.find('call of m1')).toMatchObject({
      outcome: { is: 'message left', mailbox: '4101', message: 'm1', seconds: 7 },
    });
    await second.stop();
  });

  it('loses nothing that was acknowledged when the process is killed, and closes the call that went on', async () => {
    const acknowledged = await writeUntilKilled(folder, 40);
    const store = await open();
    for (let n = 0; n <= acknowledged; n += 1) {
      expect(await store.calls.find(`call ${n}`), `call ${n}`).toBeDefined();
    }
    expect(store.leftOpen).toBe(1);
    expect(await store.calls.find('still talking')).toMatchObject({
      outcome: { is: 'our fault', what: 'the exchange was stopped during the call' },
      endedBy: 'exchange',
    });
    const [kept] = await store.bindings.load(Date.now());
    expect(Number(/\d+/.exec(kept?.contact ?? '')?.[0])).toBeGreaterThanOrEqual(acknowledged);
    await store.stop();
  });
});

describe('a file of an older Beffroi', () => {
  it('reads the call-back tasks of a Beffroi that knew those of services alone', async () => {
    const database = openDatabase(join(folder, ledgerFile));
    const upTo = migrations.findIndex((step) => step.includes("kind = 'call-back'"));
    for (const step of migrations.slice(0, upTo)) database.exec(step);
    database.exec(`PRAGMA user_version = ${upTo}`);
    database.exec(`INSERT INTO note VALUES ('call-back', 'one', '{"id":"one","service":"accueil","calls":2}')`);
    database.exec(`INSERT INTO note VALUES ('wishes', '4101', '{"service":"no task"}')`);
    database.close();
    const store = await open();
    const owner = { is: 'service', service: 'accueil' };
    expect(await store.notes.load('call-back')).toEqual([{ id: 'one', value: { id: 'one', owner, calls: 2 } }]);
    expect(await store.notes.load('wishes')).toEqual([{ id: '4101', value: { service: 'no task' } }]);
    await store.stop();
  });
});

describe('when something is wrong with the file', () => {
  it('refuses bindings while the file is locked, keeps the ledger’s rows, and writes them afterwards', async () => {
    const alarm = { warn: vi.fn(), error: vi.fn() };
    const store = await open({}, alarm);
    const other = openDatabase(join(folder, ledgerFile));
    other.exec('BEGIN EXCLUSIVE');

    store.ledger.closed(call({ id: 'during the trouble' }));
    await expect(store.bindings.replace(LineId.parse('4101'), [])).rejects.toThrow('locked');
    expect(store.health()).toMatchObject({ writable: false, queued: 1, lost: 0 });
    expect(alarm.error).toHaveBeenCalledWith(expect.anything(), 'the store cannot be written');

    other.exec('COMMIT');
    other.close();
    await vi.waitFor(() => expect(store.health()).toMatchObject({ writable: true, queued: 0 }), 30_000);
    expect(await store.calls.find('during the trouble')).toBeDefined();
    expect(alarm.warn).toHaveBeenCalledWith(expect.anything(), 'the store can be written again');
    await store.stop();
  });

  it('gives up the row that cannot be written, and no other', async () => {
    const alarm = { warn: vi.fn(), error: vi.fn() };
    const store = await open({ groupMs: 20 }, alarm);
    store.ledger.closed(call({ id: 'before' }));
    store.ledger.closed({ ...call({ id: 'without a configuration' }), configDigest: null as unknown as string });
    store.ledger.closed(call({ id: 'after' }));
    await written(store);
    expect((await store.calls.list({ limit: 10 })).map(({ id }) => id).sort()).toEqual(['after', 'before']);
    expect(store.health()).toMatchObject({ writable: true, lost: 1 });
    expect(alarm.error).toHaveBeenCalledWith(
      expect.objectContaining({ call: 'without a configuration' }),
      'a row of the ledger was lost',
    );
    await store.stop();
  });

  it('deletes calls older than the days they are kept', async () => {
    const first = await open();
    const old = Date.now() - 3 * 86_400_000;
    for (let n = 0; n < 2_500; n += 1) first.ledger.closed(call({ id: `old ${n}`, startedAt: old }));
    first.ledger.closed(call({ id: 'young', startedAt: Date.now() - 86_400_000 }));
    await first.stop();
    const second = await open({ retentionDays: 2 });
    await vi.waitFor(async () => {
      expect((await second.calls.list({ limit: 10 })).map(({ id }) => id)).toEqual(['young']);
    }, 30_000);
    await second.stop();
  });

  it('is refused when a newer Beffroi wrote it', async () => {
    const database = openDatabase(join(folder, ledgerFile));
    database.exec(`PRAGMA user_version = ${migrations.length + 1}`);
    database.close();
    await expect(open()).rejects.toThrow('newer');
  });

  it('is refused when it is not a database', async () => {
    writeFileSync(
      join(folder, ledgerFile),
      'this is not a database, and it is longer than a header would be '.repeat(20),
    );
    await expect(open()).rejects.toThrow('not a database');
  });
});

/** Runs crash.mjs until it has acknowledged so many calls, and kills it. Returns the last that was acknowledged. */
async function writeUntilKilled(folder: string, calls: number): Promise<number> {
  const script = fileURLToPath(new URL('./crash.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let acknowledged = -1;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (acknowledged === calls) child.kill('SIGKILL');
  }
  await exited;
  return acknowledged;
}
