/** What comes out of the far end, as 16-bit samples, and where it can be fed. */
export interface Ear {
  /** All that was heard since the first sound of the latest call. */
  samples(): Int16Array;
  listen(stream: MediaStream): void;
}

export const EAR_RATE = 16_000;

/** Runs in the audio thread; the page gets a tenth of a second at a time. */
const recorder = `
class Recorder extends AudioWorkletProcessor {
  constructor() { super(); this.held = new Float32Array(${EAR_RATE / 10}); this.at = 0; }
  process([[block]]) {
    if (block === undefined) return true;
    for (const sample of block) {
      this.held[this.at++] = sample;
      if (this.at < this.held.length) continue;
      this.port.postMessage(this.held.slice());
      this.at = 0;
    }
    return true;
  }
}
registerProcessor('recorder', Recorder);
`;

/** @param isHeard told once for each call, when the first sound comes that is louder than a whisper */
export async function makeEar(isHeard: () => void): Promise<Ear> {
  const context = new AudioContext({ sampleRate: EAR_RATE });
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([recorder], { type: 'text/javascript' })));
  let blocks: Float32Array[] = [];
  let isQuiet = true;
  let before: AudioNode | undefined;
  return {
    samples: () => Int16Array.from(blocks.flatMap((block) => [...block]).map((one) => Math.round(one * 32_767))),
    listen(stream) {
      blocks = [];
      isQuiet = true;
      // Chromium decodes a remote track only for somebody who plays it.
      const player = new Audio();
      player.muted = true;
      player.srcObject = stream;
      void player.play();
      before?.disconnect();
      const recording = new AudioWorkletNode(context, 'recorder');
      const source = context.createMediaStreamSource(stream);
      before = source;
      recording.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
        if (before !== source || (isQuiet && data.every((sample) => Math.abs(sample) < 0.01))) return;
        if (isQuiet) isHeard();
        isQuiet = false;
        if (blocks.length < 3000) blocks.push(data);
      };
      source.connect(recording).connect(context.destination);
      void context.resume();
    },
  };
}

/** A microphone that hears a tone. */
export function makeMouth(hertz: number, amplitude: number): MediaStream {
  const context = new AudioContext();
  const tone = new OscillatorNode(context, { frequency: hertz });
  const loudness = new GainNode(context, { gain: amplitude });
  const out = context.createMediaStreamDestination();
  tone.connect(loudness).connect(out);
  tone.start();
  void context.resume();
  return out.stream;
}
