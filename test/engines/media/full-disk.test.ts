import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWavHeader } from '../../../src/protocol/audio/wav.ts';
import { canLimitFiles, limitFiles } from '../../support/file-limit.ts';
import { Bench } from './support/bench.ts';
import { babble } from './support/listen.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

describe.skipIf(!canLimitFiles)('a disk that fills while a message is recorded', () => {
  it('ends the recording, says why, and leaves a file whose header tells what is in it; the call goes on', async () => {
    const leg = await bench.leg();
    leg.phone.say(babble(1000));
    limitFiles(20_000);
    try {
      const { completion } = leg.application.execute(leg.uuid, 'record', 'message.wav 30');
      await completion;
    } finally {
      limitFiles('unlimited');
    }
    expect(await leg.application.api(`uuid_getvar ${leg.uuid} record_problem`)).toBe('the disk is full');
    await leg.application.execute(leg.uuid, 'sleep', '100').completion;
    const file = new Uint8Array(readFileSync(`${bench.folder}/message.wav`));
    expect(file.length).toBe(20_000);
    expect(readWavHeader(file, file.length)).toMatchObject({ dataBytes: 20_000 - 44 });
    await leg.application.execute(leg.uuid, 'record', 'after.wav 1').completion;
    expect(await leg.application.api(`uuid_getvar ${leg.uuid} record_ms`)).toBe('1000');
  });

  it('is told of a recording of both directions as well', async () => {
    const leg = await bench.leg();
    leg.phone.say(babble(1000));
    limitFiles(20_000);
    try {
      leg.application.execute(leg.uuid, 'record_session', 'both.wav');
      const stopped = await leg.application.named('RECORD_STOP');
      expect(stopped['Record-Completion-Cause']).toBe('the disk is full');
    } finally {
      limitFiles('unlimited');
    }
  });
});
