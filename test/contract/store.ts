import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Binding } from '../../src/domain/binding.ts';
import { LineId } from '../../src/domain/ids.ts';
import type { CallRecord, LegRecord, MediaQuality } from '../../src/domain/outcome.ts';
import { openStore } from '../../src/edges/stores/open.ts';
import { StoreOptions } from '../../src/edges/stores/options.ts';
import type { Store } from '../../src/edges/stores/store.ts';

/** What every store does, whatever it is made of. */
export function storeContract(kind: StoreOptions['kind']): void {
  describe(`the ${kind} store`, () => {
    let folder: string;
    let store: Store;

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'store-'));
      store = await openStore(StoreOptions.parse({ kind, groupMs: 1 }), folder, silent);
    });
    afterEach(async () => {
      await store.stop();
      rmSync(folder, { recursive: true });
    });

    recordContract(() => store);
    goingOnContract(() => store);
    searchContract(() => store);
    bindingContract(() => store);
    noteContract(() => store);
    tallyContract(() => store);
  });
}

function tallyContract(store: () => Store): void {
  it('counts how the calls of a time ended', async () => {
    const { ledger, calls } = store();
    ledger.closed(
      call({ id: 'one', from: 'trunk operator', service: 'accueil', outcome: { is: 'answered', by: 'line 4101' } }),
    );
    ledger.closed(
      call({ id: 'two', from: 'trunk operator', service: 'accueil', outcome: { is: 'answered', by: 'line 4102' } }),
    );
    const transfer = { at: start, by: 'line 4101', to: '4950', how: 'blind', ended: 'caller gone' } as const;
    const answered = { service: 'accueil', outcome: { is: 'answered', by: 'line 4101' } } as const;
    for (const [id, who] of [
      ['lost', 'trunk operator'],
      ['kept', 'line 4102'],
    ] as const) {
      ledger.closed(call({ id, from: 'trunk operator', ...answered, transfers: [{ ...transfer, who }] }));
    }
    ledger.closed(call({ id: 'three', from: 'trunk operator', outcome: { is: 'caller gone', during: 'queue' } }));
    ledger.closed(
      call({ id: 'late', from: 'trunk operator', startedAt: start + 86_400_000, endedAt: start + 86_400_001 }),
    );
    ledger.opened({ id: 'going', startedAt: start, from: 'line 4101', dialled: '4102' });
    await written(store());
    const rows = await calls.tally(start - 1, start + 1_000);
    expect(
      rows.toSorted(
        (one, other) =>
          (one.outcome ?? 'z').localeCompare(other.outcome ?? 'z') || (one.how ?? '').localeCompare(other.how ?? ''),
      ),
    ).toEqual([
      { from: 'trunk operator', service: 'accueil', outcome: 'answered', calls: 3 },
      { from: 'trunk operator', service: 'accueil', outcome: 'answered', how: 'lost by transfer', calls: 1 },
      { from: 'trunk operator', outcome: 'caller gone', how: 'queue', calls: 1 },
      { from: 'line 4101', calls: 1 },
    ]);
  });
}

function noteContract(store: () => Store): void {
  it('keeps notes by kind and id, the latest of each', async () => {
    const { notes } = store();
    await notes.put('wishes', '4101', { always: '0612345678' });
    await notes.put('wishes', '4101', { always: '0698765432' });
    await notes.put('wishes', '4102', { busy: '4103' });
    await notes.put('mode', '4101', 'crisis');
    expect(await notes.load('wishes')).toEqual([
      { id: '4101', value: { always: '0698765432' } },
      { id: '4102', value: { busy: '4103' } },
    ]);
    expect(await notes.load('mode')).toEqual([{ id: '4101', value: 'crisis' }]);
  });

  it('forgets a note that is removed', async () => {
    const { notes } = store();
    await notes.put('wishes', '4101', {});
    await notes.remove('wishes', '4101');
    await notes.remove('wishes', 'never there');
    expect(await notes.load('wishes')).toEqual([]);
  });
}

export const silent = { warn: () => {}, error: () => {} };

const start = Date.now() - 60_000;

const sound: MediaQuality = {
  packetsReceived: 3_000,
  packetsSent: 2_990,
  packetsLost: 30,
  lossPercent: 0.99,
  jitterMs: 4.25,
  roundTripMs: 12,
  mos: 4.1,
};

const leg: LegRecord = {
  target: 'line 4102',
  sentAt: start + 5,
  ringingAt: start + 200,
  answeredAt: start + 3_000,
  sip: 200,
  anchored: 'nat',
  media: { ...sound, codec: 'PCMA', encrypted: true },
};

function recordContract(store: () => Store): void {
  it('keeps the whole story of a call', async () => {
    const told = call({
      id: 'whole',
      site: 'mairie',
      callerNumber: '+33199004101',
      account: 'site mairie, class standard',
      service: 'accueil',
      calledNumber: '+33639980001',
      ringingAt: start + 200,
      heardAt: start + 50,
      preAnsweredAt: start + 100,
      answeredAt: start + 3_000,
      endedBy: 'callee',
      outcome: { is: 'answered', by: 'line 4102' },
      transfers: [
        { at: start + 9_000, by: 'line 4102', who: 'line 4101', to: '4103', how: 'blind', ended: 'answered' },
      ],
      legs: [leg],
      media: sound,
      recording: 'cut short',
      decisions: [
        {
          dialled: '4102',
          destination: 'line 4102',
          treatment: 'ring line 4102',
          because: [{ room: 'dial plan', says: 'rule 4xxx fits', config: 'exchange.dialPlans.town[0]' }],
        },
      ],
    });
    store().ledger.opened(told);
    store().ledger.closed(told);
    await written(store());
    expect(await store().calls.find('whole')).toEqual(told);
  });
}

function goingOnContract(store: () => Store): void {
  it('tells of a call that goes on, without an outcome', async () => {
    const { id, startedAt, from, dialled } = call({ id: 'going on' });
    store().ledger.opened({ id, startedAt, from, dialled });
    await written(store());
    expect(await store().calls.find('going on')).toEqual({ id, startedAt, from, dialled });
    expect(await store().calls.list({ limit: 10 })).toEqual([{ id, startedAt, from, dialled }]);
  });

  it('learns of the service that a call is handed to while it goes on', async () => {
    const { id, startedAt, from, dialled } = call({ id: 'handed on' });
    store().ledger.opened({ id, startedAt, from, dialled });
    store().ledger.opened({ id, startedAt, from, dialled, service: 'accueil' });
    await written(store());
    expect(await store().calls.find(id)).toEqual({ id, startedAt, from, dialled, service: 'accueil' });
  });

  it('has it that a message was left where one was found after all, and of no call that ended well', async () => {
    const left = { is: 'message left', mailbox: '4101', message: 'm1', seconds: 9 } as const;
    store().ledger.closed(call({ id: 'cut short', outcome: { is: 'our fault', what: 'a crash' } }));
    store().ledger.closed(call({ id: 'talked', outcome: { is: 'answered', by: 'line 4102' } }));
    for (const id of ['cut short', 'talked', 'never was']) await store().ledger.settled(id, left);
    expect(await store().calls.find('cut short')).toMatchObject({ outcome: left });
    expect(await store().calls.find('talked')).toMatchObject({ outcome: { is: 'answered' } });
    expect((await store().calls.list({ limit: 9, outcome: 'message left' })).map(({ id }) => id)).toEqual([
      'cut short',
    ]);
  });

  it('lets the first end of a call stand', async () => {
    store().ledger.closed(call({ id: 'twice', outcome: { is: 'answered', by: 'line 4102' } }));
    await written(store());
    store().ledger.closed(call({ id: 'twice', outcome: { is: 'our fault', what: 'told twice' } }));
    await written(store());
    expect(await store().calls.find('twice')).toMatchObject({ outcome: { is: 'answered' } });
    expect(await store().calls.list({ limit: 10 })).toHaveLength(1);
  });

  it('finds a call by the beginning of its id, when no other begins so', async () => {
    for (const id of ['3f9a0c52-1', '3f9a0c53-1', '7e11aa00-1']) store().ledger.closed(call({ id }));
    await written(store());
    expect(await store().calls.find('3f9a0c52')).toMatchObject({ id: '3f9a0c52-1' });
    expect(await store().calls.find('7e11aa00-1')).toMatchObject({ id: '7e11aa00-1' });
    for (const id of ['3f9a0c5', '7e11', '3f9a0c52-1~', '']) expect(await store().calls.find(id)).toBeUndefined();
  });

  it('knows nothing of a call that never was', async () => {
    expect(await store().calls.find("' OR 1 = 1 --")).toBeUndefined();
  });

  it('keeps what a caller sends as it came, whatever it is', async () => {
    const dialled = "\r\n'; DROP TABLE call; --\u001b[31m\u2028é\ud83d\udd14";
    store().ledger.closed(call({ id: 'odd', dialled }));
    await written(store());
    expect(await store().calls.find('odd')).toMatchObject({ dialled });
  });

  it('keeps what follows a NUL', async () => {
    store().ledger.closed(call({ id: 'nul', dialled: '41\u000001', from: 'stranger\u0000 with more' }));
    await written(store());
    const kept = await store().calls.find('nul');
    expect(kept?.dialled).toMatch(/^41.01$/);
    expect(kept?.from).toMatch(/^stranger. with more$/);
  });

  it('is writable, and has nothing queued once all is written', async () => {
    store().ledger.closed(call({ id: 'one' }));
    await written(store());
    expect(store().health()).toMatchObject({ writable: true, queued: 0, lost: 0 });
  });
}

function searchContract(store: () => Store): void {
  it('lists the newest first, and no more than asked for', async () => {
    for (let n = 0; n < 20; n += 1) store().ledger.closed(call({ id: `call ${n}`, startedAt: start + n }));
    await written(store());
    const listed = await store().calls.list({ limit: 3 });
    expect(listed.map(({ id }) => id)).toEqual(['call 19', 'call 18', 'call 17']);
  });

  it.each([
    ['a line by its number', { from: '4101' }, ['inside']],
    ['a line by its name in the ledger', { from: 'line 4101' }, ['inside']],
    ['a trunk the call came from', { from: 'operator' }, ['in']],
    ['a caller’s number', { from: '+33639980001' }, ['in']],
    ['what was dialled', { dialled: '0199005000' }, ['out']],
    ['a site', { site: 'mairie' }, ['out', 'inside']],
    ['a trunk, either way', { trunk: 'operator' }, ['in', 'out']],
    ['an outcome', { outcome: 'refused' }, ['in']],
    ['a time to start from', { since: start + 200 }, ['in', 'out']],
    ['a time to stop before', { before: start + 200 }, ['inside']],
    ['several of these together', { trunk: 'operator', since: start + 250 }, ['in']],
    ['nothing that fits', { from: 'nobody' }, []],
  ] as const)('finds calls by %s', async (_, query, expected) => {
    for (const each of threeCalls) store().ledger.closed(each);
    await written(store());
    const found = await store().calls.list({ limit: 10, ...query });
    expect(found.map(({ id }) => id)).toEqual(expected);
  });
}

function bindingContract(store: () => Store): void {
  it('keeps the bindings of a line in their order', async () => {
    const both = [binding('sip:one@192.0.2.1', start + 60_000), binding('sip:two@192.0.2.2', start + 60_000)];
    await store().bindings.replace(line, both);
    expect(await store().bindings.load(start)).toEqual(both);
  });

  it('replaces all bindings of the line, and none of another', async () => {
    const other = { ...binding('sip:other@192.0.2.9', start + 60_000), line: LineId.parse('4102') };
    await store().bindings.replace(other.line, [other]);
    await store().bindings.replace(line, [binding('sip:old@192.0.2.1', start + 60_000)]);
    await store().bindings.replace(line, [binding('sip:new@192.0.2.1', start + 60_000)]);
    const contacts = (await store().bindings.load(start)).map(({ contact }) => contact);
    expect(contacts.sort()).toEqual(['sip:new@192.0.2.1', 'sip:other@192.0.2.9']);
  });

  it('forgets a line that has no binding left', async () => {
    await store().bindings.replace(line, [binding('sip:one@192.0.2.1', start + 60_000)]);
    await store().bindings.replace(line, []);
    expect(await store().bindings.load(start)).toEqual([]);
  });

  it('does not load what has expired', async () => {
    await store().bindings.replace(line, [binding('sip:one@192.0.2.1', start)]);
    expect(await store().bindings.load(start)).toEqual([]);
  });
}

/** Now, so that no store takes the calls for old ones. */
const line = LineId.parse('4101');

export function call(given: Partial<CallRecord>): CallRecord {
  return {
    id: 'call',
    startedAt: start,
    from: 'line 4101',
    dialled: '4102',
    configDigest: 'abc',
    decisions: [],
    legs: [],
    endedAt: start + 5_000,
    outcome: { is: 'answered', by: 'line 4102' },
    ...given,
  };
}

export function binding(contact: string, expiresAt: number): Binding {
  return {
    line,
    contact,
    q: 1_000,
    callId: 'registration',
    cseq: 1,
    expiresAt,
    received: { address: '192.0.2.1', port: 5062, transport: 'udp' },
    path: ['<sip:edge.example;lr>'],
    userAgent: 'phone/1.0',
  };
}

const threeCalls: readonly CallRecord[] = [
  call({ id: 'inside', startedAt: start + 100, site: 'mairie', legs: [{ target: 'line 4102', sentAt: start }] }),
  call({
    id: 'out',
    startedAt: start + 200,
    from: 'line 4103',
    site: 'mairie',
    dialled: '0199005000',
    legs: [{ target: 'trunk operator target 0', sentAt: start }],
  }),
  call({
    id: 'in',
    startedAt: start + 300,
    from: 'trunk operator',
    callerNumber: '+33639980001',
    dialled: '+33199004102',
    outcome: { is: 'refused', why: 'busy', sip: 486, q850: 17 },
  }),
];

/** A binding is acknowledged when everything queued before it is written: the store keeps the order. */
export async function written(store: Store): Promise<void> {
  await store.bindings.replace(LineId.parse('nobody'), []);
}
