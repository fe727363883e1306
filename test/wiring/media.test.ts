import { describe, expect, it } from 'vitest';
import { EmbeddedMedia } from '../../src/edges/freeswitch/options.ts';
import { MediaOptions } from '../../src/engines/media/options.ts';
import { soundOptions } from '../../src/wiring/media.ts';

const places = { recordings: '/var/lib/beffroi/recordings', readable: [] };
const inForce = (media: unknown) =>
  MediaOptions.parse({ eventSocket: { password: 'x' }, ...soundOptions(EmbeddedMedia.parse(media), places) });

describe('what the configuration says of the sound', () => {
  it('is in force in the embedded engine', () => {
    const rtp = { learn: 'never', silenceSeconds: 20, holdSeconds: 900, jitterMinMs: 60, jitterMaxMs: 300 };
    const engine = inForce({ is: 'embedded', rtp, freeMegabytesAtLeast: 1000, channelsAtMost: 50 });
    expect(engine.rtp).toMatchObject(rtp);
    expect(engine.folders.freeFloorMegabytes).toBe(1000);
    expect(engine.limits.channels).toBe(50);
  });

  it('is what the engine would do by itself, where nothing is said', () => {
    const alone = MediaOptions.parse({ eventSocket: { password: 'x' } });
    const engine = inForce({ is: 'embedded' });
    expect(engine.rtp).toEqual(alone.rtp);
    expect(engine.folders.freeFloorMegabytes).toBe(alone.folders.freeFloorMegabytes);
  });
});
