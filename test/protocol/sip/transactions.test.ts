import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { step, type Table, toMermaid } from '../../../src/protocol/machine.ts';
import * as answer from '../../../src/protocol/sip/transaction/answer.ts';
import * as client from '../../../src/protocol/sip/transaction/client.ts';
import * as inviteClient from '../../../src/protocol/sip/transaction/invite-client.ts';
import * as inviteServer from '../../../src/protocol/sip/transaction/invite-server.ts';
import * as reliable from '../../../src/protocol/sip/transaction/reliable.ts';
import * as server from '../../../src/protocol/sip/transaction/server.ts';

type AnyTable = Table<string, string, string>;

const machines: [file: string, title: string, table: AnyTable, initial: string][] = [
  ['invite-client', 'INVITE client transaction', inviteClient.table as AnyTable, inviteClient.initial],
  ['invite-server', 'INVITE server transaction', inviteServer.table as AnyTable, inviteServer.initial],
  ['client', 'Non-INVITE client transaction', client.table as AnyTable, client.initial],
  ['server', 'Non-INVITE server transaction', server.table as AnyTable, server.initial],
  ['answer', '2xx to INVITE at the answering side', answer.table as AnyTable, answer.initial],
  ['reliable', 'Reliable provisional response at the answering side', reliable.table as AnyTable, reliable.initial],
];

const { UPDATE_GOLDEN } = process.env;

const rowsOf = (table: AnyTable) =>
  Object.entries(table).flatMap(([state, rows]) => Object.entries(rows).map(([event, row]) => ({ state, event, row })));

describe.each(machines)('%s', (file, title, table, initial) => {
  it('cites an RFC section in every row', () => {
    for (const { row } of rowsOf(table)) expect(row?.[2]).toMatch(/^\d{4} §\d/);
  });

  it('has no state without a way out, but the last ones', () => {
    for (const [state, rows] of Object.entries(table)) {
      const out = Object.values(rows).some((row) => row?.[0] !== state);
      expect([state, out]).toEqual([state, Object.keys(rows).length > 0]);
    }
  });

  it('reaches every state', () => {
    const seen = new Set([initial]);
    for (const state of seen) for (const row of Object.values(table[state] ?? {})) if (row) seen.add(row[0]);
    expect([...seen].sort()).toEqual(Object.keys(table).sort());
  });

  it('hears or stops every timer it arms', () => {
    for (const { row } of rowsOf(table)) {
      for (const effect of row?.[1] ?? []) {
        const name = /^arm (\w)$/.exec(effect)?.[1];
        if (name !== undefined) expect(Object.keys(table[row?.[0] ?? ''] ?? {})).toContain(`timer ${name}`);
      }
    }
  });

  it('ignores what has no row', () => {
    expect(step(table, initial, 'no such event')).toEqual({ next: initial, effects: [] });
  });

  it('is drawn as it is (UPDATE_GOLDEN=1 draws it anew)', () => {
    const at = `docs/state-machines/${file}.md`;
    const drawn = toMermaid(title, table, initial);
    if (UPDATE_GOLDEN === '1') writeFileSync(at, drawn);
    expect(readFileSync(at, 'utf8')).toBe(drawn);
  });
});

describe('the drawings', () => {
  it('are those of the machines and no others', () => {
    expect(readdirSync('docs/state-machines').sort()).toEqual(machines.map(([file]) => `${file}.md`).sort());
  });
});

describe('INVITE server transaction', () => {
  const at = (state: inviteServer.State, event: inviteServer.Event) => step(inviteServer.table, state, event);

  it('absorbs INVITE retransmissions after a 2xx (RFC 6026 §7.1)', () => {
    expect(at('accepted', 'request')).toEqual({ next: 'accepted', effects: [] });
  });

  it('stays where it is when the transport fails (RFC 6026 §8.8)', () => {
    for (const state of ['proceeding', 'accepted', 'completed'] as const)
      expect(at(state, 'transport error').next).toBe(state);
  });

  it('passes each ACK up after a 2xx and none after a refusal', () => {
    expect(at('accepted', 'ack').effects).toEqual(['pass ACK up']);
    expect(at('completed', 'ack')).toEqual({ next: 'confirmed', effects: ['stop G', 'stop H', 'arm I'] });
  });

  it('tells its user when the ACK for a refusal never comes (timer H)', () => {
    expect(at('completed', 'timer H')).toEqual({ next: 'terminated', effects: ['stop G', 'tell user: no ACK'] });
  });
});

describe('INVITE client transaction', () => {
  const at = (state: inviteClient.State, event: inviteClient.Event) => step(inviteClient.table, state, event);

  it('passes every 2xx up for 64*T1, forked and repeated ones alike (RFC 6026 §7.2)', () => {
    expect(at('accepted', '2xx')).toEqual({ next: 'accepted', effects: ['pass up'] });
  });

  it('acknowledges a repeated refusal without passing it up again (RFC 3261 §17.1.1.2)', () => {
    expect(at('completed', '3xx-6xx')).toEqual({ next: 'completed', effects: ['send ACK'] });
  });

  it('stops retransmitting at the first provisional response', () => {
    expect(at('calling', '1xx').effects).toEqual(['stop A', 'stop B', 'pass up']);
  });
});

describe('non-INVITE transactions', () => {
  it('retransmit every T2 once a provisional has come (RFC 3261 §17.1.2.2)', () => {
    expect(step(client.table, 'proceeding', 'timer E').effects).toEqual(['retransmit', 'E at T2']);
  });

  it('answer a repeated request with the final response, and nothing while there is none (RFC 3261 §17.2.2)', () => {
    expect(step(server.table, 'trying', 'request').effects).toEqual([]);
    expect(step(server.table, 'completed', 'request').effects).toEqual(['retransmit']);
  });
});
