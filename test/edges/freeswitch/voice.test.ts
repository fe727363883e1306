import { stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { hears, mediaRoom, tone } from '../../support/media-room.ts';
import { until } from '../../support/net.ts';

const room = mediaRoom();

describe('a voice', () => {
  it('plays to the end, and what is begun later stops what plays', async () => {
    const one = await room.somebody();
    const voice = one.end.voice(one.party);
    expect(await voice.play([{ tone: 'beep', seconds: 0.1 }, { silenceMs: 40 }])).toEqual({ ended: 'done' });
    const first = voice.play([{ tone: 'busy', seconds: 60 }]);
    await until('it plays', () => hears(one.peer));
    const second = voice.play([{ silenceMs: 20 }]);
    expect(await first).toEqual({ ended: 'stopped' });
    expect(await second).toEqual({ ended: 'done' });
  });

  it('stops at a key that is to stop it, and at no other', async () => {
    const one = await room.somebody();
    const voice = one.end.voice(one.party);
    const keys: string[] = [];
    const forget = voice.pressed((key) => keys.push(key));
    const playing = voice.play([{ tone: 'busy', seconds: 60 }], { stopKeys: '#' });
    await until('it plays', () => hears(one.peer));
    one.peer.press(4);
    await until('the key was told', () => keys.length === 1);
    one.peer.press(11);
    expect(await playing).toEqual({ ended: 'key', key: '#' });
    forget();
    expect(keys).toEqual(['4', '#']);
  });

  it('is stopped by a key that was pressed just before it spoke, when nobody listened', async () => {
    const [one, other] = [await room.somebody(), await room.somebody()];
    const voice = one.end.voice(one.party);
    voice.loop('ring-back');
    await until('it rings', () => hears(one.peer));
    one.peer.press(11);
    // The key has long come when this is over: both stand on one clock.
    await other.end.voice(other.party).play([{ silenceMs: 600 }]);
    expect(await voice.play([{ tone: 'busy', seconds: 60 }], { stopKeys: '#' })).toEqual({ ended: 'key', key: '#' });
  });

  it('ends with a file that is not there, or that may not be named, without holding the call up', async () => {
    const one = await room.somebody();
    const voice = one.end.voice(one.party);
    expect(await voice.play([{ file: `${room.media.folder}/missing.wav` }])).toEqual({ ended: 'done' });
    expect(await voice.play([{ file: '/etc/passwd\n\napi shutdown' }])).toEqual({ ended: 'done' });
    expect(await voice.play([{ file: `/\${system touch /tmp/x}.wav` }])).toEqual({ ended: 'done' });
    expect(await voice.play([])).toEqual({ ended: 'done' });
  });
});

describe('a voice that listens for keys', () => {
  it('collects digits, those pressed while it speaks included', async () => {
    const one = await room.somebody();
    const voice = one.end.voice(one.party);
    const collecting = voice.collect([{ tone: 'busy', seconds: 60 }], {
      digitsAtMost: 3,
      firstSeconds: 5,
      betweenSeconds: 5,
    });
    await until('it plays', () => hears(one.peer));
    one.peer.press(1);
    one.peer.press(2);
    one.peer.press(3);
    expect(await collecting).toEqual({ ended: 'digits', digits: '123' });
  });

  it('ends digits at the end key, which is not one of them', async () => {
    const one = await room.somebody();
    const collecting = one.end
      .voice(one.party)
      .collect([], { digitsAtMost: 8, endKey: '#', firstSeconds: 5, betweenSeconds: 5 });
    one.peer.press(7);
    one.peer.press(11);
    expect(await collecting).toEqual({ ended: 'digits', digits: '7' });
  });

  it('hears silence when nobody presses anything', async () => {
    const one = await room.somebody();
    const voice = one.end.voice(one.party);
    const silent = voice.collect([], { digitsAtMost: 1, firstSeconds: 0.1, betweenSeconds: 1 });
    expect(await silent).toEqual({ ended: 'silence', digits: '' });
  });

  it('is stopped from outside', async () => {
    const one = await room.somebody();
    const voice = one.end.voice(one.party);
    const stop = new AbortController();
    const playing = voice.play([{ tone: 'busy', seconds: 60 }], { stop: stop.signal });
    await until('it plays', () => hears(one.peer));
    stop.abort();
    expect(await playing).toEqual({ ended: 'stopped' });
  });
});

describe('a voice that takes a message', () => {
  it('writes what is said to a file, until a key', async () => {
    const one = await room.somebody();
    const voice = one.end.voice(one.party);
    const recording = voice.record({ file: 'a/message.wav', secondsAtMost: 30, silenceSeconds: 10, stopKeys: '#' });
    one.peer.say(tone);
    await until('something is written', async () => {
      const found = await stat(`${room.media.folder}/a/message.wav`).catch(() => undefined);
      return (found?.size ?? 0) > 4_000;
    });
    one.peer.press(11);
    const recorded = await recording;
    expect(recorded).toMatchObject({ ended: 'key', key: '#', path: `${room.media.folder}/a/message.wav` });
    expect(recorded.seconds).toBeGreaterThan(0.2);
    expect((await stat(`${room.media.folder}/a/message.wav`)).size).toBeGreaterThanOrEqual(
      44 + recorded.seconds * 16_000,
    );
  });

  it('stops writing when it has been silent for long enough', async () => {
    const one = await room.somebody();
    const recorded = await one.end
      .voice(one.party)
      .record({ file: 'b.wav', secondsAtMost: 30, silenceSeconds: 1, stopKeys: '' });
    expect(recorded).toMatchObject({ ended: 'silence' });
    expect(
      await one.end.voice(one.party).record({ file: '../b.wav', secondsAtMost: 3, silenceSeconds: 1, stopKeys: '' }),
    ).toEqual({ ended: 'failed', seconds: 0 });
  });

  it('settles everything with gone when the party hangs up', async () => {
    const one = await room.somebody();
    const voice = one.end.voice(one.party);
    const collecting = voice.collect([{ tone: 'busy', seconds: 60 }], {
      digitsAtMost: 1,
      firstSeconds: 60,
      betweenSeconds: 1,
    });
    one.leave();
    one.end.close();
    expect(await collecting).toEqual({ ended: 'gone' });
    expect(voice.gone.reason).toBe('hung up');
    expect(await voice.play([{ silenceMs: 20 }])).toEqual({ ended: 'gone' });
    expect(await voice.record({ file: 'c.wav', secondsAtMost: 3, silenceSeconds: 1, stopKeys: '' })).toMatchObject({
      ended: 'gone',
    });
  });

  it('keeps what was said when the party hangs up in the middle of a message', async () => {
    const one = await room.somebody();
    const recording = one.end
      .voice(one.party)
      .record({ file: 'd.wav', secondsAtMost: 30, silenceSeconds: 10, stopKeys: '#' });
    await until('something is written', async () => {
      const found = await stat(`${room.media.folder}/d.wav`).catch(() => undefined);
      return (found?.size ?? 0) > 4_000;
    });
    one.leave();
    one.end.close();
    const recorded = await recording;
    expect(recorded).toMatchObject({ ended: 'gone', path: `${room.media.folder}/d.wav` });
    expect(recorded.seconds).toBeGreaterThan(0.2);
  });
});
