import { describe, expect, it } from 'vitest';
import { RtpInput } from '../../../src/engines/media/rtp-input.ts';
import { g711Encoder } from '../../../src/protocol/audio/g711.ts';
import { sine } from './support/listen.ts';

/** A phone whose packets have come in a heap: more is held than the delay wants. */
function heap(samples: Int16Array): RtpInput {
  const input = new RtpInput(40, 200);
  input.apply({
    rtcpMux: false,
    codec: 'PCMA',
    payload: { send: 8, receive: 8 },
    accepted: [{ codec: 'PCMA', payloadType: 8 }],
    direction: 'sendrecv',
    ptimeMs: 20,
  });
  for (let n = 0; n < 7; n += 1) {
    const payload = new Uint8Array(160);
    g711Encoder('alaw').encode(samples.subarray(n * 160, (n + 1) * 160), 160, payload);
    input.jitter.push({ ssrc: 1, sequence: n, timestamp: n * 160, payloadType: 8, units: 160, payload }, 0);
  }
  return input;
}

const frame = new Int16Array(160);

describe('delay that is not needed', () => {
  it('is made up for in a pause, where nobody hears it', () => {
    const input = heap(new Int16Array(1120));
    for (let n = 0; n < 2; n += 1) input.read(frame);
    expect(input.jitter.skipped).toBeGreaterThan(0);
  });

  it('is left as it is for a while when somebody speaks', () => {
    const input = heap(sine(500, 200));
    for (let n = 0; n < 2; n += 1) input.read(frame);
    expect(input.jitter.skipped).toBe(0);
  });
});
