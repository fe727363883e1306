import { stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { hears, mediaRoom, tone } from '../../support/media-room.ts';
import { until } from '../../support/net.ts';

const room = mediaRoom();

describe('a talk that is recorded', () => {
  it('is in the file with both who talk, while they hear each other and press keys', async () => {
    const [one, other] = [await room.somebody(), await room.somebody()];
    const voice = one.end.voice(one.party);
    await one.end.join(other.end);
    const keys: string[] = [];
    const forget = voice.pressed((key) => keys.push(key));
    expect(await voice.recordTalk('calls/talk.wav', () => undefined)).toBe(true);
    other.peer.say(tone);
    await until('one hears the other', () => hears(one.peer));
    const path = `${room.media.folder}/calls/talk.wav`;
    await until('a second is written', async () => ((await stat(path).catch(() => undefined))?.size ?? 0) > 16_000);
    one.peer.press(10);
    await until('the key is told', () => keys.length === 1);
    await voice.stopRecordingTalk('calls/talk.wav');
    forget();
    expect(keys).toEqual(['*']);
    const { size } = await stat(path);
    await voice.play([{ silenceMs: 200 }]);
    expect((await stat(path)).size).toBe(size);
  });

  it('is in the file when the call is over before the recording was told to stop, and does not change any more', async () => {
    const [one, other] = [await room.somebody(), await room.somebody()];
    const voice = one.end.voice(one.party);
    await one.end.join(other.end);
    expect(await voice.recordTalk('calls/short.wav', () => undefined)).toBe(true);
    one.peer.say(tone);
    other.peer.say(tone);
    await until('one hears the other', () => hears(one.peer));
    one.end.close();
    await voice.stopRecordingTalk('calls/short.wav');
    const path = `${room.media.folder}/calls/short.wav`;
    const { size } = await stat(path);
    expect(size).toBeGreaterThan(44);
    await one.end.quality;
    expect((await stat(path)).size).toBe(size);
  });

  it('is not recorded under a name that leads elsewhere', async () => {
    const one = await room.somebody();
    expect(await one.end.voice(one.party).recordTalk('../elsewhere.wav', () => undefined)).toBe(false);
  });
});
