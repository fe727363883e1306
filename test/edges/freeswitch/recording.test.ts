import { stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { canLimitFiles, limitFiles } from '../../support/file-limit.ts';
import { isEmbeddedMedia } from '../../support/media.ts';
import { hears, mediaRoom, offer, portOf, tone } from '../../support/media-room.ts';
import { until } from '../../support/net.ts';

const room = mediaRoom();
const sizeOf = async (file: string) => (await stat(`${room.media.folder}/${file}`).catch(() => undefined))?.size ?? 0;
const warned = (says: string) => room.media.warnings.some((warning) => warning.includes(says));

describe('a message', () => {
  it('is as long as it was, also of a caller whose sound is of twice the rate', async () => {
    const peer = await room.peer();
    const wide = offer(peer.port).replace('AVP 8 101', 'AVP 9 101').replace('8 PCMA', '9 G722');
    const end = room.keep(await room.media.pool.open({ offer: wide }));
    peer.sendTo(portOf(end.sdp));
    peer.say(tone, 'G722');
    const voice = end.voice({ gone: new AbortController().signal, hangUp: () => undefined });
    const recorded = await voice.record({ file: 'wide.wav', secondsAtMost: 1, silenceSeconds: 10, stopKeys: '' });
    expect(recorded).toMatchObject({ ended: 'full length', seconds: 1 });
    expect(await sizeOf('wide.wav')).toBe(44 + 32_000);
  });
});

describe.skipIf(!canLimitFiles || !isEmbeddedMedia)('a disk that fills', () => {
  it('is told apart from a message of full length', async () => {
    const one = await room.somebody();
    one.peer.say(tone);
    limitFiles(20_000);
    const recording = one.end
      .voice(one.party)
      .record({ file: 'cut.wav', secondsAtMost: 30, silenceSeconds: 10, stopKeys: '' });
    const recorded = await recording.finally(() => limitFiles('unlimited'));
    expect(recorded).toMatchObject({ ended: 'cut', path: `${room.media.folder}/cut.wav` });
    expect(warned('a recording was cut short {"why":"the disk is full"}')).toBe(true);
    const after = await one.end
      .voice(one.party)
      .record({ file: 'after.wav', secondsAtMost: 1, silenceSeconds: 10, stopKeys: '' });
    expect(after).toMatchObject({ ended: 'full length' });
  });

  it('cuts the recording of a talk short, and whoever wanted it is told, as is the log', async () => {
    const [one, other] = [await room.somebody(), await room.somebody()];
    const voice = one.end.voice(one.party);
    await one.end.join(other.end);
    other.peer.say(tone);
    await until('one hears the other', () => hears(one.peer));
    limitFiles(20_000);
    try {
      let isCut = false;
      await voice.recordTalk('calls/cut.wav', () => {
        isCut = true;
      });
      await until('it is told', () => warned('the recording of a talk was cut short {"why":"the disk is full"}'));
      expect(isCut).toBe(true);
    } finally {
      limitFiles('unlimited');
    }
    await voice.stopRecordingTalk('calls/cut.wav');
  });
});

describe('a disk with less room than shall be left', () => {
  const full = mediaRoom({ freeMegabytesAtLeast: 1_048_576 });

  it('takes no message', async () => {
    const one = await full.somebody();
    const recorded = await one.end
      .voice(one.party)
      .record({ file: 'none.wav', secondsAtMost: 1, silenceSeconds: 10, stopKeys: '' });
    expect(recorded).toEqual({ ended: 'failed', seconds: 0 });
    expect(full.media.warnings).toContain('a recording was refused {"why":"the disk is full"}');
  });
});
