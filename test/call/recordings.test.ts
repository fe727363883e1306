import { describe, expect, it } from 'vitest';
import { takeCall } from '../../src/call/path.ts';
import { createRecordings } from '../../src/call/recordings.ts';
import type { CallRecording } from '../../src/domain/call-recording.ts';
import type { ServiceId } from '../../src/domain/ids.ts';
import { buildConfig } from '../support/build-config.ts';
import { incoming } from '../support/calls.ts';
import { beauvoirFiles } from '../support/town.ts';
import { fakeWorld, type Town } from './fake-world.ts';

const service = {
  name: 'Accueil',
  site: 'mairie',
  numbers: ['+33199004950'],
  members: ['4101'],
  overflow: [{ to: 'goodbye' }],
  recording: { keepDays: 15 },
};
const config = buildConfig({ ...beauvoirFiles, services: { accueil: service } } as never);
const operator = { address: '192.0.2.1', port: 5060, transport: 'udp' } as const;
const answers: Town['legsOf'] = () => [
  [
    { after: 1, does: 'ring' },
    { after: 8, does: 'answer' },
  ],
];

async function call(town: Town) {
  const fake = fakeWorld({ config, ...town });
  const over = takeCall(incoming({ dialled: '+33199004950', source: operator }), fake.caller, config, fake.world);
  await fake.clock.run(600);
  await over;
  return fake;
}

describe('a talk of a service that records', () => {
  it('is recorded once the caller was told, and kept', async () => {
    const { told, kept, closed } = await call({ voice: {}, legsOf: answers, talks: 30 });
    expect(told().slice(0, 2)).toEqual(['answer', '+0 play recording.on menu.stop-recording']);
    expect(told().slice(-2)).toEqual(['+12 records the talk', '+42 records no more']);
    expect(kept).toEqual(['begins of accueil', 'keeps']);
    expect(closed[0]).toMatchObject({ outcome: { is: 'answered' }, recording: 'whole' });
  });

  it('is kept as far as the disk took it, and the record of the call says so', async () => {
    const { kept, closed } = await call({ voice: { diskFills: 10 }, legsOf: answers, talks: 30 });
    expect(kept).toEqual(['begins of accueil', 'keeps']);
    expect(closed[0]).toMatchObject({ outcome: { is: 'answered' }, recording: 'cut short' });
  });

  it('is not recorded at all when the caller presses the key before', async () => {
    const { kept, told } = await call({ voice: { keys: [[1, '*']] }, legsOf: answers, talks: 30 });
    expect(kept).toEqual([]);
    expect(told().some((line) => line.includes('records'))).toBe(false);
  });

  it('is deleted as far as it was recorded when the caller presses the key during it', async () => {
    const { kept, told, closed } = await call({ voice: { keys: [[20, '*']] }, legsOf: answers, talks: 30 });
    expect(told().slice(-2)).toEqual(['+20 records no more', '+20 tells recording.off']);
    expect(kept).toEqual(['begins of accueil', 'discards']);
    expect(closed[0]?.recording).toBe('deleted');
  });

  it('is deleted as well when the agent presses the key', async () => {
    const answererVoice = () => ({ keys: [[5, '*']] as const });
    const { kept } = await call({ voice: {}, answererVoice, legsOf: answers, talks: 30 });
    expect(kept).toEqual(['begins of accueil', 'discards']);
  });

  it('is not recorded where nobody can be told: there is no media server', async () => {
    const { kept, closed } = await call({ legsOf: answers, talks: 30 });
    expect(kept).toEqual([]);
    expect(closed[0]?.outcome).toMatchObject({ is: 'answered' });
  });
});

/** A desk over a store and files of its own, which outlive it. */
function desk(files: Map<string, number>, rows = new Map<string, CallRecording>(), fails = false) {
  const alarms: string[] = [];
  let count = rows.size;
  const recordings = createRecordings({
    now: () => 1_000,
    newId: () => {
      count += 1;
      return `r${count}`;
    },
    store: {
      load: async () => [...rows.values()],
      put: async (one) => {
        if (fails) throw new Error('the disk is full');
        rows.set(one.id, one);
      },
      remove: async (id) => void rows.delete(id),
    },
    files: { seconds: async (file) => files.get(file), remove: async (file) => void files.delete(file) },
    alarm: (_, says) => void alarms.push(says),
  });
  return { recordings, rows, files, alarms };
}

const order = { call: 'one', service: 'accueil' as ServiceId, keepDays: 1 };

describe('the recordings of talks', () => {
  it('are kept by what is in the file, and deleted when their days are over', async () => {
    const { recordings, rows, files } = desk(new Map([['calls/r1.wav', 42]]));
    const begun = await recordings.begin(order);
    if (begun !== undefined) await recordings.keep(begun);
    expect(recordings.list()).toMatchObject([{ id: 'r1', seconds: 42, deleteAt: 86_401_000 }]);
    expect(await recordings.purge(86_400_999)).toBe(0);
    expect(await recordings.purge(86_401_000)).toBe(1);
    expect([rows.size, files.size]).toEqual([0, 0]);
  });

  it('leave nothing when nothing was said, or nobody wished it', async () => {
    const { recordings, rows, files } = desk(new Map([['calls/r2.wav', 3]]));
    const [silent, unwished] = [await recordings.begin(order), await recordings.begin(order)];
    if (silent !== undefined) await recordings.keep(silent);
    if (unwished !== undefined) await recordings.discard(unwished);
    expect([rows.size, files.size, recordings.list().length]).toEqual([0, 0, 0]);
  });

  it('that a crash cut short are kept at the next start', async () => {
    const before = desk(new Map([['calls/r1.wav', 7]]));
    await before.recordings.begin(order);
    const after = desk(before.files, before.rows);
    await after.recordings.recover();
    expect(after.recordings.list()).toMatchObject([{ id: 'r1', seconds: 7 }]);
  });

  it('are deleted by hand, but not while they go on', async () => {
    const { recordings } = desk(new Map([['calls/r1.wav', 7]]));
    const begun = await recordings.begin(order);
    expect(await recordings.delete('r1')).toBe(false);
    if (begun !== undefined) await recordings.keep(begun);
    expect(await recordings.delete('r1')).toBe(true);
    expect(await recordings.delete('r1')).toBe(false);
  });

  it('are none, with an alarm, when the store cannot write', async () => {
    const { recordings, alarms } = desk(new Map(), new Map(), true);
    expect(await recordings.begin(order)).toBeUndefined();
    expect(alarms).toEqual(['a talk cannot be recorded']);
  });
});
