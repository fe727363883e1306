import { mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSecrets } from '../../src/config/secrets.ts';
import type { TrunkReply } from '../../src/edges/http/api.ts';
import type { ExchangeView } from '../../src/edges/http/ports.ts';
import { writeRuntime } from '../../src/edges/http/runtime.ts';
import { type HttpServer, startHttp } from '../../src/edges/http/server.ts';
import { openStore } from '../../src/edges/stores/open.ts';
import { StoreOptions } from '../../src/edges/stores/options.ts';
import { call, silent } from '../contract/store.ts';
import { calmExchange, generous, listeningLog } from '../edges/http/exchange.ts';
import { beffroi, noon, workplace } from './terminal.ts';

let place: ReturnType<typeof workplace>;
beforeEach(() => {
  place = workplace();
});
afterEach(() => {
  place.remove();
});

const story = call({
  id: 'abc',
  startedAt: noon - 3_600_000,
  site: 'mairie',
  callerNumber: '+33199004001',
  dialled: '00639980142',
  account: 'line 4001 of mairie',
  configDigest: '0123abcd',
  ringingAt: noon - 3_599_500,
  answeredAt: noon - 3_597_000,
  endedAt: noon - 3_537_000,
  endedBy: 'callee',
  outcome: { is: 'answered', by: 'trunk operateur target 0' },
  media: { packetsReceived: 3_000, packetsSent: 2_990, packetsLost: 0, lossPercent: 0, jitterMs: 0.42 },
  legs: [
    {
      target: 'trunk operateur target 0',
      called: '+33639980123',
      shows: '+33199004101',
      anchored: 'encryption',
      media: {
        codec: 'PCMA',
        encrypted: true,
        packetsReceived: 2_970,
        packetsSent: 3_001,
        packetsLost: 30,
        lossPercent: 1,
        jitterMs: 4.25,
        roundTripMs: 12,
        mos: 4.12,
      },
      sentAt: noon - 3_599_990,
      ringingAt: noon - 3_599_500,
      answeredAt: noon - 3_597_000,
      endedAt: noon - 3_537_000,
      sip: 200,
    },
  ],
  decisions: [
    {
      dialled: '00639980142',
      account: 'line 4001 of mairie',
      destination: 'outside mobile +33639980142',
      treatment: 'ring in turn operateur[0]',
      because: [{ room: 'dial plan', says: 'rule 0. fits', config: 'exchange.dialPlans.ville[2]' }],
    },
  ],
});
const refused = call({
  id: 'def',
  startedAt: noon - 1_800_000,
  from: 'stranger',
  dialled: '\u001b[2Jx',
  outcome: { is: 'refused', why: 'stranger', sip: 403, q850: 21 },
});

describe('the ledger of an exchange that does not run', () => {
  beforeEach(async () => {
    mkdirSync(place.data);
    const store = await openStore(StoreOptions.parse({}), place.data, silent);
    store.ledger.closed(story);
    store.ledger.closed(refused);
    await store.stop();
  });
  const calls = (...words: string[]) => beffroi(['calls', ...words, '--data', place.data]);

  it('is listed, the newest first', async () => {
    const { code, out } = await calls();
    expect(code).toBe(0);
    const [head, first, second] = out.split('\n');
    expect(head).toMatch(/^started +from +dialled +outcome +talk +id$/);
    expect(first).toMatch(/11:30:00.*stranger.*refused: stranger \(403, Q\.850 21\).*def$/);
    expect(second).toMatch(/11:00:00.*\+33199004001.*00639980142.*answered by trunk operateur.*1:00.*abc$/);
  });

  it('cannot be made to paint the screen by what a caller sent', async () => {
    expect((await calls()).out).not.toContain('\u001b');
    expect((await calls('def')).out).not.toContain('\u001b');
    expect((await calls('--json')).out).not.toContain('\u001b');
    expect(JSON.parse((await calls('--json')).out)[0].dialled).toBe('\u001b[2Jx');
  });

  it('is searched', async () => {
    const found = async (...words: string[]) =>
      JSON.parse((await calls('--json', ...words)).out).map((each: { id: string }) => each.id);
    expect(await found('--from', 'stranger')).toEqual(['def']);
    expect(await found('--since', '45m')).toEqual(['def']);
    expect(await found('--before', '11:15')).toEqual(['abc']);
    expect(await found('--since', '2026-11-24')).toEqual(['def', 'abc']);
    expect(await found('--trunk', 'operateur', '--outcome', 'answered', '--site', 'mairie')).toEqual(['abc']);
    expect(await found('--dialled', '00639980142', '--last', '1')).toEqual(['abc']);
  });

  it('says so when nothing fits', async () => {
    expect(await calls('--outcome', 'our-fault')).toMatchObject({ code: 1, out: '' });
  });

  it('tells one call’s whole story', async () => {
    const { code, out } = await calls('abc');
    expect(code).toBe(0);
    for (const part of [
      'line 4101, number +33199004001, site mairie',
      'rule 0. fits  (exchange.dialPlans.ville[2])',
      'leads to    outside mobile +33639980142',
      'trunk operateur target 0 calls +33639980123, shows +33199004101: sent +0.010 s, ringing +0.500 s, answered +3.000 s, ended +63.000 s, 200',
      'over the media server: encryption',
      'sound: PCMA encrypted, MOS 4.1, jitter 4.3 ms, loss 1.0 %, round trip 12 ms, 2970 packets in, 3001 out',
      'of the caller: jitter 0.4 ms, loss 0.0 %, 3000 packets in, 2990 out',
      'answered by trunk operateur target 0',
      'by the callee, after 1:00 of talk',
      'configuration 0123abcd',
    ]) {
      expect(out).toContain(part);
    }
    expect(JSON.parse((await calls('abc', '--json')).out)).toEqual(story);
  });

  it('knows nothing of a call that never was', async () => {
    expect(await calls('nothing')).toMatchObject({ code: 1, err: 'no call nothing is in the ledger\n' });
  });
});

it('says so when there is no ledger at all', async () => {
  const { code, err } = await beffroi(['calls', '--data', place.data]);
  expect(code).toBe(1);
  expect(err).toContain(`there is no ledger in ${place.data}`);
});

let server: HttpServer | undefined;
const serve = async (given: Partial<ExchangeView> = {}) => {
  mkdirSync(place.data, { mode: 0o700 });
  const token = openSecrets(place.data, {}).resolve({ generated: 'api-token' });
  if (!('secret' in token)) throw new Error(token.missing);
  server = await startHttp(generous, token.secret, calmExchange(given), listeningLog());
  const { url } = server;
  writeRuntime(place.data, {
    pid: process.pid,
    url,
    startedAt: noon,
    version: '0',
    token: { generated: 'api-token' },
  });
};
const ask = (...words: string[]) => beffroi([...words, '--data', place.data]);
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

describe('a running exchange', () => {
  it('is asked for its calls, though its ledger may be written at that moment', async () => {
    await serve();
    expect((await ask('calls')).out).toContain('goes on');
    expect((await ask('calls', 'one')).out).toContain('one');
    expect((await ask('calls', 'nothing')).code).toBe(1);
  });

  it('tells who is registered', async () => {
    await serve();
    const { code, out } = await ask('registrations', '4101');
    expect(code).toBe(0);
    expect(out).toMatch(/4101 +sip:4101@192\.0\.2\.1 +192\.0\.2\.1:5062\/udp +1/);
    expect(JSON.parse((await ask('registrations', '--json')).out)).toHaveLength(1);
  });

  it('tells each target of its trunks, and fails when all of a trunk are silent', async () => {
    const targets: TrunkReply['targets'] = [
      { target: '192.0.2.1:5060/udp', state: 'silent' },
      { target: '192.0.2.2:5060/udp', state: 'unknown' },
    ];
    const trunk = { id: 'operateur', name: 'O', role: 'operator', channelsInUse: 3, channelsAtMost: 30 } as const;
    let answering = targets;
    await serve({ trunks: () => [{ ...trunk, targets: answering }] });
    const up = await ask('trunks');
    expect(up.code).toBe(0);
    expect(up.out).toMatch(
      /operateur +operator +3 of 30 +192\.0\.2\.1:5060\/udp +DOES NOT ANSWER\n +192\.0\.2\.2\S+ +not heard yet\n/,
    );
    answering = targets.map((target) => ({ ...target, state: 'silent' }));
    expect((await ask('trunks')).code).toBe(1);
  });

  it('reloads, or says every problem', async () => {
    await serve();
    expect(await ask('reload')).toMatchObject({ code: 0, out: 'Reloaded: 12 sites, 200 lines\n' });
    await server?.stop();
    place.remove();
    place = workplace();
    await serve({ reload: async () => ({ accepted: false, problems: ['sites/mairie.yaml:2:7  a mistake'] }) });
    const { code, err } = await ask('reload');
    expect(code).toBe(1);
    expect(err).toMatch(/mairie\.yaml:2:7 .*Refused: nothing was changed/s);
  });

  it('explains with its live facts', async () => {
    await serve();
    expect(await ask('explain', '--live', '--from', '4101', '--to', '4102')).toMatchObject({
      code: 0,
      out: '4101 calls 4102\n',
    });
    expect(await ask('explain', '--live', '--from', '9', '--to', '4102')).toMatchObject({ code: 1 });
  });
});

describe('the day of a running exchange', () => {
  it('adds up the day, those from outside unless all are asked for', async () => {
    await serve();
    const { code, out } = await ask('ledger', '--day', '2026-11-24');
    expect(code).toBe(0);
    expect(out).toMatch(/^2026-11-24\n/);
    expect(out).toMatch(/offered +10 +100\.0 %/);
    expect(out).toMatch(/caller gave up +1 +10\.0 % +1 queue/);
    expect(out).toMatch(/call-backs done +2 +2 we reached them \(2 line 4101\)/);
    expect(out).toMatch(/call-backs open +1 +1 late/);
    expect(out).toMatch(/lost +0/);
    expect((await ask('ledger', '--all')).out).toMatch(/offered +15/);
    expect(JSON.parse((await ask('ledger', '--service', 'none', '--json')).out)).toMatchObject({ offered: 0, lost: 0 });
    expect(await ask('ledger', '--day', 'tomorrow')).toMatchObject({ code: 2 });
  });

  it('fails the day when a call was lost', async () => {
    const rows = [{ from: 'trunk operator', outcome: 'our fault', calls: 1 } as const];
    const callBacksDone = { calls: 0, by: {}, whom: {} };
    const reply = { rows, operators: ['operator'], callBacksOpen: 0, callBacksLate: 0, callBacksDone };
    await serve({ ledger: async () => reply });
    expect(await ask('ledger')).toMatchObject({ code: 1, out: expect.stringMatching(/lost +1/) });
  });

  it('tells what a line wishes, and changes it by star code', async () => {
    await serve();
    expect(await ask('wishes', '4101')).toMatchObject({ code: 0, out: '4101\n  is not to be disturbed\n' });
    expect(await ask('wishes', '4101', '*26')).toMatchObject({ code: 0, out: '4101 has no wishes\n' });
    expect(await ask('wishes', '4101', '99')).toMatchObject({ code: 1, err: '99 is no star code for wishes\n' });
    expect(await ask('wishes', '9999')).toMatchObject({ code: 1, err: 'there is no line 9999\n' });
    expect(await ask('wishes')).toMatchObject({ code: 2 });
  });

  it('tells who is to be called back, and closes a task by hand', async () => {
    await serve();
    expect((await ask('call-backs')).out).toMatch(/service accueil +\+33639980001 +gave up +2 +LATE +one/);
    expect(await ask('call-backs', 'close', 'one')).toMatchObject({
      code: 0,
      out: '+33639980001 needs no call back by service accueil any more.\n',
    });
    expect(await ask('call-backs', 'close', 'two')).toMatchObject({ code: 1 });
    expect(await ask('call-backs', 'clos', 'one')).toMatchObject({ code: 2 });
  });
});

describe('the modes of hotlines', () => {
  it('are told, of all or of one', async () => {
    await serve();
    const all = await ask('mode');
    expect(all).toMatchObject({ code: 0, err: '' });
    expect(all.out).toMatch(/^service +mode +since +now +opens\s*\naccueil +normal +open: the hours of the week/);
    expect(await ask('mode', 'accueil')).toEqual(all);
    expect(JSON.parse((await ask('mode', '--json')).out)).toMatchObject([
      { id: 'accueil', mode: 'normal', open: true },
    ]);
  });

  it('are switched, and it is told since when and by whom', async () => {
    const switched: unknown[] = [];
    const calm = calmExchange();
    await serve({
      switchService: (id, mode, by) => {
        switched.push([id, mode, by]);
        return calm.switchService(id, mode, by);
      },
    });
    const { code, out } = await ask('mode', 'accueil', 'crisis');
    expect(code).toBe(0);
    expect(out).toMatch(/accueil +crisis +1970-01-01/);
    expect(switched).toEqual([['accueil', 'crisis', expect.stringMatching(/API|command line/)]]);
  });

  it.each([
    [['accueil', 'crsis'], 2, 'there is no mode crsis: did you mean crisis?'],
    [['accueil', 'frozen'], 2, 'there is no mode frozen; there are normal, crisis, closed'],
    [['acceuil'], 2, 'there is no service acceuil: did you mean accueil?'],
    [['acceuil', 'closed'], 1, 'there is no service acceuil'],
    [['accueil', 'closed', 'now'], 2, '"now" is one word too many'],
  ])('are not switched by %j', async (words, code, says) => {
    await serve();
    expect(await ask('mode', ...words)).toMatchObject({ code, out: '', err: expect.stringContaining(says) });
  });

  it('cannot be told when no exchange runs', async () => {
    expect(await ask('mode')).toMatchObject({ code: 3, out: '' });
  });
});
