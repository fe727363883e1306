import { describe, expect, it } from 'vitest';
import { hears, mediaRoom, tone } from '../../support/media-room.ts';
import { until } from '../../support/net.ts';

const room = mediaRoom();
let count = 0;

/** A name that no meeting before had, also on a server that outlives the test. */
const newName = (): string => {
  count += 1;
  return `meeting-test-${process.pid}-${count}`;
};

describe('a meeting', () => {
  it('lets three hear each other, and who begins something else is out of it', async () => {
    const name = newName();
    const people = [await room.somebody(), await room.somebody(), await room.somebody()];
    const voices = people.map(({ end, party }) => end.voice(party));
    const meeting = voices.map((voice) => voice.meet(name));
    const [first, second, third] = people;
    first?.peer.say(tone);
    await until('the second hears the first', () => second !== undefined && hears(second.peer));
    await until('the third hears the first', () => third !== undefined && hears(third.peer));
    voices[2]?.loop('silence');
    expect(await meeting[2]).toBe('stopped');
    first?.leave();
    first?.end.close();
    expect(await meeting[0]).toBe('gone');
    expect(second?.end.gone.aborted).toBe(false);
  });

  it('is told by a tone who comes and goes', async () => {
    const name = newName();
    const [one, other] = [await room.somebody(), await room.somebody()];
    const voices = [one, other].map(({ end, party }) => end.voice(party));
    for (const voice of voices) void voice.meet(name);
    await until('both hear the tone', () => {
      voices[0]?.tellMeeting(name, { tone: 'enters', seconds: 0.2 });
      return hears(one.peer) && hears(other.peer);
    });
  });

  it('has no name that could carry a second command', async () => {
    const one = await room.somebody();
    const voice = one.end.voice(one.party);
    await expect(voice.meet('one\n\napi shutdown')).resolves.toBe('ended');
    voice.tellMeeting('one play /etc/passwd', { tone: 'enters', seconds: 0.2 });
    expect(await voice.play([{ silenceMs: 20 }])).toEqual({ ended: 'done' });
  });
});
