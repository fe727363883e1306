import type { ServiceId } from '../../../src/domain/ids.ts';
import type { LedgerReply } from '../../../src/edges/http/api.ts';
import type { ExchangeView, MailboxView } from '../../../src/edges/http/ports.ts';

const task = {
  id: 'one',
  owner: { is: 'service', service: 'accueil' as ServiceId },
  number: '+33639980001',
  because: 'gave up',
  askedAt: 1_000,
  dueAt: 61_000,
  calls: 2,
  lastCall: 'two',
} as const;

const hotline = {
  id: 'accueil',
  name: 'Accueil',
  mode: 'normal',
  open: true,
  says: 'open: the hours of the week',
  timeZone: 'Europe/Paris',
} as const;

const noMailboxes: MailboxView = {
  list: async () => [],
  messages: async () => undefined,
  message: async () => undefined,
  sound: async () => undefined,
  mark: async () => undefined,
  resetPin: async () => undefined,
  expired: async () => [],
  purge: async () => 0,
  linked: async () => ({ is: 'unknown' }),
};

const day: LedgerReply = {
  rows: [
    { from: 'trunk operator', service: 'accueil', outcome: 'answered', calls: 9 },
    { from: 'trunk operator', service: 'accueil', outcome: 'caller gone', how: 'queue', calls: 1 },
    { from: 'line 4101', outcome: 'answered', calls: 5 },
  ],
  operators: ['operator'],
  callBacksOpen: 1,
  callBacksLate: 1,
  callBacksDone: { calls: 2, by: { 'we reached them': 2 }, whom: { 'line 4101': 2 } },
};

/** An exchange for the HTTP edge to talk to: everything is well, and there has been one call. */
export function calmExchange(given: Partial<ExchangeView> = {}): ExchangeView {
  const call = { id: 'one', startedAt: 1_000, from: 'line 4101', dialled: '4102' };
  return {
    readiness: () => ({
      engine: { ok: true, says: 'connected' },
      config: { ok: true, says: 'generation 1' },
      store: { ok: true, says: 'writable' },
      media: { ok: true, says: 'connected, 0 channels' },
    }),
    status: () => ({
      timeZone: 'Europe/Paris',
      name: 'Saint-Exemple',
      version: '0.1.0',
      pid: 1,
      startedAt: 1_000,
      draining: false,
      config: { digest: 'abc', generation: 1 },
      sites: 12,
      lines: 200,
      services: 3,
      trunks: 2,
      callsActive: 0,
      bindings: 0,
      linesRegistered: 0,
    }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'beffroi_info 1\n' }),
    reload: async () => ({ accepted: true, generation: 2, digest: 'def', says: '12 sites, 200 lines' }),
    calls: async () => [call],
    call: async (id) => (id === 'one' ? { ...call, decisions: [], legs: [] } : undefined),
    wishes: (line) => (line === '4101' ? { line, wishes: { doNotDisturb: true } } : undefined),
    wish: async (line, code) => (code.startsWith('*') ? { line, wishes: {} } : `${code} is no star code for wishes`),
    ledger: async () => day,
    callBacks: () => [task],
    closeCallBack: (id) => (id === task.id ? { ...task, closed: { at: 2_000, how: 'by hand' } } : undefined),
    mailboxes: noMailboxes,
    recordings: {
      list: () => [{ id: 'one', call: 'two', service: 'accueil', startedAt: 1_000, deleteAt: 86_401_000, seconds: 42 }],
      sound: async () => undefined,
      delete: async (id) => id === 'one',
    },
    registrations: () => [
      { line: '4101', contact: 'sip:4101@192.0.2.1', from: '192.0.2.1:5062/udp', q: 1_000, expiresAt: 60_000 },
    ],
    meetings: () => [
      {
        id: 'conseil',
        name: 'Conseil',
        site: 'mairie',
        extension: '4890',
        participants: 3,
        participantsAtMost: 10,
        since: 1_000,
      },
    ],
    services: () => [hotline],
    switchService: async (id, mode, by) =>
      id === 'accueil' ? { ...hotline, mode, since: 2_000, by } : `there is no service ${id}`,
    trunks: () => [
      { id: 'operator', name: 'Operator', role: 'operator', channelsInUse: 0, channelsAtMost: 30, targets: [] },
    ],
    explain: ({ from, to }) =>
      from === '4101' ? { text: `${from} calls ${to}`, explanation: {} } : `there is no line ${from}`,
    ...given,
  };
}

export const token = 'a-secret-of-the-data-folder';
export const generous = { host: '127.0.0.1', port: 0, requestsPerSecond: 1_000, connectionsAtMost: 100 };

/** A log that keeps what it is told. */
export function listeningLog() {
  const lines: object[] = [];
  const keep = (facts: object, says: string) => void lines.push({ ...facts, says });
  return { lines, debug: () => {}, warn: keep, error: keep };
}
