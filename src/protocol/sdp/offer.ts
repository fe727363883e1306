import type { CryptoLine } from '../srtp/sdes.ts';
import { writeCryptoLine } from '../srtp/sdes.ts';
import {
  COMFORT_NOISE_TYPE,
  type CodecName,
  isCodec,
  isComfortNoise,
  isTelephoneEvent,
  OUR_EVENT_TYPE,
  OUR_PAYLOAD_TYPE,
  payloadFormats,
} from './codecs.ts';
import {
  type Attribute,
  attribute,
  directionOf,
  type MediaDescription,
  type SessionDescription,
} from './description.ts';
import { dtlsAttributes, type LocalMedia, localSession, ourFormats, rtcpAttributes } from './local-media.ts';
import { answeringDirection, type NegotiatedAudio, type Remote } from './negotiated.ts';
import {
  cryptoLines,
  isOldHold,
  peerDtls,
  ptimeOf,
  remoteOf,
  remoteRtcpOf,
  type TransportKind,
  transportKind,
} from './peer-media.ts';

/** An offer of ours, and what must be remembered until the answer comes. */
export interface Offer {
  readonly description: SessionDescription;
  readonly crypto: readonly CryptoLine[];
  readonly isDtls: boolean;
}

/** Offers all we speak on one audio line; `RTP/SAVP` with one crypto line a suite where SRTP is required. */
export function makeOffer(local: LocalMedia): Offer {
  const { formats, attributes } = ourFormats(local.codecs);
  const dtls = local.offersDtls === true ? local.dtls : undefined;
  const crypto =
    local.srtp.use === 'required' && dtls === undefined
      ? local.srtp.suites.map((suite, i) => ({ tag: i + 1, suite, master: local.srtp.master(suite) }))
      : [];
  const lines: readonly Attribute[] = [
    ...attributes,
    { name: 'ptime', value: String(local.ptimeMs) },
    { name: local.direction },
    ...rtcpAttributes(local, local.rtcpMux),
    ...crypto.map((line) => ({ name: 'crypto', value: writeCryptoLine(line) })),
    ...(dtls === undefined ? [] : [...dtlsAttributes(local, dtls, 'actpass'), { name: 'mid', value: '0' }]),
  ];
  const protocol = dtls !== undefined ? 'UDP/TLS/RTP/SAVPF' : crypto.length > 0 ? 'RTP/SAVP' : 'RTP/AVP';
  const media: MediaDescription = { kind: 'audio', port: local.port, protocol, formats, attributes: lines };
  const session = dtls === undefined ? [] : [{ name: 'ice-lite' }, { name: 'group', value: 'BUNDLE 0' }];
  return { description: localSession(local, [media], session), crypto, isDtls: dtls !== undefined };
}

/**
 * What an answer to our offer means. A sentence when it cannot be used: the call has no media. An answer that repeats our
 * own address and port comes from an application that has no peer yet: everything holds but `remote`.
 */
export function takeAnswer(offer: Offer, answer: SessionDescription, local: LocalMedia): NegotiatedAudio | string {
  const line = answer.media[0];
  if (line === undefined || line.kind !== 'audio') return 'the answer has no audio line';
  if (line.port === 0) return 'our audio was refused';
  const codecs = codecsAnswered(line, local.codecs);
  const isCopy = isOurselves(remoteOf(answer, line), local);
  const keys = isCopy ? {} : keysAnswered(offer, answer, line);
  if (codecs === undefined) return 'no codec in common';
  if (typeof keys === 'string') return keys;
  const isMuxed = local.rtcpMux && attribute(line, 'rtcp-mux') !== undefined;
  const remote = isCopy ? undefined : remoteOf(answer, line);
  const isHeld = isOldHold(answer, line) && !('dtls' in keys);
  const answered = isHeld ? 'inactive' : directionOf(answer, line);
  return {
    ...(remote === undefined ? {} : { remote, remoteRtcp: remoteRtcpOf(remote, line, isMuxed) }),
    rtcpMux: isMuxed,
    ...codecs,
    direction: answeringDirection(answered, local.direction),
    ptimeMs: ptimeOf(line, local.ptimeMs),
    ...keys,
  };
}

/** The answerer may use numbers of its own for what it receives (RFC 3264 §5.1); we receive under those we offered. */
function codecsAnswered(line: MediaDescription, ours: readonly CodecName[]) {
  const formats = payloadFormats(line);
  const codecs = formats.flatMap((format) => {
    const codec = ours.find((name) => isCodec(format, name));
    return codec === undefined ? [] : [{ codec, send: format.payloadType, receive: OUR_PAYLOAD_TYPE[codec] }];
  });
  const [first] = codecs;
  if (first === undefined) return undefined;
  const event = formats.find((format) => isTelephoneEvent(format, 8000));
  const noise = formats.find(isComfortNoise);
  return {
    codec: first.codec,
    payload: { send: first.send, receive: first.receive },
    accepted: codecs.map(({ codec, receive }) => ({ codec, payloadType: receive })),
    ...(event === undefined ? {} : { telephoneEvent: { send: event.payloadType, receive: OUR_EVENT_TYPE } }),
    ...(noise === undefined ? {} : { comfortNoise: { send: noise.payloadType, receive: COMFORT_NOISE_TYPE } }),
  };
}

function keysAnswered(
  offer: Offer,
  answer: SessionDescription,
  line: MediaDescription,
): Pick<NegotiatedAudio, 'srtp' | 'dtls'> | string {
  const kind = transportKind(answer, line);
  if (offer.isDtls) return dtlsAnswered(answer, line, kind);
  if (offer.crypto.length === 0) return kind === 'plain' ? {} : 'the answer is encrypted, our offer was not';
  const [theirs] = cryptoLines(line);
  const ours = offer.crypto.find(({ tag, suite }) => tag === theirs?.tag && suite === theirs.suite);
  if (kind !== 'sdes' || theirs === undefined || ours === undefined) return 'the answer repeats no crypto line of ours';
  return { srtp: { suite: ours.suite, send: ours.master, receive: theirs.master } };
}

/** RFC 5763 §5: to `actpass` the answerer says `active` when it can, and we wait for its handshake. */
function dtlsAnswered(
  answer: SessionDescription,
  line: MediaDescription,
  kind: TransportKind | undefined,
): Pick<NegotiatedAudio, 'dtls'> | string {
  const dtls = peerDtls(answer, line);
  if (kind !== 'dtls' || dtls === undefined) return 'the answer has no fingerprint, or no ICE';
  return dtls.setup === 'passive' ? 'the answerer waits for our handshake' : { dtls };
}

function isOurselves(remote: Remote | undefined, local: LocalMedia): boolean {
  return remote?.address === local.address && remote.port === local.port;
}
