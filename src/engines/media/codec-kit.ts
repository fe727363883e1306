import type { AudioDecoder, AudioEncoder, SampleRate } from '../../protocol/audio/codec.ts';
import { g711Decoder, g711Encoder, type Law } from '../../protocol/audio/g711.ts';
import { g722Decoder, g722Encoder } from '../../protocol/audio/g722.ts';
import { type CodecQuality, G711_QUALITY, G722_QUALITY } from '../../protocol/rtcp/quality.ts';
import type { CodecName } from '../../protocol/sdp/codecs.ts';

export const FRAME_MS = 20;
/** All our codecs have one octet a tick of their 8 kHz RTP clock. */
export const OCTETS_PER_MS = 8;
export const CLOCK_RATE = 8000;

/** What stands behind a codec's name. */
export interface CodecKit {
  readonly sampleRate: SampleRate;
  readonly quality: CodecQuality;
  /** Of the codecs without memory: sound that was encoded for one will do for all. */
  readonly law?: Law;
  decoder(): AudioDecoder;
  encoder(): AudioEncoder;
}

export const CODEC_KITS: Readonly<Record<CodecName, CodecKit>> = {
  PCMA: {
    sampleRate: 8000,
    quality: G711_QUALITY,
    law: 'alaw',
    decoder: () => g711Decoder('alaw'),
    encoder: () => g711Encoder('alaw'),
  },
  PCMU: {
    sampleRate: 8000,
    quality: G711_QUALITY,
    law: 'mulaw',
    decoder: () => g711Decoder('mulaw'),
    encoder: () => g711Encoder('mulaw'),
  },
  G722: { sampleRate: 16000, quality: G722_QUALITY, decoder: g722Decoder, encoder: g722Encoder },
};
