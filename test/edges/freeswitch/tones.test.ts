import { describe, expect, it } from 'vitest';
import { toneStream } from '../../../src/edges/freeswitch/tones.ts';
import { namedTone, type ToneCountry, type ToneName } from '../../../src/protocol/audio/tone-names.ts';
import { parseToneScript } from '../../../src/protocol/audio/tone-script.ts';
import { mediaRoom } from '../../support/media-room.ts';
import { until } from '../../support/net.ts';

const scriptOf = (stream: string) => parseToneScript(stream.replace('tone_stream://', ''));
const shape = (segments: readonly { frequencies: readonly number[]; onMs: number; offMs: number }[] = []) =>
  segments.map(({ frequencies, onMs, offMs }) => [frequencies, onMs, offMs]);

describe('the tones of a country', () => {
  const names: readonly (readonly [string, ToneName])[] = [
    ['ring-back', 'ringback'],
    ['busy', 'busy'],
    ['congestion', 'congestion'],
    ['dial', 'dial'],
    ['information', 'information'],
    ['call-waiting', 'waiting'],
  ];
  const countries: readonly ToneCountry[] = ['fr', 'eu', 'us'];

  it.each(countries.flatMap((country) => names.map((name) => [country, ...name] as const)))(
    'are those of ITU-T E.180: %s, %s',
    (country, name, called) => {
      expect(shape(scriptOf(toneStream(country, name))?.segments)).toEqual(shape(namedTone(country, called).segments));
    },
  );

  it('last as long as they shall, in whole rounds', () => {
    expect(toneStream('us', 'busy', 3)).toBe('tone_stream://v=-16;%(500,500,480,620);loops=3');
    expect(toneStream('eu', 'call-waiting', 12)).toBe('tone_stream://v=-22;%(200,200,425);%(200,5000,425);loops=2');
    expect(toneStream('fr', 'dial', 2)).toBe('tone_stream://v=-16;%(2000,0,440);loops=1');
    expect(toneStream('fr', 'beep', 0.4)).toBe('tone_stream://v=-12;%(400,0,1000);loops=1');
  });
});

describe('a caller', () => {
  const room = mediaRoom({ tones: 'us' });

  it('hears the ring-back of the country that was chosen', async () => {
    const one = await room.somebody();
    one.end.voice(one.party).loop('ring-back');
    const share = (hz: number, sound: Int16Array): number => {
      let [real, imaginary, energy] = [0, 0, 1];
      sound.forEach((sample, at) => {
        real += sample * Math.cos((2 * Math.PI * hz * at) / 8000);
        imaginary += sample * Math.sin((2 * Math.PI * hz * at) / 8000);
        energy += sample * sample;
      });
      return (2 * (real * real + imaginary * imaginary)) / (sound.length * energy);
    };
    await until('both tones', () => {
      const sound = one.peer.samples('PCMA').slice(-4000);
      return sound.length === 4000 && share(440, sound) > 0.4 && share(480, sound) > 0.4;
    });
  });
});
